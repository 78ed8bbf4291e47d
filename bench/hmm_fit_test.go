package bench

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// regimes is the peers' data of HMMFit: n frames, eight in a row around each centre, in sequences of one length.
func regimes[T kernels.Float](n, sequences, k, d int) elbo.Rows[T] {
	x := kernels.NewMatrix[T](n, d)
	for i := range n {
		l := uint64(uniform(13, uint64(i/8)) * float64(k))
		for j := range d {
			centre := float64(2 * normal(12, l*uint64(d)+uint64(j)))
			x.Row(i)[j] = T(centre + normal(11, uint64(i*d+j)))
		}
	}
	lengths := make([]int, sequences)
	for i := range lengths {
		lengths[i] = n / sequences
	}
	return elbo.Rows[T]{X: x, Lengths: lengths}
}

// hmmStart is the peers' start: states alike at first, kept with probability ½ + ½/k, frames as means, covariance 4·I.
func hmmStart[T kernels.Float](b *testing.B, x kernels.Matrix[T], k int, c em.Covariance) *em.HMM[T] {
	p := em.HMMParameters{Transitions: kernels.NewMatrix[float64](k, k), Means: kernels.NewMatrix[float64](k, x.Cols)}
	for j := range k {
		p.Initial = append(p.Initial, 1/float64(k))
		for i := range k {
			p.Transitions.Row(j)[i] = 0.5 / float64(k)
		}
		p.Transitions.Row(j)[j] += 0.5
		cov := kernels.NewMatrix[float64](x.Cols, x.Cols)
		for i, v := range x.Row(j * (x.Rows / k)) {
			p.Means.Row(j)[i] = float64(v)
			cov.Row(i)[i] = 4
		}
		p.Covariances = append(p.Covariances, cov)
	}
	m, err := em.NewHMMFrom[T](p, em.HMMOptions{Covariance: c, Prior: em.PriorNone})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// BenchmarkHMMFit runs 10 iterations of Baum and Welch's algorithm, and an E-step for the bound of the start, on one goroutine.
func BenchmarkHMMFit(b *testing.B) {
	for _, s := range []struct{ n, sequences, k, d int }{{20000, 100, 4, 2}, {20000, 1, 4, 2}, {20000, 100, 16, 16}, {20000, 1, 16, 16},
		{2 * 4096, 2, 4, 2}, {4 * 4096, 4, 4, 2}, {8 * 4096, 8, 4, 2}, {2 * 4096, 2, 8, 4}, {4 * 4096, 4, 8, 4}, {8 * 4096, 8, 8, 4},
		{2 * 4096, 2, 16, 16}, {4 * 4096, 4, 16, 16}, {8 * 4096, 8, 16, 16}} {
		for _, c := range []em.Covariance{em.Diagonal, em.Full} {
			benchHMMFit[float64](b, "f64", s.n, s.sequences, s.k, s.d, c)
			benchHMMFit[float32](b, "f32", s.n, s.sequences, s.k, s.d, c)
		}
	}
}

func benchHMMFit[T kernels.Float](b *testing.B, typ string, n, sequences, k, d int, c em.Covariance) {
	const iters = 10
	data := sync.OnceValue(func() elbo.Rows[T] { return regimes[T](n, sequences, k, d) })
	var r elbo.Result
	name := fmt.Sprintf("cov=%v/type=%s/frames=%d/seqs=%d/k=%d/d=%d/iters=%d", c, typ, n, sequences, k, d, iters)
	measure(b, name, work{rows: float64(n * iters)}, func() func() {
		rows := data()
		return func() {
			var err error
			if r, err = elbo.Fit(context.Background(), hmmStart(b, rows.X, k, c), rows, elbo.Options{MaxIter: iters, Tol: -1}); err != nil {
				b.Fatal(err)
			}
		}
	}, func(b *testing.B) { b.ReportMetric(r.LogLik/float64(n), "loglik/row") })
}

// BenchmarkHMMFilterStep is one frame of a streaming filter.
func BenchmarkHMMFilterStep(b *testing.B) {
	for _, s := range []struct{ k, d int }{{4, 2}, {16, 16}} {
		for _, c := range []em.Covariance{em.Diagonal, em.Full} {
			x := regimes[float64](1000, 1, s.k, s.d).X
			filter := hmmStart(b, x, s.k, c).NewScorer().NewFilter()
			i := 0
			measure(b, fmt.Sprintf("cov=%v/type=f64/k=%d/d=%d", c, s.k, s.d), work{rows: 1}, func() func() {
				return func() {
					if _, err := filter.Step(x.Row(i % x.Rows)); err != nil {
						b.Fatal(err)
					}
					i++
				}
			})
		}
	}
}
