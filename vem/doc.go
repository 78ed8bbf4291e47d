// Package vem fits models by variational EM in full: the parameters θ are latent variables too, and
//
//	q(z, θ) = q(z) q(θ),  L(q) = E_q[ln p(x, z, θ)] + H[q] = ln p(x) − KL(q(z, θ) ‖ p(z, θ | x))
//
// rises factor by factor: ln q(z) = E_{q(θ)}[ln p(x, z, θ)] + const (E-step), then ln q(θ) = E_{q(z)}[ln p(x, z, θ)] + const
// (M-step), which for conjugate priors is prior plus expected sufficient statistics. Package em is the special case of a q(θ)
// that is a point; the loop, the bound and the statistics are those of package elbo.
//
// What the point estimate cannot do: a component is never singular, superfluous components die by themselves, the
// bound compares models of different size on the same data, and the predictive density is honest about few rows.
package vem
