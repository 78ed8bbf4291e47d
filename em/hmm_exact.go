package em

import (
	"math"

	"example.com/elbo/kernels"
)

// hmmExact does the recursions by logarithms, in float64, for the sequences for which the scaled ones lose something: see hmmLost.
//
// A frame takes a product with A of the probabilities themselves, each by the greatest, and one logarithm of each sum, as the scaled recursion does; only
// where a sum is so small that terms may have underflowed are its terms added as logarithms. Of a sequence there is log α before each block, from
// which backward makes that of the block's frames again: a state and block more, not a state and frame.
type hmmExact[T kernels.Float] struct {
	k          int
	trans      kernels.Matrix[float64] // A, before T rounds it
	logs       []float64               // of it
	marks      []float64               // by lane and block: log α of the frame before
	blocks     int
	beta       []float64 // by lane: log β, up to a constant, of the last frame that backward has seen
	alpha      []float64 // of a block's frames
	logb       []float64
	from, to   []float64 // of them, the factors of the expected transitions into each
	term, part []float64 // K
	product    []float64 // K×K
	count      []float64 // K×K, expected transitions
	gemm       []float64
}

// hmmSafe is a sum of products with probabilities, the greatest factor 1, from which on what underflows in it is negligible.
var hmmSafe = math.Ldexp(1, -900)

func newHMMExact[T kernels.Float](k int) hmmExact[T] {
	e := hmmExact[T]{k: k, term: make([]float64, k), part: make([]float64, k), product: make([]float64, k*k), count: make([]float64, k*k)}
	n := max(kernels.GemmWork[float64](kernels.NoTrans, kernels.NoTrans, 1, k, k), kernels.GemmWork[float64](kernels.NoTrans, kernels.Trans, 1, k, k),
		kernels.GemmWork[float64](kernels.Trans, kernels.NoTrans, k, k, hmmCols))
	e.gemm = make([]float64, n)
	return e
}

func (e *hmmExact[T]) begin(chain *hmmChain[T]) {
	e.trans, e.logs = kernels.MatrixOf(e.k, e.k, chain.trans), chain.logs
	clear(e.count)
}

// grow makes room for blocks, and where backward follows for the marks of lanes.
func (e *hmmExact[T]) grow(lanes, blocks int) {
	if e.alpha == nil {
		n := hmmCols * e.k
		e.alpha, e.logb, e.from, e.to = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	}
	e.blocks = blocks
	if need := lanes * blocks * e.k; need > len(e.marks) {
		e.marks = make([]float64, need)
	}
	if need := lanes * e.k; need > len(e.beta) {
		e.beta = make([]float64, need)
	}
}

// mark returns log α before block i of lane s.
func (e *hmmExact[T]) mark(s, i int) []float64 { return e.marks[(s*e.blocks+i)*e.k:][:e.k] }

// filter is one frame of the forward recursion: it makes of alpha, log p(state | frames so far), that with the frame whose log-densities are
// logb, in next, and returns log p(frame | frames so far). If that is infinite next is log p(state, frame | frames so far).
func (e *hmmExact[T]) filter(next, alpha, logb []float64, first bool) float64 {
	if first {
		copy(next, e.logs[:e.k])
	} else {
		e.sum(next, alpha, kernels.NoTrans)
	}
	for j, b := range logb {
		next[j] += b
	}
	density := kernels.LogSumExp(next)
	if density-density == 0 {
		for j := range next {
			next[j] -= density
		}
	}
	return density
}

// sum writes log Σ_i A_ij exp(x_i) to each element j of dst, or with Trans log Σ_j A_ij exp(x_j) to each i.
func (e *hmmExact[T]) sum(dst, x []float64, op kernels.Op) {
	k, most := e.k, math.Inf(-1)
	for _, v := range x {
		most = max(most, v)
	}
	if most-most != 0 { // nothing is possible
		kernels.Fill(dst, most)
		return
	}
	for i, v := range x {
		e.term[i] = v - most
	}
	kernels.Exp(e.term, e.term)
	kernels.Gemm(kernels.NoTrans, op, kernels.MatrixOf(1, k, e.part), kernels.MatrixOf(1, k, e.term), e.trans, kernels.Epilogue[float64]{}, e.gemm)
	kernels.Log(dst, e.part)
	for j, p := range e.part {
		if p >= hmmSafe {
			dst[j] += most
			continue
		}
		at, step := k+j, k
		if op == kernels.Trans {
			at, step = k+j*k, 1
		}
		for i, v := range x {
			e.term[i] = v + e.logs[at+i*step]
		}
		dst[j] = kernels.LogSumExp(e.term)
	}
}

// framesOf returns how many frames of block b lane s has.
func (p *hmmPass[T]) framesOf(b hmmBlock, s int) int { return min(b.times, p.lanes.length[s]-b.time) }

// logDensities writes those of n frames of lane s, from the given time on, to exact.logb, and returns what they are less.
func (p *hmmPass[T]) logDensities(x kernels.Matrix[T], s, time, n int) (base []float64) {
	first := p.lanes.first[s] + time
	rows := kernels.MatrixOf(n, p.k, p.dense[:n*p.k])
	base = p.work.logDensity(rows, x.SliceRows(first, first+n))
	for i, v := range rows.Data {
		p.exact.logb[i] = float64(v)
	}
	return base
}

