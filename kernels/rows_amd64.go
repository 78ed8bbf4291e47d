//go:build !purego && !race

package kernels

// softmaxRows4F32AVX2 does rows of 1 to 4 columns, n > 0 a multiple of 8 of them, in groups of 8, until a group has a row whose
// maximum is NaN or infinite, and returns the number of rows left. Strides and k are in bytes; r may be nil with a stride of 0. For each
// row i < n:
//
//	m = max(x[i]); r[i][j] = expNeg(x[i][j] - m); s[j%32] += r[i][j]; halve(s)
//	logZ[i] = m + logPos(s[0]); r[i][j] *= 1/s[0]
//
//go:noescape
func softmaxRows4F32AVX2(r, logZ, x *float32, rStride, xStride, n, k int) (left int)

// softmaxRows8F32AVX2 is softmaxRows4F32AVX2 for 5 to 8 columns; e is scratch memory of eightBytes.
//
//go:noescape
func softmaxRows8F32AVX2(r, logZ, x, e *float32, rStride, xStride, n, k int) (left int)

// softmaxRows4F64AVX2 is softmaxRows4F32AVX2 in groups of 4, with 16 lanes.
//
//go:noescape
func softmaxRows4F64AVX2(r, logZ, x *float64, rStride, xStride, n, k int) (left int)

// softmaxRows8F64AVX2 is softmaxRows4F64AVX2 for 5 to 8 columns.
//
//go:noescape
func softmaxRows8F64AVX2(r, logZ, x, e *float64, rStride, xStride, n, k int) (left int)

// eightBytes is the scratch memory of a block of rows of 5 to 8 columns.
const eightBytes = 256 + 2048 + 256

// softmaxSmall does rows of at most 8 columns, as many as make whole groups, and returns their number. Eight or four rows are
// transposed in registers, or folded into one; 512 bits have no better way to do that, so AVX-512 takes these routines too.
func softmaxSmall[T Float](r Matrix[T], logZ []T, x Matrix[T]) int {
	group := lanesOf[T]() / 4
	n := len(logZ) / group * group
	if x.Cols > 8 || n == 0 {
		return 0
	}
	if x.Cols <= 4 {
		softmaxGroups(r, logZ, x, n, group, nil)
	} else {
		var e [eightBytes / 8]float64
		softmaxGroups(r, logZ, x, n, group, &e[0])
	}
	return n
}

// softmaxGroups is softmaxSmall for n rows in groups.
func softmaxGroups[T Float](r Matrix[T], logZ []T, x Matrix[T], n, group int, e *float64) {
	size := sizeOf[T]()
	step := pieceLen / x.Cols / group * group
	for done := 0; done < n; {
		nb := min(n-done, step)
		var rp *T
		if r.Data != nil {
			rp = &r.Data[done*r.Stride]
		}
		zp, xp, rs, xs, k := &logZ[done], &x.Data[done*x.Stride], size*r.Stride, size*x.Stride, size*x.Cols
		var left int
		switch {
		case is32[T]() && x.Cols <= 4:
			left = softmaxRows4F32AVX2(p32(rp), p32(zp), p32(xp), rs, xs, nb, k)
		case is32[T]():
			left = softmaxRows8F32AVX2(p32(rp), p32(zp), p32(xp), p32(e), rs, xs, nb, k)
		case x.Cols <= 4:
			left = softmaxRows4F64AVX2(p64(rp), p64(zp), p64(xp), rs, xs, nb, k)
		default:
			left = softmaxRows8F64AVX2(p64(rp), p64(zp), p64(xp), e, rs, xs, nb, k)
		}
		done += nb - left
		if left > 0 { // a group with a special row
			softmaxRowsGeneric(r, logZ, nil, x, done, done+group)
			done += group
		}
	}
}

// rowMaximaF32AVX2: m[i] = max over j < k of x[i][j], plus +0, i < n; rows that hold NaN give anything. Strides here and below are in bytes.
//
//go:noescape
func rowMaximaF32AVX2(m, x *float32, n, k, xStride int)

