package em

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// streamLloyd is the number of Lloyd's iterations on a stream.
const streamLloyd = 2

// NewGMMStream is NewGMM for rows that need not lie in memory: it returns a model from which elbo.Fit goes on with the same source.
// It passes over the rows 11 times, in memory of O(K·D²): once for the columns' variances, seven times for k-means|| (Bahmani et al.,
// "Scalable k-means++", PVLDB 5(7), 2012), twice for Lloyd's iterations, and once for what it starts from:
//
//	π_k the share of the weight that is nearest to centre k, μ_k these rows' mean, Σ_k diagonal (tied: their weighted mean;
//	spherical: their columns' mean) with variances (ψ_d + Σ_n w_n (x_nd − μ_kd)²)/(Σ_n w_n + 5) over the observed entries,
//
// ψ_d the variance of column d over K^(2/D). The prior is that of NewGMM. Restarts are not used.
//
// The model, to the bit, depends on the rows and their order alone, not on how they are cut into blocks.
//
// Errors: options out of range, fewer rows than components, an entry that is ±Inf (an *elbo.DataError), weights that are negative, not
// finite or sum to 0, a column that is missing in every row or whose variance is 0 or overflows, an error of the source, one that
// yields other rows when it is read again, and context.Cause(ctx).
func NewGMMStream[T kernels.Float](ctx context.Context, src elbo.Source[T], o GMMOptions) (*GMM[T], error) {
	c, err := readStream(ctx, src, o.K, o.Seed, nil, o.check)
	if err != nil {
		return nil, err
	}
	weights, means, covariances := summarised(c.summary, &c.frame, c.squares, o.Covariance)
	m, err := NewGMMFrom[T](weights, means, covariances, o)
	if err != nil {
		return nil, err
	}
	m.setPrior(o, c.mean, c.squares)
	m.cur.logPrior = m.logPriorOf(m.cur)
	return m, nil
}

// readStream returns the columns of the rows of the source, which are in the domain of a family of components if there is one, and
// their k clusters. check says whether the options fit the number of rows and columns.
func readStream[T kernels.Float](ctx context.Context, src elbo.Source[T], k int, seed uint64, domain *domain[T], check func(rows, columns int) error) (*columnSums[T], error) {
	c, err := streamColumns(ctx, src, domain)
	if err != nil {
		return nil, err
	}
	if err := check(c.rows, len(c.mean)); err != nil {
		return nil, err
	}
	c.frame = newFrame[T](len(c.mean))
	if c.frame.set(c.mean, c.squares); !c.frame.compile() {
		return nil, fmt.Errorf("em: the spread of a column is out of the range of %T: rescale it or use float64", T(0))
	}
	c.summary, err = kmeans.Stream(ctx, framed(src, &c.frame), kmeans.Options{K: k, Iterations: streamLloyd, Key: kernels.NewKey(seed, startStream)})
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, errNotAgain):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("em: %w", err)
	}
	return c, nil
}

// summarised returns the weights, means and covariance matrices of a start.
func summarised[T kernels.Float](s *kmeans.Summary[T], f *frame[T], variance []float64, shape Covariance) (weights []float64, means kernels.Matrix[float64], covariances []kernels.Matrix[float64]) {
	k, d := s.Centres.Rows, s.Centres.Cols
	total := 0.0
	for _, w := range s.Weight {
		total += w
	}
	shrink := special.Exp(-2 * logOf(float64(k)) / float64(d))
	weights, means = make([]float64, k), kernels.NewMatrix[float64](k, d)
	variances, pooled := kernels.NewMatrix[float64](k, d), make([]float64, d)
	for i := range k {
		weights[i] = s.Weight[i] / total
		for j := range d {
			shift, left, n := 0.0, float64(variance[j]*f.scale[j]*f.scale[j]*shrink), s.Observed.Row(i)[j]
			if n > 0 {
				shift = s.Sum.Row(i)[j] / n
				left += max(0, s.Squares.Row(i)[j]-float64(s.Sum.Row(i)[j]*shift))
			}
			means.Row(i)[j] = f.centre[j] + (float64(s.Centres.Row(i)[j])+shift)/f.scale[j]
			v := left / (n + 5) / f.scale[j] / f.scale[j]
			variances.Row(i)[j] = v
			pooled[j] += float64(weights[i] * v)
		}
	}
	for i := range k {
		v := variances.Row(i)
		switch shape {
		case Tied:
			v = pooled
		case Spherical:
			sum := 0.0
			for _, x := range v {
				sum += x / float64(d)
			}
			kernels.Fill(v, sum)
		}
		c := kernels.NewMatrix[float64](d, d)
		for j, x := range v {
			c.Row(j)[j] = x
		}
		covariances = append(covariances, c)
	}
	return weights, means, covariances
}

