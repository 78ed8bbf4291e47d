package em

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// FitMFA fits a mixture of factor analysers to the rows from o.Restarts starts (see NewMFA) and returns the one with the highest bound, the
// first of those, and the record of its fit. See elbo.Fit for the loop, the stopping rule and the errors. EM moves loadings slowly:
// elbo.SQUAREM as o.Accelerate saves iterations.
//
// A restart that fails does not count if another one ends well. Where an error is returned the model and the record are the
// best that there are after the last complete iteration; the model is nil if there was no start.
func FitMFA[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o MFAOptions) (*MFA[T], elbo.Result, error) {
	return elbo.FitBest(ctx, rows, o.Options, o.Restarts, func(restart int) (*MFA[T], error) {
		return startMFA(ctx, rows, o, uint64(restart))
	})
}

// NewMFA returns the model from which FitMFA's first restart begins: k-means++ seeding with o.Seed and at most 10 of Lloyd's
// iterations, as NewGMM; then of each cluster the mean, random loadings for half of the variance of each column, and noise for
// the other half.
//
// Errors: options out of range, fewer rows than components, rows that elbo.Rows.Check refuses, a column without an observed entry, or
// whose variance is 0 or overflows, and context.Cause(ctx).
func NewMFA[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o MFAOptions) (*MFA[T], error) {
	return startMFA(ctx, rows, o, 0)
}

func startMFA[T kernels.Float](ctx context.Context, rows elbo.Rows[T], o MFAOptions, restart uint64) (*MFA[T], error) {
	x := rows.X
	if err := o.check(x.Cols); err != nil {
		return nil, err
	}
	if err := checkRows(rows); err != nil {
		return nil, err
	}
	if o.K > x.Rows {
		return nil, fmt.Errorf("em: %d components need as many rows, the data have %d: lower K", o.K, x.Rows)
	}
	mean, variance, _, err := observed(ctx, rows)
	if err != nil {
		return nil, err
	}
	for j, v := range variance {
		if err := checkVariance(j, v); err != nil {
			return nil, err
		}
	}
	m := newMFA[T](o.K, x.Cols, o.Q)
	m.shared = o.SharedNoise
	m.frame.set(mean, variance)
	near := x
	if m.frame.extreme() {
		// Squares of the data would leave T's range: seed in the frame, at the price of a copy of the data.
		near = kernels.NewMatrix[T](x.Rows, x.Cols)
		m.frame.apply(near.Data, x)
	}
	key := kernels.NewKey(o.Seed, startStream+restart)
	_, labels, err := kmeans.Fit(ctx, near, kmeans.Options{K: o.K, Iterations: lloyd, Key: key, Weights: rows.Weights})
	if err != nil {
		return nil, err
	}
	m.setPrior(o, variance)
	m.begin(rows, labels, mean, variance, key)
	if err := m.validate(); err != nil {
		return nil, err
	}
	return m, nil
}

// checkVariance returns an error unless v is a usable variance of column j.
func checkVariance(j int, v float64) error {
	switch {
	case v == 0:
		return fmt.Errorf("em: column %d is constant: it has no density, leave it out", j)
	case !(v >= 0x1p-900 && v <= 0x1p900):
		return fmt.Errorf("em: the variance of column %d is %v: rescale the column", j, v)
	}
	return nil
}

// setPrior sets the prior for data with these variances.
func (m *MFA[T]) setPrior(o MFAOptions, variance []float64) {
	m.scale, m.policy = nil, o.Policy
	if m.prior = o.Prior; m.prior == PriorNone {
		return
	}
	shrink := special.Exp(-2 * logOf(float64(m.k)) / float64(m.d))
	m.scale = make([]float64, m.d)
	for j, v := range variance {
		m.scale[j] = float64(noiseShare*v) * shrink
	}
	copy(m.scale, o.PriorScale)
}

// startStep is the step of the counters of the random loadings, apart from those of k-means.
const startStep = 1 << 16

// begin sets the parameters from a component for each row. Sums are in the frame and go over the rows in order.
func (m *MFA[T]) begin(rows elbo.Rows[T], labels []int32, mean, variance []float64, key kernels.Key) {
	sums := [3]kernels.Matrix[float64]{} // weight, sum, sum of squares about the mean of the data
	for i := range sums {
		sums[i] = kernels.NewMatrix[float64](m.k, m.d)
	}
	total, weights := 0.0, make([]float64, m.k)
	for i := range rows.X.Rows {
		w, k := 1.0, int(labels[i])
		if rows.Weights != nil {
			w = rows.Weights[i]
		}
		total += w
		weights[k] += w
		for j, v := range rows.X.Row(i) {
			if v == v {
				t := float64((float64(v) - mean[j]) * m.frame.scale[j])
				sums[0].Row(k)[j] += w
				sums[1].Row(k)[j] = math.FMA(w, t, sums[1].Row(k)[j])
				sums[2].Row(k)[j] = math.FMA(float64(w*t), t, sums[2].Row(k)[j])
			}
		}
	}
	for k := range m.k {
		m.cur.weights[k] = weights[k] / total
	}
	m.place(sums, func(_, j int) float64 { return mean[j] }, variance, key)
}

