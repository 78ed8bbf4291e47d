//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// The Gaussian log-densities on tiles of 64-byte columns, which all ISAs share.

// gaussTile are the operands of a register tile. A tile of x is d columns of 64 bytes, one lane per row; t is a
// tile; out has a row of outStride elements per component, a tile's results side by side.
type gaussTile struct {
	out, x, mean, p, t, c, h                unsafe.Pointer
	outStride, meanStride, pStride, hStride int
	d, first, rows, tiles                   int
	dstNow                                  uintptr // the first row of dst that the results go to, and
	dstStep                                 int     // from row to row in bytes, if their lines are to be fetched: else 0
	ahead                                   uintptr // from x to what may be fetched meanwhile, a line for each column of each tile: else 0
}

func gaussDiag[T Float](dst, x, mean, prec Matrix[T], c, work, next []T) {
	isa := Active()
	if isa == Generic {
		gaussDiagGeneric(dst, x, mean, prec, c)
		return
	}
	n := gaussTiled[T](x.Rows)
	gaussDiagTiles(dst, x, mean, prec, c, work, next, n, isa)
	for ; n < x.Rows; n++ {
		gaussDiagRow(dst.Row(n), x.Row(n), mean, prec, c)
	}
}

func gaussFull[T Float](dst, x, mean, p Matrix[T], c []T, work []T) {
	isa := Active()
	if isa == Generic {
		gaussFullGeneric(dst, x, mean, p, c, work)
		return
	}
	n := gaussTiled[T](x.Rows)
	gaussFullTiles(dst, x, mean, p, c, work, n, isa)
	for ; n < x.Rows; n++ {
		gaussFullRow(dst.Row(n), x.Row(n), mean, p, c, work, isa)
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
func gaussDiagTiles[T Float](dst, x, mean, prec Matrix[T], c, work, next []T, n int, isa ISA) {
	d, lanes := x.Cols, gaussLanes[T]()
	size := gaussBlock(d) * lanes
	xt, out := work[:size*d], work[size*d:size*(d+gaussGroup)]
	for lo := 0; lo < n; lo += size {
		rows := min(size, n-lo)
		gaussGather(xt, x.SliceRows(lo, lo+rows))
		for k := 0; k < mean.Rows; k += gaussGroup {
			k, group := gaussDiagLastGroup(k, mean.Rows)
			a := gaussTile{
				x: ptr(xt), outStride: size, meanStride: mean.Stride, pStride: prec.Stride,
				d: d, tiles: (rows + lanes - 1) / lanes,
			}
			if step := dst.Stride * sizeOf[T](); d >= 16 && step > 128 { // else few lines are written, or little is computed meanwhile
				a.dstNow, a.dstStep = uintptr(unsafe.Pointer(&dst.Data[lo*dst.Stride+k])), step
			}
			// While the first group is scored, the next block comes to the second cache, or what the caller takes next.
			switch {
			case k != 0:
			case lo*d < len(next):
				a.ahead = uintptr(unsafe.Pointer(&next[lo*d])) - uintptr(a.x)
			case next == nil && x.Stride == d && rows == size && lo+2*size <= n:
				a.ahead = uintptr(unsafe.Pointer(&x.Data[(lo+size)*d])) - uintptr(a.x)
			}
			gaussDiagGroup(a, out, mean, prec, c, k, group, isa)
			gaussScatter(dst, lo, k, rows, group, out, size)
		}
	}
}

// gaussLastGroup returns the group of components that k begins: gaussGroup of them, if need be some of those before again,
// unless there are fewer.
func gaussLastGroup(k, comps int) (first, group int) {
	if comps < gaussGroup {
		return k, comps
	}
	return min(k, comps-gaussGroup), gaussGroup
}

// gaussDiagLastGroup is gaussLastGroup but for one component that is left over: it costs less alone.
func gaussDiagLastGroup(k, comps int) (first, group int) {
	if k == comps-1 {
		return k, 1
	}
	return gaussLastGroup(k, comps)
}

// gaussDiagGroup scores tiles under up to gaussGroup components.
func gaussDiagGroup[T Float](a gaussTile, out []T, mean, prec Matrix[T], c []T, k, group int, isa ISA) {
	for i := range group {
		a.out, a.mean, a.p, a.c = ptr(out[i*a.outStride:]), ptr(mean.Row(k+i)), ptr(prec.Row(k+i)), ptr(c[k+i:])
		if group == gaussGroup {
			gaussDiag4[T](&a, isa)
			return
		}
		gaussDiag1[T](&a, isa)
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
		gaussDiagRow4[T](&a)
	}
}

// gaussFullTiles is the same for full covariances; a call of the assembly takes as many tiles as keep it short.
func gaussFullTiles[T Float](dst, x, mean, p Matrix[T], c []T, work []T, n int, isa ISA) {
	d, lanes := x.Cols, gaussLanes[T]()
	size := gaussFullBlock(d) * lanes
	xt, out, rest := work[:size*d], work[size*d:size*(d+gaussGroup)], work[size*(d+gaussGroup):]
	panel := gaussPanel(isa)
	t, z := rest[:lanes*d], rest[lanes*d:lanes*(d+panel)]
	whole := min(d, gaussWhole)
	a := gaussTile{t: ptr(t), pStride: p.Stride, d: d, first: whole % panel, rows: whole}
	for lo := 0; lo < n; lo += size {
		rows := min(size, n-lo)
		tiles := (rows + lanes - 1) / lanes
		gaussGather(xt, x.SliceRows(lo, lo+rows))
		for done := 0; done < mean.Rows; done += gaussGroup {
			k, group := gaussLastGroup(done, mean.Rows)
			copy(out, out[(gaussGroup-done+k)*size:]) // what is there already
			for i := done - k; i < group; i++ {
				pk := p.Data[(k+i)*d*p.Stride:]
				a.mean, a.p = ptr(mean.Row(k+i)), ptr(pk)
				if whole == d {
					a.c = ptr(c[k+i:])
				}
				for tile := 0; tile < tiles; tile += a.tiles {
					a.tiles = min(tiles-tile, gaussBlock(d))
					q := out[i*size+tile*lanes:]
					a.out, a.x = ptr(q), ptr(xt[tile*lanes*d:])
					gaussFullTile[T](&a, isa)
					if whole < d { // then that was one tile
						gaussPanels(q[:lanes], z, t, pk, p.Stride, d, isa)
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
func gaussPanels[T Float](q, z, t, p []T, stride, d int, isa ISA) {
	lanes, panel := len(q), gaussPanel(isa)
	for lo, cuts := gaussWhole, 1; lo < d; cuts++ {
		hi := min(d, lo+gaussCut)
		skip := (panel - (hi-lo)%panel) % panel
		for i := lo - skip; i < hi; i += panel {
			for b := range cuts {
				gaussAddPanel(q, z, t[b*gaussCut*lanes:], p[b*gaussCut*stride+i:], stride, gaussCut, 0, min(b, 1), isa)
			}
			j := cuts * gaussCut
			gaussAddPanel(q, z, t[j*lanes:], p[j*stride+i:], stride, i-j, skip, 2, isa)
			skip = 0
		}
		lo = hi
	}
}

// gaussFullRow scores one row, up to gaussRowGroup components at a time: their norms are chains side by side.
func gaussFullRow[T Float](dst, x []T, mean, p Matrix[T], c []T, work []T, isa ISA) {
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
			default:
				gaussRow[T](&a, isa)
			}
		}
		gaussNorms(dst[k:], zs, c[k:], d, group)
	}
}

// gaussGather transposes the rows of x into tiles. Lanes without a row are 0.
func gaussGather[T Float](xt []T, x Matrix[T]) {
	d, lanes := x.Cols, gaussLanes[T]()
	vec := lanes / 2
	n := x.Rows / vec * vec
	if n > 0 {
		gaussGatherVectors(xt, x.Data, x.Stride, d, n/vec)
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
		gaussScatterGroup(dst.Data[lo*dst.Stride+k:], out, dst.Stride, size, done)
	}
	at := dst.Data[lo*dst.Stride+k:]
	switch {
	case done == rows:
	case dst.Stride == 1:
		copy(at, out[:rows])
	case group == 3:
		o0, o1, o2 := out[:rows], out[size:size+rows], out[2*size:2*size+rows]
		for r, v := range o0 {
			row := at[r*dst.Stride:][:3]
			row[0], row[1], row[2] = v, o1[r], o2[r]
		}
	default:
		for i := range group {
			for r := done; r < rows; r++ {
				at[r*dst.Stride+i] = out[i*size+r]
			}
		}
	}
}

func ptr[T Float](x []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }
