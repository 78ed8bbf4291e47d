package main

import (
	"fmt"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/vem"
)

const faithfulSource = "Data: 272 eruptions of Old Faithful, Azzalini and Bowman, Applied Statistics 39 (1990), 357–365."

var faithfulNames = []string{"eruption (min)", "waiting (min)"}

// oldFaithfulEM fits two full components by maximum a posteriori EM.
func (d *demo) oldFaithfulEM() error {
	x := datasets.Faithful()
	m, res, err := em.FitGMM(d.ctx, elbo.Of(x), em.GMMOptions{Options: elbo.Options{Seed: 1, Workers: d.workers}, K: 2})
	if err != nil {
		return err
	}
	labels, err := m.Predict(x)
	if err != nil {
		return err
	}
	d.say("EM, Old Faithful, 2 components: %d iterations, bound %.4f, log-likelihood %.4f", res.Iterations, res.Bound, res.LogLik)
	return d.add("EM: a Gaussian mixture",
		[]string{faithfulSource, fmt.Sprintf("Two components with full covariances and an inverse-Wishart prior: %d iterations, bound %.4f, log-likelihood %.4f nats, weights %.3f.",
			res.Iterations, res.Bound, res.LogLik, m.Weights())},
		drawn("EM: the rows in the colour of their component; ellipses of one and two standard deviations.", func() ([]byte, error) {
			return scatterPlot("EM, two components", faithfulNames, x, labels, components(m))
		}),
		boundCurve("EM: log-likelihood plus log prior after each iteration.", res.Bounds))
}

// oldFaithfulVB gives variational EM six components, of which it needs two.
func (d *demo) oldFaithfulVB() error {
	x := datasets.Faithful()
	prior := vem.Prior{Alpha: 1e-3}
	m, res, err := vem.FitGMM(d.ctx, elbo.Of(x), vem.GMMOptions{Options: elbo.Options{Seed: 1, Workers: d.workers}, K: 6, Prior: prior})
	if err != nil {
		return err
	}
	labels, err := m.Predict(x)
	if err != nil {
		return err
	}
	var live []component
	for k, c := range components(m) {
		if m.EffectiveCounts()[k] < 1 {
			// A component that no row belongs to is drawn nowhere, but keeps its place and so its colour.
			continue
		}
		for i := range labels {
			if labels[i] == k {
				labels[i] = len(live)
			}
		}
		live = append(live, c)
	}
	d.say("variational EM, Old Faithful, 6 components: %d iterations, ELBO %.4f, %d components live, %d died",
		res.Iterations, res.Bound, len(live), m.K()-len(live))
	return d.add("Variational EM: superfluous components die",
		[]string{faithfulSource, fmt.Sprintf("Six components with Normal–Wishart and Dirichlet posteriors: %d iterations, ELBO %.4f nats. %d components are left with at least one row's weight, %d died.",
			res.Iterations, res.Bound, len(live), m.K()-len(live))},
		drawn("Variational EM: the components that live.", func() ([]byte, error) {
			return scatterPlot("Variational EM, six components given", faithfulNames, x, labels, live)
		}),
		boundCurve("Variational EM: the exact ELBO after each iteration.", res.Bounds))
}

func components(m gaussian) []component {
	var c []component
	means, covs := m.Means(), m.Covariances()
	for k, w := range m.Weights() {
		c = append(c, component{w, means.Row(k), covs[k]})
	}
	return c
}
