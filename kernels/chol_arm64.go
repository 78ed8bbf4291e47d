//go:build !purego && !race

package kernels

// for j < cols: acc = +0 (or dst[j]); acc = fma(±s[k·sStride], m[k·mStride+j], acc), k < rows ascending, rows > 0;
// dst[j] = acc. mode holds chainNeg and chainFrom.
//
//go:noescape
func chainF32NEON(dst, m, s *float32, mStride, sStride, cols, rows, mode int)

//go:noescape
func chainF64NEON(dst, m, s *float64, mStride, sStride, cols, rows, mode int)

// for i < n: x[i] /= by
//
//go:noescape
func divideF32NEON(x *float32, n int, by float32)

//go:noescape
func divideF64NEON(x *float64, n int, by float64)

// for j < n: u[j], x[j] = fma(s, x[j], c·u[j]), fma(c, x[j], −(s·u[j]))
//
//go:noescape
func rotateF32NEON(u, x *float32, n int, c, s float32)

//go:noescape
func rotateF64NEON(u, x *float64, n int, c, s float64)

// for j < n: u[j] = fma(−s, x[j], u[j])/c; x[j] = fma(c, x[j], −(s·u[j]))
//
//go:noescape
func reflectF32NEON(u, x *float32, n int, c, s float32)

//go:noescape
func reflectF64NEON(u, x *float64, n int, c, s float64)

// the loop of cholLanesGeneric for a vector of lanes
//
//go:noescape
func cholLanesF32NEON(buf *float32, d int)

//go:noescape
func cholLanesF64NEON(buf *float64, d int)

// the loop of triLanesGeneric for a vector of lanes
//
//go:noescape
func triLanesF32NEON(p, u *float32, d int)

//go:noescape
func triLanesF64NEON(p, u *float64, d int)

// cholVector is the bytes of a vector: the lanes of a batch that are factored together.
func cholVector() int { return 16 }

func chainF32(dst, m []float32, mStride int, s []float32, sStride, rows int, mode chainMode) {
	switch isa := Active(); {
	case isa == Generic || mode&(chainTri|chainAdd) != 0:
		chainGeneric(dst, m, mStride, s, sStride, rows, mode)
	case len(dst) == 0:
	case rows == 0:
		if mode&chainFrom == 0 {
			clear(dst)
		}
	default:
		for ; len(dst) > 0; dst, m = dst[piece(dst):], m[piece(dst):] {
			chainF32NEON(&dst[0], &m[0], &s[0], mStride, sStride, piece(dst), rows, int(mode))
		}
	}
}

func divideF32(x []float32, by float32) {
	isa := Active()
	if isa == Generic {
		divideGeneric(x, by)
		return
	}
	for ; len(x) > 0; x = x[piece(x):] {
		divideF32NEON(&x[0], piece(x), by)
	}
}

func rotateF32(u, x []float32, c, s float32) {
	isa := Active()
	if isa == Generic {
		rotateGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		rotateF32NEON(&u[0], &x[0], piece(u), c, s)
	}
}

func reflectF32(u, x []float32, c, s float32) {
	isa := Active()
	if isa == Generic {
		reflectGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		reflectF32NEON(&u[0], &x[0], piece(u), c, s)
	}
}

func cholLanesF32(buf []float32, d, lanes int) {
	isa := Active()
	if isa == Generic {
		cholLanesGeneric(buf, d, lanes)
		return
	}
	cholLanesF32NEON(&buf[0], d)
}

func triLanesF32(p, u []float32, d, lanes int) {
	isa := Active()
	if isa == Generic {
		triLanesGeneric(p, u, d, lanes)
		return
	}
	triLanesF32NEON(&p[0], &u[0], d)
}

func chainF64(dst, m []float64, mStride int, s []float64, sStride, rows int, mode chainMode) {
	switch isa := Active(); {
	case isa == Generic || mode&(chainTri|chainAdd) != 0:
		chainGeneric(dst, m, mStride, s, sStride, rows, mode)
	case len(dst) == 0:
	case rows == 0:
		if mode&chainFrom == 0 {
			clear(dst)
		}
	default:
		for ; len(dst) > 0; dst, m = dst[piece(dst):], m[piece(dst):] {
			chainF64NEON(&dst[0], &m[0], &s[0], mStride, sStride, piece(dst), rows, int(mode))
		}
	}
}

func divideF64(x []float64, by float64) {
	isa := Active()
	if isa == Generic {
		divideGeneric(x, by)
		return
	}
	for ; len(x) > 0; x = x[piece(x):] {
		divideF64NEON(&x[0], piece(x), by)
	}
}

func rotateF64(u, x []float64, c, s float64) {
	isa := Active()
	if isa == Generic {
		rotateGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		rotateF64NEON(&u[0], &x[0], piece(u), c, s)
	}
}

func reflectF64(u, x []float64, c, s float64) {
	isa := Active()
	if isa == Generic {
		reflectGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		reflectF64NEON(&u[0], &x[0], piece(u), c, s)
	}
}

func cholLanesF64(buf []float64, d, lanes int) {
	isa := Active()
	if isa == Generic {
		cholLanesGeneric(buf, d, lanes)
		return
	}
	cholLanesF64NEON(&buf[0], d)
}

func triLanesF64(p, u []float64, d, lanes int) {
	isa := Active()
	if isa == Generic {
		triLanesGeneric(p, u, d, lanes)
		return
	}
	triLanesF64NEON(&p[0], &u[0], d)
}

// There are no panels: chains do their work.
func cholPanel(int) int                                                         { return 0 }
func forwardPanels[T Float](x []T, xRow int, u []T, uRow, n, panels, bytes int) {}
func diagonalPanel[T Float](x, u []T, row, first, n, bytes int)                 {}
