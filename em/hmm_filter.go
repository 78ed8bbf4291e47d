package em

import (
	"fmt"

	"example.com/elbo/kernels"
)

// HMMFilter follows one sequence while it comes in: after each frame it has p(state | frames so far), in O(K²) time and without
// allocating. It is for one goroutine; one HMMScorer may have any number of filters.
type HMMFilter[T kernels.Float] struct {
	s           *HMMScorer[T]
	work        hmmWork[T]
	alpha, next []T
	b, c, logc  []T
	one         []T
	exact       hmmExact[T] // where transitions are impossible: see there
	logAlpha    []float64
	logNext     []float64
	logb        []float64
	frames      int
	density     float64 // of the frame that was evaluated last
	logLik      float64
}

// NewFilter returns a filter that has seen no frame.
func (s *HMMScorer[T]) NewFilter() *HMMFilter[T] {
	f := &HMMFilter[T]{
		s: s, work: s.emission.newWork(), alpha: make([]T, s.k), next: make([]T, s.k), b: make([]T, s.k), c: make([]T, 1), logc: make([]T, 1), one: []T{1},
		exact: newHMMExact[T](s.k), logAlpha: make([]float64, s.k), logNext: make([]float64, s.k), logb: make([]float64, s.k),
	}
	f.exact.begin(s.chain)
	return f
}

// Reset makes the filter as new.
func (f *HMMFilter[T]) Reset() { f.frames, f.logLik = 0, 0 }

// Frames returns how many frames the filter has seen.
func (f *HMMFilter[T]) Frames() int { return f.frames }

// LogLikelihood returns log p(frames so far) in nats.
func (f *HMMFilter[T]) LogLikelihood() float64 { return f.logLik }

// forward evaluates the next frame.
func (f *HMMFilter[T]) forward(x []T) error {
	if len(x) != f.s.d {
		return fmt.Errorf("em: the frame has %d entries, the model %d columns", len(x), f.s.d)
	}
	for j, v := range x {
		if v == v && v-v != 0 {
			return fmt.Errorf("em: entry %d of the frame is %v: mark it missing with NaN", j, v)
		}
	}
	if j := f.s.emission.bad(x); j >= 0 {
		return fmt.Errorf("em: entry %d of the frame is %v: %v emissions take %s there", j, x[j], f.s.emission.name(), f.s.emission.domain(j))
	}
	k := f.s.k
	column := func(s []T) kernels.Matrix[T] { return kernels.Matrix[T]{Rows: k, Cols: 1, Data: s, Stride: 1} }
	base := f.work.logDensity(kernels.MatrixOf(1, k, f.b), kernels.MatrixOf(1, len(x), x))
	if f.s.chain.sparse {
		for j, v := range f.b {
			f.logb[j] = float64(v)
		}
		f.density = f.exact.filter(f.logNext, f.logAlpha, f.logb, f.frames == 0)
	} else {
		prev, trans := column(f.alpha), f.s.chain.step
		if f.frames == 0 {
			prev, trans = kernels.MatrixOf(1, 1, f.one), f.s.chain.start
		}
		kernels.HMMForward(column(f.next), column(f.b), f.c, f.logc, prev, trans, column(f.b))
		f.density = float64(f.logc[0])
	}
	if base != nil {
		f.density += base[0]
	}
	return nil
}

// Step takes the next frame and returns log p(frame | frames so far) in nats: −Inf if no path can have made them, and then all further frames
// have −Inf until Reset. NaN is a missing entry. A frame of another length or with ±Inf is an error, and not taken.
func (f *HMMFilter[T]) Step(x []T) (logDensity float64, err error) {
	if err := f.forward(x); err != nil {
		return 0, err
	}
	f.frames++
	if f.s.chain.sparse {
		f.logAlpha, f.logNext = f.logNext, f.logAlpha
		kernels.Exp(f.logb, f.logAlpha)
		for j, v := range f.logb {
			f.alpha[j] = T(v)
		}
	} else {
		f.alpha, f.next = f.next, f.alpha
	}
	f.logLik += f.density
	return f.density, nil
}

// LogDensity returns log p(x | frames so far) in nats, as Step does, but does not take the frame: the predictive density.
func (f *HMMFilter[T]) LogDensity(x []T) (float64, error) {
	if err := f.forward(x); err != nil {
		return 0, err
	}
	return f.density, nil
}

// State writes p(state of the last frame | frames so far) to dst, K probabilities; before the first frame the initial distribution, which is that
// of the first frame. dst of another length is an error.
func (f *HMMFilter[T]) State(dst []T) error {
	if err := f.check(dst); err != nil {
		return err
	}
	if f.frames == 0 {
		copy(dst, f.s.chain.start.Data)
	} else {
		copy(dst, f.alpha)
	}
	return nil
}

// Predict writes p(state of the next frame | frames so far) to dst, K probabilities. dst of another length is an error.
func (f *HMMFilter[T]) Predict(dst []T) error {
	if err := f.check(dst); err != nil {
		return err
	}
	if f.frames == 0 {
		copy(dst, f.s.chain.start.Data)
		return nil
	}
	k := f.s.k
	kernels.Gemm(kernels.NoTrans, kernels.NoTrans, kernels.MatrixOf(1, k, dst), kernels.MatrixOf(1, k, f.alpha), f.s.chain.step, kernels.Epilogue[T]{}, nil)
	return nil
}

func (f *HMMFilter[T]) check(dst []T) error {
	if len(dst) != f.s.k {
		return fmt.Errorf("em: dst has %d elements for %d states", len(dst), f.s.k)
	}
	return nil
}
