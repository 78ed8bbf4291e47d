// Package em fits latent-variable models by the EM algorithm: the latent variables have their exact posterior
// p(z | x, θ), the parameters θ are a point. Coordinate ascent on the bound
//
//	L(q, θ) = E_q[log p(x, z | θ)] + H[q] + log p(θ)
//
// then is: q(z) = p(z | x, θ), which makes L the log-likelihood plus the log prior (E-step), and θ the maximiser of
// E_q[log p(x, z | θ)] + log p(θ) (M-step). Neither can lower L. (Dempster, Laird and Rubin, "Maximum likelihood from
// incomplete data via the EM algorithm", J. Roy. Stat. Soc. B 39, 1977.)
//
// The models, and what is latent in them:
//
//	GMM                  a component of a mixture of Gaussians: full, tied, diagonal or spherical covariances
//	StudentMixture       a component, and each row's precision: Student-t distributions, degrees of freedom learned
//	BernoulliMixture     a component: binary columns
//	CategoricalMixture   a component: columns of categories (latent class analysis)
//	PoissonMixture       a component: counts
//	FA, PPCA             a few Gaussian factors: factor analysis, probabilistic principal component analysis
//	MFA                  a component and its factors
//	HMM                  a path of states: Gaussian, categorical or Poisson emissions
//
// A NaN in the data is a missing entry, which is latent too: every model integrates it out exactly, in a fit and in a score, and
// Impute returns its expectation. Rows may have weights. Every model has a prior whose logarithm is part of the bound;
// PriorNone is maximum likelihood.
//
// For a model X, FitX does everything; NewX gives the start, for callers who want elbo.Steps, a stream or a schedule of their own;
// NewXFrom makes a model of given parameters, and LoadX reads one that Save wrote; NewScorer compiles a fitted model for use on single
// rows, without allocation, from any number of goroutines. Select chooses among Gaussian mixtures, SelectModel among models of any
// kinds, and Align matches the components of two.
package em