// place sets means, loadings and noise from the weights, sums and sums of squares, K×D each and in the frame, of entries about the given
// places in the units of the data.
func (m *MFA[T]) place(sums [3]kernels.Matrix[float64], about func(k, j int) float64, variance []float64, key kernels.Key) {
	z := make([]float64, m.d*m.q)
	for k, a := range m.cur.parts {
		kernels.Normal(z, key, kernels.Counter{Row: uint64(k), Step: startStep})
		for j := range m.d {
			s, n, own := m.frame.scale[j], sums[0].Row(k)[j], variance[j]
			a.mean[j] = about(k, j)
			if n > 0 {
				t := sums[1].Row(k)[j] / n
				a.mean[j] += float64(t / s)
				// With as much weight as a row, the variance of all rows: a cluster may have one row.
				own = (max(math.FMA(-t, sums[1].Row(k)[j], sums[2].Row(k)[j]), 0) + float64(own*s*s)) / (n + 1) / s / s
			}
			if m.shared {
				own = variance[j]
			}
			a.noise[j] = own / 2
			for q := range m.q {
				a.loadings[j*m.q+q] = float64(z[j*m.q+q] * math.Sqrt(own/float64(2*m.q)))
			}
		}
	}
}

// validate compiles the parameters, or returns an error if they are no mixture.
func (m *MFA[T]) validate() error {
	if !m.frame.compile() {
		return fmt.Errorf("em: centre or scale is out of the range of %T, or scale no power of two", T(0))
	}
	if err := checkWeights(m.cur.weights); err != nil {
		return fmt.Errorf("em: %w", err)
	}
	dropped(m.cur.fates, m.cur.weights)
	for j, v := range m.scale {
		if !(v > 0) {
			return fmt.Errorf("em: the prior's scale %d is %v: want a positive number", j, v)
		}
	}
	for k, a := range m.cur.parts {
		for j, v := range a.noise {
			if !(v > 0) {
				return fmt.Errorf("em: the noise variance of component %d, column %d is %v: want a positive number", k, j, v)
			}
			if m.shared && v != m.cur.parts[0].noise[j] {
				return fmt.Errorf("em: the noise variance of component %d, column %d is %v, of component 0 %v: it is to be shared", k, j, v, m.cur.parts[0].noise[j])
			}
		}
		if m.compile(m.cur, k) != nil {
			return fmt.Errorf("em: the parameters of component %d are out of the range of %T", k, T(0))
		}
	}
	m.cur.logPrior = m.logPriorOf(m.cur)
	return nil
}

// NewMFAFrom returns the mixture with these parameters, which it copies: weights K, not negative, of sum 1; means K×D; loadings K of D×Q;
// noise K×D, positive, and under o.SharedNoise its rows equal; in the units of the data and their squares. o.K and o.Q may be 0 or
// must fit. Without o.PriorScale the prior is that of data with the mixture's own variances; so is the frame of the model.
// Shapes that do not fit and values that are no mixture are errors.
func NewMFAFrom[T kernels.Float](weights []float64, means kernels.Matrix[float64], loadings []kernels.Matrix[float64], noise kernels.Matrix[float64], o MFAOptions) (*MFA[T], error) {
	k, d := means.Rows, means.Cols
	if len(weights) != k || len(loadings) != k || noise.Rows != k || noise.Cols != d || k < 1 || o.K != 0 && o.K != k {
		return nil, fmt.Errorf("em: %d weights, %d×%d means, %d loadings, %d×%d noise variances, MFAOptions.K %d: want as many of each", len(weights), k, d, len(loadings), noise.Rows, noise.Cols, o.K)
	}
	if o.K = k; o.Q == 0 {
		o.Q = loadings[0].Cols
	}
	if err := o.check(d); err != nil {
		return nil, err
	}
	m := newMFA[T](k, d, o.Q)
	m.shared = o.SharedNoise
	copy(m.cur.weights, weights)
	for i, a := range m.cur.parts {
		if loadings[i].Rows != d || loadings[i].Cols != o.Q {
			return nil, fmt.Errorf("em: the loadings of component %d are %d×%d, want %d×%d", i, loadings[i].Rows, loadings[i].Cols, d, o.Q)
		}
		copy(a.mean, means.Row(i))
		copy(a.noise, noise.Row(i))
		for j := range d {
			copy(a.loadings[j*o.Q:][:o.Q], loadings[i].Row(j))
		}
	}
	mean, variance := m.cur.moments()
	for j, v := range variance {
		if !(v >= 0x1p-900 && v <= 0x1p900) || mean[j]-mean[j] != 0 {
			return nil, fmt.Errorf("em: column %d has mean %v and variance %v under the parameters", j, mean[j], v)
		}
	}
	m.frame.set(mean, variance)
	m.setPrior(o, variance)
	if err := m.validate(); err != nil {
		return nil, err
	}
	return m, nil
}

// moments returns the mean and the variances of the mixture.
func (p *analysers[T]) moments() (mean, variance []float64) {
	d := p.parts[0].d
	mean, variance = make([]float64, d), make([]float64, d)
	for j := range d {
		for k, a := range p.parts {
			mean[j] = math.FMA(p.weights[k], a.mean[j], mean[j])
		}
		for k, a := range p.parts {
			t := a.mean[j] - mean[j]
			v := math.FMA(t, t, a.noise[j])
			for _, w := range a.loadings[j*a.q:][:a.q] {
				v = math.FMA(w, w, v)
			}
			variance[j] = math.FMA(p.weights[k], v, variance[j])
		}
	}
	return mean, variance
}
