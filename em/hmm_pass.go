package em

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// hmmHeld is the most blocks of which α and b̃ are kept for the backward recursion: at least 2.
const hmmHeld = 256

// hmmPass runs the recursions over the sequences of a chunk. It holds the scratch of one goroutine, which grows to the longest chunk.
//
// α, b̃ and β of a block lie in K·hmmCols elements: state by state, hmmCols apart, or in a framed block frame by frame. Of more than hmmHeld blocks
// there is a part of hmmHeld at a time: the forward recursion leaves α of the frames before each part, from which backward makes it again.
type hmmPass[T kernels.Float] struct {
	k, d     int
	work     hmmWork[T]
	lanes    hmmLanes
	x, dense []T // a block's frames, and what belongs to each frame and state, frame by frame
	most     int // blocks that may be held, hmmHeld
	held     int // blocks, which are a part
	part     int // which is there
	alpha, b []T // of held blocks
	beta     []T // of two blocks
	c        []T
	marks    []T // by part: α before it, state by state
	marked   bool
	logc     []T
	before   []T // α one frame before, for the transitions
	count    []T
	gemm     []T
	frames   []T // for kernels.HMMForwardFrames
	ones     []T
	logZ     []float64 // by lane
	lost     hmmLost[T]
	exact    hmmExact[T]
}

func newHMMPass[T kernels.Float](work hmmWork[T], k, d int) *hmmPass[T] {
	const n = hmmCols
	p := &hmmPass[T]{
		k: k, d: d, work: work, most: hmmHeld, x: make([]T, n*d), dense: make([]T, n*k), beta: make([]T, 2*n*k), before: make([]T, n*k),
		logc: make([]T, n), count: make([]T, k*k), ones: make([]T, elbo.ChunkSequences), logZ: make([]float64, elbo.ChunkSequences),
		frames: make([]T, kernels.HMMFramesWork[T](k)), exact: newHMMExact[T](k),
	}
	p.gemm = make([]T, max(kernels.GemmWork[T](kernels.NoTrans, kernels.Trans, k, k, n), kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, k, k, n)))
	kernels.Fill(p.ones, 1)
	p.lanes.few = few[T](k)
	return p
}

// grow makes room for held blocks, and the marks of parts.
func (p *hmmPass[T]) grow(held, parts int) {
	const n = hmmCols
	p.held = held
	if need := held * n * p.k; need > len(p.alpha) {
		p.alpha, p.b, p.c = make([]T, need), make([]T, need), make([]T, held*n)
	}
	if need := parts * p.k * elbo.ChunkSequences; parts > 1 && need > len(p.marks) {
		p.marks = make([]T, need)
	}
}

// divide divides the blocks into parts, whose number it returns, and makes room for one; unless keep for the frame before alone.
func (p *hmmPass[T]) divide(keep bool) (parts int) {
	n := len(p.lanes.blocks)
	p.marked = keep
	if !keep {
		p.grow(min(2, n), 1)
		return 1
	}
	parts = (n + p.most - 1) / p.most
	p.grow(min(p.most, n), parts)
	return parts
}

// keep copies α, or δ, of the frame before block i, with which a part begins, from the given slot of src.
func (p *hmmPass[T]) keep(src []T, slot, i int) {
	lanes := p.lanes.blocks[i].lanes
	last, start := p.lastFrame(i)
	mark := p.mark(i/p.held, lanes)
	for s := range lanes {
		from := p.column(src, last, slot, start+s)
		for j := range p.k {
			mark.Row(j)[s] = from.Data[j*from.Stride]
		}
	}
}

// slot returns where block i is.
func (p *hmmPass[T]) slot(i int) int { return i % p.held }

// mark returns the place of α before a part, of that many lanes.
func (p *hmmPass[T]) mark(part, lanes int) kernels.Matrix[T] {
	size := p.k * elbo.ChunkSequences
	return kernels.MatrixOf(p.k, lanes, p.marks[part*size:][:p.k*lanes])
}

// view returns the part of block i of s, which is not framed, that belongs to the given number of frames from column at on.
func (p *hmmPass[T]) view(s []T, i, at, lanes int) kernels.Matrix[T] {
	size := hmmCols * p.k
	return kernels.Matrix[T]{Rows: p.k, Cols: lanes, Data: s[i*size:][at:size], Stride: hmmCols}
}

