package em

import (
	"math"
	"math/bits"

	"example.com/elbo/kernels"
)

// hmmRare is a probability below which a transition cannot make up for a state whose α was rounded to 0.
func hmmRare[T kernels.Float]() T {
	if unitRoundoff[T]() == 0x1p-24 {
		return 0x1p-60
	}
	return T(math.Ldexp(1, -500))
}

// hmmNormal is the least normal number.
func hmmNormal[T kernels.Float]() T {
	if unitRoundoff[T]() == 0x1p-24 {
		return 0x1p-126
	}
	return T(math.Ldexp(1, -1022))
}

// hmmExact does the recursions by logarithms, in float64, for the sequences for which the scaled ones lose something. Those round to 0 what is smaller, at a frame,
// by more than T's range than the most probable state, or than the state where the frame is densest. That is nothing if every state can follow every
// other. But where transitions are impossible, as in left-to-right models, the state that was lost may be the only one through which the later
// frames can be explained.
type hmmExact[T kernels.Float] struct {
	k            int
	lost         []bool    // by lane
	reach, after []uint64  // by lane, the states that are possible; and after the next frame
	alpha, logb  []float64 // of one sequence
	beta, terms  []float64 // K
	joint        []float64 // K×K
	count        []float64 // K×K, expected transitions
}

func newHMMExact[T kernels.Float](k int) hmmExact[T] {
	return hmmExact[T]{k: k, beta: make([]float64, k), terms: make([]float64, k), joint: make([]float64, k*k), count: make([]float64, k*k)}
}

func (e *hmmExact[T]) begin(chain *hmmChain[T], lanes int) {
	if words := lanes * chain.words; len(e.lost) < lanes {
		e.lost, e.reach, e.after = make([]bool, lanes), make([]uint64, words), make([]uint64, chain.words)
	}
	clear(e.lost)
	clear(e.count)
}

// look finds the lanes in which a state that is possible at time t has no α.
func (e *hmmExact[T]) look(chain *hmmChain[T], alpha kernels.Matrix[T], t int) {
	w, least := chain.words, hmmNormal[T]()
	for s := range alpha.Cols {
		if e.lost[s] {
			continue
		}
		reach := e.reach[s*w:][:w]
		if t == 0 {
			copy(reach, chain.first)
		} else {
			clear(e.after)
			for i, set := range reach {
				for ; set != 0; set &= set - 1 {
					from := 64*i + bits.TrailingZeros64(set)
					for v, next := range chain.next[from*w:][:w] {
						e.after[v] |= next
					}
				}
			}
			copy(reach, e.after)
		}
		for i, set := range reach {
			for ; set != 0; set &= set - 1 {
				if j := 64*i + bits.TrailingZeros64(set); alpha.Data[j*alpha.Stride+s] < least {
					e.lost[s] = true
				}
			}
		}
	}
}

// forwardExact returns the log-likelihood of lane s.
func (p *hmmPass[T]) forwardExact(chain *hmmChain[T], x kernels.Matrix[T], s int) float64 {
	e, k, n := &p.exact, p.k, p.lanes.length[s]
	if len(e.alpha) < n*k {
		e.alpha, e.logb = make([]float64, n*k), make([]float64, n*k)
	}
	first := p.lanes.first[s]
	for at := 0; at < n; at += hmmCols {
		rows := kernels.MatrixOf(min(hmmCols, n-at), k, p.dense[:min(hmmCols, n-at)*k])
		base := p.work.logDensity(rows, x.SliceRows(first+at, first+at+rows.Rows))
		for i := range rows.Rows {
			for j, v := range rows.Row(i) {
				e.logb[(at+i)*k+j] = float64(v)
				if base != nil {
					e.logb[(at+i)*k+j] += base[i]
				}
			}
		}
	}
	for t := range n {
		alpha, logb := e.alpha[t*k:][:k], e.logb[t*k:][:k]
		for j := range k {
			if t == 0 {
				alpha[j] = chain.logs[j] + logb[j]
				continue
			}
			for i, v := range e.alpha[(t-1)*k:][:k] {
				e.terms[i] = v + chain.logs[k+i*k+j]
			}
			alpha[j] = kernels.LogSumExp(e.terms) + logb[j]
		}
	}
	return kernels.LogSumExp(e.alpha[(n-1)*k:][:k])
}

