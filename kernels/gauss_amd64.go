//go:build !purego && !race

package kernels

import "unsafe"

// gaussTile are the operands of a register tile. A tile of x is d columns of 64 bytes, one lane per row; t is a
// tile; out has a row of outStride elements per component, a tile's results side by side.
type gaussTile struct {
	out, x, mean, p, t, c          unsafe.Pointer
	outStride, meanStride, pStride int
	d, first, rows, tiles          int
}

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

// gaussGatherF32AVX2: for j < d, l < 8: dst[16·j+l] = x[l·stride+j].
//
//go:noescape
func gaussGatherF32AVX2(dst, x *float32, stride, d int)

// gaussGatherF64AVX2: for j < d, l < 4: dst[8·j+l] = x[l·stride+j].
//
//go:noescape
func gaussGatherF64AVX2(dst, x *float64, stride, d int)

// gaussScatterF32AVX2: for r < n, k < 4: dst[r·dstStride+k] = out[k·outStride+r]; n is a multiple of 8, at least 8.
//
//go:noescape
func gaussScatterF32AVX2(dst, out *float32, dstStride, outStride, n int)

// gaussScatterF64AVX2 is gaussScatterF32AVX2 for float64; n is a multiple of 4, at least 4.
//
//go:noescape
func gaussScatterF64AVX2(dst, out *float64, dstStride, outStride, n int)

func gaussDiag[T Float](dst, x, mean, prec Matrix[T], c []T, work []T) {
	switch Active() {
	case AVX512, AVX2:
		n := gaussTiled[T](x.Rows)
		gaussDiagTiles(dst, x, mean, prec, c, work, n)
		for ; n < x.Rows; n++ {
			gaussDiagRow(dst.Row(n), x.Row(n), mean, prec, c)
		}
	default:
		gaussDiagGeneric(dst, x, mean, prec, c)
	}
}

func gaussFull[T Float](dst, x, mean, p Matrix[T], c []T, work []T) {
	switch Active() {
	case AVX512, AVX2:
		n := gaussTiled[T](x.Rows)
		gaussFullTiles(dst, x, mean, p, c, work, n)
		for ; n < x.Rows; n++ {
			gaussFullRow(dst.Row(n), x.Row(n), mean, p, c, work)
		}
	default:
		gaussFullGeneric(dst, x, mean, p, c, work)
	}
}

// gaussTiled is the number of rows that are scored in tiles: less than a vector of rows is scored row by row.
func gaussTiled[T Float](n int) int {
	if l := gaussLanes[T](); n%l < l/2 {
		return n - n%l
	}
	return n
}

// gaussDiagTiles scores the first n rows in blocks of tiles. A block is transposed into scratch once; the results of
// gaussGroup components wait in scratch and go to dst together.
func gaussDiagTiles[T Float](dst, x, mean, prec Matrix[T], c []T, work []T, n int) {
	d, lanes := x.Cols, gaussLanes[T]()
	size := gaussBlock(d) * lanes
	xt, out := work[:size*d], work[size*d:size*(d+gaussGroup)]
	for lo := 0; lo < n; lo += size {
		rows := min(size, n-lo)
		gaussGather(xt, x.SliceRows(lo, lo+rows))
		for k := 0; k < mean.Rows; k += gaussGroup {
			group := min(gaussGroup, mean.Rows-k)
			a := gaussTile{
				out: ptr(out), x: ptr(xt), outStride: size, meanStride: mean.Stride, pStride: prec.Stride,
				d: d, tiles: (rows + lanes - 1) / lanes,
			}
			for i := 0; i < group; i++ {
				a.out, a.mean, a.p, a.c = ptr(out[i*size:]), ptr(mean.Row(k+i)), ptr(prec.Row(k+i)), ptr(c[k+i:])
				switch four := group == gaussGroup; {
				case four && is32[T]():
					gaussDiag4F32AVX2(&a)
				case four:
					gaussDiag4F64AVX2(&a)
				case is32[T]():
					gaussDiag1F32AVX2(&a)
				default:
					gaussDiag1F64AVX2(&a)
				}
				if group == gaussGroup {
					break
				}
			}
			gaussScatter(dst, lo, k, rows, group, out, size)
		}
	}
}