// column returns the part of block i of s that belongs to the frame in a column.
func (p *hmmPass[T]) column(s []T, b hmmBlock, i, at int) kernels.Matrix[T] {
	size := hmmCols * p.k
	s = s[i*size:][:size]
	if b.framed {
		return kernels.Matrix[T]{Rows: p.k, Cols: 1, Data: s[at*p.k:][:p.k], Stride: 1}
	}
	return kernels.Matrix[T]{Rows: p.k, Cols: 1, Data: s[at:], Stride: hmmCols}
}

// copyColumn copies a column to dst.
func copyColumn[T kernels.Float](dst []T, from kernels.Matrix[T]) {
	for j := range dst {
		dst[j] = from.Data[j*from.Stride]
	}
}

// lastFrame returns the block before block i, and the first column of its last time.
func (p *hmmPass[T]) lastFrame(i int) (last hmmBlock, start int) {
	b := p.lanes.blocks[i]
	last = p.lanes.blocks[i-1]
	return last, last.cols - p.lanes.before(b.lanes, b.time-1)
}

// prior returns what src holds of the frame before block i, i > 0, which is not framed: in a slot of src or, where a part begins, in a mark.
func (p *hmmPass[T]) prior(src []T, slot, i, lanes int) kernels.Matrix[T] {
	if p.marked && p.slot(i) == 0 {
		return p.mark(i/p.held, p.lanes.blocks[i].lanes)
	}
	_, start := p.lastFrame(i)
	return p.view(src, slot, start, lanes)
}

// priorColumn is prior for lane s of any block.
func (p *hmmPass[T]) priorColumn(src []T, slot, i, s int) kernels.Matrix[T] {
	if p.marked && p.slot(i) == 0 {
		mark := p.mark(i/p.held, p.lanes.blocks[i].lanes)
		return kernels.Matrix[T]{Rows: p.k, Cols: 1, Data: mark.Data[s:], Stride: mark.Stride}
	}
	last, start := p.lastFrame(i)
	return p.column(src, last, slot, start+s)
}

// spread writes rows, frames×K, to the place of a wide block, state by state.
func (p *hmmPass[T]) spread(dst []T, rows kernels.Matrix[T]) {
	k, n := p.k, rows.Rows
	data := rows.Data[:n*k]
	for j := range k {
		to := dst[j*hmmCols:][:n]
		for i := range to {
			to[i] = data[i*k+j]
		}
	}
}

// forward runs the forward recursion, and leaves the log-likelihoods in logZ. With keep, backward may follow.
func (p *hmmPass[T]) forward(chain *hmmChain[T], x kernels.Matrix[T], keep bool) {
	l := &p.lanes
	clear(p.logZ)
	p.part = p.divide(keep) - 1
	p.lost.begin(chain, len(l.length))
	p.exact.begin(chain)
	for i := range l.blocks {
		if keep && i > 0 && p.slot(i) == 0 {
			p.keep(p.alpha, p.slot(i-1), i)
		}
		p.forwardBlock(chain, x, i, true)
	}
	for s := range l.length {
		if chain.sparse {
			p.lost.ends(s)
		}
		if p.lost.lost[s] || p.logZ[s]-p.logZ[s] != 0 {
			p.logZ[s] = p.forwardExact(x, s, keep)
			p.lost.lost[s] = keep
		}
	}
}

// forwardBlock does block i. With sum it adds to logZ, and looks for what is lost.
func (p *hmmPass[T]) forwardBlock(chain *hmmChain[T], x kernels.Matrix[T], i int, sum bool) {
	l, slot := &p.lanes, p.slot(i)
	b := l.blocks[i]
	dst := p.dense
	if b.framed {
		dst = p.b[slot*hmmCols*p.k:]
	}
	rows := kernels.MatrixOf(b.cols, p.k, dst[:b.cols*p.k])
	base := p.work.logDensity(rows, gather(l, b, p.x, x))
	if b.framed {
		p.forwardFramed(chain, rows, i)
	} else {
		p.spread(p.b[slot*hmmCols*p.k:], rows)
		p.forwardWide(chain, i)
	}
	if !sum {
		return
	}
	at, lanes := 0, b.lanes
	for t := range b.times {
		lanes = l.active(lanes, b.time+t)
		for s, v := range p.logc[at:][:lanes] {
			density := float64(v)
			if base != nil {
				density += base[at+s]
			}
			p.logZ[s] += density
			if chain.sparse {
				p.lost.look(chain, p.column(p.alpha, b, slot, at+s), p.column(p.b, b, slot, at+s), p.c[slot*hmmCols+at+s], s, b.time+t)
			}
		}
		at += lanes
	}
}

