package kernels

import (
	"fmt"
	"math"
)

// HMMSequences is the most sequences whose frames HMMForwardFrames, HMMBackwardFrames and HMMViterbiFrames take in turn.
const HMMSequences = 8

// hmmScratch is the length of the scratch of as many frames: two rows of hmmTerms states, those of float64 in 512 bytes each.
const hmmScratch = HMMSequences * 2 * 512 / 4

// hmmPadded is the length of a row of k states with what fills its last 32 bytes.
func hmmPadded[T Float](k int) int {
	n := 32 / sizeOf[T]()
	return (k + n - 1) / n * n
}

// HMMFramesWork returns the length of the scratch that HMMForwardFrames, HMMBackwardFrames and HMMViterbiFrames need for k states.
func HMMFramesWork[T Float](k int) int {
	if k > hmmTerms {
		return 0
	}
	return k*hmmPadded[T](k) + hmmScratch
}

// HMMForwardFrames does N frames of the scaled forward recursion for one sequence: what HMMForward does of a column for frame after
// frame, with the same bits. Row t of a matrix is a frame, a column a state. With alpha_−1 = prev, for t = 0, 1, …, N−1:
//
//	m_t         = max over j of logb[t][j], NaN passed over unless it is the first; 0 if that is −Inf
//	b[t][j]     = e(logb[t][j] − m_t)
//	a[j]        = (alpha[t−1][0]·trans[0][j] + …)·b[t][j], the sum over i as in Gemm
//	c[t]        = ((0 + a[0]) + a[1]) + …
//	alpha[t][j] = a[j]/c[t], or +0 where c[t] is 0
//	logc[t]     = log(c[t]) + m_t
//
// The exponentials and logarithms are those of all frames at once, and the lanes hold the states: from frame to frame there is one chain
// of K multiply-adds, the sum and a quotient. A frame's first distribution is HMMForward's business: prev is alpha of the frame before these.
//
// If prev has S rows, S·K elements, 1 < S ≤ HMMSequences, the frames are those of S sequences in turn: alpha[t−S] stands in the place of alpha[t−1], row
// t of prev in that of alpha[t−S] for t < S. The processor then does one's chain while another's waits.
//
// alpha, b and logb are N×K, trans is K×K, c and logc have length N, prev S·K; work has HMMFramesWork(K) elements at least. b may be logb and prev
// a row beside those of alpha; no other output may overlap another operand. HMMForwardFrames panics if the shapes do not fit.
func HMMForwardFrames[T Float](alpha, b Matrix[T], c, logc, prev []T, trans, logb Matrix[T], work []T) {
	alpha.check("HMMForwardFrames", "alpha")
	b.check("HMMForwardFrames", "b")
	trans.check("HMMForwardFrames", "trans")
	logb.check("HMMForwardFrames", "logb")
	n, k := logb.Rows, logb.Cols
	if alpha.Rows != n || alpha.Cols != k || b.Rows != n || b.Cols != k || trans.Rows != k || trans.Cols != k {
		panic(fmt.Sprintf("kernels: HMMForwardFrames: alpha is %d×%d, b %d×%d, trans %d×%d, logb %d×%d",
			alpha.Rows, alpha.Cols, b.Rows, b.Cols, trans.Rows, trans.Cols, n, k))
	}
	checkLen("HMMForwardFrames", "c", len(c), n)
	checkLen("HMMForwardFrames", "logc", len(logc), n)
	checkStates("HMMForwardFrames", "prev", len(prev), k)
	checkWork("HMMForwardFrames", len(work), HMMFramesWork[T](k))
	switch {
	case n == 0:
	case k == 0 || k > hmmTerms:
		s := len(prev) / max(k, 1)
		for t := range n {
			HMMForward(columnOf(alpha.Row(t)), columnOf(b.Row(t)), c[t:t+1], logc[t:t+1], columnOf(hmmBefore(alpha, prev, t, s)), trans, columnOf(logb.Row(t)))
		}
	default:
		hmmScores(b, logc, logb)
		if is32[T]() {
			hmmForwardFramesF32(matrixF32(alpha), matrixF32(b), f32(c), f32(prev), matrixF32(trans), f32(work))
		} else {
			hmmForwardFramesF64(matrixF64(alpha), matrixF64(b), f64(c), f64(prev), matrixF64(trans), f64(work))
		}
		for lo := 0; lo < n; lo += len(work) {
			hi := min(n, lo+len(work))
			Log(work[:hi-lo], c[lo:hi])
			Add(logc[lo:hi], work[:hi-lo], logc[lo:hi])
		}
	}
}

