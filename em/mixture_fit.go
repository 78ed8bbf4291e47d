package em

import (
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/kernels"
)

// fitBest fits the models that start returns for 0, 1, …, restarts−1 and returns the one with the highest bound, the first of
// those, with the record of its fit.
func fitBest[T kernels.Float, M elbo.Model[T]](ctx context.Context, rows elbo.Rows[T], o elbo.Options, restarts int, start func(restart uint64) (M, error)) (M, elbo.Result, error) {
	var (
		best   M
		result elbo.Result
		failed error
	)
	for r := range max(1, restarts) {
		m, err := start(uint64(r))
		if err != nil {
			return best, result, err
		}
		res, err := elbo.Fit(ctx, m, rows, o)
		if r == 0 || failed != nil && err == nil || (failed == nil) == (err == nil) && len(res.Bounds) > 0 && res.Bound > result.Bound {
			best, result, failed = m, res, err
		}
		if err != nil && ctx.Err() != nil {
			return best, result, err
		}
	}
	return best, result, failed
}

// check returns an error unless the rows are some that a fit takes.
func (m *mixture[T]) check(rows elbo.Rows[T]) error {
	if m.d < 1 {
		return fmt.Errorf("em: the data have %d columns: at least one is needed", m.d)
	}
	if rows.Lengths != nil {
		return fmt.Errorf("em: rows with lengths are sequences, and a %s is a model of independent rows: leave Lengths out", m.kind)
	}
	if err := rows.Check(m.d, true); err != nil {
		return err
	}
	return m.CheckRows(rows.X)
}

// cluster returns the component of each row after k-means++ seeding and Lloyd's iterations.
func (m *mixture[T]) cluster(ctx context.Context, rows elbo.Rows[T], key kernels.Key) ([]int32, error) {
	if err := m.check(rows); err != nil {
		return nil, err
	}
	_, labels, err := kmeans.Fit(ctx, rows.X, kmeans.Options{K: m.k, Iterations: lloyd, Key: key, Weights: rows.Weights})
	if err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	return labels, nil
}

// begin sets the prior of a model that has its start.
func (m *mixture[T]) begin(p Prior, alpha float64) {
	m.prior, m.alpha = p, orDefault(alpha, 1)
	m.cur.logPrior = m.logPriorOf(m.cur, false)
}

// checkParameters returns an error unless parameters of K×D values fit each other.
func checkParameters(name, values string, k, d, weights int, p Prior, alpha float64) error {
	switch {
	case k < 1 || d < 1:
		return fmt.Errorf("em: %s.%s is %d×%d: want components × columns", name, values, k, d)
	case weights != k:
		return fmt.Errorf("em: %s: %d weights and %d components: want as many of each", name, weights, k)
	case p != 0 && p != PriorNone:
		return fmt.Errorf("em: %s.Prior is %v: want the default or PriorNone", name, p)
	}
	return atLeastOne(name+".Alpha", alpha)
}

// set sets weights and values, which are from 0 to most.
func (m *mixture[T]) set(weights, values []float64, from kernels.Matrix[float64], what string, most float64) error {
	if err := m.setWeights(weights); err != nil {
		return fmt.Errorf("em: %w", err)
	}
	for k := range m.k {
		for j, v := range from.Row(k) {
			if !(v >= 0 && v <= most) {
				return fmt.Errorf("em: component %d, column %d: %s %v is not from 0 to %v", k, j, what, v, most)
			}
			values[k*m.d+j] = v + 0 // −0 becomes 0
		}
	}
	return nil
}
