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
	for i, b := range l.blocks {
		if i > 0 && p.slot(i) == 0 {
			p.keep(p.beta, (i-1)%2, i)
		}
		p.viterbiBlock(chain, x, i, true)
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
	delta := p.column(p.beta, b, i%2, at+s)
	for j := range p.k {
		if delta.Data[j*delta.Stride] > delta.Data[best*delta.Stride] {
			best = j
		}
	}
	return best
}

// viterbiBlock does block i. With sum it adds the maxima to logZ.
func (p *hmmPass[T]) viterbiBlock(chain *hmmChain[T], x kernels.Matrix[T], i int, sum bool) {
	l := &p.lanes
	b := l.blocks[i]
	dst := p.dense
	if b.framed {
		dst = p.b
	}
	rows := kernels.MatrixOf(b.cols, p.k, dst[:b.cols*p.k])
	base := p.work.logDensity(rows, gather(l, b, p.x, x))
	most := p.logc[:b.cols]
	if b.framed {
		p.viterbiFramed(chain, rows, most, i)
	} else {
		p.spread(p.b, rows)
		p.viterbiWide(chain, most, i)
	}
	if !sum {
		return
	}
	at, lanes := 0, b.lanes
	for t := range b.times {
		lanes = l.active(lanes, b.time+t)
		for s, v := range most[at:][:lanes] {
			if v-v == 0 {
				p.logZ[s] += float64(v)
			} else {
				p.logZ[s] = float64(v)
			}
			if base != nil {
				p.logZ[s] += base[at+s]
			}
		}
		at += lanes
	}
}

// viterbiWide is viterbiBlock's recursion for a block that is not framed, time after time; it leaves the maxima in most.
func (p *hmmPass[T]) viterbiWide(chain *hmmChain[T], most []T, i int) {
	l, slot := &p.lanes, p.slot(i)
	b := l.blocks[i]
	clear(p.before[:b.lanes])
	prev, trans := kernels.MatrixOf(1, b.lanes, p.before[:b.lanes]), chain.logStart
	if i > 0 {
		prev, trans = p.prior(p.beta, (i-1)%2, i, b.lanes), chain.logStep
	}
	at, lanes := 0, b.lanes
	for t := range b.times {
		lanes = l.active(lanes, b.time+t)
		prev.Cols = lanes
		delta := p.view(p.beta, i%2, at, lanes)
		kernels.HMMViterbi(delta, p.view(p.alpha, slot, at, lanes), prev, trans, p.view(p.b, 0, at, lanes))
		for s := range lanes {
			most[at+s] = lower(p.column(p.beta, b, i%2, at+s))
		}
		prev, trans = delta, chain.logStep
		at += lanes
	}
}

// lower returns the greatest element of a column, NaN if one is NaN, and subtracts it if it is finite.
func lower[T kernels.Float](delta kernels.Matrix[T]) T {
	most := delta.Data[0]
	for j := 1; j < delta.Rows; j++ {
		most = max(most, delta.Data[j*delta.Stride])
	}
	if most-most == 0 {
		for j := range delta.Rows {
			delta.Data[j*delta.Stride] -= most
		}
	}
	return most
}

// trace follows the paths back from their last states.
func (p *hmmPass[T]) trace(chain *hmmChain[T], x kernels.Matrix[T], path, states []int) {
	l := &p.lanes
	lanes := 0
	for i, b := range slices.Backward(l.blocks) {
		if i/p.held != p.part {
			p.part = i / p.held
			for j := p.part * p.held; j < (p.part+1)*p.held; j++ {
				p.viterbiBlock(chain, x, j, false)
			}
		}
		at := b.cols
		for t := b.time + b.times - 1; t >= b.time; t-- {
			lanes = l.before(lanes, t)
			at -= lanes
			for s, first := range l.first[:lanes] {
				path[first+t] = states[s]
				if t > 0 {
					from := p.column(p.alpha, b, p.slot(i), at+s)
					states[s] = int(from.Data[states[s]*from.Stride])
				}
			}
		}
	}
}
