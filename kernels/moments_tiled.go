//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// momentsTile are the operands of the routines that sum moments; steps are in bytes. Sums are scratch, whole vectors.
type momentsTile struct {
	x, r, mean, s0, s1, s2 unsafe.Pointer
	t, z, w, at            unsafe.Pointer
	skip                   unsafe.Pointer
	xStep, rStep, sStep    int // between rows of x, of r, and between components of mean and the sums
	rows, tail, found      int
	fresh                  int // products: not 0 where the sums begin
}

func momentsDiag[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	isa := Active()
	if isa == Generic || x.Cols == 0 {
		momentsDiagGeneric(s0, s1, s2, x, r, centre, skip, work, add)
		return
	}
	if momentsByLists(isa, r, skip) {
		momentsDiagListed(s0, s1, s2, x, r, centre, skip, work, add)
		return
	}
	k := len(s0)
	count := work[:k]
	momentsCounts(count, r, skip, isa)
	momentsPut(s0, count, add)
	sums := momentsDiagTiles(x, r, centre, skip, work[k:], false, isa)
	pad := momentsPad[T](x.Cols)
	for i := range k {
		momentsPut(s1.Row(i), sums[(k+i)*pad:], add)
		momentsPut(s2.Row(i), sums[(2*k+i)*pad:], add)
	}
}

func momentsDiagMasked[T Float](s0, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	isa := Active()
	if isa == Generic {
		momentsDiagMaskedGeneric(s0, s1, s2, x, r, centre, skip, work, add)
		return
	}
	k := s0.Rows
	sums := momentsDiagTiles(x, r, centre, skip, work, true, isa)
	pad := momentsPad[T](x.Cols)
	for i := range k {
		momentsPut(s0.Row(i), sums[i*pad:], add)
		momentsPut(s1.Row(i), sums[(k+i)*pad:], add)
		momentsPut(s2.Row(i), sums[(2*k+i)*pad:], add)
	}
}

// momentsDiagTiles sums a piece, a vector of dimensions by four components at a time, or by one where there are fewer; the last
// four may be some of those before again, with the same bits. It returns s0 (if masked), s1 and s2, K padded rows each.
func momentsDiagTiles[T Float](x, r, centre Matrix[T], skip T, work []T, masked bool, isa ISA) []T {
	k, d, pad, size := centre.Rows, x.Cols, momentsPad[T](x.Cols), sizeOf[T]()
	sums, mean, copied := work[:3*k*pad], work[3*k*pad:4*k*pad], work[4*k*pad:]
	for i := range k {
		clear(mean[i*pad+copy(mean[i*pad:], centre.Row(i)) : (i+1)*pad])
	}
	width := momentsVector(isa) / size
	a := momentsTile{skip: unsafe.Pointer(&skip), xStep: x.Stride * size, rStep: r.Stride * size, sStep: pad * size, rows: x.Rows}
	for lo := 0; lo < d; lo += width {
		a.x, a.tail = ptr(x.Data[lo:]), min(width, d-lo)*size
		if isa == NEON && a.tail < momentsVector(isa) {
			momentsCopy(copied, x, lo, width)
			a.x, a.xStep = ptr(copied), width*size
		}
		for i := 0; i < k; {
			at := i*pad + lo
			four := k >= 4
			if four && i > k-4 {
				i = k - 4
				at = i*pad + lo
			}
			a.r, a.mean, a.s0, a.s1, a.s2 = ptr(r.Data[i:]), ptr(mean[at:]), ptr(sums[at:]), ptr(sums[k*pad+at:]), ptr(sums[2*k*pad+at:])
			momentsDiagTile[T](&a, four, masked, isa)
			if four {
				i += 4
			} else {
				i++
			}
		}
	}
	return sums
}

// momentsDiagTile picks the routine by masks and components.
func momentsDiagTile[T Float](a *momentsTile, four, masked bool, isa ISA) {
	switch {
	case four && masked:
		momentsMasked4[T](a, isa)
	case four:
		momentsDiag4[T](a, isa)
	case masked:
		momentsMasked1[T](a, isa)
	default:
		momentsDiag1[T](a, isa)
	}
}

