package vae

import (
	"context"
	"fmt"
	"math"
	"sync"

	"example.com/elbo/kernels"
)

// blockRows is the number of rows that are evaluated together: fixed, so that no sum depends on the number of workers.
const blockRows = 128

// activeVariance is the variance of E[z_j|x] over the rows above which a latent dimension is in use (Burda, Grosse and
// Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016).
const activeVariance = 0.01

// EvalOptions are the settings of Evaluate.
type EvalOptions struct {
	ScoreOptions
	Workers int // goroutines; 0: 1. Changes speed, no bit
}

// Metrics are means over the rows, in nats.
type Metrics struct {
	Rows        int
	Bound       float64   // the estimate of the evidence lower bound, Rec − KL
	Rec         float64   // E_q[log p(x|z)]
	KL          float64   // KL(q(z|x) ‖ p(z))
	KLPerDim    []float64 // the latent dimensions' shares of KL
	ActiveUnits int       // latent dimensions whose posterior mean varies over the rows by more than 0.01
}

// Evaluate estimates the bound of the rows of x: row i is scored as Scorer.Score does with id i. It refuses the data that
// Fit refuses. If the context ends, it returns its cause.
func (v *VAE[T]) Evaluate(ctx context.Context, x kernels.Matrix[T], o EvalOptions) (Metrics, error) {
	scores := make([]RowScore, max(x.Rows, 0))
	moments, err := v.scoreRows(ctx, scores, x, o)
	if err != nil {
		return Metrics{}, err
	}
	n := float64(x.Rows)
	m := Metrics{Rows: x.Rows, KLPerDim: make([]float64, v.cfg.Latent)}
	for _, s := range scores {
		m.Rec += s.Rec
		m.KL += s.KL
	}
	m.Rec /= n
	m.KL /= n
	m.Bound = m.Rec - m.KL
	for j := range m.KLPerDim {
		var sum, square, kl float64
		for _, b := range moments {
			sum += b[3*j]
			square += b[3*j+1]
			kl += b[3*j+2]
		}
		m.KLPerDim[j] = kl / n
		if mean := sum / n; square/n-float64(mean*mean) > activeVariance {
			m.ActiveUnits++
		}
	}
	return m, nil
}

// ScoreRows writes the score of every row of x to dst, which has length x.Rows: row i as Scorer.Score with id i.
func (v *VAE[T]) ScoreRows(ctx context.Context, dst []RowScore, x kernels.Matrix[T], o EvalOptions) error {
	if len(dst) != x.Rows {
		return fmt.Errorf("vae: %d scores for %d rows", len(dst), x.Rows)
	}
	_, err := v.scoreRows(ctx, dst, x, o)
	return err
}

// scoreRows scores blocks of rows and returns, for each block and latent dimension, the sums over its rows of μ, μ² and
// the KL divergence.
func (v *VAE[T]) scoreRows(ctx context.Context, dst []RowScore, x kernels.Matrix[T], o EvalOptions) ([][]float64, error) {
	so, err := o.ScoreOptions.withDefaults(v.cfg.Likelihood)
	if err != nil {
		return nil, err
	}
	if o.Workers < 0 {
		return nil, fmt.Errorf("vae: %d workers", o.Workers)
	}
	if err := v.checkData(x); err != nil {
		return nil, err
	}
	s := v.scorer(so)
	blocks := (x.Rows + blockRows - 1) / blockRows
	workers := min(max(o.Workers, 1), blocks)
	moments, errs := make([][]float64, blocks), make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			scratch, err := v.newScratch(min(blockRows, x.Rows))
			for b := w; b < blocks && err == nil; b += workers {
				lo, hi := b*blockRows, min((b+1)*blockRows, x.Rows)
				for r := lo; r < hi; r++ {
					s.gather(scratch, r-lo, x.Row(r), uint64(r))
				}
				if err = s.block(scratch, hi-lo, uint64(lo)); err == nil {
					copy(dst[lo:hi], scratch.score)
					moments[b] = scratch.moments(hi - lo)
				}
				if err == nil && ctx.Err() != nil {
					err = fmt.Errorf("vae: stopped while evaluating: %w", context.Cause(ctx))
				}
			}
			errs[w] = err
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return moments, nil
}

// moments sums over the first n rows, which have been encoded.
func (w *Scratch[T]) moments(n int) []float64 {
	m := make([]float64, 3*w.logVar.Cols)
	for r := range n {
		mu, s, sigma := w.head.Row(r), w.logVar.Row(r), w.sigma.Row(r)
		for j := range s {
			mean, sd := float64(mu[j]), float64(sigma[j])
			square := float64(mean * mean)
			m[3*j] += mean
			m[3*j+1] += square
			m[3*j+2] += float64(0.5 * (square + float64(sd*sd) - 1 - float64(s[j])))
		}
	}
	return m
}

