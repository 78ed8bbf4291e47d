package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// hmm holds one frame of a hidden Markov model with k states and s sequences.
type hmm[T kernels.Float] struct {
	alpha, b, prev, trans, logb, w kernels.Matrix[T]
	c, logc                        []T
}

func newHMM[T kernels.Float](k, s int) *hmm[T] {
	m := func(rows, cols int, seed uint64) kernels.Matrix[T] {
		x := kernels.NewMatrix[T](rows, cols)
		for i := range x.Data {
			x.Data[i] = T((0.5 + uniform(seed, uint64(i))) / float64(k))
		}
		return x
	}
	h := &hmm[T]{alpha: m(k, s, 1), b: m(k, s, 2), prev: m(k, s, 3), trans: m(k, k, 4), logb: kernels.NewMatrix[T](k, s), w: m(k, s, 5), c: make([]T, s), logc: make([]T, s)}
	for i := range h.logb.Data {
		h.logb.Data[i] = T(5 * normal(6, uint64(i)))
	}
	for i := range h.c {
		h.c[i] = 1
	}
	return h
}

// hmms runs f for each type, number of states and number of sequences, and reports the time per frame and state.
func hmms(b *testing.B, f32 func(h *hmm[float32]), f64 func(h *hmm[float64])) {
	for _, k := range []int{2, 4, 8, 16, 32} {
		for _, s := range []int{1, 2, 4, 8, 64} {
			x, y := newHMM[float32](k, s), newHMM[float64](k, s)
			perISA(b, fmt.Sprintf("type=f32/k=%d/s=%d", k, s), k*s, func() { f32(x) })
			perISA(b, fmt.Sprintf("type=f64/k=%d/s=%d", k, s), k*s, func() { f64(y) })
		}
	}
}

func forward[T kernels.Float](h *hmm[T]) {
	kernels.HMMForward(h.alpha, h.b, h.c, h.logc, h.prev, h.trans, h.logb)
}

func backward[T kernels.Float](h *hmm[T]) {
	kernels.HMMBackward(h.alpha, h.w, h.prev, h.trans, h.b, h.c)
}

func viterbi[T kernels.Float](h *hmm[T]) {
	kernels.HMMViterbi(h.alpha, h.w, h.prev, h.trans, h.logb)
}

// BenchmarkHMMForward times one frame of the forward recursion.
func BenchmarkHMMForward(b *testing.B) { hmms(b, forward[float32], forward[float64]) }

// BenchmarkHMMBackward times one frame of the backward recursion.
func BenchmarkHMMBackward(b *testing.B) { hmms(b, backward[float32], backward[float64]) }

// BenchmarkHMMViterbi times one frame of Viterbi's recursion.
func BenchmarkHMMViterbi(b *testing.B) { hmms(b, viterbi[float32], viterbi[float64]) }
