//go:build (amd64 || arm64) && !purego && !race

package kernels

import (
	"math"
	"unsafe"
)

// Rows and columns in blocks: the maxima of a block, its terms, their sums, then one logarithm and one reciprocal for each
// row, eight or so at a time, then the responsibilities. Terms of rows stay in memory of the block's own, where a row has
// room for whole registers; so the last elements of a row are no special case, x is whole when a special row is
// found, and r may be x.

const (
	blockRows  = 64   // rows of a block, at most
	blockElems = 2048 // elements of its terms
	blockCols  = 64   // samples of a block that lies component by component

	farRow   = 256     // bytes of a row of r, and
	farBytes = 1 << 20 // of all of it, from which on it and x are fetched before their turn
)

func p32[T Float](p *T) *float32 { return (*float32)(unsafe.Pointer(p)) }
func p64[T Float](p *T) *float64 { return (*float64)(unsafe.Pointer(p)) }

func softmaxRowsFast[T Float](r Matrix[T], logZ, h []T, x Matrix[T]) {
	if Active() == Generic {
		softmaxRowsGeneric(r, logZ, h, x, 0, x.Rows)
		return
	}
	if h == nil {
		if n := softmaxSmall(r, logZ, x); n > 0 {
			r, logZ, x = rowsFrom(r, n), logZ[n:], rowsFrom(x, n)
		}
	}
	switch n := x.Rows * rowPitch[T](x.Cols); {
	case x.Rows == 0:
	case x.Cols > 4*lanesOf[T]():
		softmaxRowsLong(r, logZ, h, x)
	case n <= blockElems/8:
		var e [blockElems / 8]T
		softmaxRowBlocks(r, logZ, h, x, e[:])
	default:
		var e [blockElems]T
		softmaxRowBlocks(r, logZ, h, x, e[:])
	}
}

// rowsFrom is m without its first n rows; a matrix without data stays what it is.
func rowsFrom[T Float](m Matrix[T], n int) Matrix[T] {
	if m.Data == nil {
		return m
	}
	return m.SliceRows(n, m.Rows)
}

// rowPitch is the room for a row of k terms: a multiple of 128 bytes.
func rowPitch[T Float](k int) int {
	l := lanesOf[T]()
	return (k + l - 1) / l * l
}

// softmaxRowBlocks does rows of at most 512 bytes. e holds the terms of a block; it comes as zeros, and stays so in the room that
// no term needs.
func softmaxRowBlocks[T Float](r Matrix[T], logZ, h []T, x Matrix[T], e []T) {
	k := x.Cols
	pitch := rowPitch[T](k)
	most, wide := min(blockRows, len(e)/pitch), rowsWide[T](k)
	far := k*sizeOf[T]() >= farRow && len(r.Data)*sizeOf[T]() > farBytes
	var m, s, ls, inv, q [blockRows]T
	for lo := 0; lo < x.Rows; lo += most {
		n := min(most, x.Rows-lo)
		xp := &x.Data[lo*x.Stride]
		rowMaxima(&m[0], xp, n, k, x.Stride)
		var rp *T
		if far {
			rp = &r.Data[lo*r.Stride]
		}
		rowTerms(&e[0], xp, &m[0], rp, n, k, pitch, x.Stride, r.Stride, wide)
		rowSums(&s[0], &e[0], n, k, pitch, wide)
		if h == nil {
			finish(&ls[0], &inv[0], &s[0], &m[0], &logZ[lo], n)
		} else {
			rowDots(&q[0], &e[0], xp, &m[0], n, k, pitch, x.Stride)
			finishEntropy(&ls[0], &inv[0], &s[0], &m[0], &logZ[lo], &q[0], n)
			copy(h[lo:lo+n], q[:n])
		}
		switch {
		case isSpecial(Sum(s[:n])): // so is some row
			for i := range n {
				if isSpecial(s[i]) {
					softmaxRowsGeneric(r, logZ, h, x, lo+i, lo+i+1)
				} else if r.Data != nil {
					rowScale(&r.Data[(lo+i)*r.Stride], &e[i*pitch], &inv[i], 1, k, r.Stride, pitch)
				}
			}
		case r.Data != nil:
			rowScale(&r.Data[lo*r.Stride], &e[0], &inv[0], n, k, r.Stride, pitch)
		}
	}
}

