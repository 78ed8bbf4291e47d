package em

import (
	"fmt"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// HMMScorer evaluates a hidden Markov model on new sequences. It is an immutable copy of what that needs, safe for any number of
// goroutines; each brings its own HMMWorkspace. Its methods run on the caller's goroutine and allocate nothing, once the workspace has grown to the longest
// sequences. Rows.Lengths says where sequences begin, nil that there is one; weights are not read. NaN is a missing entry; ±Inf is an
// error. Results depend on the sequence alone, not on those beside it.
type HMMScorer[T kernels.Float] struct {
	k, d     int
	chain    *hmmChain[T]
	emission hmmEmission[T]
}

// HMMWorkspace is the scratch that a goroutine needs to score; it belongs to the HMMScorer that made it. For up to elbo.ChunkSequences sequences
// at a time it holds 2K numbers of T per frame for Viterbi, Responsibilities and Impute, of no more than 65536 frames (see HMM.NewEStep), and a fixed size for
// LogLikelihood.
type HMMWorkspace[T kernels.Float] struct {
	pass   *hmmPass[T]
	states []int // by lane
}

// NewScorer returns a scorer of the model's present parameters.
func (m *HMM[T]) NewScorer() *HMMScorer[T] {
	return &HMMScorer[T]{k: m.k, d: m.d, chain: m.chain.clone(), emission: m.emission.snapshot()}
}

// K returns the number of states.
func (s *HMMScorer[T]) K() int { return s.k }

// Dim returns the number of columns that frames must have.
func (s *HMMScorer[T]) Dim() int { return s.d }

// NewWorkspace returns scratch for one goroutine.
func (s *HMMScorer[T]) NewWorkspace() *HMMWorkspace[T] {
	return &HMMWorkspace[T]{pass: newHMMPass(s.emission.newWork(), s.k, s.d), states: make([]int, elbo.ChunkSequences)}
}

// chunks calls f with the sequences [lo, hi) of rows arranged in the workspace's lanes.
func (s *HMMScorer[T]) chunks(rows elbo.Rows[T], w *HMMWorkspace[T], f func(x kernels.Matrix[T], lo, hi int)) error {
	rows.Weights = nil
	if err := rows.Check(s.d, true); err != nil {
		return err
	}
	if err := checkEmissions(s.emission, rows.X); err != nil {
		return err
	}
	at := 0
	for lo := 0; lo < max(1, len(rows.Lengths)); lo += elbo.ChunkSequences {
		hi := min(lo+elbo.ChunkSequences, max(1, len(rows.Lengths)))
		if rows.Lengths == nil {
			w.pass.lanes.one(rows.X.Rows)
		} else {
			w.pass.lanes.set(rows.Lengths[lo:hi], nil, at)
			for _, n := range rows.Lengths[lo:hi] {
				at += n
			}
		}
		f(rows.X, lo, hi)
	}
	return nil
}

// count is the number of sequences.
func count[T kernels.Float](rows elbo.Rows[T]) int {
	if rows.Lengths == nil {
		return 1
	}
	return len(rows.Lengths)
}

// LogLikelihood writes log p(x) of each sequence, in nats, to dst. It is −Inf if no path can have made the sequence. dst of another length than the
// number of sequences, and rows that elbo.Rows.Check refuses, are errors.
func (s *HMMScorer[T]) LogLikelihood(dst []float64, rows elbo.Rows[T], w *HMMWorkspace[T]) error {
	if len(dst) != count(rows) {
		return fmt.Errorf("em: dst has %d elements for %d sequences", len(dst), count(rows))
	}
	return s.chunks(rows, w, func(x kernels.Matrix[T], lo, hi int) {
		w.pass.forward(s.chain, x, false)
		for lane, i := range w.pass.lanes.sequence {
			dst[lo+i] = w.pass.logZ[lane]
		}
	})
}

// Responsibilities writes the posteriors γ, p(state of frame t = k | the whole sequence), to r, which is N×K: smoothing, in Rabiner's words the first solution
// to problem 2. A sequence that no path can have made has zeros. Other shapes are an error.
func (s *HMMScorer[T]) Responsibilities(r kernels.Matrix[T], rows elbo.Rows[T], w *HMMWorkspace[T]) error {
	if r.Rows != rows.X.Rows || r.Cols != s.k {
		return fmt.Errorf("em: r is %d×%d, want %d×%d", r.Rows, r.Cols, rows.X.Rows, s.k)
	}
	return s.smooth(rows, w, func(b hmmBlock, gamma kernels.Matrix[T]) { scatter(&w.pass.lanes, b, r, gamma) })
}

// smooth calls f with γ of each block.
func (s *HMMScorer[T]) smooth(rows elbo.Rows[T], w *HMMWorkspace[T], f func(b hmmBlock, gamma kernels.Matrix[T])) error {
	return s.chunks(rows, w, func(x kernels.Matrix[T], lo, hi int) {
		p := w.pass
		p.forward(s.chain, x, true)
		for i := len(p.lanes.blocks) - 1; i >= 0; i-- {
			f(p.lanes.blocks[i], p.backward(s.chain, x, i, nil))
		}
	})
}

// Impute writes x to dst, each missing entry replaced by its posterior mean given the whole sequence, Σ_k γ_tk E[x | k, the frame's observed entries]. For
// categorical emissions, whose values are names, it is the value with the greatest posterior probability, the least of those. dst has the shape of x and may be it;
// other shapes are an error.
func (s *HMMScorer[T]) Impute(dst kernels.Matrix[T], rows elbo.Rows[T], w *HMMWorkspace[T]) error {
	if dst.Rows != rows.X.Rows || dst.Cols != rows.X.Cols {
		return fmt.Errorf("em: dst is %d×%d, the rows are %d×%d", dst.Rows, dst.Cols, rows.X.Rows, rows.X.Cols)
	}
	return s.smooth(rows, w, func(b hmmBlock, gamma kernels.Matrix[T]) {
		p := w.pass
		x := gather(&p.lanes, b, p.x, rows.X)
		filled := kernels.MatrixOf(x.Rows, s.d, p.x[:x.Rows*s.d])
		if b.narrow() {
			for i := range x.Rows {
				copy(filled.Row(i), x.Row(i))
			}
		}
		p.work.fill(filled, gamma)
		scatter(&p.lanes, b, dst, filled)
	})
}

// Viterbi writes the most probable states of each sequence to path, one per row, and log p(x, path) in nats to logp, one per sequence; logp may be
// nil. Where several paths tie it is that with the lowest last state, and from there the lowest states before. Where logp is −Inf no path can have made the
// sequence, and path says nothing. Other lengths are an error. (Viterbi, "Error bounds for convolutional codes and an asymptotically optimum
// decoding algorithm", IEEE Trans. Inf. Theory 13, 1967.)
func (s *HMMScorer[T]) Viterbi(path []int, logp []float64, rows elbo.Rows[T], w *HMMWorkspace[T]) error {
	if len(path) != rows.X.Rows {
		return fmt.Errorf("em: path has %d elements for %d rows", len(path), rows.X.Rows)
	}
	if logp != nil && len(logp) != count(rows) {
		return fmt.Errorf("em: logp has %d elements for %d sequences", len(logp), count(rows))
	}
	return s.chunks(rows, w, func(x kernels.Matrix[T], lo, hi int) {
		w.pass.viterbi(s.chain, x, w.states)
		if logp != nil {
			for lane, i := range w.pass.lanes.sequence {
				logp[lo+i] = w.pass.logZ[lane]
			}
		}
		w.pass.trace(s.chain, x, path, w.states)
	})
}

// LogLikelihood returns log p(x) of each sequence in nats: see HMMScorer.LogLikelihood.
func (m *HMM[T]) LogLikelihood(rows elbo.Rows[T]) ([]float64, error) {
	s := m.NewScorer()
	dst := make([]float64, count(rows))
	return dst, s.LogLikelihood(dst, rows, s.NewWorkspace())
}

// Responsibilities returns the posteriors of the states of each frame given its whole sequence, N×K: see HMMScorer.Responsibilities.
func (m *HMM[T]) Responsibilities(rows elbo.Rows[T]) (kernels.Matrix[T], error) {
	s := m.NewScorer()
	r := kernels.NewMatrix[T](rows.X.Rows, m.k)
	return r, s.Responsibilities(r, rows, s.NewWorkspace())
}

// Viterbi returns the most probable states of each sequence, one per frame, and log p(x, path) of each sequence in nats: see HMMScorer.Viterbi.
func (m *HMM[T]) Viterbi(rows elbo.Rows[T]) (path []int, logp []float64, err error) {
	s := m.NewScorer()
	path, logp = make([]int, rows.X.Rows), make([]float64, count(rows))
	return path, logp, s.Viterbi(path, logp, rows, s.NewWorkspace())
}

// Predict returns the most probable states of each sequence, one per frame: Viterbi's.
func (m *HMM[T]) Predict(rows elbo.Rows[T]) ([]int, error) {
	path, _, err := m.Viterbi(rows)
	return path, err
}

// Impute returns a copy of the frames in which missing entries are filled in: see HMMScorer.Impute.
func (m *HMM[T]) Impute(rows elbo.Rows[T]) (kernels.Matrix[T], error) {
	s := m.NewScorer()
	x := kernels.NewMatrix[T](rows.X.Rows, rows.X.Cols)
	return x, s.Impute(x, rows, s.NewWorkspace())
}

// Sample draws sequences of these lengths and the states behind their frames. A frame depends on the seed, its sequence's number, its time and the frames
// before alone. A length below 1 or above 2³¹−1 is an error.
func (m *HMM[T]) Sample(lengths []int, seed uint64) (rows elbo.Rows[T], states []int, err error) {
	n := 0
	for i, l := range lengths {
		if l < 1 || l > math.MaxInt32 {
			return rows, nil, fmt.Errorf("em: sequence %d has %d frames: want 1 to 2³¹−1", i, l)
		}
		n += l
	}
	key := kernels.NewKey(seed, sampleStream)
	rows = elbo.Rows[T]{X: kernels.NewMatrix[T](n, m.d), Lengths: slices.Clone(lengths)}
	states = make([]int, n)
	draw := m.emission.sampler()
	u := make([]float64, 1)
	at := 0
	for i, l := range lengths {
		p := m.chain.initial
		for t := range l {
			c := kernels.Counter{Row: uint64(i), Step: uint32(2 * t)}
			kernels.Uniform(u, key, c)
			states[at] = choose(p, u[0])
			c.Step++
			draw(rows.X.Row(at), states[at], key, c)
			p = m.chain.trans[states[at]*m.k:][:m.k]
			at++
		}
	}
	return rows, states, nil
}
