package em

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// PathEntropy returns Σ_i w_i H[p(states of sequence i | its frames)] in nats, which ICL takes. Unlike Result.Entropy it never counts
// that of missing entries. Rows that elbo.Rows.Check or CheckRows refuses are an error.
func (m *HMM[T]) PathEntropy(rows elbo.Rows[T]) (float64, error) {
	rows = sequences(rows)
	if err := rows.Check(m.d, true); err != nil {
		return 0, err
	}
	if err := m.CheckRows(rows.X); err != nil {
		return 0, err
	}
	p, joint := newHMMPass(m.emission.newWork(), m.k, m.d), make([]T, hmmCols*m.k)
	entropy, at := 0.0, 0
	for lo := 0; lo < len(rows.Lengths); lo += elbo.ChunkSequences {
		hi, frames := min(lo+elbo.ChunkSequences, len(rows.Lengths)), 0
		for _, n := range rows.Lengths[lo:hi] {
			frames += n
		}
		chunk := elbo.Rows[T]{X: rows.X.SliceRows(at, at+frames), Lengths: rows.Lengths[lo:hi]}
		if rows.Weights != nil {
			chunk.Weights = rows.Weights[lo:hi]
		}
		entropy += m.pathEntropy(p, chunk, joint)
		at += frames
	}
	return max(entropy, 0), nil
}

// pathEntropy is log Z less the expectations of the logarithms of the initial probabilities, the transitions and the densities.
func (m *HMM[T]) pathEntropy(p *hmmPass[T], rows elbo.Rows[T], joint []T) float64 {
	stats := make([]float64, m.k+m.k*m.k)
	initial, count := stats[:m.k], stats[m.k:]
	p.lanes.set(rows.Lengths, rows.Weights, 0)
	p.forward(m.chain, rows.X, true)
	densities := 0.0
	for i := len(p.lanes.blocks) - 1; i >= 0; i-- {
		gamma := p.backward(m.chain, rows.X, i, count)
		b := p.lanes.blocks[i]
		log := kernels.MatrixOf(b.cols, m.k, joint[:b.cols*m.k])
		base := p.work.logDensity(log, gather(&p.lanes, b, p.x, rows.X))
		for t := range log.Rows {
			more := 0.0
			if base != nil {
				more = base[t]
			}
			for k, g := range gamma.Row(t) {
				if g > 0 {
					densities = math.FMA(float64(g), float64(log.Row(t)[k])+more, densities)
				}
			}
		}
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
	logZ := 0.0
	for s, w := range p.lanes.weight {
		logZ += float64(w * p.logZ[s])
	}
	return logZ - m.chain.expected(stats) - densities
}