// forwardExact returns the log-likelihood of lane s; with keep, backwardExact may follow.
func (p *hmmPass[T]) forwardExact(x kernels.Matrix[T], s int, keep bool) float64 {
	e, k := &p.exact, p.k
	if keep {
		e.grow(len(p.lanes.length), len(p.lanes.blocks))
		clear(e.beta[s*k:][:k])
	} else {
		e.grow(0, 0)
	}
	prev, logZ := e.alpha[(hmmCols-1)*k:][:k], 0.0
	for i, b := range p.lanes.blocks {
		n := p.framesOf(b, s)
		if n <= 0 {
			break
		}
		if keep {
			copy(e.mark(s, i), prev)
		}
		base := p.logDensities(x, s, b.time, n)
		for t := range n {
			alpha := e.alpha[t*k:][:k]
			logZ += e.filter(alpha, prev, e.logb[t*k:][:k], b.time+t == 0)
			if base != nil {
				logZ += base[t]
			}
			prev = alpha
		}
		last := e.alpha[(hmmCols-1)*k:][:k]
		copy(last, prev)
		prev = last
	}
	return logZ
}

// backwardExact does block i of lane s, after forwardExact and later blocks. It writes γ, times the sequence's weight, in place of α, and b̃ = 0, so that the
// scaled recursion finds no transitions; and adds the expected ones to count.
func (p *hmmPass[T]) backwardExact(x kernels.Matrix[T], i, s int) {
	e, k, weight := &p.exact, p.k, p.lanes.weight[s]
	b := p.lanes.blocks[i]
	n := p.framesOf(b, s)
	if n <= 0 {
		return
	}
	possible := p.logZ[s]-p.logZ[s] == 0
	alpha, logb := e.alpha[:n*k], e.logb[:n*k]
	if possible {
		p.logDensities(x, s, b.time, n)
		prev := e.mark(s, i)
		for t := range n {
			e.filter(alpha[t*k:][:k], prev, logb[t*k:][:k], b.time+t == 0)
			prev = alpha[t*k:][:k]
		}
		beta := e.beta[s*k:][:k]
		for t := n - 1; t >= 0; t-- {
			prev := e.mark(s, i)
			if t > 0 {
				prev = alpha[(t-1)*k:][:k]
			}
			now := alpha[t*k:][:k]
			v := logb[t*k:][:k]
			for j := range v {
				now[j] += beta[j]
				v[j] += beta[j]
			}
			from, to := e.from[t*k:][:k], e.to[t*k:][:k]
			if b.time+t == 0 {
				clear(from)
				clear(to)
				break
			}
			e.sum(beta, v, kernels.Trans)
			kernels.Exp(from, prev)
			e.transitions(from, to, prev, v, beta, weight)
		}
		c := kernels.MatrixOf(k, k, e.product)
		kernels.Gemm(kernels.Trans, kernels.NoTrans, c, kernels.MatrixOf(n, k, e.from[:n*k]), kernels.MatrixOf(n, k, e.to[:n*k]), kernels.Epilogue[float64]{}, e.gemm)
		for j, v := range e.trans.Data {
			if v > 0 {
				e.count[j] = math.FMA(e.product[j], v, e.count[j])
			}
		}
		for t := range n {
			softmax(alpha[t*k:][:k])
		}
	}
	at, lanes := 0, b.lanes
	for t := range n {
		lanes = p.lanes.active(lanes, b.time+t)
		to, bm := p.column(p.alpha, b, p.slot(i), at+s), p.column(p.b, b, p.slot(i), at+s)
		p.c[p.slot(i)*hmmCols+at+s] = 1
		for j := range k {
			bm.Data[j*bm.Stride] = 0
			if to.Data[j*to.Stride] = 0; possible {
				to.Data[j*to.Stride] = T(float64(weight * alpha[t*k+j]))
			}
		}
		at += lanes
	}
}

// transitions makes of the row from, exp(prev), and v two rows whose product, times A, is what is expected of the transitions of a frame; or if terms
// may have underflowed adds that to count, and makes zeros. beta is log A·exp(v), which it takes to a maximum of 0.
func (e *hmmExact[T]) transitions(from, to, prev, v, beta []float64, weight float64) {
	k := e.k
	for i, b := range beta {
		e.term[i] = prev[i] + b
	}
	z := kernels.LogSumExp(e.term) // of all transitions
	most := math.Inf(-1)
	for _, b := range v {
		most = max(most, b)
	}
	if z-most >= -400 {
		for j, b := range v {
			to[j] = b - z
		}
		kernels.Exp(to, to)
		kernels.Scale(from, from, weight)
	} else {
		for i := range k {
			joint := e.product[i*k:][:k]
			for j, b := range v {
				joint[j] = prev[i] + e.logs[k+i*k+j] + b - z
			}
		}
		kernels.Exp(e.product, e.product)
		kernels.Axpy(e.count, weight, e.product)
		clear(from)
		clear(to)
	}
	most = math.Inf(-1)
	for _, b := range beta {
		most = max(most, b)
	}
	for i := range beta {
		beta[i] -= most
	}
}

// softmax makes of logarithms, up to a constant, the probabilities.
func softmax(x []float64) {
	z := kernels.LogSumExp(x)
	for i := range x {
		x[i] -= z
	}
	kernels.Exp(x, x)
}

// correct replaces what is in gamma, of block i, of the lanes whose recursions were exact.
func (p *hmmPass[T]) correct(b hmmBlock, i int, gamma kernels.Matrix[T]) kernels.Matrix[T] {
	for s, lost := range p.lost.lost[:b.lanes] {
		if !lost {
			continue
		}
		at, lanes := 0, b.lanes
		for t := b.time; t < b.time+b.times; t++ {
			if lanes = p.lanes.active(lanes, t); s >= lanes {
				break
			}
			copyColumn(gamma.Row(at+s), p.column(p.alpha, b, p.slot(i), at+s))
			at += lanes
		}
	}
	return gamma
}
