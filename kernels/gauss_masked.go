//go:build (amd64 || arm64) && !purego && !race

package kernels

// gaussDiagMasked scores all rows as if nothing were missing: a row whose results are NaN has a missing entry, or an infinite
// one that looks alike, and is scored again.
func gaussDiagMasked[T Float](dst, x, mean, prec, logNorm Matrix[T], c []T, work []T) {
	isa := Active()
	if isa == Generic {
		gaussDiagMaskedGeneric(dst, x, mean, prec, logNorm, c)
		return
	}
	whole, work := work[:len(c)], work[len(c):]
	gaussWholeNorms(whole, c, logNorm)
	n := gaussTiled[T](x.Rows)
	d, lanes := x.Cols, gaussLanes[T]()
	size := gaussBlock(d) * lanes
	xt, out := work[:size*d], work[size*d:size*(d+gaussGroup)]
	for lo := 0; lo < n; lo += size {
		rows := min(size, n-lo)
		tiles := (rows + lanes - 1) / lanes
		gaussGather(xt, x.SliceRows(lo, lo+rows))
		var missing uint32 // a bit per tile
		for k := 0; k < mean.Rows; k += gaussGroup {
			k, group := gaussDiagLastGroup(k, mean.Rows)
			a := gaussTile{x: ptr(xt), outStride: size, meanStride: mean.Stride, pStride: prec.Stride, hStride: logNorm.Stride, d: d, tiles: tiles}
			gaussDiagGroup(a, out, mean, prec, whole, k, group, isa)
			if k == 0 {
				missing = gaussMissing(out[:tiles*lanes], lanes)
			}
			for tile := range tiles {
				if missing>>tile&1 == 0 {
					continue
				}
				a.x, a.tiles = ptr(xt[tile*lanes*d:]), 1
				for i := 0; i < group; i += 2 {
					a.outStride, a.rows = size, 2
					if i+1 == group { // the one twice
						a.outStride, a.meanStride, a.pStride, a.hStride, a.rows = 0, 0, 0, 0, 1
					}
					a.out, a.mean, a.p, a.h, a.c = ptr(out[i*size+tile*lanes:]), ptr(mean.Row(k+i)), ptr(prec.Row(k+i)), ptr(logNorm.Row(k+i)), ptr(c[k+i:])
					gaussMasked2[T](&a, isa)
				}
				a.meanStride, a.pStride, a.hStride = mean.Stride, prec.Stride, logNorm.Stride
			}
			gaussScatter(dst, lo, k, rows, group, out, size)
		}
	}
	for ; n < x.Rows; n++ {
		row, to := x.Row(n), dst.Row(n)
		gaussDiagRow(to, row, mean, prec, whole)
		if to[0] == to[0] {
			continue
		}
		for k := range to {
			to[k] = maskedDensity(row, mean.Row(k), prec.Row(k), logNorm.Row(k), c[k])
		}
	}
}

// gaussMissing tells the tiles among whose results there is a NaN.
func gaussMissing[T Float](out []T, lanes int) uint32 {
	var r uint32
	for i, v := range out {
		if v != v {
			r |= 1 << (i / lanes)
		}
	}
	return r
}

// gaussWholeNorms adds the rows of logNorm to c, four at a time.
func gaussWholeNorms[T Float](whole, c []T, logNorm Matrix[T]) {
	copy(whole, c)
	k, d := 0, logNorm.Cols
	for ; k+4 <= len(whole); k += 4 {
		h0, h1, h2, h3 := logNorm.Row(k)[:d], logNorm.Row(k + 1)[:d], logNorm.Row(k + 2)[:d], logNorm.Row(k + 3)[:d]
		a0, a1, a2, a3 := whole[k], whole[k+1], whole[k+2], whole[k+3]
		for j := range d {
			a0 += h0[j]
			a1 += h1[j]
			a2 += h2[j]
			a3 += h3[j]
		}
		whole[k], whole[k+1], whole[k+2], whole[k+3] = a0, a1, a2, a3
	}
	for ; k < len(whole); k++ {
		a := whole[k]
		for _, v := range logNorm.Row(k) {
			a += v
		}
		whole[k] = a
	}
}
