//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// hmmArgs is what an assembly routine of the recursions gets. Distances are in bytes.
type hmmArgs struct {
	x       unsafe.Pointer // the rows that are summed over
	xBytes  int            // from the first to the end of the last
	xRow    int
	t       unsafe.Pointer // trans
	tIn     int            // between the elements of a chain
	tOut    int            // between chains
	u       unsafe.Pointer // logb, or next
	uRow    int
	v       unsafe.Pointer // b, or psi
	vRow    int
	y       unsafe.Pointer // the result
	yRow    int
	c, logc unsafe.Pointer
	rows    int // of y
	terms   int // of w
	lanes   int
	//lint:ignore U1000 assembly counts rows here
	left int
	//lint:ignore U1000 and keeps the end of x here: no pointer, for it may be that of another object
	xEnd uintptr
}

// hmmCycles bounds the work of one call: about 50 µs.
const hmmCycles = 1 << 17

// hmmLanes returns for how many sequences a call may be whose vectors take so many cycles.
func hmmLanes(cycles int) int { return max(1, hmmCycles/cycles/4) * 16 }

func at[T Float](x []T, i int) unsafe.Pointer {
	var z T
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(x)), i*int(unsafe.Sizeof(z)))
}

func hmmForwardF32(alpha, b Matrix[float32], c, logc []float32, prev, trans, logb Matrix[float32], given bool) {
	if Active() == Generic {
		hmmForwardGeneric(alpha, b, c, logc, prev, trans, logb, given)
		return
	}
	a := hmmArgs{xRow: 4 * prev.Stride, tIn: 4 * trans.Stride, tOut: 4, uRow: 4 * logb.Stride, vRow: 4 * b.Stride, yRow: 4 * alpha.Stride, rows: logb.Rows}
	for s, n := 0, hmmLanes(logb.Rows*(min(prev.Rows, hmmTerms)+40)); s < len(c); s += n {
		a.x, a.t, a.u, a.v, a.y, a.c, a.logc = at(prev.Data, s), at(trans.Data, 0), at(logb.Data, s), at(b.Data, s), at(alpha.Data, s), at(c, s), at(logc, s)
		if !given {
			a.xBytes = prev.Rows * a.xRow
		}
		a.lanes = min(n, len(c)-s)
		hmmForwardAsmF32(&a)
	}
}

func hmmBackwardF32(beta, w, next, trans, b Matrix[float32], c []float32, chain bool) {
	if Active() == Generic {
		hmmBackwardGeneric(beta, w, next, trans, b, c, chain)
		return
	}
	a := hmmArgs{xRow: 4 * w.Stride, tIn: 4, tOut: 4 * trans.Stride, uRow: 4 * next.Stride, vRow: 4 * b.Stride, yRow: 4 * beta.Stride, terms: w.Rows}
	if chain {
		a.rows = beta.Rows
	}
	for s, n := 0, hmmLanes(w.Rows*(a.rows+10)); s < len(c); s += n {
		a.x, a.t, a.u, a.v, a.y, a.c = at(w.Data, s), at(trans.Data, 0), at(next.Data, s), at(b.Data, s), at(beta.Data, s), at(c, s)
		a.xBytes = w.Rows * a.xRow
		a.lanes = min(n, len(c)-s)
		hmmBackwardAsmF32(&a)
	}
}

