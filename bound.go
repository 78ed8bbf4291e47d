package elbo

import "example.com/elbo/kernels"

// Model is a latent-variable model whose expected sufficient statistics add up over rows, and so what Fit and
// Steps can fit. With q(z) exact for the present parameters the bound is
//
//	L = Σ_n log Z_n + GlobalBound(),
//
// Z_n the normaliser of row n: maximum likelihood, maximum a posteriori and full Bayes differ in the last term only.
type Model[T kernels.Float] interface {
	// Kind names the model, as its files do: "gmm".
	Kind() string
	// Dim is the number of columns of the data.
	Dim() int
	// StatsLen is the length of the vector of sufficient statistics.
	StatsLen() int
	// TakesMissing reports whether a row may have missing entries (NaN).
	TakesMissing() bool
	// NewEStep returns an evaluator of the E-step with scratch of its own; each goroutine needs one. It reads the
	// model's parameters as they are when its EStep method is called.
	NewEStep() EStep[T]
	// MStep sets new parameters from the statistics of all rows, whose total weight is weight. After an error the
	// model is unchanged.
	MStep(stats []float64, weight float64) error
	// GlobalBound is the part of the bound, in nats, that does not belong to a row: 0 for maximum likelihood,
	// the log prior for maximum a posteriori, −KL(q(θ) ‖ p(θ)) for full Bayes.
	GlobalBound() float64
	// AppendParameters appends the parameters' bytes, little-endian, in a fixed order: two models are equal if they are.
	AppendParameters(dst []byte) []byte
}

// EStep evaluates the E-step of a model on blocks of rows.
type EStep[T kernels.Float] interface {
	// EStep adds the expected sufficient statistics of the rows of x to stats and returns their share of the bound,
	// Σ_n log Z_n in nats. It allocates nothing. The result depends on the rows of the block alone.
	EStep(stats []float64, x kernels.Matrix[T]) (bound float64)
}
