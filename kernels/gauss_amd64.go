//go:build !purego && !race

package kernels

// gaussTileF32AVX2 scores tiles under one component:
//
//	for l in the lanes of each tile: t[j][l] = x[j][l] − mean[j]; q = +0
//	for i < rows: z = +0; for j ≤ i: z = fma(p[j·pStride+i], t[j][l], z); q = fma(z, z, q)
//	out[l] = fma(−½, q, c), or q if c is nil
//
// first is rows mod 6.
//
//go:noescape
func gaussTileF32AVX2(a *gaussTile)

// gaussTileF64AVX2 is gaussTileF32AVX2 for float64.
//
//go:noescape
func gaussTileF64AVX2(a *gaussTile)

// gaussPanelF32AVX2 adds a block of columns to six rows of z, lanes side by side:
//
//	for i < 6: a = +0; for j < rows: a = fma(p[j·pStride+i], t[j][l], a)
//	mode 0: z[i][l] = a
//	mode 1: z[i][l] += a
//	mode 2: for j = rows … rows+i: a = fma(p[j·pStride+i], t[j][l], a); v = a + z[i][l]; if i ≥ skip: q[l] = fma(v, v, q[l])
//
//go:noescape
func gaussPanelF32AVX2(q, z, t, p *float32, pStride, rows, skip, mode int)

// gaussPanelF64AVX2 is gaussPanelF32AVX2 for float64.
//
//go:noescape
func gaussPanelF64AVX2(q, z, t, p *float64, pStride, rows, skip, mode int)

// gaussDiag4F32AVX2 scores tiles under four components:
//
//	for l in the lanes of each tile, k < 4: q = +0
//	for j < d: t = x[j][l] − mean[k·meanStride+j]; q = fma(t·p[k·pStride+j], t, q)
//	out[k·outStride+l] = fma(−½, q, c[k])
//
//go:noescape
func gaussDiag4F32AVX2(a *gaussTile)

// gaussDiag4F64AVX2 is gaussDiag4F32AVX2 for float64.
//
//go:noescape
func gaussDiag4F64AVX2(a *gaussTile)

// gaussDiag1F32AVX2 is gaussDiag4F32AVX2 with k < 1.
//
//go:noescape
func gaussDiag1F32AVX2(a *gaussTile)

// gaussDiag1F64AVX2 is gaussDiag1F32AVX2 for float64.
//
//go:noescape
func gaussDiag1F64AVX2(a *gaussTile)

// gaussDiagRowF32AVX2 scores one row x[0:d] under 4 components, or 1 (rows says which):
//
//	for k < rows: q = +0
//	for j < d: t = x[j] − mean[k·meanStride+j]; q = fma(t·p[k·pStride+j], t, q)
//	out[k] = fma(−½, q, c[k])
//
//go:noescape
func gaussDiagRowF32AVX2(a *gaussTile)

// gaussDiagRowF64AVX2 is gaussDiagRowF32AVX2 for float64.
//
//go:noescape
func gaussDiagRowF64AVX2(a *gaussTile)

// gaussRowF32AVX2 transforms one row x[0:d] under some components (rows says how many), d < 384:
//
//	for k < rows: for j < d: t[j] = x[j] − mean[k·meanStride+j]
//	for i < d: z = +0; for j ≤ i: z = fma(p[(k·d+j)·pStride+i], t[j], z); out[k·d+i] = z, ±0 alike
//
// It writes up to 7 elements past out[0:rows·d] and t[0:d].
//
//go:noescape
func gaussRowF32AVX2(a *gaussTile)

// gaussRowF64AVX2 is gaussRowF32AVX2 for float64; up to 3 elements past the ends.
//
//go:noescape
func gaussRowF64AVX2(a *gaussTile)

// gaussNormsF32AVX2 writes the log-densities of n ≤ 8 rows of z; all eight rows are read:
//
//	for k < n: q = +0; for i < d: q = fma(z[k·d+i], z[k·d+i], q); out[k] = fma(−½, q, c[k])
//
//go:noescape
func gaussNormsF32AVX2(out, z, c *float32, d, n int)

// gaussNormsF64AVX2 is gaussNormsF32AVX2 for float64.
//
//go:noescape
func gaussNormsF64AVX2(out, z, c *float64, d, n int)

// gaussGatherF32AVX2 transposes n vectors of rows, two to a tile; n ≥ 1:
//
//	for v < n, j < d, l < 8: dst[v/2·16·d+v%2·8 + 16·j+l] = x[(8·v+l)·stride+j]
//
//go:noescape
func gaussGatherF32AVX2(dst, x *float32, stride, d, n int)

// gaussGatherF64AVX2: for v < n, j < d, l < 4: dst[v/2·8·d+v%2·4 + 8·j+l] = x[(4·v+l)·stride+j].
//
//go:noescape
func gaussGatherF64AVX2(dst, x *float64, stride, d, n int)

// gaussScatterF32AVX2: for r < n, k < 4: dst[r·dstStride+k] = out[k·outStride+r]; n is a multiple of 8, at least 8.
//
//go:noescape
func gaussScatterF32AVX2(dst, out *float32, dstStride, outStride, n int)

// gaussScatterF64AVX2 is gaussScatterF32AVX2 for float64; n is a multiple of 4, at least 4.
//
//go:noescape
func gaussScatterF64AVX2(dst, out *float64, dstStride, outStride, n int)

// gaussTileF32AVX512 is gaussTileF32AVX2; first is rows mod 12.
//
//go:noescape
func gaussTileF32AVX512(a *gaussTile)

//go:noescape
func gaussTileF64AVX512(a *gaussTile)

// gaussDiag4F32AVX512 is gaussDiag4F32AVX2.
//
//go:noescape
func gaussDiag4F32AVX512(a *gaussTile)

