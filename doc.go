// Package elbo fits latent-variable models by raising one quantity, the evidence lower bound
//
//	L(q, θ) = E_q[log p(x, z | θ)] + H[q] = log p(x | θ) − KL(q(z) ‖ p(z | x, θ)),
//
// in nats. The packages below it differ in what q may be. In em it is the exact posterior of the latent variables, and
// θ a point: coordinate ascent in q (E-step) and θ (M-step) is the EM algorithm. In vem θ is one of the latent
// groups and q a mean field, q(z) q(θ): the same ascent, factor by factor. In vae q is a network's output, q_φ(z | x),
// and the ascent goes along stochastic gradients.
//
// This package holds what em and vem share: the Model interface, the loop that raises the bound (Fit, and Steps for a
// caller who wants to watch or stop it) after all rows, a minibatch or a block of them, and the sufficient statistics, one flat vector that adds, merges and marshals.
package elbo