// softmaxRowsLong does rows of any length, whose terms go to r.
func softmaxRowsLong[T Float](r Matrix[T], logZ, h []T, x Matrix[T]) {
	var buf [blockElems]T
	var m, s, ls, inv, q [blockRows]T
	for lo := 0; lo < x.Rows; lo += blockRows {
		n := min(blockRows, x.Rows-lo)
		for i := range n {
			xi := x.Row(lo + i)
			var ri []T
			if r.Data != nil {
				ri = r.Row(lo + i)
			}
			m[i], s[i], q[i] = Max(xi), 1, 0
			switch {
			case isSpecial(m[i]):
			case h != nil:
				s[i], q[i] = sumTerms(ri, xi, m[i], buf[:], true)
			default:
				s[i] = sumExp(ri, xi, m[i])
			}
		}
		if h == nil {
			finish(&ls[0], &inv[0], &s[0], &m[0], &logZ[lo], n)
		} else {
			finishEntropy(&ls[0], &inv[0], &s[0], &m[0], &logZ[lo], &q[0], n)
			copy(h[lo:lo+n], q[:n])
		}
		for i := range n {
			if isSpecial(m[i]) {
				softmaxRowsGeneric(r, logZ, h, x, lo+i, lo+i+1)
			} else if r.Data != nil {
				ri := r.Row(lo + i)
				Scale(ri, ri, inv[i])
			}
		}
	}
}

// sumTerms is sumLine of a row. buf is scratch memory: its first half takes the terms where e is nil, its second the deltas.
func sumTerms[T Float](e, x []T, m T, buf []T, entropy bool) (s, q T) {
	if len(x) > pieceLen {
		h := treeSplit(len(x))
		var right []T
		if e != nil {
			right = e[h:]
		}
		s, q = sumTerms(e, x[:h], m, buf, entropy)
		s2, q2 := sumTerms(right, x[h:], m, buf, entropy)
		return s + s2, q + q2
	}
	var lanes, qLanes [lanesF32]T
	for len(x) > 0 {
		n := min(len(x), len(buf)/2)
		terms, deltas := buf[:n], buf[len(buf)/2:]
		if entropy {
			rowDeltas(&deltas[0], &x[0], &m, 1, n, 0, 0)
		}
		rowTerms(&terms[0], &x[0], &m, nil, 1, n, 0, 0, 0, rowsWide[T](n))
		foldSum(&lanes[0], &terms[0], n)
		if entropy {
			foldDot(&qLanes[0], &terms[0], &deltas[0], n)
		}
		if e != nil {
			copy(e, terms)
			e = e[n:]
		}
		x = x[n:]
	}
	return halve(lanes[:lanesOf[T]()]), halve(qLanes[:lanesOf[T]()])
}

func logSoftmaxRowsFast[T Float](dst, x Matrix[T]) {
	if Active() == Generic {
		logSoftmaxRowsGeneric(dst, x, 0, x.Rows)
		return
	}
	k := x.Cols
	pitch := rowPitch[T](k)
	var e [blockElems]T
	var m, s, ls, inv, z [blockRows]T
	most, wide := min(blockRows, len(e)/pitch), rowsWide[T](k)
	long := k > 4*lanesOf[T]()
	if long {
		most = blockRows
	}
	for lo := 0; lo < x.Rows; lo += most {
		n := min(most, x.Rows-lo)
		if long {
			for i := range n {
				m[i], s[i] = Max(x.Row(lo+i)), m[i]
				s[i] = m[i] - m[i] // NaN where the row is special
				if !isSpecial(m[i]) {
					s[i] = sumExp(nil, x.Row(lo+i), m[i])
				}
			}
		} else {
			xp := &x.Data[lo*x.Stride]
			rowMaxima(&m[0], xp, n, k, x.Stride)
			rowTerms(&e[0], xp, &m[0], nil, n, k, pitch, x.Stride, 0, wide)
			rowSums(&s[0], &e[0], n, k, pitch, wide)
		}
		finish(&ls[0], &inv[0], &s[0], &m[0], &z[0], n)
		for i := range n {
			if isSpecial(s[i]) {
				logSoftmaxRowsGeneric(dst, x, lo+i, lo+i+1)
				continue
			}
			for j := 0; j < k; j += pieceLen {
				rowShift(&dst.Data[(lo+i)*dst.Stride+j], &x.Data[(lo+i)*x.Stride+j], &m[i], &ls[i], 1, min(k-j, pieceLen), 0, 0)
			}
		}
	}
}