//go:noescape
func rowMaximaF64AVX2(m, x *float64, n, k, xStride int)

// rowMaximaF32AVX512: m[i] = max over j < k of x[i][j], plus +0, i < n; rows that hold NaN give anything. Strides here and below are in bytes.
//
//go:noescape
func rowMaximaF32AVX512(m, x *float32, n, k, xStride int)

//go:noescape
func rowMaximaF64AVX512(m, x *float64, n, k, xStride int)

// rowTermsF32AVX2: e[i][j] = expNeg(x[i][j] - m[i]), i < n, j < k. It writes whole registers: a row of e has room for a multiple of 128 bytes.
// The lines of r, if it is not nil, and of the next n rows of x are fetched, for what comes after.
//
//go:noescape
func rowTermsF32AVX2(e, x, m, r *float32, n, k, eStride, xStride, rStride int)

//go:noescape
func rowTermsF64AVX2(e, x, m, r *float64, n, k, eStride, xStride, rStride int)

// rowTermsF32AVX512: e[i][j] = expNeg(x[i][j] - m[i]), i < n, j < k. It writes whole registers: a row of e has room for a multiple of 128 bytes.
//
//go:noescape
func rowTermsF32AVX512(e, x, m *float32, n, k, eStride, xStride int)

//go:noescape
func rowTermsF64AVX512(e, x, m *float64, n, k, eStride, xStride int)

// rowSumsF32AVX2: lane[j%L] += e[i][j], j < k, from +0; s[i] = halve(lane), i < n. On AVX2 no e is below +0, and it is +0 in the rest of the
// last 128 bytes of a row.
//
//go:noescape
func rowSumsF32AVX2(s, e *float32, n, k, eStride int)

//go:noescape
func rowSumsF64AVX2(s, e *float64, n, k, eStride int)

// rowSumsF32AVX512: lane[j%L] += e[i][j], j < k, from +0; s[i] = halve(lane), i < n.
//
//go:noescape
func rowSumsF32AVX512(s, e *float32, n, k, eStride int)

//go:noescape
func rowSumsF64AVX512(s, e *float64, n, k, eStride int)

// rowDotsF32AVX2: q[i] = Dot of e[i][j] and max(x[i][j] - m[i], expNegMin), j < k.
//
//go:noescape
func rowDotsF32AVX2(q, e, x, m *float32, n, k, eStride, xStride int)

//go:noescape
func rowDotsF64AVX2(q, e, x, m *float64, n, k, eStride, xStride int)

// rowDeltasF32AVX2: d[i][j] = max(x[i][j] - m[i], expNegMin), with room as in rowTerms.
//
//go:noescape
func rowDeltasF32AVX2(d, x, m *float32, n, k, dStride, xStride int)

//go:noescape
func rowDeltasF64AVX2(d, x, m *float64, n, k, dStride, xStride int)

// rowDeltasF32AVX512: d[i][j] = max(x[i][j] - m[i], expNegMin), with room as in rowTerms.
//
//go:noescape
func rowDeltasF32AVX512(d, x, m *float32, n, k, dStride, xStride int)

//go:noescape
func rowDeltasF64AVX512(d, x, m *float64, n, k, dStride, xStride int)

// rowScaleF32AVX2: r[i][j] = e[i][j]·inv[i]; e has room as in rowTerms.
//
//go:noescape
func rowScaleF32AVX2(r, e, inv *float32, n, k, rStride, eStride int)

//go:noescape
func rowScaleF64AVX2(r, e, inv *float64, n, k, rStride, eStride int)

// rowScaleF32AVX512: r[i][j] = e[i][j]·inv[i]; e has room as in rowTerms.
//
//go:noescape
func rowScaleF32AVX512(r, e, inv *float32, n, k, rStride, eStride int)

//go:noescape
func rowScaleF64AVX512(r, e, inv *float64, n, k, rStride, eStride int)

