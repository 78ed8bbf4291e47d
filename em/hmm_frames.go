package em

import "example.com/elbo/kernels"

// few returns the most sequences side by side whose recursions go frame after frame, their frames in turn and the states in the lanes of vectors: with
// more of them vectors whose lanes hold sequences take less time. The bits are the same either way. A Zen 4 decided: up to 4 sequences of 4, 8 and 16
// states are fitted 1.2 to 2.3 times as fast so, 8 of them 1.26 times with 16 states in float64 and no faster else. More than the kernels have
// routines for go so only alone.
func few[T kernels.Float](k int) int {
	switch {
	case kernels.HMMFramesWork[T](k) == 0:
		return 1
	case k >= 16 && unitRoundoff[T]() < 0x1p-24:
		return kernels.HMMSequences
	}
	return 4
}

// run returns how many lanes have a frame at time t of block b, at most n of them, and for how many times of the block they are as many.
func (l *hmmLanes) run(b hmmBlock, n, t int) (lanes, times int) {
	lanes = l.active(n, b.time+t)
	return lanes, min(b.times, l.length[lanes-1]-b.time) - t
}

// forwardFramed is forwardBlock's recursion for a framed block, whose log-densities are in rows, which b̃ replaces.
func (p *hmmPass[T]) forwardFramed(chain *hmmChain[T], rows kernels.Matrix[T], i int) {
	l, slot, k := &p.lanes, p.slot(i), p.k
	b := l.blocks[i]
	alpha := kernels.MatrixOf(b.cols, k, p.alpha[slot*hmmCols*k:][:b.cols*k])
	c, logc := p.c[slot*hmmCols:][:b.cols], p.logc[:b.cols]
	for s := range b.lanes {
		prev, trans := kernels.MatrixOf(1, 1, p.ones[:1]), chain.start
		if i > 0 {
			prev, trans = p.priorColumn(p.alpha, p.slot(i-1), i, s), chain.step
		}
		bm := p.column(p.b, b, slot, s)
		kernels.HMMForward(p.column(p.alpha, b, slot, s), bm, c[s:s+1], logc[s:s+1], prev, trans, bm)
	}
	at, lanes := b.lanes, b.lanes
	for t := 1; t < b.times; {
		now, times := l.run(b, lanes, t)
		end := at + now*times
		prev, to, bm := alpha.Data[(at-lanes)*k:][:now*k], alpha.SliceRows(at, end), rows.SliceRows(at, end)
		kernels.HMMForwardFrames(to, bm, c[at:end], logc[at:end], prev, chain.step, bm, p.frames)
		at, lanes, t = end, now, t+times
	}
}

// backwardFramed is backward's recursion for a framed block.
func (p *hmmPass[T]) backwardFramed(chain *hmmChain[T], i int) {
	l, slot, k := &p.lanes, p.slot(i), p.k
	b := l.blocks[i]
	next := 0 // the lanes one time later
	if i+1 < len(l.blocks) {
		next = l.blocks[i+1].lanes
	}
	next = p.backwardRuns(chain, i, b.lanes, b.lanes, 1, next)
	for s := next; s < b.lanes; s++ {
		p.end(p.column(p.beta, b, i%2, s), s)
	}
	for s := range b.lanes {
		before := p.before[s*k:][:k]
		if b.time == 0 {
			clear(before)
			continue
		}
		last, start := p.lastFrame(i)
		copyColumn(before, p.priorColumn(p.alpha, p.slot(i-1), i, s))
		w := p.column(p.b, b, slot, s)
		kernels.HMMBackward(p.column(p.beta, last, (i-1)%2, start+s), w, p.column(p.beta, b, i%2, s), chain.step, w, p.c[slot*hmmCols+s:][:1])
	}
	at, lanes := 0, b.lanes
	for t := range b.times {
		lanes = l.active(lanes, b.time+t)
		for s, lost := range p.lost.lost[:lanes] {
			if lost {
				clear(p.before[(at+s)*k:][:k])
			}
		}
		at += lanes
	}
}

// backwardRuns does the times from t on, of which the first has its frames from column at on, after a time of so many lanes; it returns how many
// lanes have that time, or next if there is none.
func (p *hmmPass[T]) backwardRuns(chain *hmmChain[T], i, at, lanes, t, next int) int {
	b := p.lanes.blocks[i]
	if t == b.times {
		return next
	}
	now, times := p.lanes.run(b, lanes, t)
	end := at + now*times
	next = p.backwardRuns(chain, i, end, now, t+times, next)
	for s := next; s < now; s++ {
		p.end(p.column(p.beta, b, i%2, end-now+s), s)
	}
	from := at
	if lanes != now { // the frames of the time before are not those of the same lanes
		p.backwardFrames(chain, i, at+now, end, at, now)
		end = at + now
	}
	p.backwardFrames(chain, i, from, end, at-lanes, now)
	return now
}

// backwardFrames goes from the frames in columns lo … hi−1, of so many lanes in turn, to those before, which begin at column to: that of the first time in lo.
func (p *hmmPass[T]) backwardFrames(chain *hmmChain[T], i, lo, hi, to, lanes int) {
	if lo == hi {
		return
	}
	slot, k, n := p.slot(i), p.k, hi-lo
	beta, w := p.beta[i%2*hmmCols*k:], kernels.MatrixOf(n, k, p.b[(slot*hmmCols+lo)*k:][:n*k])
	kernels.HMMBackwardFrames(kernels.MatrixOf(n, k, beta[to*k:][:n*k]), w, beta[(hi-lanes)*k:][:lanes*k], chain.step, w, p.c[slot*hmmCols+lo:][:n], p.frames)
	copy(p.before[lo*k:hi*k], p.alpha[(slot*hmmCols+to)*k:])
}

// viterbiFramed is viterbiBlock's recursion for a framed block, whose log-densities are in rows; it leaves the maxima in most.
func (p *hmmPass[T]) viterbiFramed(chain *hmmChain[T], rows kernels.Matrix[T], most []T, i int) {
	l, slot, k := &p.lanes, p.slot(i), p.k
	b := l.blocks[i]
	delta, psi := kernels.MatrixOf(b.cols, k, p.beta[i%2*hmmCols*k:][:b.cols*k]), kernels.MatrixOf(b.cols, k, p.alpha[slot*hmmCols*k:][:b.cols*k])
	for s := range b.lanes {
		p.before[0] = 0
		prev, trans := kernels.MatrixOf(1, 1, p.before[:1]), chain.logStart
		if i > 0 {
			prev, trans = p.priorColumn(p.beta, (i-1)%2, i, s), chain.logStep
		}
		to := p.column(p.beta, b, i%2, s)
		kernels.HMMViterbi(to, p.column(p.alpha, b, slot, s), prev, trans, p.column(p.b, b, 0, s))
		most[s] = lower(to)
	}
	at, lanes := b.lanes, b.lanes
	for t := 1; t < b.times; {
		now, times := l.run(b, lanes, t)
		end := at + now*times
		prev := delta.Data[(at-lanes)*k:][:now*k]
		kernels.HMMViterbiFrames(delta.SliceRows(at, end), psi.SliceRows(at, end), most[at:end], prev, chain.logStep, rows.SliceRows(at, end), p.frames)
		at, lanes, t = end, now, t+times
	}
}
