package em

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// factorSettings are the options of FA and PPCA.
type factorSettings struct {
	options elbo.Options
	name    string // of the type of the options
	q       int
	prior   Prior
	scale   []float64
	steps   int
}

// check returns an error if an option is out of range for d columns.
func (s *factorSettings) check(d int) error {
	switch {
	case d < 2:
		return fmt.Errorf("em: the data have %d columns: factors need at least 2", d)
	case s.q < 1 || s.q >= d:
		return fmt.Errorf("em: %s.Q is %d: give a number of factors from 1 to %d, less than the %d columns", s.name, s.q, d-1, d)
	case s.prior > PriorNone:
		return fmt.Errorf("em: %s.Prior is %v: want PriorInverseWishart or PriorNone", s.name, s.prior)
	case s.steps < 0:
		return fmt.Errorf("em: %s.Steps is %d: give a positive number, or 0 for the default", s.name, s.steps)
	case s.scale == nil:
		return nil
	case s.prior == PriorNone:
		return fmt.Errorf("em: %s.PriorScale is given and Prior is PriorNone: leave out one of the two", s.name)
	case len(s.scale) != d && len(s.scale) != 1:
		return fmt.Errorf("em: %s.PriorScale has %d elements, the data have %d columns", s.name, len(s.scale), d)
	}
	for j, v := range s.scale {
		if !(v > 0 && v <= math.MaxFloat64) {
			return fmt.Errorf("em: %s.PriorScale[%d] is %v: want a positive number", s.name, j, v)
		}
	}
	return nil
}

// startFactors returns the model without factors.
func startFactors[T kernels.Float](ctx context.Context, kind string, rows elbo.Rows[T], s factorSettings) (m factors[T], err error) {
	d := rows.X.Cols
	if err := s.check(d); err != nil {
		return m, err
	}
	if err := checkRows(rows); err != nil {
		return m, err
	}
	mean, variance, complete, err := observed(ctx, rows)
	if err != nil {
		return m, err
	}
	m = newFactors[T](kind, d, s.q)
	if m.isotropic {
		isotropic(variance)
	}
	for j, v := range variance {
		if err := checkVariance(j, v); err != nil {
			return m, err
		}
	}
	m.incomplete = !complete
	switch {
	case s.steps > 0:
		m.steps = s.steps
	case !complete:
		m.steps = 4
	}
	m.frame.set(mean, variance)
	copy(m.cur.mean, mean)
	copy(m.cur.noise, variance)
	return m, m.begin(s, variance)
}

// isotropic replaces variances by their mean.
func isotropic(variance []float64) {
	sum := 0.0
	for _, v := range variance {
		sum += v / float64(len(variance))
	}
	kernels.Fill(variance, sum)
}

// begin sets the prior for columns of these variances and compiles the parameters.
func (m *factors[T]) begin(s factorSettings, variance []float64) error {
	if m.prior = s.prior; m.prior != PriorNone {
		n := m.d
		if m.isotropic {
			n = 1
		}
		m.scale = make([]float64, n)
		for j := range m.scale {
			m.scale[j] = float64(noiseShare * variance[j])
		}
		copy(m.scale, s.scale)
	}
	return m.validate()
}

// validate compiles the parameters, or returns an error if they are no model.
func (m *factors[T]) validate() error {
	if !m.frame.compile() {
		return fmt.Errorf("em: centre or scale is out of the range of %T, or scale no power of two", T(0))
	}
	for j, v := range m.frame.scale {
		if m.isotropic && v != m.frame.scale[0] {
			return fmt.Errorf("em: the scale of column %d is %v, of column 0 %v: want one for all", j, v, m.frame.scale[0])
		}
	}
	for j, v := range m.scale {
		if !(v > 0) {
			return fmt.Errorf("em: the prior's scale %d is %v: want a positive number", j, v)
		}
	}
	for j, v := range m.cur.noise {
		if !(v > 0) {
			return fmt.Errorf("em: the noise variance of column %d is %v: want a positive number", j, v)
		}
	}
	m.serial++
	if j := m.cur.compile(&m.frame, m.serial); j >= 0 {
		return fmt.Errorf("em: the parameters of column %d are out of the range of %T", j, T(0))
	}
	m.logPrior[0] = m.logPriorOf(m.cur)
	return nil
}