// rowShiftF32AVX2: r[i][j] = (x[i][j] - m[i]) - ls[i].
//
//go:noescape
func rowShiftF32AVX2(r, x, m, ls *float32, n, k, rStride, xStride int)

//go:noescape
func rowShiftF64AVX2(r, x, m, ls *float64, n, k, rStride, xStride int)

// rowShiftF32AVX512: r[i][j] = (x[i][j] - m[i]) - ls[i].
//
//go:noescape
func rowShiftF32AVX512(r, x, m, ls *float32, n, k, rStride, xStride int)

//go:noescape
func rowShiftF64AVX512(r, x, m, ls *float64, n, k, rStride, xStride int)

// finishF32AVX2: ls[i] = logPos(s[i]), inv[i] = 1/s[i], logZ[i] = m[i] + ls[i], i < n.
//
//go:noescape
func finishF32AVX2(ls, inv, s, m, logZ *float32, n int)

//go:noescape
func finishF64AVX2(ls, inv, s, m, logZ *float64, n int)

// finishF32AVX512: ls[i] = logPos(s[i]), inv[i] = 1/s[i], logZ[i] = m[i] + ls[i], i < n.
//
//go:noescape
func finishF32AVX512(ls, inv, s, m, logZ *float32, n int)

//go:noescape
func finishF64AVX512(ls, inv, s, m, logZ *float64, n int)

// finishEntropyF32AVX2: finish, and q[i] = fma(-q[i], inv[i], ls[i]).
//
//go:noescape
func finishEntropyF32AVX2(ls, inv, s, m, logZ, q *float32, n int)

//go:noescape
func finishEntropyF64AVX2(ls, inv, s, m, logZ, q *float64, n int)

// finishEntropyF32AVX512: finish, and q[i] = fma(-q[i], inv[i], ls[i]).
//
//go:noescape
func finishEntropyF32AVX512(ls, inv, s, m, logZ, q *float32, n int)

//go:noescape
func finishEntropyF64AVX512(ls, inv, s, m, logZ, q *float64, n int)

// colMaximaF32AVX2: if x[j][i] > m[i] { m[i] = x[j][i] }; w[i] += x[j][i], j < k, i < n.
//
//go:noescape
func colMaximaF32AVX2(m, w, x *float32, n, k, xStride int)

//go:noescape
func colMaximaF64AVX2(m, w, x *float64, n, k, xStride int)

// colMaximaF32AVX512: if x[j][i] > m[i] { m[i] = x[j][i] }; w[i] += x[j][i], j < k, i < n.
//
//go:noescape
func colMaximaF32AVX512(m, w, x *float32, n, k, xStride int)

//go:noescape
func colMaximaF64AVX512(m, w, x *float64, n, k, xStride int)

// colTermsF32AVX2: r[j][i] = expNeg(x[j][i] - m[i]); lanes[j][i] += r[j][i]: j < k ≤ L, i < n ≤ 64; a lane is a row of 64 elements.
//
//go:noescape
func colTermsF32AVX2(r, x, m, lanes *float32, n, k, rStride, xStride int)

//go:noescape
func colTermsF64AVX2(r, x, m, lanes *float64, n, k, rStride, xStride int)

// colTermsF32AVX512: r[j][i] = expNeg(x[j][i] - m[i]); lanes[j][i] += r[j][i]: j < k ≤ L, i < n ≤ 64; a lane is a row of 64 elements.
//
//go:noescape
func colTermsF32AVX512(r, x, m, lanes *float32, n, k, rStride, xStride int)

//go:noescape
func colTermsF64AVX512(r, x, m, lanes *float64, n, k, rStride, xStride int)

// colTermsEntropyF32AVX2: colTerms, and qLanes[j][i] = fma(r[j][i], max(x[j][i] - m[i], expNegMin), qLanes[j][i]).
//
//go:noescape
func colTermsEntropyF32AVX2(r, x, m, lanes, qLanes *float32, n, k, rStride, xStride int)

