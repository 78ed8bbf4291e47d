package em

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// whitened is what the densities under a tied covariance matrix take: with the factor P of its inverse, Σ⁻¹ = PPᵀ,
//
//	(x − μ_k)ᵀ Σ⁻¹ (x − μ_k) = ‖z − ν_k‖²,  z = Pᵀx,  ν_k = Pᵀμ_k
//
// in the frame, whose origin is amid the data. So a row costs D² once, and D for each component. The difference is taken before the square,
// and nothing cancels but what is rounded in z and ν: u(|z| + |ν|), no more than rounding the data once more would change.
type whitened[T kernels.Float] struct {
	mean  kernels.Matrix[T]   // ν, K×D
	ones  kernels.Matrix[T]   // K×D
	packs []kernels.Packed[T] // P, some columns after the other without the zeros below them
	space [][]T               // of packs
}

// panel is how many columns of P a pack has.
const panel = 32

func newWhitened[T kernels.Float](k, d int) whitened[T] {
	w := whitened[T]{mean: kernels.NewMatrix[T](k, d), ones: kernels.NewMatrix[T](k, d)}
	kernels.Fill(w.ones.Data, 1)
	for lo := 0; lo < d; lo += panel {
		hi := min(lo+panel, d)
		w.space = append(w.space, make([]T, kernels.PackLen[T](hi, hi-lo)))
	}
	w.packs = make([]kernels.Packed[T], len(w.space))
	return w
}

// pack packs the factor.
func (w *whitened[T]) pack(prec kernels.Matrix[T]) {
	for i := range w.packs {
		lo, hi := i*panel, min((i+1)*panel, prec.Cols)
		w.packs[i] = kernels.PackInto(w.space[i], kernels.NoTrans, kernels.Matrix[T]{Rows: hi, Cols: hi - lo, Data: prec.Data[lo:], Stride: prec.Stride}, nil)
	}
}

// set whitens the means by P, and returns the square of the largest Σ_i |P_ij| (|μ_ki| + deviation_i): how far, in units of rounding, a
// coordinate of a row may be off.
func (w *whitened[T]) set(mean, prec kernels.Matrix[T], deviation []float64) (spread float64) {
	w.pack(prec)
	for j := range mean.Cols {
		for k := range mean.Rows {
			nu, reach := 0.0, 0.0
			for i := range j + 1 {
				p, m := float64(prec.Row(i)[j]), float64(mean.Row(k)[i])
				nu = math.FMA(p, m, nu)
				reach = math.FMA(math.Abs(p), math.Abs(m)+deviation[i], reach)
			}
			w.mean.Row(k)[j] = T(nu)
			spread = max(spread, float64(reach*reach))
		}
	}
	return spread
}

// clone returns a copy.
func (w *whitened[T]) clone(prec kernels.Matrix[T]) whitened[T] {
	c := newWhitened[T](w.mean.Rows, w.mean.Cols)
	copy(c.mean.Data, w.mean.Data)
	c.pack(prec)
	return c
}

// whitenedWork is the length of the scratch of logDensity.
func whitenedWork[T kernels.Float](d int) int { return elbo.BlockRows*d + kernels.GaussDiagWork[T](d) }

// logDensity writes c_k − ½‖z_n − ν_k‖² for rows in the frame. A row with an infinite entry has −Inf.
func (w *whitened[T]) logDensity(dst, x kernels.Matrix[T], c, work []T) {
	z := kernels.MatrixOf(x.Rows, x.Cols, work[:x.Rows*x.Cols])
	for i := range w.packs {
		p := &w.packs[i]
		columns, to := x, z
		columns.Cols, to.Cols, to.Data = p.Rows(), p.Cols(), z.Data[min(i*panel, len(z.Data)):]
		kernels.GemmPacked(kernels.NoTrans, to, columns, p, kernels.Epilogue[T]{})
	}
	kernels.GaussDiag(dst, z, w.mean, w.ones, c, work[elbo.BlockRows*x.Cols:])
	if s := kernels.Sum(x.Data[:x.Rows*x.Cols]); s-s == 0 {
		return
	}
	for i := range x.Rows { // infinity times 0 in a product, where P has a 0
		infinite, missing := false, false
		for _, v := range x.Row(i) {
			missing = missing || v != v
			infinite = infinite || v == v && v-v != 0
		}
		if infinite && !missing {
			kernels.Fill(dst.Row(i), negInf[T]())
		}
	}
}
