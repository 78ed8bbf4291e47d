//go:build !purego && !race

package kernels

// for j < cols: acc = +0 (or dst[j]); acc = fma(±s[k·sStride], m[k·mStride+j], acc), k < rows ascending, rows > 0;
// dst[j] = acc. mode holds chainNeg and chainFrom.
//
//go:noescape
func chainF32AVX2(dst, m, s *float32, mStride, sStride, cols, rows, mode int)

//go:noescape
func chainF64AVX2(dst, m, s *float64, mStride, sStride, cols, rows, mode int)

// for i < n: x[i] /= by
//
//go:noescape
func divideF32AVX2(x *float32, n int, by float32)

//go:noescape
func divideF64AVX2(x *float64, n int, by float64)

// for j < n: u[j], x[j] = fma(s, x[j], c·u[j]), fma(c, x[j], −(s·u[j]))
//
//go:noescape
func rotateF32AVX2(u, x *float32, n int, c, s float32)

//go:noescape
func rotateF64AVX2(u, x *float64, n int, c, s float64)

// for j < n: u[j] = fma(−s, x[j], u[j])/c; x[j] = fma(c, x[j], −(s·u[j]))
//
//go:noescape
func reflectF32AVX2(u, x *float32, n int, c, s float32)

//go:noescape
func reflectF64AVX2(u, x *float64, n int, c, s float64)

// the loop of cholLanesGeneric for a vector of lanes
//
//go:noescape
func cholLanesF32AVX2(buf *float32, d int)

//go:noescape
func cholLanesF64AVX2(buf *float64, d int)

// the loop of triLanesGeneric for a vector of lanes
//
//go:noescape
func triLanesF32AVX2(p, u *float32, d int)

//go:noescape
func triLanesF64AVX2(p, u *float64, d int)

// for j < cols: acc = +0 (or dst[j]); acc = fma(±s[k·sStride], m[k·mStride+j], acc), k < rows ascending, rows > 0;
// dst[j] = acc. mode holds chainNeg and chainFrom.
//
//go:noescape
func chainF32AVX512(dst, m, s *float32, mStride, sStride, cols, rows, mode int)

//go:noescape
func chainF64AVX512(dst, m, s *float64, mStride, sStride, cols, rows, mode int)

// for i < n: x[i] /= by
//
//go:noescape
func divideF32AVX512(x *float32, n int, by float32)

//go:noescape
func divideF64AVX512(x *float64, n int, by float64)

// for j < n: u[j], x[j] = fma(s, x[j], c·u[j]), fma(c, x[j], −(s·u[j]))
//
//go:noescape
func rotateF32AVX512(u, x *float32, n int, c, s float32)

//go:noescape
func rotateF64AVX512(u, x *float64, n int, c, s float64)

// for j < n: u[j] = fma(−s, x[j], u[j])/c; x[j] = fma(c, x[j], −(s·u[j]))
//
//go:noescape
func reflectF32AVX512(u, x *float32, n int, c, s float32)

//go:noescape
func reflectF64AVX512(u, x *float64, n int, c, s float64)

// the loop of cholLanesGeneric for a vector of lanes
//
//go:noescape
func cholLanesF32AVX512(buf *float32, d int)

//go:noescape
func cholLanesF64AVX512(buf *float64, d int)

// the loop of triLanesGeneric for a vector of lanes
//
//go:noescape
func triLanesF32AVX512(p, u *float32, d int)

//go:noescape
func triLanesF64AVX512(p, u *float64, d int)

// for each column of count panels of two vectors, i < n: acc = x[i]; acc = fma(−u[k][i], x[k], acc), k < i ascending; x[i] = acc/u[i][i].
//
//go:noescape
func forwardF32AVX2(x *float32, xRow int, u *float32, uRow, n, count int)

//go:noescape
func forwardF64AVX2(x *float64, xRow int, u *float64, uRow, n, count int)

// for the panel x of the block u that begins at column first, first ≤ i < n: acc = x[i]; acc = fma(−u[k][i], x[k], acc), k < i
// ascending; u[i][i] becomes its root, and the others of x[i] are divided by it.
//
//go:noescape
func diagonalF32AVX2(x, u *float32, row, first, n int)

//go:noescape
func diagonalF64AVX2(x, u *float64, row, first, n int)

// for each column of count panels of two vectors, i < n: acc = x[i]; acc = fma(−u[k][i], x[k], acc), k < i ascending; x[i] = acc/u[i][i].
//
//go:noescape
func forwardF32AVX512(x *float32, xRow int, u *float32, uRow, n, count int)

//go:noescape
func forwardF64AVX512(x *float64, xRow int, u *float64, uRow, n, count int)

// for the panel x of the block u that begins at column first, first ≤ i < n: acc = x[i]; acc = fma(−u[k][i], x[k], acc), k < i
// ascending; u[i][i] becomes its root, and the others of x[i] are divided by it.
//
//go:noescape
func diagonalF32AVX512(x, u *float32, row, first, n int)

//go:noescape
func diagonalF64AVX512(x, u *float64, row, first, n int)

// cholPanel is the bytes of a panel of columns that forwardPanels and diagonalPanel work on, of so many bytes of columns; 0: there are none. It also
// says whose routines they take: they do not ask for the ISA again, which another goroutine may have switched. AVX-512's panels, twice as
// wide, take longer in halves where columns are few: they end in a part of one, and a block has 32.
func cholPanel(bytes int) int {
	switch isa := Active(); {
	case isa == AVX512 && (bytes >= 512 || !halves):
		return 128
	case isa != Generic:
		return 64
	}
	return 0
}