//go:noescape
func colTermsEntropyF64AVX2(r, x, m, lanes, qLanes *float64, n, k, rStride, xStride int)

// colTermsEntropyF32AVX512: colTerms, and qLanes[j][i] = fma(r[j][i], max(x[j][i] - m[i], expNegMin), qLanes[j][i]).
//
//go:noescape
func colTermsEntropyF32AVX512(r, x, m, lanes, qLanes *float32, n, k, rStride, xStride int)

//go:noescape
func colTermsEntropyF64AVX512(r, x, m, lanes, qLanes *float64, n, k, rStride, xStride int)

// colScaleF32AVX2: r[j][i] *= inv[i], j < k, i < n.
//
//go:noescape
func colScaleF32AVX2(r, inv *float32, n, k, rStride int)

//go:noescape
func colScaleF64AVX2(r, inv *float64, n, k, rStride int)

// colScaleF32AVX512: r[j][i] *= inv[i], j < k, i < n.
//
//go:noescape
func colScaleF32AVX512(r, inv *float32, n, k, rStride int)

//go:noescape
func colScaleF64AVX512(r, inv *float64, n, k, rStride int)

// foldSumF32AVX2: lanes[i%L] += x[i], i < n.
//
//go:noescape
func foldSumF32AVX2(lanes, x *float32, n int)

//go:noescape
func foldSumF64AVX2(lanes, x *float64, n int)

// foldSumF32AVX512: lanes[i%L] += x[i], i < n.
//
//go:noescape
func foldSumF32AVX512(lanes, x *float32, n int)

//go:noescape
func foldSumF64AVX512(lanes, x *float64, n int)

// foldDotF32AVX2: lanes[i%L] = fma(x[i], y[i], lanes[i%L]), i < n.
//
//go:noescape
func foldDotF32AVX2(lanes, x, y *float32, n int)

//go:noescape
func foldDotF64AVX2(lanes, x, y *float64, n int)

// foldDotF32AVX512: lanes[i%L] = fma(x[i], y[i], lanes[i%L]), i < n.
//
//go:noescape
func foldDotF32AVX512(lanes, x, y *float32, n int)

//go:noescape
func foldDotF64AVX512(lanes, x, y *float64, n int)

// rowsWide tells whether rows of k columns go by AVX-512. Where that works in halves it takes 5 to 30 % longer for most lengths of rows, which end in
// parts of registers or begin anywhere in a line of the cache.
func rowsWide[T Float](k int) bool {
	return activeFor(k*sizeOf[T]()) == AVX512 && !halves
}

// The kernels of either type, strides in elements.

func rowMaxima[T Float](m, x *T, n, k, xStride int) {
	switch wide := rowsWide[T](k); {
	case wide && is32[T]():
		rowMaximaF32AVX512(p32(m), p32(x), n, k, 4*xStride)
	case wide:
		rowMaximaF64AVX512(p64(m), p64(x), n, k, 8*xStride)
	case is32[T]():
		rowMaximaF32AVX2(p32(m), p32(x), n, k, 4*xStride)
	default:
		rowMaximaF64AVX2(p64(m), p64(x), n, k, 8*xStride)
	}
}

// rowTerms and rowSums differ in the room that they take behind a row: both, and all blocks, go one way, by rowsWide, even if
// another goroutine switches the ISA meanwhile.
func rowTerms[T Float](e, x, m, r *T, n, k, eStride, xStride, rStride int, wide bool) {
	switch {
	case wide && is32[T]():
		rowTermsF32AVX512(p32(e), p32(x), p32(m), n, k, 4*eStride, 4*xStride)
	case wide:
		rowTermsF64AVX512(p64(e), p64(x), p64(m), n, k, 8*eStride, 8*xStride)
	case is32[T]():
		rowTermsF32AVX2(p32(e), p32(x), p32(m), p32(r), n, k, 4*eStride, 4*xStride, 4*rStride)
	default:
		rowTermsF64AVX2(p64(e), p64(x), p64(m), p64(r), n, k, 8*eStride, 8*xStride, 8*rStride)
	}
}