// Encode returns the means and log-variances of q(z|x), each x.Rows×Latent. NaN entries of x are missing; it refuses the
// data that Fit refuses.
func (v *VAE[T]) Encode(x kernels.Matrix[T]) (mean, logVar kernels.Matrix[T], err error) {
	if err := v.checkData(x); err != nil {
		return mean, logVar, err
	}
	mean, logVar = kernels.NewMatrix[T](x.Rows, v.cfg.Latent), kernels.NewMatrix[T](x.Rows, v.cfg.Latent)
	w, err := v.newScratch(min(blockRows, x.Rows))
	if err != nil {
		return mean, logVar, err
	}
	for lo := 0; lo < x.Rows; lo += blockRows {
		hi := min(lo+blockRows, x.Rows)
		for r := lo; r < hi; r++ {
			v.frame.gather(w.x.Row(r-lo), x.Row(r))
		}
		if err := v.encode(w, hi-lo, v.enc); err != nil {
			return mean, logVar, err
		}
		for r := lo; r < hi; r++ {
			copy(mean.Row(r), w.head.Row(r-lo))
			copy(logVar.Row(r), w.logVar.Row(r-lo))
		}
	}
	return mean, logVar, nil
}

// Decode returns E[x|z] of each row of z (rows×Latent): rows×In. It fails if z has another number of columns or an
// entry that is not finite.
func (v *VAE[T]) Decode(z kernels.Matrix[T]) (kernels.Matrix[T], error) {
	x := kernels.NewMatrix[T](max(z.Rows, 0), v.cfg.In)
	return x, v.decode(z, func(d *density[T], r int, a []T) { d.mean(x.Row(r), a) })
}

// decode calls f with the decoder's output for each row of z, in order.
func (v *VAE[T]) decode(z kernels.Matrix[T], f func(d *density[T], r int, a []T)) error {
	if z.Rows < 1 || z.Cols != v.cfg.Latent || z.Stride < z.Cols || len(z.Data) < (z.Rows-1)*z.Stride+z.Cols {
		return fmt.Errorf("vae: z is %d×%d: want at least one row of %d latent dimensions", z.Rows, z.Cols, v.cfg.Latent)
	}
	for r := range z.Rows {
		for c, e := range z.Row(r) {
			if e-e != 0 {
				return fmt.Errorf("vae: z: row %d, column %d is %v: want a finite number", r, c, e)
			}
		}
	}
	ws, err := v.dec.NewWorkspace(min(blockRows, z.Rows))
	if err != nil {
		return err
	}
	d := newDensity(v)
	for lo := 0; lo < z.Rows; lo += blockRows {
		hi := min(lo+blockRows, z.Rows)
		a, err := v.dec.Forward(ws, z.SliceRows(lo, hi))
		if err != nil {
			return err
		}
		for r := lo; r < hi; r++ {
			f(d, r, a.Row(r-lo))
		}
	}
	return nil
}

// Reconstruct returns E[x|z] at z = E[z|x] for each row of x, missing entries filled in: x.Rows×In.
func (v *VAE[T]) Reconstruct(x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	mean, _, err := v.Encode(x)
	if err != nil {
		return kernels.Matrix[T]{}, err
	}
	return v.Decode(mean)
}

// prior draws n rows of z from N(0, I).
func (v *VAE[T]) prior(n int, seed uint64) (kernels.Matrix[T], error) {
	if n < 1 || n > maxRows {
		return kernels.Matrix[T]{}, fmt.Errorf("vae: %d samples: want 1 to %d", n, maxRows)
	}
	z := kernels.NewMatrix[T](n, v.cfg.Latent)
	for r := range n {
		draw(z.Row(r), noise{key: kernels.NewKey(seed, streamPrior)}, uint64(r), 0)
	}
	return z, nil
}

// Sample draws n rows from the model, z ~ N(0, I) and then x ~ p(x|z): n×In. Row i depends on seed and i alone.
func (v *VAE[T]) Sample(n int, seed uint64) (kernels.Matrix[T], error) {
	z, err := v.prior(n, seed)
	if err != nil {
		return z, err
	}
	key := kernels.NewKey(seed, streamObserve)
	x, e := kernels.NewMatrix[T](n, v.cfg.In), make([]T, v.cfg.In)
	return x, v.decode(z, func(d *density[T], r int, a []T) {
		row := x.Row(r)
		d.mean(row, a)
		if v.cfg.Likelihood == Bernoulli {
			gatherBinary(e, row, key, uint64(r), 0)
			copy(row, e)
			return
		}
		d.variances(d.u, a)
		draw(e, noise{key: key}, uint64(r), 0)
		for i, s2 := range d.u {
			e[i] *= root(s2)
		}
		kernels.Add(row, row, e)
	})
}

// SampleMeans is Sample with E[x|z] in place of a draw of x: for images, the picture before the noise.
func (v *VAE[T]) SampleMeans(n int, seed uint64) (kernels.Matrix[T], error) {
	z, err := v.prior(n, seed)
	if err != nil {
		return z, err
	}
	return v.Decode(z)
}

// root is the square root in T, one rounding.
func root[T kernels.Float](x T) T { return T(math.Sqrt(float64(x))) }