// forwardPanels is forward for whole panels of so many bytes a row; rows lie xRow and uRow elements apart.
func forwardPanels[T Float](x []T, xRow int, u []T, uRow, n, panels, bytes int) {
	if panels == 0 {
		return
	}
	size := sizeOf[T]()
	switch wide := bytes == 128; {
	case is32[T]() && wide:
		forwardF32AVX512(&f32(x)[0], xRow*size, &f32(u)[0], uRow*size, n, panels)
	case is32[T]():
		forwardF32AVX2(&f32(x)[0], xRow*size, &f32(u)[0], uRow*size, n, panels)
	case wide:
		forwardF64AVX512(&f64(x)[0], xRow*size, &f64(u)[0], uRow*size, n, panels)
	default:
		forwardF64AVX2(&f64(x)[0], xRow*size, &f64(u)[0], uRow*size, n, panels)
	}
}

// diagonalPanel ends the rows first … n−1 of the panel x of the block u that begins at their diagonal.
func diagonalPanel[T Float](x, u []T, row, first, n, bytes int) {
	size := sizeOf[T]()
	switch wide := bytes == 128; {
	case is32[T]() && wide:
		diagonalF32AVX512(&f32(x)[0], &f32(u)[0], row*size, first, n)
	case is32[T]():
		diagonalF32AVX2(&f32(x)[0], &f32(u)[0], row*size, first, n)
	case wide:
		diagonalF64AVX512(&f64(x)[0], &f64(u)[0], row*size, first, n)
	default:
		diagonalF64AVX2(&f64(x)[0], &f64(u)[0], row*size, first, n)
	}
}

// cholVector is the bytes of a vector: the lanes of a batch that are factored together. Of AVX2's lanes AVX-512 takes AVX2's routines.
func cholVector() int {
	if Active() == AVX512 {
		return 64
	}
	return 32
}

// chainWide is the bytes from which on chains and quotients go by AVX-512, whose masks, and halves of registers, cost more in fewer.
func chainWide() int {
	if halves {
		return 192
	}
	return 64
}

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
			if isa == AVX512 && 4*len(dst) >= chainWide() {
				chainF32AVX512(&dst[0], &m[0], &s[0], mStride, sStride, piece(dst), rows, int(mode))
			} else {
				chainF32AVX2(&dst[0], &m[0], &s[0], mStride, sStride, piece(dst), rows, int(mode))
			}
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
		if isa == AVX512 && 4*len(x) >= chainWide() {
			divideF32AVX512(&x[0], piece(x), by)
		} else {
			divideF32AVX2(&x[0], piece(x), by)
		}
	}
}

func rotateF32(u, x []float32, c, s float32) {
	isa := Active()
	if isa == Generic {
		rotateGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		if isa == AVX512 {
			rotateF32AVX512(&u[0], &x[0], piece(u), c, s)
		} else {
			rotateF32AVX2(&u[0], &x[0], piece(u), c, s)
		}
	}
}

func reflectF32(u, x []float32, c, s float32) {
	isa := Active()
	if isa == Generic {
		reflectGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		if isa == AVX512 {
			reflectF32AVX512(&u[0], &x[0], piece(u), c, s)
		} else {
			reflectF32AVX2(&u[0], &x[0], piece(u), c, s)
		}
	}
}

func cholLanesF32(buf []float32, d, lanes int) {
	switch {
	case lanes == 16:
		cholLanesF32AVX512(&buf[0], d)
	case Active() == Generic:
		cholLanesGeneric(buf, d, lanes)
	default:
		cholLanesF32AVX2(&buf[0], d)
	}
}

func triLanesF32(p, u []float32, d, lanes int) {
	switch {
	case lanes == 16:
		triLanesF32AVX512(&p[0], &u[0], d)
	case Active() == Generic:
		triLanesGeneric(p, u, d, lanes)
	default:
		triLanesF32AVX2(&p[0], &u[0], d)
	}
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
			if isa == AVX512 && 8*len(dst) >= chainWide() {
				chainF64AVX512(&dst[0], &m[0], &s[0], mStride, sStride, piece(dst), rows, int(mode))
			} else {
				chainF64AVX2(&dst[0], &m[0], &s[0], mStride, sStride, piece(dst), rows, int(mode))
			}
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
		if isa == AVX512 && 8*len(x) >= chainWide() {
			divideF64AVX512(&x[0], piece(x), by)
		} else {
			divideF64AVX2(&x[0], piece(x), by)
		}
	}
}

func rotateF64(u, x []float64, c, s float64) {
	isa := Active()
	if isa == Generic {
		rotateGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		if isa == AVX512 {
			rotateF64AVX512(&u[0], &x[0], piece(u), c, s)
		} else {
			rotateF64AVX2(&u[0], &x[0], piece(u), c, s)
		}
	}
}

func reflectF64(u, x []float64, c, s float64) {
	isa := Active()
	if isa == Generic {
		reflectGeneric(u, x, c, s)
		return
	}
	for ; len(u) > 0; u, x = u[piece(u):], x[piece(x):] {
		if isa == AVX512 {
			reflectF64AVX512(&u[0], &x[0], piece(u), c, s)
		} else {
			reflectF64AVX2(&u[0], &x[0], piece(u), c, s)
		}
	}
}

func cholLanesF64(buf []float64, d, lanes int) {
	switch {
	case lanes == 8:
		cholLanesF64AVX512(&buf[0], d)
	case Active() == Generic:
		cholLanesGeneric(buf, d, lanes)
	default:
		cholLanesF64AVX2(&buf[0], d)
	}
}

func triLanesF64(p, u []float64, d, lanes int) {
	switch {
	case lanes == 8:
		triLanesF64AVX512(&p[0], &u[0], d)
	case Active() == Generic:
		triLanesGeneric(p, u, d, lanes)
	default:
		triLanesF64AVX2(&p[0], &u[0], d)
	}
}
