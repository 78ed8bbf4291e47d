//go:build !purego && !race

package kernels

import "unsafe"

// gaussTileF32NEON scores tiles under one component:
//
//	for l in the lanes of each tile: t[j][l] = x[j][l] − mean[j]; q = +0
//	for i < rows: z = +0; for j ≤ i: z = fma(p[j·pStride+i], t[j][l], z); q = fma(z, z, q)
//	out[l] = fma(−½, q, c), or q if c is nil
//
// first is rows mod 6.
//
//go:noescape
func gaussTileF32NEON(a *gaussTile)

// gaussTileF64NEON is gaussTileF32NEON for float64.
//
//go:noescape
func gaussTileF64NEON(a *gaussTile)

// gaussPanelF32NEON adds a block of columns to six rows of z, lanes side by side:
//
//	for i < 6: a = +0; for j < rows: a = fma(p[j·pStride+i], t[j][l], a)
//	mode 0: z[i][l] = a
//	mode 1: z[i][l] += a
//	mode 2: for j = rows … rows+i: a = fma(p[j·pStride+i], t[j][l], a); v = a + z[i][l]; if i ≥ skip: q[l] = fma(v, v, q[l])
//
//go:noescape
func gaussPanelF32NEON(q, z, t, p *float32, pStride, rows, skip, mode int)

// gaussPanelF64NEON is gaussPanelF32NEON for float64.
//
//go:noescape
func gaussPanelF64NEON(q, z, t, p *float64, pStride, rows, skip, mode int)

// gaussDiag4F32NEON scores tiles under four components:
//
//	for l in the lanes of each tile, k < 4: q = +0
//	for j < d: t = x[j][l] − mean[k·meanStride+j]; q = fma(t·p[k·pStride+j], t, q)
//	out[k·outStride+l] = fma(−½, q, c[k])
//
//go:noescape
func gaussDiag4F32NEON(a *gaussTile)

// gaussDiag4F64NEON is gaussDiag4F32NEON for float64.
//
//go:noescape
func gaussDiag4F64NEON(a *gaussTile)

// gaussDiag1F32NEON is gaussDiag4F32NEON with k < 1.
//
//go:noescape
func gaussDiag1F32NEON(a *gaussTile)

// gaussDiag1F64NEON is gaussDiag4F64NEON with k < 1.
//
//go:noescape
func gaussDiag1F64NEON(a *gaussTile)

// gaussDiagRowF32NEON scores one row x[0:d] under 4 components, or 1 (rows says which):
//
//	for k < rows: q = +0
//	for j < d: t = x[j] − mean[k·meanStride+j]; q = fma(t·p[k·pStride+j], t, q)
//	out[k] = fma(−½, q, c[k])
//
//go:noescape
func gaussDiagRowF32NEON(a *gaussTile)

// gaussDiagRowF64NEON is gaussDiagRowF32NEON for float64.
//
//go:noescape
func gaussDiagRowF64NEON(a *gaussTile)

// gaussRowF32NEON transforms one row x[0:d] under some components (rows says how many); first vectors, 4, 2 or 1 of
// 16 bytes, fit into d < 384 elements:
//
//	for k < rows: for j < d: t[j] = x[j] − mean[k·meanStride+j]
//	for i < d: z = +0; for j ≤ i: z = fma(p[(k·d+j)·pStride+i], t[j], z); out[k·d+i] = z, ±0 alike
//
//go:noescape
func gaussRowF32NEON(a *gaussTile)

// gaussRowF64NEON is gaussRowF32NEON for float64.
//
//go:noescape
func gaussRowF64NEON(a *gaussTile)

// gaussNormsF32NEON writes the log-densities of n ≤ 8 rows of z; all eight rows are read:
//
//	for k < n: q = +0; for i < d: q = fma(z[k·d+i], z[k·d+i], q); out[k] = fma(−½, q, c[k])
//
//go:noescape
func gaussNormsF32NEON(out, z, c *float32, d, n int)

// gaussNormsF64NEON is gaussNormsF32NEON for float64.
//
//go:noescape
func gaussNormsF64NEON(out, z, c *float64, d, n int)

// gaussGatherF32NEON: for j < d, l < 8: dst[16·j+l] = x[l·stride+j].
//
//go:noescape
func gaussGatherF32NEON(dst, x *float32, stride, d int)

// gaussGatherF64NEON: for j < d, l < 4: dst[8·j+l] = x[l·stride+j].
//
//go:noescape
func gaussGatherF64NEON(dst, x *float64, stride, d int)

// gaussScatterF32NEON: for r < n, k < 4: dst[r·dstStride+k] = out[k·outStride+r]; n is a multiple of 8, at least 8.
//
//go:noescape
func gaussScatterF32NEON(dst, out *float32, dstStride, outStride, n int)