// hmmViterbiF32 does some states at a time where there are many.
func hmmViterbiF32(delta, psi, prev, logTrans, logb Matrix[float32]) {
	if Active() == Generic {
		hmmViterbiGeneric(delta, psi, prev, logTrans, logb)
		return
	}
	a := hmmArgs{xRow: 4 * prev.Stride, tIn: 4 * logTrans.Stride, tOut: 4, uRow: 4 * logb.Stride, vRow: 4 * psi.Stride, yRow: 4 * delta.Stride}
	states := max(1, hmmCycles/16/prev.Rows)
	for j := 0; j < logb.Rows; j += states {
		a.rows = min(states, logb.Rows-j)
		for s, n := 0, hmmLanes(a.rows*prev.Rows*4); s < logb.Cols; s += n {
			a.x, a.t, a.u, a.v, a.y = at(prev.Data, s), at(logTrans.Data, j), at(logb.Data, j*logb.Stride+s), at(psi.Data, j*psi.Stride+s), at(delta.Data, j*delta.Stride+s)
			a.xBytes = prev.Rows * a.xRow
			a.lanes = min(n, logb.Cols-s)
			hmmViterbiAsmF32(&a)
		}
	}
}

func hmmForwardF64(alpha, b Matrix[float64], c, logc []float64, prev, trans, logb Matrix[float64], given bool) {
	if Active() == Generic {
		hmmForwardGeneric(alpha, b, c, logc, prev, trans, logb, given)
		return
	}
	a := hmmArgs{xRow: 8 * prev.Stride, tIn: 8 * trans.Stride, tOut: 8, uRow: 8 * logb.Stride, vRow: 8 * b.Stride, yRow: 8 * alpha.Stride, rows: logb.Rows}
	for s, n := 0, hmmLanes(logb.Rows*(min(prev.Rows, hmmTerms)+40)); s < len(c); s += n {
		a.x, a.t, a.u, a.v, a.y, a.c, a.logc = at(prev.Data, s), at(trans.Data, 0), at(logb.Data, s), at(b.Data, s), at(alpha.Data, s), at(c, s), at(logc, s)
		if !given {
			a.xBytes = prev.Rows * a.xRow
		}
		a.lanes = min(n, len(c)-s)
		hmmForwardAsmF64(&a)
	}
}

func hmmBackwardF64(beta, w, next, trans, b Matrix[float64], c []float64, chain bool) {
	if Active() == Generic {
		hmmBackwardGeneric(beta, w, next, trans, b, c, chain)
		return
	}
	a := hmmArgs{xRow: 8 * w.Stride, tIn: 8, tOut: 8 * trans.Stride, uRow: 8 * next.Stride, vRow: 8 * b.Stride, yRow: 8 * beta.Stride, terms: w.Rows}
	if chain {
		a.rows = beta.Rows
	}
	for s, n := 0, hmmLanes(w.Rows*(a.rows+10)); s < len(c); s += n {
		a.x, a.t, a.u, a.v, a.y, a.c = at(w.Data, s), at(trans.Data, 0), at(next.Data, s), at(b.Data, s), at(beta.Data, s), at(c, s)
		a.xBytes = w.Rows * a.xRow
		a.lanes = min(n, len(c)-s)
		hmmBackwardAsmF64(&a)
	}
}

// hmmViterbiF64 does some states at a time where there are many.
func hmmViterbiF64(delta, psi, prev, logTrans, logb Matrix[float64]) {
	if Active() == Generic {
		hmmViterbiGeneric(delta, psi, prev, logTrans, logb)
		return
	}
	a := hmmArgs{xRow: 8 * prev.Stride, tIn: 8 * logTrans.Stride, tOut: 8, uRow: 8 * logb.Stride, vRow: 8 * psi.Stride, yRow: 8 * delta.Stride}
	states := max(1, hmmCycles/16/prev.Rows)
	for j := 0; j < logb.Rows; j += states {
		a.rows = min(states, logb.Rows-j)
		for s, n := 0, hmmLanes(a.rows*prev.Rows*4); s < logb.Cols; s += n {
			a.x, a.t, a.u, a.v, a.y = at(prev.Data, s), at(logTrans.Data, j), at(logb.Data, j*logb.Stride+s), at(psi.Data, j*psi.Stride+s), at(delta.Data, j*delta.Stride+s)
			a.xBytes = prev.Rows * a.xRow
			a.lanes = min(n, logb.Cols-s)
			hmmViterbiAsmF64(&a)
		}
	}
}
