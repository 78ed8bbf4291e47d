package kernels

import (
	"fmt"
	"math"
)

// HMMForward does one frame of the scaled forward recursion of a hidden Markov model (Rabiner, "A Tutorial on Hidden Markov
// Models", Proc. IEEE 77(2), 1989, section V.A) for S sequences. A column of a matrix is a sequence, a row a state; trans[i][j] is
// the probability of going from state i to state j, logb[j][s] is log p(frame | state j). For every sequence s:
//
//	m          = max over j of logb[j][s], NaN passed over unless it is the first; 0 if that is −Inf
//	b[j][s]    = e(logb[j][s] − m)
//	p          = trans[0][j]·prev[0][s] + …, summed over i as in Gemm: for I < 384 one chain of fma from +0, i ascending
//	a[j]       = p·b[j][s]
//	c[s]       = ((0 + a[0]) + a[1]) + …
//	alpha[j][s] = a[j]/c[s], or +0 where c[s] is 0
//	logc[s]    = log(c[s]) + m
//
// Every line but p is rounded once; e is the exponential of Exp, but +0 where its result would be subnormal, log that of
// Log. This is the filter p(state | frames so far), and the sum of logc over the frames is log p(frames); it needs K
// exponentials, and underflows only where a transition itself does.
//
// A frame that is missing has logb = 0 throughout. Where c is 0, no state can have made the frames: alpha is +0 and logc −Inf,
// and so at all later frames. NaN in a column makes NaN of it, and so does +Inf in logb.
//
// A fit of many sequences (Baum and Welch's algorithm) goes like this, where the sequences stand in the order of falling
// length, so that those that have a frame t are the first columns:
//
//	at frame 0 prev is one row of ones, and trans one row, the initial distribution; then HMMForward frame by frame
//	log p of a sequence is the sum of its logc
//	at its last frame a sequence has β = 1; HMMBackward frame by frame, down to frame 0
//	P(state at t | all frames) is alpha·β, elementwise
//	n += alpha of frame t−1 · wᵀ of frame t, a Gemm; the expected transitions are trans·n, elementwise
//
// Sequences are what the lanes of a vector hold, so one alone costs as much as a vector of them; but from eight states on, and
// with matrices of stride 1, the lanes hold its states.
//
// alpha, b and logb are K×S, prev is I×S, trans I×K, c and logc have length S. b may be logb; no other output may overlap
// another operand. HMMForward panics if the shapes do not fit.
func HMMForward[T Float](alpha, b Matrix[T], c, logc []T, prev, trans, logb Matrix[T]) {
	alpha.check("HMMForward", "alpha")
	b.check("HMMForward", "b")
	prev.check("HMMForward", "prev")
	trans.check("HMMForward", "trans")
	logb.check("HMMForward", "logb")
	k, s := logb.Rows, logb.Cols
	if alpha.Rows != k || alpha.Cols != s || b.Rows != k || b.Cols != s || prev.Cols != s || trans.Rows != prev.Rows || trans.Cols != k {
		panic(fmt.Sprintf("kernels: HMMForward: alpha is %d×%d, b %d×%d, prev %d×%d, trans %d×%d, logb %d×%d",
			alpha.Rows, alpha.Cols, b.Rows, b.Cols, prev.Rows, prev.Cols, trans.Rows, trans.Cols, k, s))
	}
	checkLen("HMMForward", "c", len(c), s)
	checkLen("HMMForward", "logc", len(logc), s)
	if k == 0 {
		for i := range c {
			c[i], logc[i] = 0, T(math.Inf(-1))
		}
		return
	}
	if s == 0 {
		return
	}
	if s == 1 && k >= hmmAlone && Active() != Generic && prev.Rows > 0 && column(alpha) && column(b) && column(prev) && column(logb) {
		c[0], logc[0] = hmmForwardOne(alpha.Data[:k], b.Data[:k], prev.Data[:prev.Rows], trans, logb.Data[:k])
		return
	}
	given := prev.Rows == 0 || prev.Rows > hmmTerms
	if given {
		Gemm(Trans, NoTrans, alpha, trans, prev, Epilogue[T]{}, nil)
	}
	if is32[T]() {
		hmmForwardF32(matrixF32(alpha), matrixF32(b), f32(c), f32(logc), matrixF32(prev), matrixF32(trans), matrixF32(logb), given)
	} else {
		hmmForwardF64(matrixF64(alpha), matrixF64(b), f64(c), f64(logc), matrixF64(prev), matrixF64(trans), matrixF64(logb), given)
	}
}

// hmmAlone is the number of states from which one sequence alone is faster with states in the lanes.
const hmmAlone = 8

// hmmTerms is the longest chain that the kernels do themselves: longer ones are products of Gemm, of the same bits.
const hmmTerms = 64

// column reports whether the first column is a slice of its own.
func column[T Float](m Matrix[T]) bool { return m.Stride == 1 || m.Rows == 1 }

