//go:build (amd64 || arm64) && !purego && !race

package kernels

import (
	"math"
	"unsafe"
)

// hmmFramesArgs is what an assembly routine over the frames of one sequence gets. Distances are in bytes; rows of t and of the
// scratch are filled with zeros to whole registers of 32 bytes.
type hmmFramesArgs struct {
	t      unsafe.Pointer // trans, or its transpose
	tRow   int
	state  unsafe.Pointer // the scratch: for each sequence 1024 bytes, α, β or δ of the frame before, and 512 bytes on a, w or δ
	states int            // bytes of all
	now    int            // bytes to that of the first row's sequence
	b      unsafe.Pointer // the first row of each that is done
	bRow   int
	w      unsafe.Pointer
	wRow   int
	y      unsafe.Pointer // alpha or beta
	yRow   int
	c      unsafe.Pointer
	k      int
	whole  int // bytes of a row's whole registers
	rest   int // the states beyond
	//lint:ignore U1000 assembly counts frames here
	frames int
	//lint:ignore U1000 and keeps its place in c here: no pointer, for it may come to be that of another object
	cNow uintptr
	//lint:ignore U1000 likewise, the end of the scratch
	stateEnd uintptr
}

// hmmState is the bytes of scratch for a sequence: two rows of hmmTerms states.
const hmmState = 1024

// hmmFramesCall is how many frames of k states are one call's work.
func hmmFramesCall(k int) int { return hmmCycles / (80 + 8*k + k*k/2) }

// hmmFramesOf packs trans, or its transpose, and the states into work: those of the rows of state, or from the last to the first.
func hmmFramesOf[T Float](work, state []T, trans Matrix[T], transpose bool) hmmFramesArgs {
	k, row, size := trans.Rows, hmmPadded[T](trans.Rows), sizeOf[T]()
	padded, scratch := work[:k*row], work[k*row:]
	clear(padded)
	for i := range k {
		if !transpose {
			copy(padded[i*row:], trans.Row(i))
			continue
		}
		for j, v := range trans.Row(i) {
			padded[j*row+i] = v
		}
	}
	s := len(state) / k
	for i := range s {
		from := state[i*k:][:k]
		if transpose {
			from = state[(s-1-i)*k:][:k]
		}
		one := scratch[i*hmmState/size:][:hmmState/size]
		clear(one[copy(one, from):])
	}
	n := 32 / size
	return hmmFramesArgs{t: at(padded, 0), tRow: row * size, state: at(scratch, 0), states: s * hmmState, k: k, whole: k / n * 32, rest: k % n}
}

func hmmForwardFramesF32(alpha, b Matrix[float32], c, prev []float32, trans Matrix[float32], work []float32) {
	if Active() == Generic {
		hmmForwardFramesGeneric(alpha, b, c, prev, trans)
		return
	}
	a := hmmFramesOf(work, prev, trans, false)
	a.bRow, a.yRow = 4*b.Stride, 4*alpha.Stride
	for t, n := 0, hmmFramesCall(a.k); t < len(c); t += n {
		a.now = t * hmmState % a.states
		a.b, a.y, a.c = at(b.Data, t*b.Stride), at(alpha.Data, t*alpha.Stride), at(c, t)
		a.frames = min(n, len(c)-t)
		hmmForwardFramesAsmF32(&a)
	}
}

func hmmForwardFramesF64(alpha, b Matrix[float64], c, prev []float64, trans Matrix[float64], work []float64) {
	if Active() == Generic {
		hmmForwardFramesGeneric(alpha, b, c, prev, trans)
		return
	}
	a := hmmFramesOf(work, prev, trans, false)
	a.bRow, a.yRow = 8*b.Stride, 8*alpha.Stride
	for t, n := 0, hmmFramesCall(a.k); t < len(c); t += n {
		a.now = t * hmmState % a.states
		a.b, a.y, a.c = at(b.Data, t*b.Stride), at(alpha.Data, t*alpha.Stride), at(c, t)
		a.frames = min(n, len(c)-t)
		hmmForwardFramesAsmF64(&a)
	}
}

func hmmBackwardFramesF32(beta, w Matrix[float32], next []float32, trans, b Matrix[float32], c, work []float32) {
	if Active() == Generic {
		hmmBackwardFramesGeneric(beta, w, next, trans, b, c)
		return
	}
	a := hmmFramesOf(work, next, trans, true)
	a.bRow, a.wRow, a.yRow = 4*b.Stride, 4*w.Stride, 4*beta.Stride
	for t, n := len(c)-1, hmmFramesCall(a.k); t >= 0; t -= n {
		a.now = (len(c) - 1 - t) * hmmState % a.states
		a.b, a.w, a.y, a.c = at(b.Data, t*b.Stride), at(w.Data, t*w.Stride), at(beta.Data, t*beta.Stride), at(c, t)
		a.frames = min(n, t+1)
		hmmBackwardFramesAsmF32(&a)
	}
}

