// Package em fits latent-variable models by the EM algorithm: the latent variables have their exact posterior
// p(z | x, θ), the parameters θ are a point. Coordinate ascent on the bound
//
//	L(q, θ) = E_q[log p(x, z | θ)] + H[q] + log p(θ)
//
// then is: q(z) = p(z | x, θ), which makes L the log-likelihood plus the log prior (E-step), and θ the maximiser of
// E_q[log p(x, z | θ)] + log p(θ) (M-step). Neither can lower L. (Dempster, Laird and Rubin, "Maximum likelihood from
// incomplete data via the EM algorithm", J. Roy. Stat. Soc. B 39, 1977.)
//
// GMM is the Gaussian mixture, FA factor analysis, PPCA probabilistic principal component analysis and MFA a mixture of factor
// analysers, these three with missing entries handled exactly. FitGMM does everything; NewGMM gives the start, for callers who want elbo.Steps or elbo.Fit
// themselves; NewScorer compiles a fitted model for use.
package em