// gaussScatterF64NEON: for r < n, k < 4: dst[r·dstStride+k] = out[k·outStride+r]; n is a multiple of 4, at least 4.
//
//go:noescape
func gaussScatterF64NEON(dst, out *float64, dstStride, outStride, n int)

// gaussMasked2F32NEON scores tiles with missing entries under two components, or twice under one (rows says which):
//
//	for l in the lanes of each tile, k < 2: q = +0; s = c[k]
//	for j < d: if x[j][l] is a number: t = x[j][l] − mean[k·meanStride+j]; q = fma(t·p[k·pStride+j], t, q); s += h[k·hStride+j]
//		or else s += 0
//	out[k·outStride+l] = fma(−½, q, s)
//
//go:noescape
func gaussMasked2F32NEON(a *gaussTile)

//go:noescape
func gaussMasked2F64NEON(a *gaussTile)

// gaussPanel is the number of elements of z that a register tile holds.
func gaussPanel(ISA) int { return 6 }

func gaussFullTile[T Float](a *gaussTile, _ ISA) {
	if is32[T]() {
		gaussTileF32NEON(a)
	} else {
		gaussTileF64NEON(a)
	}
}

func gaussDiag4[T Float](a *gaussTile, _ ISA) {
	if is32[T]() {
		gaussDiag4F32NEON(a)
	} else {
		gaussDiag4F64NEON(a)
	}
}

func gaussDiag1[T Float](a *gaussTile, _ ISA) {
	if is32[T]() {
		gaussDiag1F32NEON(a)
	} else {
		gaussDiag1F64NEON(a)
	}
}

func gaussMasked2[T Float](a *gaussTile, _ ISA) {
	if is32[T]() {
		gaussMasked2F32NEON(a)
	} else {
		gaussMasked2F64NEON(a)
	}
}

func gaussRow[T Float](a *gaussTile, _ ISA) {
	d, vector := a.d, gaussLanes[T]()/4
	switch {
	case d >= 4*vector:
		a.first = 4
	case d >= 2*vector:
		a.first = 2
	case d >= vector:
		a.first = 1
	default:
		gaussRowShort[T](a)
		return
	}
	if is32[T]() {
		gaussRowF32NEON(a)
	} else {
		gaussRowF64NEON(a)
	}
}

// gaussRowShort is gaussRow for rows shorter than a vector.
func gaussRowShort[T Float](a *gaussTile) {
	d := a.d
	z, x, t := unsafe.Slice((*T)(a.out), a.rows*d), unsafe.Slice((*T)(a.x), d), unsafe.Slice((*T)(a.t), d)
	mean := unsafe.Slice((*T)(a.mean), (a.rows-1)*a.meanStride+d)
	p := unsafe.Slice((*T)(a.p), (a.rows*d-1)*a.pStride+d)
	for k := range a.rows {
		for j, v := range x {
			t[j] = v - mean[k*a.meanStride+j]
		}
		gaussZ(z[k*d:k*d+d], t, Matrix[T]{Rows: d, Cols: d, Data: p[k*d*a.pStride:], Stride: a.pStride})
	}
}

func gaussAddPanel[T Float](q, z, t, p []T, stride, rows, skip, mode int, _ ISA) {
	if is32[T]() {
		gaussPanelF32NEON(&f32(q)[0], &f32(z)[0], &f32(t)[0], &f32(p)[0], stride, rows, skip, mode)
	} else {
		gaussPanelF64NEON(&f64(q)[0], &f64(z)[0], &f64(t)[0], &f64(p)[0], stride, rows, skip, mode)
	}
}

func gaussDiagRow4[T Float](a *gaussTile) {
	if is32[T]() {
		gaussDiagRowF32NEON(a)
	} else {
		gaussDiagRowF64NEON(a)
	}
}

func gaussNorms[T Float](out, z, c []T, d, n int) {
	if is32[T]() {
		gaussNormsF32NEON(&f32(out)[0], &f32(z)[0], &f32(c)[0], d, n)
	} else {
		gaussNormsF64NEON(&f64(out)[0], &f64(z)[0], &f64(c)[0], d, n)
	}
}

func gaussGatherVectors[T Float](xt, x []T, stride, d, n int) {
	lanes := gaussLanes[T]()
	for r := 0; r < n*lanes/2; r += lanes / 2 {
		to, from := xt[r/lanes*lanes*d+r%lanes:], x[r*stride:]
		if is32[T]() {
			gaussGatherF32NEON(&f32(to)[0], &f32(from)[0], stride, d)
		} else {
			gaussGatherF64NEON(&f64(to)[0], &f64(from)[0], stride, d)
		}
	}
}

func gaussScatterGroup[T Float](dst, out []T, dstStride, outStride, n int) {
	if is32[T]() {
		gaussScatterF32NEON(&f32(dst)[0], &f32(out)[0], dstStride, outStride, n)
	} else {
		gaussScatterF64NEON(&f64(dst)[0], &f64(out)[0], dstStride, outStride, n)
	}
}