func rowSums[T Float](s, e *T, n, k, eStride int, wide bool) {
	switch {
	case wide && is32[T]():
		rowSumsF32AVX512(p32(s), p32(e), n, k, 4*eStride)
	case wide:
		rowSumsF64AVX512(p64(s), p64(e), n, k, 8*eStride)
	case is32[T]():
		rowSumsF32AVX2(p32(s), p32(e), n, k, 4*eStride)
	default:
		rowSumsF64AVX2(p64(s), p64(e), n, k, 8*eStride)
	}
}

// rowDots takes the inner products of the terms and the deltas of rows.
func rowDots[T Float](q, e, x, m *T, n, k, eStride, xStride int) {
	if is32[T]() {
		rowDotsF32AVX2(p32(q), p32(e), p32(x), p32(m), n, k, 4*eStride, 4*xStride)
	} else {
		rowDotsF64AVX2(p64(q), p64(e), p64(x), p64(m), n, k, 8*eStride, 8*xStride)
	}
}

func rowDeltas[T Float](d, x, m *T, n, k, dStride, xStride int) {
	switch wide := rowsWide[T](k); {
	case wide && is32[T]():
		rowDeltasF32AVX512(p32(d), p32(x), p32(m), n, k, 4*dStride, 4*xStride)
	case wide:
		rowDeltasF64AVX512(p64(d), p64(x), p64(m), n, k, 8*dStride, 8*xStride)
	case is32[T]():
		rowDeltasF32AVX2(p32(d), p32(x), p32(m), n, k, 4*dStride, 4*xStride)
	default:
		rowDeltasF64AVX2(p64(d), p64(x), p64(m), n, k, 8*dStride, 8*xStride)
	}
}

func rowScale[T Float](r, e, inv *T, n, k, rStride, eStride int) {
	switch wide := rowsWide[T](k); {
	case wide && is32[T]():
		rowScaleF32AVX512(p32(r), p32(e), p32(inv), n, k, 4*rStride, 4*eStride)
	case wide:
		rowScaleF64AVX512(p64(r), p64(e), p64(inv), n, k, 8*rStride, 8*eStride)
	case is32[T]():
		rowScaleF32AVX2(p32(r), p32(e), p32(inv), n, k, 4*rStride, 4*eStride)
	default:
		rowScaleF64AVX2(p64(r), p64(e), p64(inv), n, k, 8*rStride, 8*eStride)
	}
}

func rowShift[T Float](r, x, m, ls *T, n, k, rStride, xStride int) {
	switch wide := rowsWide[T](k); {
	case wide && is32[T]():
		rowShiftF32AVX512(p32(r), p32(x), p32(m), p32(ls), n, k, 4*rStride, 4*xStride)
	case wide:
		rowShiftF64AVX512(p64(r), p64(x), p64(m), p64(ls), n, k, 8*rStride, 8*xStride)
	case is32[T]():
		rowShiftF32AVX2(p32(r), p32(x), p32(m), p32(ls), n, k, 4*rStride, 4*xStride)
	default:
		rowShiftF64AVX2(p64(r), p64(x), p64(m), p64(ls), n, k, 8*rStride, 8*xStride)
	}
}

func finish[T Float](ls, inv, s, m, logZ *T, n int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		finishF32AVX512(p32(ls), p32(inv), p32(s), p32(m), p32(logZ), n)
	case wide:
		finishF64AVX512(p64(ls), p64(inv), p64(s), p64(m), p64(logZ), n)
	case is32[T]():
		finishF32AVX2(p32(ls), p32(inv), p32(s), p32(m), p32(logZ), n)
	default:
		finishF64AVX2(p64(ls), p64(inv), p64(s), p64(m), p64(logZ), n)
	}
}

