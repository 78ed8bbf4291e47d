//go:build !purego && !race

package kernels

import "unsafe"

// softmaxRowsF32AVX2 does rows of k bytes of elements, in groups of 8, until a group has a row whose maximum is NaN or
// infinite, and returns the number of rows done. Strides and k are in bytes, k at least one element; r may be nil
// with a stride of 0; scratch holds 80 elements, all finite. For each row i < n, all of it in the order of
// softmaxRowGeneric:
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

// softmaxRows4F32AVX2 is softmaxRowsF32AVX2 for 1 to 4 columns and n > 0 a multiple of 8; it returns the number of
// rows left.
//
//go:noescape
func softmaxRows4F32AVX2(r, logZ, x *float32, rStride, xStride, n, k int) (left int)

// softmaxRows8F32AVX2 is softmaxRows4F32AVX2 for 5 to 8 columns.
//
//go:noescape
func softmaxRows8F32AVX2(r, logZ, x *float32, rStride, xStride, n, k int) (left int)

// softmaxRows4F64AVX2 is softmaxRowsF64AVX2 for 1 to 4 columns and n > 0 a multiple of 4; it returns the number of
// rows left.
//
//go:noescape
func softmaxRows4F64AVX2(r, logZ, x *float64, rStride, xStride, n, k int) (left int)

// softmaxRows8F64AVX2 is softmaxRows4F64AVX2 for 5 to 8 columns.
//
//go:noescape
func softmaxRows8F64AVX2(r, logZ, x *float64, rStride, xStride, n, k int) (left int)

func softmaxRowsF32(r Matrix[float32], logZ []float32, x Matrix[float32]) {
	switch Active() {
	case AVX512, AVX2:
		const group = 8
		var scratch [80]float32
		step := max(group, pieceLen/x.Cols/group*group)
		for len(logZ) > 0 {
			n := min(len(logZ), step)
			rp, zp, xp, rs, xs, k := unsafe.SliceData(r.Data), &logZ[0], &x.Data[0], 4*r.Stride, 4*x.Stride, 4*x.Cols
			done := n / group * group
			switch {
			case done > 0 && x.Cols <= 4:
				n, done = done, done-softmaxRows4F32AVX2(rp, zp, xp, rs, xs, done, k)
			case done > 0 && x.Cols <= 8:
				n, done = done, done-softmaxRows8F32AVX2(rp, zp, xp, rs, xs, done, k)
			default:
				done = softmaxRowsF32AVX2(rp, zp, xp, &scratch[0], rs, xs, n, k)
			}
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
		step := max(group, pieceLen/x.Cols/group*group)
		for len(logZ) > 0 {
			n := min(len(logZ), step)
			rp, zp, xp, rs, xs, k := unsafe.SliceData(r.Data), &logZ[0], &x.Data[0], 8*r.Stride, 8*x.Stride, 8*x.Cols
			done := n / group * group
			switch {
			case done > 0 && x.Cols <= 4:
				n, done = done, done-softmaxRows4F64AVX2(rp, zp, xp, rs, xs, done, k)
			case done > 0 && x.Cols <= 8:
				n, done = done, done-softmaxRows8F64AVX2(rp, zp, xp, rs, xs, done, k)
			default:
				done = softmaxRowsF64AVX2(rp, zp, xp, &scratch[0], rs, xs, n, k)
			}
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
