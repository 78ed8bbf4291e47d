//go:build !purego && !race

package kernels

import "unsafe"

// softmaxRowsF32AVX2 does rows of k bytes of elements, in groups of 8, until a group has a row whose maximum is NaN or
// infinite, and returns the number of rows done. Strides and k are in bytes, k at least one element; r may be nil
// with a stride of 0; scratch holds 80 elements, all finite. For each row i < n, all of it in the order of softmaxRowGeneric:
//
//	m = max(x[i]); r[i][j] = expNeg(x[i][j] - m); s[j%32] += r[i][j]; halve(s)
//	logZ[i] = m + logPos(s[0]); r[i][j] *= 1/s[0]
//
//go:noescape
func softmaxRowsF32AVX2(r, logZ, x, scratch *float32, rStride, xStride, n, k int) (done int)

// softmaxRowsF64AVX2 is softmaxRowsF32AVX2 in groups of 4, with 16 lanes; scratch holds 24 elements.
//
//go:noescape
func softmaxRowsF64AVX2(r, logZ, x, scratch *float64, rStride, xStride, n, k int) (done int)

func softmaxRowsF32(r Matrix[float32], logZ []float32, x Matrix[float32]) {
	switch Active() {
	case AVX512, AVX2:
		const group = 8
		var scratch [80]float32
		step := max(group, pieceLen/x.Cols)
		for len(logZ) > 0 {
			n := min(len(logZ), step)
			done := softmaxRowsF32AVX2(unsafe.SliceData(r.Data), &logZ[0], &x.Data[0], &scratch[0], 4*r.Stride, 4*x.Stride, n, 4*x.Cols)
			if done < n {
				m := min(n, done+group)
				softmaxRowsGeneric(rowsOf(r, done, m), logZ[done:m], rowsOf(x, done, m))
				done = m
			}
			r, x, logZ = rowsOf(r, done, r.Rows), rowsOf(x, done, x.Rows), logZ[done:]
		}
	default:
		softmaxRowsGeneric(r, logZ, x)
	}
}

func softmaxRowsF64(r Matrix[float64], logZ []float64, x Matrix[float64]) {
	switch Active() {
	case AVX512, AVX2:
		const group = 4
		var scratch [24]float64
		step := max(group, pieceLen/x.Cols)
		for len(logZ) > 0 {
			n := min(len(logZ), step)
			done := softmaxRowsF64AVX2(unsafe.SliceData(r.Data), &logZ[0], &x.Data[0], &scratch[0], 8*r.Stride, 8*x.Stride, n, 8*x.Cols)
			if done < n {
				m := min(n, done+group)
				softmaxRowsGeneric(rowsOf(r, done, m), logZ[done:m], rowsOf(x, done, m))
				done = m
			}
			r, x, logZ = rowsOf(r, done, r.Rows), rowsOf(x, done, x.Rows), logZ[done:]
		}
	default:
		softmaxRowsGeneric(r, logZ, x)
	}
}

// rowsOf is m.SliceRows(lo, hi), but leaves a matrix without data alone.
func rowsOf[T Float](m Matrix[T], lo, hi int) Matrix[T] {
	if m.Data == nil {
		return m
	}
	return m.SliceRows(lo, hi)
}