func softmaxColsFast[T Float](r Matrix[T], logZ, h []T, x Matrix[T]) {
	switch {
	case Active() == Generic || x.Rows > pieceLen:
		softmaxColsGeneric(r, logZ, h, x, 0, x.Cols)
	case h == nil:
		softmaxColBlocks(r, logZ, nil, x, nil)
	default:
		var q [lanesF32 * blockCols]T
		softmaxColBlocks(r, logZ, h, x, q[:])
	}
}

// softmaxColBlocks does columns of at most pieceLen elements; q holds the lanes of the entropy, where h is wanted.
func softmaxColBlocks[T Float](r Matrix[T], logZ, h []T, x Matrix[T], q []T) {
	k, lanes := x.Rows, lanesOf[T]()
	var s [lanesF32 * blockCols]T
	var m, w, ls, inv, none [blockCols]T
	for lo := 0; lo < x.Cols; lo += blockCols {
		n := min(blockCols, x.Cols-lo)
		for i := range n {
			m[i], w[i] = T(math.Inf(-1)), 0
		}
		const piece = pieceLen / blockCols
		for j := 0; j < k; j += piece {
			colMaxima(&m[0], &w[0], &x.Data[j*x.Stride+lo], n, min(piece, k-j), x.Stride)
		}
		if t := Sum(w[:n]); isSpecial(Sum(m[:n])) || t != t { // some column is, or may be, special
			softmaxColsGeneric(r, logZ, h, x, lo, lo+n)
			continue
		}
		used := min(k, lanes) * blockCols
		clear(s[:used])
		if h != nil {
			clear(q[:used])
		}
		for j := 0; j < k; j += lanes {
			rp, rStride := &none[0], 0
			if r.Data != nil {
				rp, rStride = &r.Data[j*r.Stride+lo], r.Stride
			}
			xp, kk := &x.Data[j*x.Stride+lo], min(lanes, k-j)
			if h == nil {
				colTerms(rp, xp, &m[0], &s[0], n, kk, rStride, x.Stride)
			} else {
				colTermsEntropy(rp, xp, &m[0], &s[0], &q[0], n, kk, rStride, x.Stride)
			}
		}
		halveLanes(s[:used])
		if h == nil {
			finish(&ls[0], &inv[0], &s[0], &m[0], &logZ[lo], n)
		} else {
			halveLanes(q[:used])
			finishEntropy(&ls[0], &inv[0], &s[0], &m[0], &logZ[lo], &q[0], n)
			copy(h[lo:lo+n], q[:n])
		}
		for j := 0; j < k && r.Data != nil; j += piece {
			colScale(&r.Data[j*r.Stride+lo], &inv[0], n, min(piece, k-j), r.Stride)
		}
	}
}

// halveLanes is halve for lanes of blockCols samples each; those beyond s hold +0.
func halveLanes[T Float](s []T) {
	for h := lanesOf[T]() * blockCols / 2; h >= blockCols; h /= 2 {
		if len(s) > h {
			Add(s[:len(s)-h], s[:len(s)-h], s[h:])
			s = s[:h]
		}
	}
}