// factorsFrom returns the model with these parameters.
func factorsFrom[T kernels.Float](kind string, mean []float64, loadings kernels.Matrix[float64], noise []float64, s factorSettings) (m factors[T], err error) {
	d := len(mean)
	if s.q == 0 {
		s.q = loadings.Cols
	}
	if loadings.Rows != d || loadings.Cols != s.q {
		return m, fmt.Errorf("em: the loadings are %d×%d: want a row for each of the %d means and a column for each of the %d factors", loadings.Rows, loadings.Cols, d, s.q)
	}
	if err := s.check(d); err != nil {
		return m, err
	}
	m = newFactors[T](kind, d, s.q)
	m.steps = max(s.steps, 1)
	copy(m.cur.mean, mean)
	copy(m.cur.noise, noise)
	variance := make([]float64, d)
	for j, v := range noise {
		copy(m.cur.loadings[j*m.q:][:m.q], loadings.Row(j))
		for _, w := range loadings.Row(j) {
			v = math.FMA(w, w, v)
		}
		if variance[j] = v; !(v >= 0x1p-900 && v <= 0x1p900) || mean[j]-mean[j] != 0 {
			return m, fmt.Errorf("em: column %d has mean %v and variance %v under the parameters", j, mean[j], v)
		}
	}
	if m.isotropic {
		isotropic(variance)
	}
	m.frame.set(mean, variance)
	return m, m.begin(s, variance)
}

// fitFactors fits m, which model is, to rows: on the statistics alone if the rows are complete and all of them count in each iteration.
func fitFactors[T kernels.Float](ctx context.Context, m *factors[T], model elbo.Model[T], rows elbo.Rows[T], o elbo.Options) (elbo.Result, error) {
	if _, batch := o.Schedule.(elbo.Batch); m.incomplete || rows.Lengths != nil || o.Schedule != nil && !batch {
		return elbo.Fit(ctx, model, rows, o)
	}
	scatter := elbo.Model[T](scatterOnly[T]{m})
	stats := elbo.NewStats(scatter)
	if err := elbo.Accumulate(ctx, stats, scatter, rows, 0, o); err != nil {
		return elbo.Result{}, err
	}
	one := elbo.Rows[T]{X: kernels.NewMatrix[T](1, m.d), Weights: []float64{stats.Weight()}}
	if one.Check(m.d, false) != nil { // the sum of the weights is no weight
		return elbo.Fit(ctx, model, rows, o)
	}
	r, err := elbo.Fit(ctx, elbo.Model[T](onStatistics[T]{m, stats.Values()}), one, o)
	r.ESteps = 1
	return r, err
}

// observed returns the weighted means and variances of the observed entries of each column, and whether none is missing. A column all
// of whose entries that count are equal has the variance 0. A column without such an entry is an error.
func observed[T kernels.Float](ctx context.Context, rows elbo.Rows[T]) (mean, variance []float64, complete bool, err error) {
	d := rows.X.Cols
	mean, variance, complete = make([]float64, d), make([]float64, d), true
	count, row := make([]float64, d), make([]float64, d)
	// pass adds w·f(x) of the entries to sum.
	pass := func(sum, centre []float64, counting bool) error {
		total := 0.0
		for i := range rows.X.Rows {
			if i%elbo.BlockRows == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			w := 1.0
			if rows.Weights != nil {
				w = rows.Weights[i]
			}
			if w == 0 {
				continue
			}
			for j, v := range rows.X.Row(i) {
				row[j] = float64(v)
			}
			if most := kernels.Max(row); most != most {
				complete = false
				for j, v := range row {
					if v != v {
						row[j] = centre[j]
					} else if counting {
						count[j] += w
					}
				}
			} else if counting {
				total += w
			}
			kernels.Sub(row, row, centre)
			if !counting {
				kernels.Mul(row, row, row)
			}
			kernels.Axpy(sum, w, row)
		}
		for j := range count {
			if count[j] += total; count[j] == 0 {
				return fmt.Errorf("em: column %d has no observed entry that counts: leave it out", j)
			}
		}
		return nil
	}
	if err := pass(mean, make([]float64, d), true); err != nil {
		return nil, nil, false, err
	}
	for j := range mean {
		mean[j] /= count[j]
	}
	if err := pass(variance, mean, false); err != nil {
		return nil, nil, false, err
	}
	for j := range variance {
		variance[j] /= count[j]
		// Rounding of the mean alone: is it a constant?
		if variance[j] <= 0x1p-40*float64(mean[j]*mean[j]) && constant(rows, j) {
			variance[j] = 0
		}
	}
	return mean, variance, complete, nil
}

// constant reports whether all entries of column j that count are equal.
func constant[T kernels.Float](rows elbo.Rows[T], j int) bool {
	seen, first := false, T(0)
	for i := range rows.X.Rows {
		v := rows.X.Row(i)[j]
		if v != v || rows.Weights != nil && rows.Weights[i] == 0 {
			continue
		}
		if !seen {
			seen, first = true, v
		}
		if v != first {
			return false
		}
	}
	return true
}