func finishEntropy[T Float](ls, inv, s, m, logZ, q *T, n int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		finishEntropyF32AVX512(p32(ls), p32(inv), p32(s), p32(m), p32(logZ), p32(q), n)
	case wide:
		finishEntropyF64AVX512(p64(ls), p64(inv), p64(s), p64(m), p64(logZ), p64(q), n)
	case is32[T]():
		finishEntropyF32AVX2(p32(ls), p32(inv), p32(s), p32(m), p32(logZ), p32(q), n)
	default:
		finishEntropyF64AVX2(p64(ls), p64(inv), p64(s), p64(m), p64(logZ), p64(q), n)
	}
}

func colMaxima[T Float](m, w, x *T, n, k, xStride int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		colMaximaF32AVX512(p32(m), p32(w), p32(x), n, k, 4*xStride)
	case wide:
		colMaximaF64AVX512(p64(m), p64(w), p64(x), n, k, 8*xStride)
	case is32[T]():
		colMaximaF32AVX2(p32(m), p32(w), p32(x), n, k, 4*xStride)
	default:
		colMaximaF64AVX2(p64(m), p64(w), p64(x), n, k, 8*xStride)
	}
}

func colTerms[T Float](r, x, m, lanes *T, n, k, rStride, xStride int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		colTermsF32AVX512(p32(r), p32(x), p32(m), p32(lanes), n, k, 4*rStride, 4*xStride)
	case wide:
		colTermsF64AVX512(p64(r), p64(x), p64(m), p64(lanes), n, k, 8*rStride, 8*xStride)
	case is32[T]():
		colTermsF32AVX2(p32(r), p32(x), p32(m), p32(lanes), n, k, 4*rStride, 4*xStride)
	default:
		colTermsF64AVX2(p64(r), p64(x), p64(m), p64(lanes), n, k, 8*rStride, 8*xStride)
	}
}

func colTermsEntropy[T Float](r, x, m, lanes, qLanes *T, n, k, rStride, xStride int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		colTermsEntropyF32AVX512(p32(r), p32(x), p32(m), p32(lanes), p32(qLanes), n, k, 4*rStride, 4*xStride)
	case wide:
		colTermsEntropyF64AVX512(p64(r), p64(x), p64(m), p64(lanes), p64(qLanes), n, k, 8*rStride, 8*xStride)
	case is32[T]():
		colTermsEntropyF32AVX2(p32(r), p32(x), p32(m), p32(lanes), p32(qLanes), n, k, 4*rStride, 4*xStride)
	default:
		colTermsEntropyF64AVX2(p64(r), p64(x), p64(m), p64(lanes), p64(qLanes), n, k, 8*rStride, 8*xStride)
	}
}

func colScale[T Float](r, inv *T, n, k, rStride int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		colScaleF32AVX512(p32(r), p32(inv), n, k, 4*rStride)
	case wide:
		colScaleF64AVX512(p64(r), p64(inv), n, k, 8*rStride)
	case is32[T]():
		colScaleF32AVX2(p32(r), p32(inv), n, k, 4*rStride)
	default:
		colScaleF64AVX2(p64(r), p64(inv), n, k, 8*rStride)
	}
}

func foldSum[T Float](lanes, x *T, n int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		foldSumF32AVX512(p32(lanes), p32(x), n)
	case wide:
		foldSumF64AVX512(p64(lanes), p64(x), n)
	case is32[T]():
		foldSumF32AVX2(p32(lanes), p32(x), n)
	default:
		foldSumF64AVX2(p64(lanes), p64(x), n)
	}
}

func foldDot[T Float](lanes, x, y *T, n int) {
	switch wide := Active() == AVX512 && !halves; {
	case wide && is32[T]():
		foldDotF32AVX512(p32(lanes), p32(x), p32(y), n)
	case wide:
		foldDotF64AVX512(p64(lanes), p64(x), p64(y), n)
	case is32[T]():
		foldDotF32AVX2(p32(lanes), p32(x), p32(y), n)
	default:
		foldDotF64AVX2(p64(lanes), p64(x), p64(y), n)
	}
}
