//go:build !purego && !race

package kernels

// chainPanelF32AVX2 is one panel of chain, at most four vectors of columns (32):
//
//	for j < cols: acc = +0 (or dst[j])
//	for k < rows (or rows+j+1): acc = fma(±s[k·sStride], m[k·mStride+j], acc)
//	dst[j] = acc (or dst[j] + acc)
//
//go:noescape
func chainPanelF32AVX2(dst, m, s *float32, mStride, sStride, cols, rows, mode int)

// chainPanelF64AVX2 is chainPanelF32AVX2 for float64, at most 16 columns.
//
//go:noescape
func chainPanelF64AVX2(dst, m, s *float64, mStride, sStride, cols, rows, mode int)

// divideF32AVX2: for i < n: x[i] /= by.
//
//go:noescape
func divideF32AVX2(x *float32, n int, by float32)

// divideF64AVX2: for i < n: x[i] /= by.
//
//go:noescape
func divideF64AVX2(x *float64, n int, by float64)

func chainF32(dst, m []float32, mStride int, s []float32, sStride, rows int, mode chainMode) {
	switch Active() {
	case AVX512, AVX2:
		const panel = 32
		for lo := 0; lo < len(dst); lo += panel {
			cols, n := min(panel, len(dst)-lo), rows
			if mode&chainTri != 0 {
				n += lo
			}
			chainPanelF32AVX2(&dst[lo], &m[lo], &s[0], mStride, sStride, cols, n, int(mode))
		}
	default:
		chainGeneric(dst, m, mStride, s, sStride, rows, mode)
	}
}

func chainF64(dst, m []float64, mStride int, s []float64, sStride, rows int, mode chainMode) {
	switch Active() {
	case AVX512, AVX2:
		const panel = 16
		for lo := 0; lo < len(dst); lo += panel {
			cols, n := min(panel, len(dst)-lo), rows
			if mode&chainTri != 0 {
				n += lo
			}
			chainPanelF64AVX2(&dst[lo], &m[lo], &s[0], mStride, sStride, cols, n, int(mode))
		}
	default:
		chainGeneric(dst, m, mStride, s, sStride, rows, mode)
	}
}

func divideF32(x []float32, by float32) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(x) > pieceLen; x = x[pieceLen:] {
			divideF32AVX2(&x[0], pieceLen, by)
		}
		if len(x) > 0 {
			divideF32AVX2(&x[0], len(x), by)
		}
	default:
		divideGeneric(x, by)
	}
}

func divideF64(x []float64, by float64) {
	switch Active() {
	case AVX512, AVX2:
		for ; len(x) > pieceLen; x = x[pieceLen:] {
			divideF64AVX2(&x[0], pieceLen, by)
		}
		if len(x) > 0 {
			divideF64AVX2(&x[0], len(x), by)
		}
	default:
		divideGeneric(x, by)
	}
}
