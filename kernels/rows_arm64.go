//go:build !purego && !race

package kernels

import "unsafe"

// softmaxSmall has no routines for short rows here: four lanes are filled by them.
func softmaxSmall[T Float](r Matrix[T], logZ []T, x Matrix[T]) int { return 0 }

// rowMaximaF32NEON: m[i] = max over j < k of x[i][j], plus +0, i < n; rows that hold NaN give anything. Strides here and below are in bytes.
//
//go:noescape
func rowMaximaF32NEON(m, x *float32, n, k, xStride int)

//go:noescape
func rowMaximaF64NEON(m, x *float64, n, k, xStride int)

// rowTermsF32NEON: e[i][j] = expNeg(x[i][j] - m[i]), i < n, j < k. It writes whole registers: a row of e has room for a multiple of 128 bytes.
//
//go:noescape
func rowTermsF32NEON(e, x, m *float32, n, k, eStride, xStride int)

//go:noescape
func rowTermsF64NEON(e, x, m *float64, n, k, eStride, xStride int)

// rowSumsF32NEON: lane[j%L] += e[i][j], j < k, from +0; s[i] = halve(lane), i < n.
//
//go:noescape
func rowSumsF32NEON(s, e *float32, n, k, eStride int)

//go:noescape
func rowSumsF64NEON(s, e *float64, n, k, eStride int)

// rowDeltasF32NEON: d[i][j] = max(x[i][j] - m[i], expNegMin), with room as in rowTerms.
//
//go:noescape
func rowDeltasF32NEON(d, x, m *float32, n, k, dStride, xStride int)

//go:noescape
func rowDeltasF64NEON(d, x, m *float64, n, k, dStride, xStride int)

// rowScaleF32NEON: r[i][j] = e[i][j]·inv[i]; e has room as in rowTerms.
//
//go:noescape
func rowScaleF32NEON(r, e, inv *float32, n, k, rStride, eStride int)

//go:noescape
func rowScaleF64NEON(r, e, inv *float64, n, k, rStride, eStride int)

// rowShiftF32NEON: r[i][j] = (x[i][j] - m[i]) - ls[i].
//
//go:noescape
func rowShiftF32NEON(r, x, m, ls *float32, n, k, rStride, xStride int)

//go:noescape
func rowShiftF64NEON(r, x, m, ls *float64, n, k, rStride, xStride int)

// finishF32NEON: ls[i] = logPos(s[i]), inv[i] = 1/s[i], logZ[i] = m[i] + ls[i], i < n.
//
//go:noescape
func finishF32NEON(ls, inv, s, m, logZ *float32, n int)

//go:noescape
func finishF64NEON(ls, inv, s, m, logZ *float64, n int)

// finishEntropyF32NEON: finish, and q[i] = fma(-q[i], inv[i], ls[i]).
//
//go:noescape
func finishEntropyF32NEON(ls, inv, s, m, logZ, q *float32, n int)

//go:noescape
func finishEntropyF64NEON(ls, inv, s, m, logZ, q *float64, n int)

// colMaximaF32NEON: if x[j][i] > m[i] { m[i] = x[j][i] }; w[i] += x[j][i], j < k, i < n.
//
//go:noescape
func colMaximaF32NEON(m, w, x *float32, n, k, xStride int)

//go:noescape
func colMaximaF64NEON(m, w, x *float64, n, k, xStride int)

// colTermsF32NEON: r[j][i] = expNeg(x[j][i] - m[i]); lanes[j][i] += r[j][i]: j < k ≤ L, i < n ≤ 64; a lane is a row of 64 elements.
//
//go:noescape
func colTermsF32NEON(r, x, m, lanes *float32, n, k, rStride, xStride int)

//go:noescape
func colTermsF64NEON(r, x, m, lanes *float64, n, k, rStride, xStride int)

// colTermsEntropyF32NEON: colTerms, and qLanes[j][i] = fma(r[j][i], max(x[j][i] - m[i], expNegMin), qLanes[j][i]).
//
//go:noescape
func colTermsEntropyF32NEON(r, x, m, lanes, qLanes *float32, n, k, rStride, xStride int)

//go:noescape
func colTermsEntropyF64NEON(r, x, m, lanes, qLanes *float64, n, k, rStride, xStride int)

// colScaleF32NEON: r[j][i] *= inv[i], j < k, i < n.
//
//go:noescape
func colScaleF32NEON(r, inv *float32, n, k, rStride int)

//go:noescape
func colScaleF64NEON(r, inv *float64, n, k, rStride int)

// foldSumF32NEON: lanes[i%L] += x[i], i < n.
//
//go:noescape
func foldSumF32NEON(lanes, x *float32, n int)

//go:noescape
func foldSumF64NEON(lanes, x *float64, n int)

// foldDotF32NEON: lanes[i%L] = fma(x[i], y[i], lanes[i%L]), i < n.
//
//go:noescape
func foldDotF32NEON(lanes, x, y *float32, n int)

//go:noescape
func foldDotF64NEON(lanes, x, y *float64, n int)

// The kernels of either type, strides in elements.

func rowMaxima[T Float](m, x *T, n, k, xStride int) {
	if is32[T]() {
		rowMaximaF32NEON(p32(m), p32(x), n, k, 4*xStride)
	} else {
		rowMaximaF64NEON(p64(m), p64(x), n, k, 8*xStride)
	}
}