func hmmBackwardFramesF64(beta, w Matrix[float64], next []float64, trans, b Matrix[float64], c, work []float64) {
	if Active() == Generic {
		hmmBackwardFramesGeneric(beta, w, next, trans, b, c)
		return
	}
	a := hmmFramesOf(work, next, trans, true)
	a.bRow, a.wRow, a.yRow = 8*b.Stride, 8*w.Stride, 8*beta.Stride
	for t, n := len(c)-1, hmmFramesCall(a.k); t >= 0; t -= n {
		a.now = (len(c) - 1 - t) * hmmState % a.states
		a.b, a.w, a.y, a.c = at(b.Data, t*b.Stride), at(w.Data, t*w.Stride), at(beta.Data, t*beta.Stride), at(c, t)
		a.frames = min(n, t+1)
		hmmBackwardFramesAsmF64(&a)
	}
}

func hmmViterbiFramesF32(delta, psi Matrix[float32], most, prev []float32, logTrans, logb Matrix[float32], work []float32) {
	if Active() == Generic {
		hmmViterbiFramesGeneric(delta, psi, most, prev, logTrans, logb)
		return
	}
	a := hmmViterbiFramesOf(work, prev, logTrans)
	a.bRow, a.wRow, a.yRow = 4*logb.Stride, 4*psi.Stride, 4*delta.Stride
	for t, n := 0, hmmFramesCall(a.k); t < len(most); {
		a.now = t * hmmState % a.states
		a.b, a.w, a.y, a.c = at(logb.Data, t*logb.Stride), at(psi.Data, t*psi.Stride), at(delta.Data, t*delta.Stride), at(most, t)
		some := min(n, len(most)-t)
		a.frames = some
		hmmViterbiFramesAsmF32(&a)
		if t += some - a.frames; a.frames > 0 {
			hmmViterbiFrame(delta, psi, most, work, logTrans, logb, t, len(prev)/a.k)
			t++
		}
	}
}

func hmmViterbiFramesF64(delta, psi Matrix[float64], most, prev []float64, logTrans, logb Matrix[float64], work []float64) {
	if Active() == Generic {
		hmmViterbiFramesGeneric(delta, psi, most, prev, logTrans, logb)
		return
	}
	a := hmmViterbiFramesOf(work, prev, logTrans)
	a.bRow, a.wRow, a.yRow = 8*logb.Stride, 8*psi.Stride, 8*delta.Stride
	for t, n := 0, hmmFramesCall(a.k); t < len(most); {
		a.now = t * hmmState % a.states
		a.b, a.w, a.y, a.c = at(logb.Data, t*logb.Stride), at(psi.Data, t*psi.Stride), at(delta.Data, t*delta.Stride), at(most, t)
		some := min(n, len(most)-t)
		a.frames = some
		hmmViterbiFramesAsmF64(&a)
		if t += some - a.frames; a.frames > 0 {
			hmmViterbiFrame(delta, psi, most, work, logTrans, logb, t, len(prev)/a.k)
			t++
		}
	}
}

// hmmViterbiFramesOf is hmmFramesOf for Viterbi's recursion: what is beyond the states is never the greatest.
func hmmViterbiFramesOf[T Float](work, prev []T, logTrans Matrix[T]) hmmFramesArgs {
	a := hmmFramesOf(work, prev, logTrans, false)
	row, least := hmmPadded[T](a.k), T(math.Inf(-1))
	for i := range a.k {
		Fill(work[i*row+a.k:(i+1)*row], least)
	}
	return a
}

// hmmViterbiFrame does frame t, from the state in work and to it.
func hmmViterbiFrame[T Float](delta, psi Matrix[T], most, work []T, logTrans, logb Matrix[T], t, sequences int) {
	k := logb.Cols
	state := work[k*hmmPadded[T](k)+t%sequences*hmmState/sizeOf[T]():][:k]
	hmmViterbiFramesGeneric(delta.SliceRows(t, t+1), psi.SliceRows(t, t+1), most[t:t+1], state, logTrans, logb.SliceRows(t, t+1))
	copy(state, delta.Row(t))
}