// momentsCopy copies the columns of x from lo on into rows of width elements, zeros where there are none.
func momentsCopy[T Float](dst []T, x Matrix[T], lo, width int) {
	for i := range x.Rows {
		row := dst[i*width : (i+1)*width]
		clear(row[copy(row, x.Row(i)[lo:]):])
	}
}

func momentsFull[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	isa := Active()
	if isa == Generic || x.Cols == 0 {
		momentsFullGeneric(s0, s1, s2, x, r, centre, skip, work, add)
		return
	}
	d, pad, lanes, size := x.Cols, momentsPad[T](x.Cols), gaussLanes[T](), sizeOf[T]()
	cut := func(n int) []T {
		s := work[:n]
		work = work[n:]
		return s
	}
	mean, sum1, sum2, sum0 := cut(pad), cut(pad), cut(pad*pad), cut(lanes)
	t, z := cut(momentsBlock*pad), cut(momentsBlock*pad)
	w, at, copied := cut(momentsPiece+lanes), cut(momentsPiece*2), work
	wide := isa == AVX2       // more chains at a time
	tail := d - (pad - lanes) // columns of the last panel
	if isa == NEON && tail < lanes {
		momentsCopy(copied, x, pad-lanes, lanes)
	}
	a := momentsTile{skip: unsafe.Pointer(&skip), rStep: r.Stride * size, rows: x.Rows, w: ptr(w), at: ptr(at), xStep: x.Stride * size}
	for k := range s0 {
		a.r, a.rows = ptr(r.Data[k:]), x.Rows
		p := a
		if isa == NEON {
			p.xStep = 1
		}
		momentsPick[T](&p, isa)
		a.found = p.found
		if a.found == 0 && add {
			continue
		}
		clear(mean[copy(mean, centre.Row(k)):])
		clear(sum0)
		clear(sum1)
		if !wide || a.found == 0 {
			clear(sum2)
		}
		for lo := 0; lo < a.found; lo += momentsBlock {
			b := a
			b.fresh = max(0, 1-lo)
			b.rows = min(momentsBlock, a.found-lo)
			b.w, b.at = ptr(w[lo:]), ptr(at[lo*8/size:])
			for j := 0; j < pad; j += lanes {
				b.x, b.mean, b.s1, b.tail = ptr(x.Data[j:]), ptr(mean[j:]), ptr(sum1[j:]), 64
				b.s0, b.t, b.z = ptr(sum0[min(j, 1):]), ptr(t[j*momentsBlock:]), ptr(z[j*momentsBlock:])
				if j+lanes > d {
					b.tail = tail * size
					if isa == NEON {
						b.x, b.xStep = ptr(copied), 64
					}
				}
				momentsCentre[T](&b, isa)
			}
			b.sStep = pad * size
			for j := 0; j < pad; j += lanes {
				b.z = ptr(z[j*momentsBlock:])
				two, i := wide && j/lanes%2 == 0 && j+lanes < pad, 0
				if wide && j/lanes%2 == 1 {
					i = j // the others were made together with the column before
				}
				for ; i <= j; i += lanes {
					b.t, b.s2 = ptr(t[i*momentsBlock:]), ptr(sum2[i*pad+j:])
					b.found = min(lanes, d-i)
					switch {
					case two:
						momentsProducts2[T](&b)
					case wide && i == j:
						momentsTriangle[T](&b)
					default:
						momentsProducts[T](&b, isa)
					}
				}
			}
		}
		if add {
			sum0[0] = s0[k] + sum0[0]
		}
		s0[k] = sum0[0]
		momentsPut(s1.Row(k), sum1, add)
		for i := range d {
			momentsPut(s2.Row(k*d + i)[i:], sum2[i*pad+i:], add)
		}
	}
}