func gaussDiagRow[T Float](dst, x []T, mean, prec Matrix[T], c []T) {
	a := gaussTile{x: ptr(x), meanStride: mean.Stride, pStride: prec.Stride, d: len(x)}
	for k := 0; k < len(dst); k += a.rows {
		a.rows = gaussGroup
		if len(dst)-k < gaussGroup {
			a.rows = 1
		}
		a.out, a.mean, a.p, a.c = ptr(dst[k:]), ptr(mean.Row(k)), ptr(prec.Row(k)), ptr(c[k:])
		if is32[T]() {
			gaussDiagRowF32AVX2(&a)
		} else {
			gaussDiagRowF64AVX2(&a)
		}
	}
}

// gaussFullTiles is the same for full covariances; a call of the assembly takes as many tiles as keep it short.
func gaussFullTiles[T Float](dst, x, mean, p Matrix[T], c []T, work []T, n int) {
	d, lanes := x.Cols, gaussLanes[T]()
	size := gaussFullBlock(d) * lanes
	xt, out, rest := work[:size*d], work[size*d:size*(d+gaussGroup)], work[size*(d+gaussGroup):]
	t, z := rest[:lanes*d], rest[lanes*d:lanes*(d+gaussPanel)]
	whole := min(d, gaussWhole)
	a := gaussTile{t: ptr(t), pStride: p.Stride, d: d, first: whole % gaussPanel, rows: whole}
	for lo := 0; lo < n; lo += size {
		rows := min(size, n-lo)
		tiles := (rows + lanes - 1) / lanes
		gaussGather(xt, x.SliceRows(lo, lo+rows))
		for k := 0; k < mean.Rows; k += gaussGroup {
			group := min(gaussGroup, mean.Rows-k)
			for i := range group {
				pk := p.Data[(k+i)*d*p.Stride:]
				a.mean, a.p = ptr(mean.Row(k+i)), ptr(pk)
				if whole == d {
					a.c = ptr(c[k+i:])
				}
				for tile := 0; tile < tiles; tile += a.tiles {
					a.tiles = min(tiles-tile, gaussBlock(d))
					q := out[i*size+tile*lanes:]
					a.out, a.x = ptr(q), ptr(xt[tile*lanes*d:])
					if is32[T]() {
						gaussTileF32AVX2(&a)
					} else {
						gaussTileF64AVX2(&a)
					}
					if whole < d { // then that was one tile
						gaussPanels(q[:lanes], z, t, pk, p.Stride, d)
						for l, v := range q[:lanes] {
							q[l] = fma(-0.5, v, c[k+i])
						}
					}
				}
			}
			gaussScatter(dst, lo, k, rows, group, out, size)
		}
	}
}

// gaussPanels adds to the norms q of a tile what the z_i of i ≥ gaussWhole give. The panels of each run of rows with
// the same cuts end at its end; the first one begins before its start, and skips what is before in the norm.
func gaussPanels[T Float](q, z, t, p []T, stride, d int) {
	lanes := len(q)
	for lo, cuts := gaussWhole, 1; lo < d; cuts++ {
		hi := min(d, lo+gaussCut)
		skip := (gaussPanel - (hi-lo)%gaussPanel) % gaussPanel
		for i := lo - skip; i < hi; i += gaussPanel {
			for b := range cuts {
				gaussAddPanel(q, z, t[b*gaussCut*lanes:], p[b*gaussCut*stride+i:], stride, gaussCut, 0, min(b, 1))
			}
			j := cuts * gaussCut
			gaussAddPanel(q, z, t[j*lanes:], p[j*stride+i:], stride, i-j, skip, 2)
			skip = 0
		}
		lo = hi
	}
}

