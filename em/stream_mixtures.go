package em

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// NewStudentMixtureStream is NewStudentMixture for rows that need not lie in memory: the start of NewGMMStream, with ν = 10 unless it is
// fixed. Restarts and Init are not used.
//
// The model, to the bit, depends on the rows and their order alone, not on how they are cut into blocks. Errors: see NewGMMStream.
func NewStudentMixtureStream[T kernels.Float](ctx context.Context, src elbo.Source[T], o StudentMixtureOptions) (*StudentMixture[T], error) {
	c, err := readStream(ctx, src, o.K, o.Seed, nil, o.check)
	if err != nil {
		return nil, err
	}
	p := StudentMixtureParameters{
		Freedom: make([]float64, o.K), Fixed: o.Freedom != 0, NuPrior: o.NuPrior, Covariance: o.Covariance, Prior: o.Prior, PriorScale: o.PriorScale,
		Alpha: o.Alpha, Policy: o.Policy,
	}
	kernels.Fill(p.Freedom, orDefault(o.Freedom, firstFreedom))
	p.Weights, p.Means, p.Scales = summarised(c.summary, &c.frame, c.squares, o.Covariance)
	m, err := NewStudentMixtureFrom[T](p)
	if err != nil {
		return nil, err
	}
	gaussian := o.gaussian()
	gaussian.Prior = o.Prior
	m.student.g.setPrior(gaussian, nil, c.squares)
	return m, m.ready()
}

// NewMFAStream is NewMFA for rows that need not lie in memory: the clusters of NewGMMStream, of each the mean, random loadings for half of
// the variance of each column, and noise for the other half. Restarts are not used.
//
// The model, to the bit, depends on the rows and their order alone, not on how they are cut into blocks. Errors: see NewGMMStream.
func NewMFAStream[T kernels.Float](ctx context.Context, src elbo.Source[T], o MFAOptions) (*MFA[T], error) {
	c, err := readStream(ctx, src, o.K, o.Seed, nil, func(rows, columns int) error {
		if o.K > rows {
			return fmt.Errorf("em: %d components need as many rows, the data have %d: lower K", o.K, rows)
		}
		return o.check(columns)
	})
	if err != nil {
		return nil, err
	}
	m := newMFA[T](o.K, len(c.mean), o.Q)
	m.shared = o.SharedNoise
	m.frame.set(c.mean, c.squares)
	m.setPrior(o, c.squares)
	s := c.summary
	total := 0.0
	for _, w := range s.Weight {
		total += w
	}
	for k, w := range s.Weight {
		m.cur.weights[k] = w / total
	}
	m.place([3]kernels.Matrix[float64]{s.Observed, s.Sum, s.Squares}, func(k, j int) float64 {
		return c.frame.centre[j] + float64(float64(s.Centres.Row(k)[j])/c.frame.scale[j])
	}, c.squares, kernels.NewKey(o.Seed, startStream))
	if err := m.validate(); err != nil {
		return nil, err
	}
	return m, nil
}

// NewBernoulliMixtureStream is NewBernoulliMixture for rows that need not lie in memory. It passes over them 11 times: once for the
// columns, seven times for k-means||, twice for Lloyd's iterations, and once for the M-step, as that of NewBernoulliMixture, from what
// is nearest to each centre. See NewGMMStream. Restarts and Init are not used.
//
// The model, to the bit, depends on the rows and their order alone, not on how they are cut into blocks. Errors: those of
// NewBernoulliMixture, an error of the source, and one that yields other rows when it is read again.
func NewBernoulliMixtureStream[T kernels.Float](ctx context.Context, src elbo.Source[T], o BernoulliMixtureOptions) (*BernoulliMixture[T], error) {
	c, err := readStream(ctx, src, o.K, o.Seed, &domain[T]{"bernoulli-mixture", &bernoulli[T]{}}, func(rows, _ int) error {
		return checkMixture("BernoulliMixtureOptions", o.K, rows, o.Prior, o.Alpha, o.Policy)
	})
	if err != nil {
		return nil, err
	}
	p := BernoulliMixtureParameters{Prior: o.Prior, A: o.A, B: o.B, Alpha: o.Alpha, Policy: o.Policy}
	p.Weights, p.Probabilities = c.clusters(func(int) float64 { return 0.5 }, 1)
	return NewBernoulliMixtureFrom[T](p)
}

// NewPoissonMixtureStream is NewPoissonMixture for rows that need not lie in memory: see NewBernoulliMixtureStream.
func NewPoissonMixtureStream[T kernels.Float](ctx context.Context, src elbo.Source[T], o PoissonMixtureOptions) (*PoissonMixture[T], error) {
	c, err := readStream(ctx, src, o.K, o.Seed, &domain[T]{"poisson-mixture", &poisson[T]{}}, func(rows, _ int) error {
		return checkMixture("PoissonMixtureOptions", o.K, rows, o.Prior, o.Alpha, o.Policy)
	})
	if err != nil {
		return nil, err
	}
	p := PoissonMixtureParameters{Reference: make([]float64, len(c.mean)), Prior: o.Prior, Strength: o.Strength, Alpha: o.Alpha, Policy: o.Policy}
	for j, n := range c.weight {
		p.Reference[j] = max(math.FMA(n, c.mean[j], 0.5)/(n+1), 1/mostRate)
	}
	p.Weights, p.Rates = c.clusters(func(j int) float64 { return p.Reference[j] }, mostRate)
	return NewPoissonMixtureFrom[T](p)
}

// clusters returns the weights of the clusters and the means of their entries, with one more entry in each column.
func (c *columnSums[T]) clusters(entry func(j int) float64, most float64) ([]float64, kernels.Matrix[float64]) {
	s := c.summary
	total, weights, means := 0.0, make([]float64, len(s.Weight)), kernels.NewMatrix[float64](len(s.Weight), len(c.mean))
	for _, w := range s.Weight {
		total += w
	}
	for k, w := range s.Weight {
		weights[k] = w / total
		for j := range c.mean {
			n, sum := s.Observed.Row(k)[j], entry(j)
			about := c.frame.centre[j] + float64(float64(s.Centres.Row(k)[j])/c.frame.scale[j])
			sum += float64(n*about) + float64(s.Sum.Row(k)[j]/c.frame.scale[j])
			means.Row(k)[j] = min(max(sum/(n+1), 0), most)
		}
	}
	return weights, means
}