// columnOf views a slice as a column.
func columnOf[T Float](x []T) Matrix[T] { return Matrix[T]{Rows: len(x), Cols: 1, Data: x, Stride: 1} }

// checkStates panics unless there are so many states of 1 to HMMSequences sequences.
func checkStates(name, operand string, got, k int) {
	if got%max(k, 1) != 0 || got > HMMSequences*k || got < k {
		panic(fmt.Sprintf("kernels: %s: %s has length %d, want 1 to %d times %d", name, operand, got, HMMSequences, k))
	}
}

func checkWork(name string, got, want int) {
	if got < want {
		panic(fmt.Sprintf("kernels: %s: work has length %d, want at least %d", name, got, want))
	}
}

// hmmScores writes m_t to m and b to b.
func hmmScores[T Float](b Matrix[T], m []T, logb Matrix[T]) {
	least := T(math.Inf(-1))
	for t := range m {
		row := logb.Row(t)
		most := row[0]
		for _, v := range row[1:] {
			most = greater(v, most)
		}
		if most == least {
			most = 0
		}
		m[t] = most
		to := b.Row(t)[:len(row)]
		for j, v := range row {
			to[j] = v - most
		}
	}
	if b.Stride == b.Cols {
		sumExp(b.Data, b.Data, 0)
		return
	}
	for t := range m {
		sumExp(b.Row(t), b.Row(t), 0)
	}
}

// HMMBackwardFrames does N frames of the scaled backward recursion for one sequence: what HMMBackward does of a column for frame
// before frame, with the same bits. Row t of a matrix is a frame. With β_{N−1} = next, b and c by HMMForwardFrames, for t = N−1, …, 1, 0:
//
//	w[t][j]    = b[t][j]·β_t[j]/d, d = c[t], or 1 where c[t] is 0
//	beta[t][i] = trans[i][0]·w[t][0] + …, summed over j as in Gemm: β_{t−1}, that of the frame before
//
// With S rows of next, beta[t+S] is β_t, or row t+S−N of next: S sequences in turn, as in HMMForwardFrames.
//
// So row t+1 of beta, or next, goes with row t of alpha; and n += alphaᵀ of the frames −1 to N−2 · w, a Gemm, is what trans is multiplied by,
// elementwise, to give the expected transitions.
//
// beta, w and b are N×K, trans is K×K, c has length N, next S·K; work has HMMFramesWork(K) elements at least. w may be b, and next a row beside
// those of beta; no other output may overlap another operand. HMMBackwardFrames panics if the shapes do not fit.
func HMMBackwardFrames[T Float](beta, w Matrix[T], next []T, trans, b Matrix[T], c, work []T) {
	beta.check("HMMBackwardFrames", "beta")
	w.check("HMMBackwardFrames", "w")
	trans.check("HMMBackwardFrames", "trans")
	b.check("HMMBackwardFrames", "b")
	n, k := b.Rows, b.Cols
	if beta.Rows != n || beta.Cols != k || w.Rows != n || w.Cols != k || trans.Rows != k || trans.Cols != k {
		panic(fmt.Sprintf("kernels: HMMBackwardFrames: beta is %d×%d, w %d×%d, trans %d×%d, b %d×%d",
			beta.Rows, beta.Cols, w.Rows, w.Cols, trans.Rows, trans.Cols, n, k))
	}
	checkLen("HMMBackwardFrames", "c", len(c), n)
	checkStates("HMMBackwardFrames", "next", len(next), k)
	checkWork("HMMBackwardFrames", len(work), HMMFramesWork[T](k))
	switch {
	case n == 0 || k == 0:
	case k > hmmTerms:
		for t := n - 1; t >= 0; t-- {
			HMMBackward(columnOf(beta.Row(t)), columnOf(w.Row(t)), columnOf(hmmAfter(beta, next, t, len(next)/k)), trans, columnOf(b.Row(t)), c[t:t+1])
		}
	case is32[T]():
		hmmBackwardFramesF32(matrixF32(beta), matrixF32(w), f32(next), matrixF32(trans), matrixF32(b), f32(c), f32(work))
	default:
		hmmBackwardFramesF64(matrixF64(beta), matrixF64(w), f64(next), matrixF64(trans), matrixF64(b), f64(c), f64(work))
	}
}

