package moments

import (
	"math"

	"example.com/elbo/kernels"
)

// Expected computes expected log joint densities of statistics, which are about the old centres, under parameters whose centres
// are the new ones. It holds scratch.
type Expected struct {
	shift                    []float64
	scatter, factor, product kernels.Matrix[float64]
	work                     []float64
}

// NewExpected returns the scratch for d dimensions.
func NewExpected(d int) *Expected {
	m := func() kernels.Matrix[float64] { return kernels.NewMatrix[float64](d, d) }
	return &Expected{shift: make([]float64, d), scatter: m(), factor: m(), product: m(), work: make([]float64, kernels.GemmWork[float64](kernels.NoTrans, kernels.NoTrans, d, d, d))}
}

// ExpectedFull returns, δ_k the step from the old centre to the new one, P_k the rows k·D … of prec, or all of it if it is D×D and so the same
// for all k,
//
//	Σ_k N_k c_k − ½ tr(P_kᵀ S_k P_k),  S_k = S2_k − S1_k δ_kᵀ − δ_k S1_kᵀ + N_k δ_k δ_kᵀ
//
// over the components with N_k > 0.
func ExpectedFull[T kernels.Float](e *Expected, stats []float64, old, centres, prec kernels.Matrix[T], c []T) float64 {
	d, sum := centres.Cols, 0.0
	for k := range centres.Rows {
		st := stats[k*Stride(d):][:Stride(d)]
		n, s1, s2 := st[0], st[1:1+d], st[1+d:]
		if !(n > 0) {
			continue
		}
		step(e.shift, old.Row(k), centres.Row(k))
		for i := range d {
			for j := i; j < d; j++ {
				v := s2[i*d+j] - math.FMA(s1[i], e.shift[j], float64(e.shift[i]*math.FMA(-n, e.shift[j], s1[j])))
				e.scatter.Row(i)[j], e.scatter.Row(j)[i] = v, v
			}
			for j, v := range prec.Row((k*d + i) % prec.Rows) {
				e.factor.Row(i)[j] = float64(v)
			}
		}
		kernels.Gemm(kernels.NoTrans, kernels.NoTrans, e.product, e.scatter, e.factor, kernels.Epilogue[float64]{}, e.work)
		sum = math.FMA(n, float64(c[k]), sum) - float64(0.5*kernels.Dot(e.factor.Data, e.product.Data))
	}
	return sum
}

// ExpectedDiag is ExpectedFull for these statistics and precisions, K×D, with logNorm, K×D, what an entry adds to a log-density
// whatever its value, and c what a row without a missing entry has:
//
//	Σ_k N_k c_k + Σ_j (C_kj − N_k) logNorm_kj − ½ prec_kj (S2_kj − 2 S1_kj δ_kj + C_kj δ_kj²)
func ExpectedDiag[T kernels.Float](e *Expected, stats []float64, old, centres, prec, logNorm kernels.Matrix[T], c []T) float64 {
	d, sum := centres.Cols, 0.0
	for k := range centres.Rows {
		st := stats[k*DiagStride(d):][:DiagStride(d)]
		n, s1, s2, counts := st[0], st[1:1+d], st[1+d:1+2*d], st[1+2*d:]
		if !(n > 0) {
			continue
		}
		step(e.shift, old.Row(k), centres.Row(k))
		quadratic, norm := 0.0, logNorm.Row(k)
		for j, p := range prec.Row(k) {
			t := e.shift[j]
			quadratic = math.FMA(float64(p), math.FMA(t, math.FMA(counts[j], t, -2*s1[j]), s2[j]), quadratic)
			sum = math.FMA(counts[j]-n, float64(norm[j]), sum)
		}
		sum = math.FMA(n, float64(c[k]), sum) - float64(0.5*quadratic)
	}
	return sum
}

// step sets shift to δ.
func step[T kernels.Float](shift []float64, old, centre []T) {
	for j := range shift {
		shift[j] = float64(centre[j]) - float64(old[j])
	}
}
