package elbo

import (
	"errors"
	"fmt"

	"example.com/elbo/kernels"
)

// Rows are taken in blocks, by position, and blocks in chunks. Both numbers are part of the numerics contract: they fix the
// order of every sum over rows, so that a result does not depend on Workers.
const (
	BlockRows      = 256  // the most rows of one call of an E-step
	ChunkRows      = 8192 // the rows that one worker takes at a time; chunks' sums are added along a binary tree
	ChunkSequences = 16   // the sequences, of a Sequential model, that one worker takes and one E-step is called with
)

// Model is a latent-variable model whose expected sufficient statistics add up over rows, and so what Fit and
// Steps can fit. With q(z) exact for the present parameters the bound is
//
//	L = Σ_n w_n log Z_n + GlobalBound(),
//
// w_n the weight of row n and Z_n its normaliser: maximum likelihood, maximum a posteriori and full Bayes differ in the last term only.
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
	// MStep sets new parameters from the statistics of all rows, whose total weight is weight. Statistics that no rows have,
	// such as an extrapolation makes (a negative count), are an error. After an error the model is unchanged.
	MStep(stats []float64, weight float64) error
	// ExpectedLogJoint returns, in nats, Σ_n w_n E_q[log p(x_n, z_n | θ)] at the present parameters θ (for full Bayes, its
	// expectation under q(θ)), q the posteriors that made the statistics. It is called after the MStep that took
	// these statistics, and then is at its maximum but for the prior: with the entropy of q and GlobalBound it is the bound after
	// the M-step, L(q_old, θ_new), which lies between those of the E-steps before and after it. It is linear in stats and weight:
	// an incremental fit asks for a part of the rows, too.
	ExpectedLogJoint(stats []float64, weight float64) float64
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

// ConditionedStats is what a Conditioned model may implement whose statistics lose more than its bound: an error in the statistics of
// parameters at a maximum costs the bound its square, but ExpectedLogJoint itself.
type ConditionedStats interface {
	// StatsRounding returns by how many nats per row rounding of the statistics may move ExpectedLogJoint.
	StatsRounding() float64
}

// Sequential is what a Model implements whose data are sequences: Rows.Lengths then cuts the rows, which are the
// frames of sequences, and one weight belongs to a sequence.
type Sequential interface {
	// Sequential does nothing: it marks the model.
	Sequential()
}

// Domain is what a Model implements whose data are not any finite numbers, but counts, say.
type Domain[T kernels.Float] interface {
	// CheckRows returns an error that names row, column and value of the first entry of x that the model does not take. x has
	// passed CheckData.
	CheckRows(x kernels.Matrix[T]) error
}

// Centred is what a Model implements whose E-step takes statistics about centres that move with the parameters, so that
// nothing cancels. Such statistics of different parameters do not add; about the origin of the coordinates they do. The
// stepwise, incremental and accelerated fits, which add them, translate.
type Centred interface {
	// ToOrigin translates statistics, in place, from the centres of the present parameters to the origin.
	ToOrigin(stats []float64)
	// FromOrigin is the inverse of ToOrigin: it makes of statistics about the origin what MStep takes.
	FromOrigin(stats []float64)
}

// Counted is what a Model of components or states implements.
type Counted interface {
	// Counts appends to dst the expected weight of the rows of each component, N_k = Σ_n w_n r_nk, of these
	// statistics.
	Counts(dst, stats []float64) []float64
}

// EStep evaluates the E-step of a model on blocks of rows.
type EStep[T kernels.Float] interface {
	// EStep adds the expected sufficient statistics of the rows, each times its weight, to stats and returns their share of
	// the bound. There are at most BlockRows of them, of a Sequential model at most ChunkSequences sequences of any
	// length. It allocates nothing, but a Sequential model's may grow its scratch to the longest sequence. What it adds
	// depends on the rows alone.
	EStep(stats []float64, rows Rows[T]) Local
}

// Local is the part of the bound that belongs to rows, after an E-step.
type Local struct {
	LogZ    float64 // Σ_n w_n log Z_n, nats
	Entropy float64 // Σ_n w_n H[q(z_n)], nats; LogZ − Entropy is the expected log joint density
}

// Reason says why a fit ended.
type Reason uint8

// The reasons.
const (
	Running       Reason = iota // it has not ended
	Converged                   // the last iteration raised the bound by at most Options.Tol per unit of weight
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
	LogLik float64 // Σ_n w_n log Z_n, nats: the log-likelihood where θ is a point; L without its global part
	// Entropy is Σ_n w_n H[q(z_n)], ExpectedLogJoint Σ_n w_n E_q[log p(x_n, z_n)]: LogLik is their sum.
	Entropy, ExpectedLogJoint float64
	// AfterMStep is the bound between this iteration's M-step and E-step, L(q of the iteration before, θ of this one): it
	// lies between the two Bounds. NaN at iteration 0.
	AfterMStep float64
	// Violation is by how much the bound fell in the M-step or the E-step, within what rounding explains; 0 if it did not.
	Violation float64
	Delta     float64   // Bound minus that of the iteration before; +Inf at iteration 0
	Estimated bool      // Bound, LogLik and their parts are Stepwise's estimates
	ESteps    int       // passes over the data so far, those of refused extrapolations among them
	Counts    []float64 // expected weight of the rows of each component, if the model is Counted; valid until the next step
	Events    []Event   // what befell components in this iteration; valid until the next step
	Reason    Reason    // Running, or why this is the last iteration
}

// Result describes a whole fit.
type Result struct {
	Iterations int       // M-steps of complete iterations
	Converged  bool      // Reason == Converged
	Reason     Reason    // why it ended
	Bound      float64   // the last of Bounds
	LogLik     float64   // Σ_n w_n log Z_n at the model's parameters, nats
	Entropy    float64   // Σ_n w_n H[q(z_n)] at the model's parameters; LogLik less it is the expected log joint density
	Violation  float64   // the most by which a step lowered the bound, within what rounding explains
	Bounds     []float64 // L after iteration 0, 1, …, Iterations, nats
	ESteps     int       // passes over the data
	Counts     []float64 // expected weight of the rows of each component, if the model is Counted
	Events     []Event   // what befell components, in order
}

// ErrBoundDecreased is what errors.Is finds in the error of a fit whose bound fell; the error is a
// *BoundDecreasedError.
var ErrBoundDecreased = errors.New("elbo: the bound decreased")

// BoundDecreasedError reports that an E-step or M-step lowered the bound by more than rounding explains. Neither an E-step nor
// an M-step can: it is a bug of the model, or data at the limits of its element type.
type BoundDecreasedError struct {
	Iter          int     // the iteration after which the bound was lower
	MStep         bool    // it fell in the iteration's M-step, else in its E-step
	Before, After float64 // nats
	Tolerance     float64 // the fall that rounding would have explained, nats
}

// Error names the iteration and the amounts.
func (e *BoundDecreasedError) Error() string {
	step := "E-step"
	if e.MStep {
		step = "M-step"
	}
	return fmt.Sprintf("elbo: the bound decreased in the %s of iteration %d by %.3g nats, from %v to %v; rounding explains %.3g: if the data spread over many orders of magnitude, scale them or use float64, else report it",
		step, e.Iter, e.Before-e.After, e.Before, e.After, e.Tolerance)
}

// Is reports whether target is ErrBoundDecreased.
func (e *BoundDecreasedError) Is(target error) bool { return target == ErrBoundDecreased }

// ErrBoundNotFinite is what errors.Is finds in the error of a fit whose bound became NaN or infinite.
var ErrBoundNotFinite = errors.New("elbo: the bound is not finite")
