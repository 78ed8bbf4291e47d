package em

import (
	"slices"

	"example.com/elbo/kernels"
)

// viterbi runs Viterbi's recursion: it leaves where states came from in alpha, δ in beta, the logarithms of the best paths' probabilities in logZ, and the
// paths' last states in states.
func (p *hmmPass[T]) viterbi(chain *hmmChain[T], x kernels.Matrix[T], states []int) {
	l := &p.lanes
	parts := p.divide(true)
	p.part = parts - 1
	clear(p.logZ) // the sums of the maxima that are taken out of δ
	var prev kernels.Matrix[T]
	for i, b := range l.blocks {
		if i > 0 && p.slot(i) == 0 {
			p.keep(i, prev)
		}
		prev = p.viterbiBlock(chain, x, i, prev, true)
		for s := range b.lanes {
			if last := l.length[s] - 1; last >= b.time && last < b.time+b.times {
				states[s] = p.best(b, i, s, last)
			}
		}
	}
}

// best returns the state with the greatest δ, the first of those, of lane s at a time in block i.
func (p *hmmPass[T]) best(b hmmBlock, i, s, time int) (best int) {
	at, lanes := 0, b.lanes
	for t := b.time; t < time; t++ {
		at += p.lanes.active(lanes, t)
	}
	delta := p.view(p.beta, b, i%2, at, lanes)
	for j := range p.k {
		if delta.Data[j*delta.Stride+s] > delta.Data[best*delta.Stride+s] {
			best = j
		}
	}
	return best
}

// viterbiBlock does block i, prev being δ of the frame before, and returns δ of its last frame. With sum it adds the maxima to logZ.
func (p *hmmPass[T]) viterbiBlock(chain *hmmChain[T], x kernels.Matrix[T], i int, prev kernels.Matrix[T], sum bool) kernels.Matrix[T] {
	l, slot := &p.lanes, p.slot(i)
	b := l.blocks[i]
	dst := p.dense
	if b.narrow() {
		dst = p.b
	}
	rows := kernels.MatrixOf(b.cols, p.k, dst[:b.cols*p.k])
	base := p.work.logDensity(rows, gather(l, b, p.x, x))
	if !b.narrow() {
		p.spread(p.b, rows)
	}
	trans := chain.logStep
	if i == 0 {
		clear(p.before[:b.lanes])
		prev, trans = kernels.MatrixOf(1, b.lanes, p.before[:b.lanes]), chain.logStart
	}
	most := p.c[slot*hmmCols:][:b.cols]
	if b.narrow() {
		prev.Cols = 1
		delta, psi := p.view(p.beta, b, i%2, 0, 1), p.view(p.alpha, b, slot, 0, 1)
		kernels.HMMViterbi(delta, psi, prev, trans, p.view(p.b, b, 0, 0, 1))
		most[0] = lower(delta, 0)
		if n, k := b.cols-1, p.k; n > 0 {
			d, from := p.beta[(i%2*hmmCols+1)*k:][:n*k], p.alpha[(slot*hmmCols+1)*k:][:n*k]
			kernels.HMMViterbiFrames(kernels.MatrixOf(n, k, d), kernels.MatrixOf(n, k, from), most[1:], delta.Data, chain.logStep, rows.SliceRows(1, n+1), p.frames)
			prev = p.view(p.beta, b, i%2, n, 1)
		} else {
			prev = delta
		}
		if sum {
			p.addMost(most, base, 0, 1)
		}
		return prev
	}
	at, lanes := 0, b.lanes
	for t := b.time; t < b.time+b.times; t++ {
		lanes = l.active(lanes, t)
		prev.Cols = lanes
		delta, psi, logb := p.view(p.beta, b, i%2, at, lanes), p.view(p.alpha, b, slot, at, lanes), p.view(p.b, b, 0, at, lanes)
		kernels.HMMViterbi(delta, psi, prev, trans, logb)
		for s := range lanes {
			most[at+s] = lower(delta, s)
		}
		if sum {
			p.addMost(most[at:][:lanes], base, at, lanes)
		}
		prev, trans = delta, chain.logStep
		at += lanes
	}
	return prev
}

// lower returns the greatest element of column s, NaN if one is NaN, and subtracts it if it is finite.
func lower[T kernels.Float](delta kernels.Matrix[T], s int) T {
	most := delta.Data[s]
	for j := 1; j < delta.Rows; j++ {
		most = max(most, delta.Data[j*delta.Stride+s])
	}
	if most-most == 0 {
		for j := range delta.Rows {
			delta.Data[j*delta.Stride+s] -= most
		}
	}
	return most
}

// addMost adds the maxima of frames, some lanes at one time after another, the first of which is column at of the block, to logZ.
func (p *hmmPass[T]) addMost(most []T, base []float64, at, lanes int) {
	for i, v := range most {
		s := i % lanes
		if v-v == 0 {
			p.logZ[s] += float64(v)
		} else {
			p.logZ[s] = float64(v)
		}
		if base != nil {
			p.logZ[s] += base[at+i]
		}
	}
}

// trace follows the paths back from their last states.
func (p *hmmPass[T]) trace(chain *hmmChain[T], x kernels.Matrix[T], path, states []int) {
	l := &p.lanes
	lanes := 0
	for i, b := range slices.Backward(l.blocks) {
		if i/p.held != p.part {
			p.part = i / p.held
			first := p.part * p.held
			var prev kernels.Matrix[T]
			if first > 0 {
				prev = p.mark(p.part, l.blocks[first].lanes)
			}
			for j := first; j < first+p.held; j++ {
				prev = p.viterbiBlock(chain, x, j, prev, false)
			}
		}
		at := b.cols
		for t := b.time + b.times - 1; t >= b.time; t-- {
			lanes = l.before(lanes, t)
			at -= lanes
			from := p.view(p.alpha, b, p.slot(i), at, lanes)
			for s, first := range l.first[:lanes] {
				path[first+t] = states[s]
				if t > 0 {
					states[s] = int(from.Data[states[s]*from.Stride+s])
				}
			}
		}
	}
}
