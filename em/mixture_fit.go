package em

import (
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/kernels"
)

// checkRows returns an error unless the rows are some of numbers and missing entries, in columns, that a fit takes.
func checkRows[T kernels.Float](rows elbo.Rows[T]) error {
	if d := rows.X.Cols; d < 1 {
		return fmt.Errorf("em: the data have %d columns: at least one is needed", d)
	}
	if err := checkIndependent(rows); err != nil {
		return err
	}
	return rows.Check(rows.X.Cols, true)
}

// checkIndependent returns an error if the rows are sequences, whose weights are not the rows'.
func checkIndependent[T kernels.Float](rows elbo.Rows[T]) error {
	if rows.Lengths != nil {
		return fmt.Errorf("em: rows with lengths are sequences, and this is a model of independent rows: leave Lengths out")
	}
	return nil
}

// check returns an error unless the rows are some that a fit takes.
func (m *mixture[T]) check(rows elbo.Rows[T]) error {
	if err := checkRows(rows); err != nil {
		return err
	}
	return m.CheckRows(rows.X)
}

// cluster returns the start's responsibilities.
func (m *mixture[T]) cluster(ctx context.Context, rows elbo.Rows[T], init Init, key kernels.Key) (begins, error) {
	if err := m.check(rows); err != nil {
		return begins{}, err
	}
	if err := init.check(); err != nil {
		return begins{}, err
	}
	if init == InitRandom {
		return begins{key: key}, nil
	}
	_, labels, err := kmeans.Fit(ctx, rows.X, kmeans.Options{K: m.k, Iterations: lloyd, Key: key, Weights: rows.Weights})
	if err != nil {
		return begins{}, fmt.Errorf("em: %w", err)
	}
	return begins{labels: labels}, nil
}

// inexact is how much, relative to their total, sums of responsibilities may be off after additions and subtractions.
func inexact[T kernels.Float]() float64 {
	var z T
	if _, ok := any(z).(float32); ok {
		return 0x1p-14
	}
	return 0x1p-30
}

// begin sets the prior and the policy of a model that has its start.
func (m *mixture[T]) begin(p Prior, alpha float64, policy elbo.Policy) {
	m.prior, m.alpha, m.policy = p, orDefault(alpha, 1), policy
	m.events = m.events[:0]
	m.cur.logPrior = m.logPriorOf(m.cur, false)
}

// ready completes a model that is made from parameters, or returns an error if its prior excludes them.
func (m *mixture[T]) ready() error {
	if m.cur.logPrior = m.logPriorOf(m.cur, false); m.cur.logPrior-m.cur.logPrior != 0 {
		return fmt.Errorf("em: the log prior of the parameters is %v: a parameter is where the prior has no density, use PriorNone or another prior", m.cur.logPrior)
	}
	return nil
}

// checkParameters returns an error unless parameters of K×D values fit each other.
func checkParameters(name, values string, k, d, weights int, p Prior, alpha float64, policy elbo.Policy) error {
	switch {
	case k < 1 || d < 1:
		return fmt.Errorf("em: %s.%s is %d×%d: want components × columns", name, values, k, d)
	case weights != k:
		return fmt.Errorf("em: %s: %d weights and %d components: want as many of each", name, weights, k)
	case p != 0 && p != PriorNone:
		return fmt.Errorf("em: %s.Prior is %v: want the default or PriorNone", name, p)
	}
	if err := checkPolicy(name, policy); err != nil {
		return err
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
