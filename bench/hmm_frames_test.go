package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// framesOf holds n frames of a hidden Markov model with k states, of one sequence or of some in turn.
type framesOf[T kernels.Float] struct {
	alpha, b, trans, logb, w, beta kernels.Matrix[T]
	c, logc, state, work           []T
}

func newFrames[T kernels.Float](n, k, sequences int) *framesOf[T] {
	h := &framesOf[T]{
		alpha: kernels.NewMatrix[T](n, k), b: kernels.NewMatrix[T](n, k), trans: kernels.NewMatrix[T](k, k), logb: kernels.NewMatrix[T](n, k),
		w: kernels.NewMatrix[T](n, k), beta: kernels.NewMatrix[T](n, k), c: make([]T, n), logc: make([]T, n), state: make([]T, sequences*k),
		work: make([]T, kernels.HMMFramesWork[T](k)),
	}
	for i := range h.trans.Data {
		h.trans.Data[i] = T((0.5 + uniform(4, uint64(i))) / float64(k))
	}
	for i := range h.logb.Data {
		h.logb.Data[i] = T(5 * normal(6, uint64(i)))
	}
	kernels.Fill(h.state, 1/T(k))
	kernels.HMMForwardFrames(h.alpha, h.b, h.c, h.logc, h.state, h.trans, h.logb, h.work)
	return h
}

func allFrames(b *testing.B, f32 func(h *framesOf[float32]), f64 func(h *framesOf[float64])) {
	const n = 256
	for _, k := range []int{2, 3, 4, 8, 16, 32} {
		for _, sequences := range []int{1, 2, 4, 8} {
			x, y := newFrames[float32](n, k, sequences), newFrames[float64](n, k, sequences)
			perISA(b, fmt.Sprintf("type=f32/frames=%d/k=%d/seqs=%d", n, k, sequences), n*k, func() { f32(x) })
			perISA(b, fmt.Sprintf("type=f64/frames=%d/k=%d/seqs=%d", n, k, sequences), n*k, func() { f64(y) })
		}
	}
}

func forwardFrames[T kernels.Float](h *framesOf[T]) {
	kernels.HMMForwardFrames(h.alpha, h.b, h.c, h.logc, h.state, h.trans, h.logb, h.work)
}

func backwardFrames[T kernels.Float](h *framesOf[T]) {
	kernels.HMMBackwardFrames(h.beta, h.w, h.state, h.trans, h.b, h.c, h.work)
}

// BenchmarkHMMForwardFrames times the forward recursion over the frames of one sequence, or of some in turn.
func BenchmarkHMMForwardFrames(b *testing.B) {
	allFrames(b, forwardFrames[float32], forwardFrames[float64])
}

// BenchmarkHMMBackwardFrames times the backward recursion.
func BenchmarkHMMBackwardFrames(b *testing.B) {
	allFrames(b, backwardFrames[float32], backwardFrames[float64])
}

func viterbiFrames[T kernels.Float](h *framesOf[T]) {
	kernels.HMMViterbiFrames(h.beta, h.w, h.c, h.state, h.trans, h.logb, h.work)
}

// BenchmarkHMMViterbiFrames times Viterbi's recursion; the logarithms of transitions are any numbers.
func BenchmarkHMMViterbiFrames(b *testing.B) {
	allFrames(b, viterbiFrames[float32], viterbiFrames[float64])
}
