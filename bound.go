package elbo

import (
	"errors"
	"fmt"

	"example.com/elbo/kernels"
)

// Rows are taken in blocks, by position, and blocks in chunks. Both numbers are part of the numerics contract: they fix the
// order of every sum over rows, so that a result does not depend on Workers.
const (
	BlockRows = 256  // the most rows of one call of an E-step
	ChunkRows = 8192 // the rows that one worker takes at a time; chunks' sums are added along a binary tree
)

// Model is a latent-variable model whose expected sufficient statistics add up over rows, and so what Fit and
// Steps can fit. With q(z) exact for the present parameters the bound is
//
//	L = Σ_n log Z_n + GlobalBound(),
//
// Z_n the normaliser of row n: maximum likelihood, maximum a posteriori and full Bayes differ in the last term only.
// (Neal and Hinton, "A view of the EM algorithm that justifies incremental, sparse, and other variants", in Learning in
// Graphical Models, 1998; Beal, Variational Algorithms for Approximate Bayesian Inference, 2003, §2.4.)
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
	// Revert undoes the last successful MStep: the parameters are again, to the bit, what they were before it. Fit
	// calls it, at most once after an MStep, when the E-step that should follow is cancelled or its bound refused.
	Revert()
	// GlobalBound is the part of the bound, in nats, that does not belong to a row: 0 for maximum likelihood,
	// the log prior for maximum a posteriori, −KL(q(θ) ‖ p(θ)) for full Bayes.
	GlobalBound() float64
	// AppendParameters appends the parameters' bytes, little-endian, in a fixed order: two models are equal if they are.
	AppendParameters(dst []byte) []byte
}

// Conditioned is what a Model may implement if its parameters can come close to a singularity that magnifies
// rounding.
type Conditioned interface {
	// Rounding returns by how many nats per row rounding may lower the bound, beyond what well-conditioned parameters
	// explain, in the last M-step and the E-step after it.
	Rounding() float64
}

// EStep evaluates the E-step of a model on blocks of rows.
type EStep[T kernels.Float] interface {
	// EStep adds the expected sufficient statistics of the rows of x, at most BlockRows, to stats and returns their
	// share of the bound, Σ_n log Z_n in nats. It allocates nothing. What it adds depends on the rows of x alone.
	EStep(stats []float64, x kernels.Matrix[T]) (bound float64)
}

// Options are the settings that all fits share. The zero value is the default.
type Options struct {
	MaxIter int     // the most iterations; 0: 1000
	Tol     float64 // stop when an iteration raises the bound by at most Tol nats per row; 0: 1e-7; negative: never
	Workers int     // goroutines of the E-step, 0: 1; the result does not depend on it
	Seed    uint64  // of all random draws; the result depends on it
}

// withDefaults returns the options with their zeros replaced, or an error that says which is out of range.
func (o Options) withDefaults() (Options, error) {
	switch {
	case o.MaxIter < 0:
		return o, fmt.Errorf("elbo: Options.MaxIter is %d: give a positive number, or 0 for 1000", o.MaxIter)
	case o.Tol-o.Tol != 0:
		return o, fmt.Errorf("elbo: Options.Tol is %v: give a finite number of nats per row, or 0 for 1e-7", o.Tol)
	case o.Workers < 0:
		return o, fmt.Errorf("elbo: Options.Workers is %d: give a positive number, or 0 for 1", o.Workers)
	}
	if o.MaxIter == 0 {
		o.MaxIter = 1000
	}
	if o.Tol == 0 {
		o.Tol = 1e-7
	}
	if o.Workers == 0 {
		o.Workers = 1
	}
	return o, nil
}

// Reason says why a fit ended.
type Reason uint8

// The reasons.
const (
	Running       Reason = iota // it has not ended
	Converged                   // the last iteration raised the bound by at most Options.Tol per row
	MaxIterations               // Options.MaxIter iterations are done
	Cancelled                   // the context ended
	Failed                      // an error that the fit returned
)

// String returns the reason in words.
func (r Reason) String() string {
	names := [...]string{"running", "converged", "most iterations", "cancelled", "failed"}
	if int(r) < len(names) {
		return names[r]
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// Progress describes a complete iteration. Iteration 0 is the E-step under the parameters of the start; iteration i is
// the i-th M-step and the E-step after it. So Bound is always that of the parameters which the model has. It holds
// no time of day: two runs report the same.
type Progress struct {
	Iter   int
	Bound  float64 // L over all rows at the model's parameters, nats
	LogLik float64 // Σ_n log Z_n, nats: the log-likelihood where θ is a point; L without its global part
	Delta  float64 // Bound minus that of the iteration before; +Inf at iteration 0
	Reason Reason  // Running, or why this is the last iteration
}

// Result describes a whole fit.
type Result struct {
	Iterations int       // M-steps of complete iterations
	Converged  bool      // Reason == Converged
	Reason     Reason    // why it ended
	Bound      float64   // the last of Bounds
	LogLik     float64   // Σ_n log Z_n at the model's parameters, nats
	Bounds     []float64 // L after iteration 0, 1, …, Iterations, nats
}

// ErrBoundDecreased is what errors.Is finds in the error of a fit whose bound fell; the error is a
// *BoundDecreasedError.
var ErrBoundDecreased = errors.New("elbo: the bound decreased")

// BoundDecreasedError reports that an iteration lowered the bound by more than rounding explains. Neither an E-step nor
// an M-step can: it is a bug of the model, or data at the limits of its element type.
type BoundDecreasedError struct {
	Iter          int     // the iteration after which the bound was lower
	Before, After float64 // nats
	Tolerance     float64 // the fall that rounding would have explained, nats
}

// Error names the iteration and the amounts.
func (e *BoundDecreasedError) Error() string {
	return fmt.Sprintf("elbo: the bound decreased in iteration %d by %.3g nats, from %v to %v; rounding explains %.3g: if the data spread over many orders of magnitude, scale them or use float64, else report it",
		e.Iter, e.Before-e.After, e.Before, e.After, e.Tolerance)
}

// Is reports whether target is ErrBoundDecreased.
func (e *BoundDecreasedError) Is(target error) bool { return target == ErrBoundDecreased }

// ErrBoundNotFinite is what errors.Is finds in the error of a fit whose bound became NaN or infinite.
var ErrBoundNotFinite = errors.New("elbo: the bound is not finite")