// forwardWide is forwardBlock's recursion for a block that is not framed, time after time.
func (p *hmmPass[T]) forwardWide(chain *hmmChain[T], i int) {
	l, slot := &p.lanes, p.slot(i)
	b := l.blocks[i]
	prev, trans := kernels.MatrixOf(1, b.lanes, p.ones[:b.lanes]), chain.start
	if i > 0 {
		prev, trans = p.prior(p.alpha, p.slot(i-1), i, b.lanes), chain.step
	}
	at, lanes := 0, b.lanes
	for t := range b.times {
		lanes = l.active(lanes, b.time+t)
		prev.Cols = lanes
		alpha, bm := p.view(p.alpha, slot, at, lanes), p.view(p.b, slot, at, lanes)
		kernels.HMMForward(alpha, bm, p.c[slot*hmmCols+at:][:lanes], p.logc[at:][:lanes], prev, trans, bm)
		prev, trans = alpha, chain.step
		at += lanes
	}
}

// load makes α and b̃ of the part again that block i belongs to, if it is not there.
func (p *hmmPass[T]) load(chain *hmmChain[T], x kernels.Matrix[T], i int) {
	if i/p.held == p.part {
		return
	}
	p.part = i / p.held
	for j := p.part * p.held; j < (p.part+1)*p.held; j++ {
		p.forwardBlock(chain, x, j, false)
	}
}

// backward runs the backward recursion through block i, after forward with keep and, but for the last, backward of block i+1; at the last frame of
// a sequence β is its weight. It returns γ of the block's frames, frames×K, each times the sequence's weight, valid until the next call. If
// count is not nil it adds Σ α_{t−1}(i) w_t(j), w as in kernels.HMMBackward, to count, K×K.
func (p *hmmPass[T]) backward(chain *hmmChain[T], x kernels.Matrix[T], i int, count []float64) kernels.Matrix[T] {
	p.load(chain, x, i)
	l, slot := &p.lanes, p.slot(i)
	b := l.blocks[i]
	for s, lost := range p.lost.lost[:b.lanes] {
		if lost {
			p.backwardExact(x, i, s)
		}
	}
	if b.framed {
		p.backwardFramed(chain, i)
	} else {
		p.backwardWide(chain, i)
	}
	if count != nil {
		p.transitions(b, slot, count)
	}
	return p.correct(b, i, p.posterior(b, i))
}

// end sets β of the last frame of a lane, a column, to the sequence's weight.
func (p *hmmPass[T]) end(beta kernels.Matrix[T], s int) {
	for j := range p.k {
		beta.Data[j*beta.Stride] = T(p.lanes.weight[s])
	}
}

func (p *hmmPass[T]) backwardWide(chain *hmmChain[T], i int) {
	l, slot := &p.lanes, p.slot(i)
	b := l.blocks[i]
	next := 0 // the lanes one time later
	if i+1 < len(l.blocks) {
		next = l.blocks[i+1].lanes
	}
	at, lanes := b.cols, next
	for t := b.time + b.times - 1; t >= b.time; t-- {
		lanes = l.before(lanes, t)
		at -= lanes
		beta := p.view(p.beta, i%2, at, lanes)
		for s := next; s < lanes; s++ {
			p.end(p.column(p.beta, b, i%2, at+s), s)
		}
		next = lanes
		var alpha, to kernels.Matrix[T]
		switch {
		case t == 0:
			p.copyBefore(at, alpha, lanes)
			return
		case t == b.time:
			_, start := p.lastFrame(i)
			alpha, to = p.prior(p.alpha, p.slot(i-1), i, lanes), p.view(p.beta, (i-1)%2, start, lanes)
		default:
			start := at - l.before(lanes, t-1)
			alpha, to = p.view(p.alpha, slot, start, lanes), p.view(p.beta, i%2, start, lanes)
		}
		p.copyBefore(at, alpha, lanes)
		w := p.view(p.b, slot, at, lanes)
		kernels.HMMBackward(to, w, beta, chain.step, w, p.c[slot*hmmCols+at:][:lanes])
	}
}

// copyBefore copies α of the frame before those at column at, or zeros, to their place; zeros for the lanes whose recursions are exact.
func (p *hmmPass[T]) copyBefore(at int, alpha kernels.Matrix[T], lanes int) {
	to := p.view(p.before, 0, at, lanes)
	for j := range p.k {
		if alpha.Data == nil {
			clear(to.Row(j))
		} else {
			copy(to.Row(j), alpha.Row(j)[:lanes])
		}
	}
	for s, lost := range p.lost.lost[:lanes] {
		if lost {
			for j := range p.k {
				to.Data[j*to.Stride+s] = 0
			}
		}
	}
}

// transitions adds the products of block b, which is in a slot, to count.
func (p *hmmPass[T]) transitions(b hmmBlock, slot int, count []float64) {
	c := kernels.MatrixOf(p.k, p.k, p.count)
	w := p.b[slot*hmmCols*p.k:]
	if b.framed {
		kernels.Gemm(kernels.Trans, kernels.NoTrans, c, kernels.MatrixOf(b.cols, p.k, p.before), kernels.MatrixOf(b.cols, p.k, w), kernels.Epilogue[T]{}, p.gemm)
	} else {
		wide := func(s []T) kernels.Matrix[T] {
			return kernels.Matrix[T]{Rows: p.k, Cols: b.cols, Data: s[:hmmCols*p.k], Stride: hmmCols}
		}
		kernels.Gemm(kernels.NoTrans, kernels.Trans, c, wide(p.before), wide(w), kernels.Epilogue[T]{}, p.gemm)
	}
	for j, v := range p.count {
		count[j] += float64(v)
	}
}

// posterior returns α∘β of block i, frames×K.
func (p *hmmPass[T]) posterior(b hmmBlock, i int) kernels.Matrix[T] {
	n, k := b.cols, p.k
	alpha, beta := p.alpha[p.slot(i)*hmmCols*k:], p.beta[i%2*hmmCols*k:]
	gamma := kernels.MatrixOf(n, k, p.dense[:n*k])
	if b.framed {
		kernels.Mul(gamma.Data, alpha[:n*k], beta[:n*k])
		return gamma
	}
	for j := range k {
		from, with := alpha[j*hmmCols:][:n], beta[j*hmmCols:][:n]
		for i, v := range from {
			gamma.Data[i*k+j] = v * with[i]
		}
	}
	return gamma
}

// hmmEStep is the E-step of one goroutine.
type hmmEStep[T kernels.Float] struct {
	m     *HMM[T]
	pass  *hmmPass[T]
	local []float64
}

// NewEStep returns the E-step under the model's parameters, with scratch of its own: the scaled forward and backward recursions
// (Rabiner 1989, §V.A; kernels.HMMForward and HMMBackward). It adds what StatsLen describes. Of up to elbo.ChunkSequences sequences it
// keeps 2K numbers of T per frame, but of no more than 65536 frames: what is longer is done in parts, whose forward recursion is done twice, with the same bits; then
// it keeps K numbers per sequence and part.
func (m *HMM[T]) NewEStep() elbo.EStep[T] {
	return &hmmEStep[T]{m: m, pass: newHMMPass(m.emission.newWork(), m.k, m.d), local: make([]float64, m.StatsLen())}
}

// EStep adds the statistics of the sequences and returns Σ_i w_i log p(x of sequence i) and Σ_i w_i H[q(states of sequence i)]. With
// Gaussian emissions of full covariance the latent variables, and so the entropy, include the missing entries of frames with observed ones.
func (e *hmmEStep[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	m, p := e.m, e.pass
	rows = sequences(rows)
	if len(rows.Lengths) > elbo.ChunkSequences || rows.X.Cols != m.d || len(stats) != m.StatsLen() {
		panic("em: EStep: more than elbo.ChunkSequences sequences, or rows or statistics that are not the model's")
	}
	clear(e.local)
	initial, count, emission := e.local[:m.k], e.local[m.k:][:m.k*m.k], e.local[m.k+m.k*m.k:]
	p.lanes.set(rows.Lengths, rows.Weights, 0)
	p.forward(m.chain, rows.X, true)
	weight := rows.MaxWeight()
	for i := len(p.lanes.blocks) - 1; i >= 0; i-- {
		gamma := p.backward(m.chain, rows.X, i, count)
		b := p.lanes.blocks[i]
		p.work.add(emission, gather(&p.lanes, b, p.x, rows.X), gamma, weight)
		if i == 0 {
			for s := range b.lanes {
				for k, v := range gamma.Row(s) {
					initial[k] += float64(v)
				}
			}
		}
	}
	for i, v := range m.chain.step.Data {
		count[i] = math.FMA(count[i], float64(v), p.exact.count[i])
	}
	var r elbo.Local
	for s, w := range p.lanes.weight {
		r.LogZ += float64(w * p.logZ[s])
	}
	r.Entropy = r.LogZ - m.chain.expected(e.local[:m.k+m.k*m.k]) - p.work.expected(emission, false)
	kernels.Add(stats, stats, e.local)
	return r
}