// HMMViterbiFrames does N frames of Viterbi's recursion for one sequence: what HMMViterbi does of a column for frame after frame, the greatest
// element taken out of each frame so that nothing grows with their number. Row t of a matrix is a frame. With delta_−1 = prev, for
// t = 0, 1, …, N−1:
//
//	v           = delta[t−1][i] + logTrans[i][j], i ascending
//	psi[t][j]   = the first i with the greatest v: v replaces what was found before if it is greater
//	d[j]        = that v + logb[t][j]
//	most[t]     = max over j of d[j], plus +0; NaN if one is NaN
//	delta[t][j] = d[j] − most[t], or d[j] where most[t] is NaN or infinite
//
// The logarithm of the best path's probability is the sum of most over the frames, where all are finite. Lanes hold the states. With S rows of prev,
// delta[t−S] stands in the place of delta[t−1]: S sequences in turn, as in HMMForwardFrames.
//
// delta, psi and logb are N×K, logTrans is K×K, most has length N, prev S·K; work has HMMFramesWork(K) elements at least. prev may be a row
// beside those of delta; no output may overlap another operand. HMMViterbiFrames panics if the shapes do not fit.
func HMMViterbiFrames[T Float](delta, psi Matrix[T], most, prev []T, logTrans, logb Matrix[T], work []T) {
	delta.check("HMMViterbiFrames", "delta")
	psi.check("HMMViterbiFrames", "psi")
	logTrans.check("HMMViterbiFrames", "logTrans")
	logb.check("HMMViterbiFrames", "logb")
	n, k := logb.Rows, logb.Cols
	if delta.Rows != n || delta.Cols != k || psi.Rows != n || psi.Cols != k || logTrans.Rows != k || logTrans.Cols != k {
		panic(fmt.Sprintf("kernels: HMMViterbiFrames: delta is %d×%d, psi %d×%d, logTrans %d×%d, logb %d×%d",
			delta.Rows, delta.Cols, psi.Rows, psi.Cols, logTrans.Rows, logTrans.Cols, n, k))
	}
	checkLen("HMMViterbiFrames", "most", len(most), n)
	checkStates("HMMViterbiFrames", "prev", len(prev), k)
	checkWork("HMMViterbiFrames", len(work), HMMFramesWork[T](k))
	switch {
	case n == 0:
	case k == 0:
		Fill(most, T(math.Inf(-1)))
	case k > hmmTerms:
		for t := range n {
			HMMViterbi(columnOf(delta.Row(t)), columnOf(psi.Row(t)), columnOf(hmmBefore(delta, prev, t, len(prev)/k)), logTrans, columnOf(logb.Row(t)))
			most[t] = hmmLower(delta.Row(t))
		}
	case is32[T]():
		hmmViterbiFramesF32(matrixF32(delta), matrixF32(psi), f32(most), f32(prev), matrixF32(logTrans), matrixF32(logb), f32(work))
	default:
		hmmViterbiFramesF64(matrixF64(delta), matrixF64(psi), f64(most), f64(prev), matrixF64(logTrans), matrixF64(logb), f64(work))
	}
}