// hmmForwardOne is HMMForward for one sequence, whose states lie side by side: lanes are states.
func hmmForwardOne[T Float](alpha, b, prev []T, trans Matrix[T], logb []T) (c, logc T) {
	m := logb[0]
	for _, v := range logb[1:] {
		m = greater(v, m)
	}
	if m == T(math.Inf(-1)) {
		m = 0
	}
	sumExp(b, logb, m)
	Gemm(NoTrans, NoTrans, MatrixOf(1, len(alpha), alpha), MatrixOf(1, len(prev), prev), trans, Epilogue[T]{}, nil)
	Mul(alpha, alpha, b)
	for _, a := range alpha {
		c += a
	}
	divide(alpha, hmmDivisor(c))
	return c, logEither(c) + m
}

// HMMBackward does one frame of the scaled backward recursion, from frame t to frame t−1. For every sequence s, with b and c
// of frame t by HMMForward, next the β of frame t, K the columns of trans and I its rows:
//
//	w[j][s]    = b[j][s]·next[j][s]/d, d = c[s], or 1 where c[s] is 0
//	beta[i][s] = trans[i][0]·w[0][s] + …, summed over j as in Gemm: for K < 384 one chain of fma from +0, j ascending
//
// The product b·next and the quotient are rounded once each. β is scaled so that alpha∘beta sums to 1 over the states. w is
// what the expected transitions are made of: those from i to j between the frames are alpha[i][s]·trans[i][j]·w[j][s] with the alpha of
// frame t−1.
//
// beta is I×S, w, next and b are K×S, trans is I×K, c has length S. w may be b or next; no other output may overlap another
// operand. HMMBackward panics if the shapes do not fit.
func HMMBackward[T Float](beta, w, next, trans, b Matrix[T], c []T) {
	beta.check("HMMBackward", "beta")
	w.check("HMMBackward", "w")
	next.check("HMMBackward", "next")
	trans.check("HMMBackward", "trans")
	b.check("HMMBackward", "b")
	k, s := b.Rows, b.Cols
	if beta.Rows != trans.Rows || beta.Cols != s || w.Rows != k || w.Cols != s || next.Rows != k || next.Cols != s || trans.Cols != k {
		panic(fmt.Sprintf("kernels: HMMBackward: beta is %d×%d, w %d×%d, next %d×%d, trans %d×%d, b %d×%d",
			beta.Rows, beta.Cols, w.Rows, w.Cols, next.Rows, next.Cols, trans.Rows, trans.Cols, k, s))
	}
	checkLen("HMMBackward", "c", len(c), s)
	if s == 0 {
		return
	}
	chain := k <= hmmTerms && k > 0
	if k > 0 {
		if is32[T]() {
			hmmBackwardF32(matrixF32(beta), matrixF32(w), matrixF32(next), matrixF32(trans), matrixF32(b), f32(c), chain)
		} else {
			hmmBackwardF64(matrixF64(beta), matrixF64(w), matrixF64(next), matrixF64(trans), matrixF64(b), f64(c), chain)
		}
	}
	if !chain {
		Gemm(NoTrans, NoTrans, beta, trans, w, Epilogue[T]{}, nil)
	}
}

// HMMViterbi does one frame of Viterbi's recursion ("Error bounds for convolutional codes and an asymptotically optimum
// decoding algorithm", IEEE Trans. Inf. Theory 13(2), 1967). For every sequence s and state j:
//
//	v           = prev[i][s] + logTrans[i][j], i ascending
//	psi[j][s]   = the first i with the greatest v: v replaces what was found before if it is greater
//	delta[j][s] = that v + logb[j][s]
//
// It starts with prev one row of zeros and logTrans the log of the initial distribution, one row. The most probable path ends
// in the state with the greatest delta at the last frame, and psi of each frame tells from which state it came. psi holds whole numbers. A
// NaN v is never greater, but it stays if it is the first.
//
// delta, psi and logb are K×S, prev is I×S, logTrans I×K, I > 0. No output may overlap another operand. HMMViterbi panics if the
// shapes do not fit.
func HMMViterbi[T Float](delta, psi, prev, logTrans, logb Matrix[T]) {
	delta.check("HMMViterbi", "delta")
	psi.check("HMMViterbi", "psi")
	prev.check("HMMViterbi", "prev")
	logTrans.check("HMMViterbi", "logTrans")
	logb.check("HMMViterbi", "logb")
	k, s := logb.Rows, logb.Cols
	if delta.Rows != k || delta.Cols != s || psi.Rows != k || psi.Cols != s || prev.Cols != s || prev.Rows == 0 ||
		logTrans.Rows != prev.Rows || logTrans.Cols != k {
		panic(fmt.Sprintf("kernels: HMMViterbi: delta is %d×%d, psi %d×%d, prev %d×%d, logTrans %d×%d, logb %d×%d",
			delta.Rows, delta.Cols, psi.Rows, psi.Cols, prev.Rows, prev.Cols, logTrans.Rows, logTrans.Cols, k, s))
	}
	switch {
	case k == 0 || s == 0:
	case is32[T]():
		hmmViterbiF32(matrixF32(delta), matrixF32(psi), matrixF32(prev), matrixF32(logTrans), matrixF32(logb))
	default:
		hmmViterbiF64(matrixF64(delta), matrixF64(psi), matrixF64(prev), matrixF64(logTrans), matrixF64(logb))
	}
}