//go:noescape
func gaussDiag4F64AVX512(a *gaussTile)

// gaussDiag1F32AVX512 is gaussDiag1F32AVX2.
//
//go:noescape
func gaussDiag1F32AVX512(a *gaussTile)

//go:noescape
func gaussDiag1F64AVX512(a *gaussTile)

// gaussRowF32AVX512 is gaussRowF32AVX2, and writes nothing past the ends.
//
//go:noescape
func gaussRowF32AVX512(a *gaussTile)

//go:noescape
func gaussRowF64AVX512(a *gaussTile)

// gaussPanelF32AVX512 is gaussPanelF32AVX2 for twelve rows of z.
//
//go:noescape
func gaussPanelF32AVX512(q, z, t, p *float32, pStride, rows, skip, mode int)

//go:noescape
func gaussPanelF64AVX512(q, z, t, p *float64, pStride, rows, skip, mode int)

// gaussMasked2F32AVX2 scores tiles with missing entries under two components, or twice under one (rows says which):
//
//	for l in the lanes of each tile, k < 2: q = +0; s = c[k]
//	for j < d: if x[j][l] is a number: t = x[j][l] − mean[k·meanStride+j]; q = fma(t·p[k·pStride+j], t, q); s += h[k·hStride+j]
//		or else s += 0
//	out[k·outStride+l] = fma(−½, q, s)
//
//go:noescape
func gaussMasked2F32AVX2(a *gaussTile)

//go:noescape
func gaussMasked2F64AVX2(a *gaussTile)

// gaussMasked2F32AVX512 is gaussMasked2F32AVX2.
//
//go:noescape
func gaussMasked2F32AVX512(a *gaussTile)

//go:noescape
func gaussMasked2F64AVX512(a *gaussTile)

// The routines by type and ISA. What only moves, or runs along scalar chains, gains nothing from AVX-512.

// gaussPanel is the number of elements of z that a register tile holds.
func gaussPanel(isa ISA) int {
	if isa == AVX512 {
		return 12
	}
	return 6
}

func gaussFullTile[T Float](a *gaussTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		gaussTileF32AVX512(a)
	case avx512:
		gaussTileF64AVX512(a)
	case is32[T]():
		gaussTileF32AVX2(a)
	default:
		gaussTileF64AVX2(a)
	}
}

func gaussDiag4[T Float](a *gaussTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		gaussDiag4F32AVX512(a)
	case avx512:
		gaussDiag4F64AVX512(a)
	case is32[T]():
		gaussDiag4F32AVX2(a)
	default:
		gaussDiag4F64AVX2(a)
	}
}

func gaussDiag1[T Float](a *gaussTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		gaussDiag1F32AVX512(a)
	case avx512:
		gaussDiag1F64AVX512(a)
	case is32[T]():
		gaussDiag1F32AVX2(a)
	default:
		gaussDiag1F64AVX2(a)
	}
}

func gaussMasked2[T Float](a *gaussTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		gaussMasked2F32AVX512(a)
	case avx512:
		gaussMasked2F64AVX512(a)
	case is32[T]():
		gaussMasked2F32AVX2(a)
	default:
		gaussMasked2F64AVX2(a)
	}
}

// gaussRow takes AVX2's routine for a row that AVX-512 has in one register, of two halves.
func gaussRow[T Float](a *gaussTile, isa ISA) {
	switch avx512 := isa == AVX512 && (a.d*sizeOf[T]() > 64 || !halves); {
	case avx512 && is32[T]():
		gaussRowF32AVX512(a)
	case avx512:
		gaussRowF64AVX512(a)
	case is32[T]():
		gaussRowF32AVX2(a)
	default:
		gaussRowF64AVX2(a)
	}
}

func gaussAddPanel[T Float](q, z, t, p []T, stride, rows, skip, mode int, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		gaussPanelF32AVX512(&f32(q)[0], &f32(z)[0], &f32(t)[0], &f32(p)[0], stride, rows, skip, mode)
	case avx512:
		gaussPanelF64AVX512(&f64(q)[0], &f64(z)[0], &f64(t)[0], &f64(p)[0], stride, rows, skip, mode)
	case is32[T]():
		gaussPanelF32AVX2(&f32(q)[0], &f32(z)[0], &f32(t)[0], &f32(p)[0], stride, rows, skip, mode)
	default:
		gaussPanelF64AVX2(&f64(q)[0], &f64(z)[0], &f64(t)[0], &f64(p)[0], stride, rows, skip, mode)
	}
}

func gaussDiagRow4[T Float](a *gaussTile) {
	if is32[T]() {
		gaussDiagRowF32AVX2(a)
	} else {
		gaussDiagRowF64AVX2(a)
	}
}

func gaussNorms[T Float](out, z, c []T, d, n int) {
	if is32[T]() {
		gaussNormsF32AVX2(&f32(out)[0], &f32(z)[0], &f32(c)[0], d, n)
	} else {
		gaussNormsF64AVX2(&f64(out)[0], &f64(z)[0], &f64(c)[0], d, n)
	}
}

func gaussGatherVectors[T Float](xt, x []T, stride, d, n int) {
	if is32[T]() {
		gaussGatherF32AVX2(&f32(xt)[0], &f32(x)[0], stride, d, n)
	} else {
		gaussGatherF64AVX2(&f64(xt)[0], &f64(x)[0], stride, d, n)
	}
}

func gaussScatterGroup[T Float](dst, out []T, dstStride, outStride, n int) {
	if is32[T]() {
		gaussScatterF32AVX2(&f32(dst)[0], &f32(out)[0], dstStride, outStride, n)
	} else {
		gaussScatterF64AVX2(&f64(dst)[0], &f64(out)[0], dstStride, outStride, n)
	}
}