// backwardExact follows forwardExact of lane s. It writes γ, times the sequence's weight, in place of α, and b̃ = 0, so that the scaled recursion finds no
// transitions; and adds the expected ones to count.
func (p *hmmPass[T]) backwardExact(chain *hmmChain[T], s int) {
	e, k, logZ, weight := &p.exact, p.k, p.logZ[s], p.lanes.weight[s]
	possible := logZ-logZ == 0
	clear(e.beta)
	lanes := 0
	for i := len(p.lanes.blocks) - 1; i >= 0; i-- {
		b := p.lanes.blocks[i]
		at := b.cols
		for t := b.time + b.times - 1; t >= b.time; t-- {
			lanes = p.lanes.before(lanes, t)
			at -= lanes
			if s >= lanes {
				continue
			}
			alpha, bm := p.view(p.alpha, b, i, at, lanes), p.view(p.b, b, i, at, lanes)
			p.c[i*hmmCols+at+s] = 1
			for j, v := range e.alpha[t*k:][:k] {
				e.terms[j] = v + e.beta[j] - logZ
			}
			kernels.Exp(e.terms, e.terms)
			for j, v := range e.terms {
				bm.Data[j*bm.Stride+s] = 0
				if alpha.Data[j*alpha.Stride+s] = 0; possible {
					alpha.Data[j*alpha.Stride+s] = T(float64(weight * v))
				}
			}
			if t > 0 && possible {
				e.step(chain, t, logZ, weight)
			}
		}
	}
}

// step takes β from frame t to the one before and adds the expected transitions between them.
func (e *hmmExact[T]) step(chain *hmmChain[T], t int, logZ, weight float64) {
	k := e.k
	for j, v := range e.logb[t*k:][:k] {
		e.terms[j] = v + e.beta[j]
	}
	for i := range k {
		joint := e.joint[i*k:][:k]
		for j, v := range e.terms {
			joint[j] = chain.logs[k+i*k+j] + v
		}
		e.beta[i] = kernels.LogSumExp(joint)
		alpha := e.alpha[(t-1)*k+i] - logZ
		for j := range joint {
			joint[j] += alpha
		}
	}
	kernels.Exp(e.joint, e.joint)
	kernels.Axpy(e.count, weight, e.joint)
}

// correct replaces what is in gamma, of block i, of the lanes whose recursions were exact.
func (p *hmmPass[T]) correct(b hmmBlock, i int, gamma kernels.Matrix[T]) kernels.Matrix[T] {
	for s, lost := range p.exact.lost[:b.lanes] {
		if !lost {
			continue
		}
		at, lanes := 0, b.lanes
		for t := b.time; t < b.time+b.times; t++ {
			if lanes = p.lanes.active(lanes, t); s >= lanes {
				break
			}
			alpha := p.view(p.alpha, b, i, at, lanes)
			for j := range p.k {
				gamma.Row(at + s)[j] = alpha.Data[j*alpha.Stride+s]
			}
			at += lanes
		}
	}
	return gamma
}

// filter is one frame of the forward recursion: it replaces alpha, log p(state, frames so far) less a number, by that with the frame whose log-densities are
// logb, and returns log p(frame | frames so far).
func (e *hmmExact[T]) filter(chain *hmmChain[T], alpha, logb []float64, first bool) float64 {
	for j, b := range logb {
		if first {
			e.terms[j] = chain.logs[j] + b
			continue
		}
		for i, v := range alpha {
			e.beta[i] = v + chain.logs[e.k+i*e.k+j]
		}
		e.terms[j] = kernels.LogSumExp(e.beta) + b
	}
	density := kernels.LogSumExp(e.terms)
	for j, v := range e.terms {
		if alpha[j] = v; density-density == 0 {
			alpha[j] = v - density
		}
	}
	return density
}