func rowsWide[T Float](int) bool { return false }

func rowTerms[T Float](e, x, m, _ *T, n, k, eStride, xStride, _ int, _ bool) {
	if is32[T]() {
		rowTermsF32NEON(p32(e), p32(x), p32(m), n, k, 4*eStride, 4*xStride)
	} else {
		rowTermsF64NEON(p64(e), p64(x), p64(m), n, k, 8*eStride, 8*xStride)
	}
}

func rowSums[T Float](s, e *T, n, k, eStride int, _ bool) {
	if is32[T]() {
		rowSumsF32NEON(p32(s), p32(e), n, k, 4*eStride)
	} else {
		rowSumsF64NEON(p64(s), p64(e), n, k, 8*eStride)
	}
}

func rowDeltas[T Float](d, x, m *T, n, k, dStride, xStride int) {
	if is32[T]() {
		rowDeltasF32NEON(p32(d), p32(x), p32(m), n, k, 4*dStride, 4*xStride)
	} else {
		rowDeltasF64NEON(p64(d), p64(x), p64(m), n, k, 8*dStride, 8*xStride)
	}
}

// rowDots takes the inner products of the terms and the deltas of rows of at most 512 bytes.
func rowDots[T Float](q, e, x, m *T, n, k, eStride, xStride int) {
	var d [4 * lanesF32]T
	qs, es := unsafe.Slice(q, n), unsafe.Slice(e, (n-1)*eStride+k)
	xs, ms := unsafe.Slice(x, (n-1)*xStride+k), unsafe.Slice(m, n)
	for i := range qs {
		rowDeltas(&d[0], &xs[i*xStride], &ms[i], 1, k, 0, 0)
		qs[i] = Dot(es[i*eStride:i*eStride+k], d[:k])
	}
}

func rowScale[T Float](r, e, inv *T, n, k, rStride, eStride int) {
	if is32[T]() {
		rowScaleF32NEON(p32(r), p32(e), p32(inv), n, k, 4*rStride, 4*eStride)
	} else {
		rowScaleF64NEON(p64(r), p64(e), p64(inv), n, k, 8*rStride, 8*eStride)
	}
}

func rowShift[T Float](r, x, m, ls *T, n, k, rStride, xStride int) {
	if is32[T]() {
		rowShiftF32NEON(p32(r), p32(x), p32(m), p32(ls), n, k, 4*rStride, 4*xStride)
	} else {
		rowShiftF64NEON(p64(r), p64(x), p64(m), p64(ls), n, k, 8*rStride, 8*xStride)
	}
}

func finish[T Float](ls, inv, s, m, logZ *T, n int) {
	if is32[T]() {
		finishF32NEON(p32(ls), p32(inv), p32(s), p32(m), p32(logZ), n)
	} else {
		finishF64NEON(p64(ls), p64(inv), p64(s), p64(m), p64(logZ), n)
	}
}

func finishEntropy[T Float](ls, inv, s, m, logZ, q *T, n int) {
	if is32[T]() {
		finishEntropyF32NEON(p32(ls), p32(inv), p32(s), p32(m), p32(logZ), p32(q), n)
	} else {
		finishEntropyF64NEON(p64(ls), p64(inv), p64(s), p64(m), p64(logZ), p64(q), n)
	}
}

func colMaxima[T Float](m, w, x *T, n, k, xStride int) {
	if is32[T]() {
		colMaximaF32NEON(p32(m), p32(w), p32(x), n, k, 4*xStride)
	} else {
		colMaximaF64NEON(p64(m), p64(w), p64(x), n, k, 8*xStride)
	}
}

func colTerms[T Float](r, x, m, lanes *T, n, k, rStride, xStride int) {
	if is32[T]() {
		colTermsF32NEON(p32(r), p32(x), p32(m), p32(lanes), n, k, 4*rStride, 4*xStride)
	} else {
		colTermsF64NEON(p64(r), p64(x), p64(m), p64(lanes), n, k, 8*rStride, 8*xStride)
	}
}

func colTermsEntropy[T Float](r, x, m, lanes, qLanes *T, n, k, rStride, xStride int) {
	if is32[T]() {
		colTermsEntropyF32NEON(p32(r), p32(x), p32(m), p32(lanes), p32(qLanes), n, k, 4*rStride, 4*xStride)
	} else {
		colTermsEntropyF64NEON(p64(r), p64(x), p64(m), p64(lanes), p64(qLanes), n, k, 8*rStride, 8*xStride)
	}
}

func colScale[T Float](r, inv *T, n, k, rStride int) {
	if is32[T]() {
		colScaleF32NEON(p32(r), p32(inv), n, k, 4*rStride)
	} else {
		colScaleF64NEON(p64(r), p64(inv), n, k, 8*rStride)
	}
}

func foldSum[T Float](lanes, x *T, n int) {
	if is32[T]() {
		foldSumF32NEON(p32(lanes), p32(x), n)
	} else {
		foldSumF64NEON(p64(lanes), p64(x), n)
	}
}

func foldDot[T Float](lanes, x, y *T, n int) {
	if is32[T]() {
		foldDotF32NEON(p32(lanes), p32(x), p32(y), n)
	} else {
		foldDotF64NEON(p64(lanes), p64(x), p64(y), n)
	}
}