func gaussAddPanel[T Float](q, z, t, p []T, stride, rows, skip, mode int) {
	if is32[T]() {
		gaussPanelF32AVX2(&f32(q)[0], &f32(z)[0], &f32(t)[0], &f32(p)[0], stride, rows, skip, mode)
	} else {
		gaussPanelF64AVX2(&f64(q)[0], &f64(z)[0], &f64(t)[0], &f64(p)[0], stride, rows, skip, mode)
	}
}

// gaussFullRow scores one row, up to gaussRowGroup components at a time: their norms are chains side by side.
func gaussFullRow[T Float](dst, x []T, mean, p Matrix[T], c []T, work []T) {
	d := len(x)
	zs, t := work[:gaussRowGroup*d], work[gaussRowGroup*d:]
	a := gaussTile{x: ptr(x), t: ptr(t), meanStride: mean.Stride, pStride: p.Stride, d: d}
	for k := 0; k < len(dst); k += gaussRowGroup {
		group := min(gaussRowGroup, len(dst)-k)
		for i := 0; i < group; i += a.rows {
			a.rows = min(group-i, max(1, gaussRowGroup*128*128/(d*d)))
			a.out, a.mean, a.p = ptr(zs[i*d:]), ptr(mean.Row(k+i)), ptr(p.Data[(k+i)*d*p.Stride:])
			switch {
			case d > gaussWhole:
				a.rows = 1
				Sub(t[:d], x, mean.Row(k+i))
				gaussZ(zs[i*d:i*d+d], t[:d], p.SliceRows((k+i)*d, (k+i)*d+d))
			case is32[T]():
				gaussRowF32AVX2(&a)
			default:
				gaussRowF64AVX2(&a)
			}
		}
		if is32[T]() {
			gaussNormsF32AVX2(&f32(dst)[k], &f32(zs)[0], &f32(c)[k], d, group)
		} else {
			gaussNormsF64AVX2(&f64(dst)[k], &f64(zs)[0], &f64(c)[k], d, group)
		}
	}
}

// gaussGather transposes the rows of x into tiles. Lanes without a row are 0.
func gaussGather[T Float](xt []T, x Matrix[T]) {
	d, lanes := x.Cols, gaussLanes[T]()
	vec := lanes / 2
	n := 0
	for ; n+vec <= x.Rows; n += vec {
		at := n/lanes*lanes*d + n%lanes
		if is32[T]() {
			gaussGatherF32AVX2(&f32(xt)[at], &f32(x.Data)[n*x.Stride], x.Stride, d)
		} else {
			gaussGatherF64AVX2(&f64(xt)[at], &f64(x.Data)[n*x.Stride], x.Stride, d)
		}
	}
	if n%lanes == 0 && n == x.Rows {
		return
	}
	tile := xt[n/lanes*lanes*d:]
	for l := n % lanes; l < lanes; l++ {
		for j := range d {
			var v T
			if n < x.Rows {
				v = x.Data[n*x.Stride+j]
			}
			tile[j*lanes+l] = v
		}
		n++
	}
}

// gaussScatter writes the results of a group of components for rows of dst from lo on.
func gaussScatter[T Float](dst Matrix[T], lo, k, rows, group int, out []T, size int) {
	done := 0
	if group == gaussGroup {
		done = rows - rows%(gaussLanes[T]()/2)
		at := lo*dst.Stride + k
		if is32[T]() {
			gaussScatterF32AVX2(&f32(dst.Data)[at], &f32(out)[0], dst.Stride, size, done)
		} else {
			gaussScatterF64AVX2(&f64(dst.Data)[at], &f64(out)[0], dst.Stride, size, done)
		}
	}
	for i := range group {
		o := out[i*size : i*size+rows]
		if dst.Stride == 1 {
			copy(dst.Data[lo:], o)
			continue
		}
		for r := done; r < rows; r++ {
			dst.Data[(lo+r)*dst.Stride+k+i] = o[r]
		}
	}
}

func ptr[T Float](x []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }
