package em

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// hmmPass runs the recursions over the sequences of a chunk. It holds the scratch of one goroutine, which grows to the longest chunk.
//
// α, b̃ and β of a block lie in K·hmmCols elements: state by state, hmmCols apart, or in a narrow block frame by frame.
type hmmPass[T kernels.Float] struct {
	k, d     int
	work     hmmWork[T]
	lanes    hmmLanes
	x, dense []T // a block's frames, and what belongs to each frame and state, frame by frame
	alpha, b []T // of all blocks, or of two
	beta     []T // of two blocks
	c        []T
	logc     []T
	before   []T // α one frame before, for the transitions
	count    []T
	gemm     []T
	ones     []T
	logZ     []float64 // by lane
	exact    hmmExact[T]
}

func newHMMPass[T kernels.Float](work hmmWork[T], k, d int) *hmmPass[T] {
	const n = hmmCols
	p := &hmmPass[T]{
		k: k, d: d, work: work, x: make([]T, n*d), dense: make([]T, n*k), beta: make([]T, 2*n*k), before: make([]T, n*k),
		logc: make([]T, elbo.ChunkSequences), count: make([]T, k*k), ones: make([]T, elbo.ChunkSequences), logZ: make([]float64, elbo.ChunkSequences),
	}
	p.exact = newHMMExact[T](k)
	p.gemm = make([]T, max(kernels.GemmWork[T](kernels.NoTrans, kernels.Trans, k, k, n), kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, k, k, n)))
	kernels.Fill(p.ones, 1)
	return p
}

// grow makes room for blocks blocks.
func (p *hmmPass[T]) grow(blocks int) {
	const n = hmmCols
	if need := blocks * n * p.k; need > len(p.alpha) {
		p.alpha, p.b, p.c = make([]T, need), make([]T, need), make([]T, blocks*n)
	}
}

// view returns the part of block i of s, whose frames begin at column at, that belongs to the given number of frames.
func (p *hmmPass[T]) view(s []T, b hmmBlock, i, at, lanes int) kernels.Matrix[T] {
	size := hmmCols * p.k
	s = s[i*size:][:size]
	if b.narrow() {
		return kernels.Matrix[T]{Rows: p.k, Cols: 1, Data: s[at*p.k:][:p.k], Stride: 1}
	}
	return kernels.Matrix[T]{Rows: p.k, Cols: lanes, Data: s[at:], Stride: hmmCols}
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
	held := min(2, len(l.blocks))
	if keep {
		held = len(l.blocks)
	}
	p.grow(held)
	p.exact.begin(chain, len(l.length))
	prev, trans := kernels.MatrixOf(1, len(l.length), p.ones), chain.start
	for i, b := range l.blocks {
		i %= held
		dst := p.dense
		if b.narrow() {
			dst = p.b[i*hmmCols*p.k:]
		}
		rows := kernels.MatrixOf(b.cols, p.k, dst[:b.cols*p.k])
		base := p.work.logDensity(rows, gather(l, b, p.x, x))
		if !b.narrow() {
			p.spread(p.b[i*hmmCols*p.k:], rows)
		}
		at, lanes := 0, b.lanes
		for t := range b.times {
			lanes = l.active(lanes, b.time+t)
			prev.Cols = lanes
			alpha, bm := p.view(p.alpha, b, i, at, lanes), p.view(p.b, b, i, at, lanes)
			kernels.HMMForward(alpha, bm, p.c[i*hmmCols+at:][:lanes], p.logc[:lanes], prev, trans, bm)
			for s, v := range p.logc[:lanes] {
				density := float64(v)
				if base != nil {
					density += base[at+s]
				}
				p.logZ[s] += density
			}
			if chain.sparse {
				p.exact.look(chain, alpha, b.time+t)
			}
			prev, trans = alpha, chain.step
			at += lanes
		}
	}
	for s := range l.length {
		if p.exact.lost[s] || p.logZ[s]-p.logZ[s] != 0 {
			p.logZ[s] = p.forwardExact(chain, x, s)
			if p.exact.lost[s] = keep; keep {
				p.backwardExact(chain, s)
			}
		}
	}
}

// backward runs the backward recursion through block i, after forward with keep and, but for the last, backward of block i+1; at the last frame of
// a sequence β is its weight. It returns γ of the block's frames, frames×K, each times the sequence's weight, valid until the next call. If
// count is not nil it adds Σ α_{t−1}(i) w_t(j), w as in kernels.HMMBackward, to count, K×K.
func (p *hmmPass[T]) backward(chain *hmmChain[T], i int, count []float64) kernels.Matrix[T] {
	l := &p.lanes
	b := l.blocks[i]
	next := 0 // the lanes one time later
	if i+1 < len(l.blocks) {
		next = l.blocks[i+1].lanes
	}
	at, lanes := b.cols, next
	for t := b.time + b.times - 1; t >= b.time; t-- {
		lanes = l.before(lanes, t)
		at -= lanes
		beta := p.view(p.beta, b, i%2, at, lanes)
		for s := next; s < lanes; s++ {
			w := T(l.weight[s])
			for j := range p.k {
				beta.Data[j*beta.Stride+s] = w
			}
		}
		next = lanes
		if t == 0 {
			p.copyBefore(b, at, kernels.Matrix[T]{}, lanes)
			break
		}
		prior, from, start := b, i, at-l.before(lanes, t-1)
		if t == b.time {
			prior, from = l.blocks[i-1], i-1
			start = prior.cols - l.before(lanes, t-1)
		}
		p.copyBefore(b, at, p.view(p.alpha, prior, from, start, lanes), lanes)
		w := p.view(p.b, b, i, at, lanes)
		kernels.HMMBackward(p.view(p.beta, prior, from%2, start, lanes), w, beta, chain.step, w, p.c[i*hmmCols+at:][:lanes])
	}
	if count != nil {
		p.transitions(b, i, count)
	}
	return p.correct(b, i, p.posterior(b, i))
}

// copyBefore copies α of the frame before those at column at, or zeros, to their place.
func (p *hmmPass[T]) copyBefore(b hmmBlock, at int, alpha kernels.Matrix[T], lanes int) {
	to := p.view(p.before, b, 0, at, lanes)
	for j := range p.k {
		if alpha.Data == nil {
			clear(to.Row(j))
		} else if lanes == 1 {
			to.Data[j*to.Stride] = alpha.Data[j*alpha.Stride]
		} else {
			copy(to.Row(j), alpha.Row(j)[:lanes])
		}
	}
}

// transitions adds the products of block i to count.
func (p *hmmPass[T]) transitions(b hmmBlock, i int, count []float64) {
	c := kernels.MatrixOf(p.k, p.k, p.count)
	w := p.b[i*hmmCols*p.k:]
	if b.narrow() {
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
	alpha, beta := p.alpha[i*hmmCols*k:], p.beta[i%2*hmmCols*k:]
	gamma := kernels.MatrixOf(n, k, p.dense[:n*k])
	if b.narrow() {
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
// keeps 2K numbers of T per frame.
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
		gamma := p.backward(m.chain, i, count)
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