// framed returns the blocks of the source in the frame.
func framed[T kernels.Float](src elbo.Source[T], f *frame[T]) iter.Seq2[kmeans.Block[T], error] {
	return func(yield func(kmeans.Block[T], error) bool) {
		x := kernels.NewMatrix[T](elbo.BlockRows, len(f.centre))
		for block, err := range src.Blocks() {
			if err != nil {
				yield(kmeans.Block[T]{}, err)
				return
			}
			if block.X.Cols != x.Cols {
				yield(kmeans.Block[T]{}, errNotAgain)
				return
			}
			for lo := 0; lo < block.X.Rows; lo += elbo.BlockRows {
				piece := block.Slice(lo, min(lo+elbo.BlockRows, block.X.Rows))
				to := x.SliceRows(0, piece.X.Rows)
				f.apply(to.Data, piece.X)
				if !yield(kmeans.Block[T]{X: to, Weights: piece.Weights}, nil) {
					return
				}
			}
		}
	}
}

var errNotAgain = errors.New("em: the source yields other rows when it is read again")

// domain is what the components of a mixture take: all else is an error. Their columns may be constant.
type domain[T kernels.Float] struct {
	kind   string
	family family[T]
}

// columnSums are what one pass over a stream tells of its columns, and then its frame and clusters.
type columnSums[T kernels.Float] struct {
	domain                *domain[T]
	frame                 frame[T]
	summary               *kmeans.Summary[T]
	rows                  int
	mean, squares, weight []float64 // squares: Σ w (x − mean)², at last the variance
	first                 []T       // of the observed entries
	constant              []bool
}

// streamColumns returns the means and variances of the columns, by West's recurrences ("Updating mean and variance estimates: an
// improved method", CACM 22(9), 1979).
func streamColumns[T kernels.Float](ctx context.Context, src elbo.Source[T], domain *domain[T]) (c *columnSums[T], err error) {
	for block, err := range src.Blocks() {
		if err != nil {
			return nil, fmt.Errorf("em: the source failed: %w", err)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if block.X.Rows == 0 {
			continue
		}
		if c == nil {
			d := block.X.Cols
			c = &columnSums[T]{domain: domain, mean: make([]float64, d), squares: make([]float64, d), weight: make([]float64, d), first: make([]T, d), constant: make([]bool, d)}
		}
		if err := c.add(block); err != nil {
			return nil, err
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case c == nil:
		return nil, errors.New("em: the source has no rows: at least one is needed")
	case len(c.mean) < 1:
		return nil, errors.New("em: the data have 0 columns: at least one is needed")
	}
	for j, w := range c.weight {
		if w == 0 {
			return nil, fmt.Errorf("em: column %d is missing in every row that counts: leave it out", j)
		}
		c.squares[j] /= w
		switch v := c.squares[j]; {
		case c.constant[j] && domain != nil:
			c.squares[j] = 1
		case c.constant[j]:
			return nil, fmt.Errorf("em: column %d is %v in every row: it has no density, leave it out", j, c.first[j])
		case !(v >= 0x1p-900 && v <= 0x1p900):
			return nil, fmt.Errorf("em: the variance of column %d is %v: rescale the column", j, v)
		}
	}
	return c, nil
}

// add adds a block.
func (c *columnSums[T]) add(block elbo.Rows[T]) error {
	if err := elbo.CheckData(block.X, len(c.mean), true); err != nil {
		var at *elbo.DataError
		if errors.As(err, &at) {
			at.Row += c.rows
			return err
		}
		return fmt.Errorf("%w (in the block that begins at row %d)", err, c.rows)
	}
	if err := checkIndependent(block); err != nil {
		return err
	}
	if c.domain != nil {
		for i := range block.X.Rows {
			if j := c.domain.family.bad(block.X.Row(i)); j >= 0 {
				return outside(c.domain.kind, c.domain.family, c.rows+i, j, block.X.Row(i)[j])
			}
		}
	}
	if block.Weights != nil && len(block.Weights) != block.X.Rows {
		return fmt.Errorf("em: the block that begins at row %d has %d rows and %d weights", c.rows, block.X.Rows, len(block.Weights))
	}
	for i := range block.X.Rows {
		w := 1.0
		if block.Weights != nil {
			if w = block.Weights[i]; !(w >= 0) || w-w != 0 {
				return fmt.Errorf("em: row %d has the weight %v: a weight is 0 or positive and finite", c.rows+i, w)
			}
		}
		if w == 0 {
			continue
		}
		for j, v := range block.X.Row(i) {
			if v != v {
				continue
			}
			if c.weight[j] == 0 {
				c.first[j], c.constant[j] = v, true
			}
			c.constant[j] = c.constant[j] && v == c.first[j]
			c.weight[j] += w
			t := float64(v) - c.mean[j]
			c.mean[j] += float64(t * (w / c.weight[j]))
			c.squares[j] += float64(float64(w*t) * (float64(v) - c.mean[j]))
		}
	}
	c.rows += block.X.Rows
	return nil
}
