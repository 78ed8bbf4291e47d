// Package vae fits variational autoencoders: a decoder network p_θ(x|z) with prior z ~ N(0, I), and an encoder network
// q_φ(z|x) = N(μ_φ(x), diag e^{s_φ(x)}) that stands in for the posterior. Both are trained together, by stochastic
// gradient, on the evidence lower bound of each row (Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014),
//
//	L(x) = E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)) = log p(x) − KL(q(z|x) ‖ p(z|x))
//	KL   = ½ Σ_j (μ_j² + e^{s_j} − 1 − s_j)
//
// There is one reduction: a bound is a sum over columns and latent dimensions and a mean over rows, in nats.
//
// Three estimators of the gradient are here; see [Estimator] for their formulas. The decoder's gradient is plain
// backpropagation in all of them.
//
// A NaN entry of the data is missing: the encoder sees 0 in its place, and the likelihood leaves it out.
//
// A row's noise is counted by (row, epoch, sample), the order of the rows by the epoch, both from one seed. The
// parameters after any number of steps are therefore the same bits on every CPU and for every number of workers.
package vae
