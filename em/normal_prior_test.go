package em_test

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// logNormalPrior is Σ_k ln N(μ_k; m₀, Σ_k/κ₀) by the definition.
func logNormalPrior(means kernels.Matrix[float64], covariances []kernels.Matrix[float64], kappa float64, m0 []float64) float64 {
	sum, d := 0.0, means.Cols
	for k, c := range covariances {
		var s [][]float64
		for i := range d {
			s = append(s, nil)
			for _, v := range c.Row(i) {
				s[i] = append(s[i], v/kappa)
			}
		}
		inverse, logDet := invert(s)
		q := 0.0
		for i := range d {
			for j := range d {
				q += (means.Row(k)[i] - m0[i]) * inverse[i][j] * (means.Row(k)[j] - m0[j])
			}
		}
		sum -= 0.5 * (float64(d)*math.Log(2*math.Pi) + logDet + q)
	}
	return sum
}

// boundOf returns the bound of data under a model.
func boundOf(t *testing.T, m elbo.Model[float64], rows elbo.Rows[float64]) float64 {
	t.Helper()
	for p, err := range elbo.Steps(context.Background(), m, rows, elbo.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		return p.Bound
	}
	panic("no step")
}

// TestNormalPrior: with one component the fit is the mode of the Normal–inverse-Wishart posterior, and the bound has the prior's
// density with its constants.
func TestNormalPrior(t *testing.T) {
	x := datasets.Faithful()
	n, d := float64(x.Rows), x.Cols
	m0, psi, kappa := []float64{5, 60}, []float64{0.3, 40}, 7.5
	for _, c := range covariances {
		o := em.GMMOptions{K: 1, Covariance: c, PriorScale: psi, PriorShrinkage: kappa, PriorMean: m0, Options: elbo.Options{Tol: 1e-13}}
		nu, dim := 4.0, 2.0
		if c == em.Spherical {
			o.PriorScale = []float64{3}
		}
		if c == em.Spherical || c == em.Diagonal {
			nu, dim = 3, 1
		}
		m, r := fit(t, x, o)
		if m.PriorShrinkage() != kappa || !slices.Equal(m.PriorMean(), m0) {
			t.Errorf("%v: the prior is %v at %v", c, m.PriorShrinkage(), m.PriorMean())
		}
		mu := make([]float64, d)
		for j := range d {
			for i := range x.Rows {
				mu[j] += x.Row(i)[j]
			}
			mu[j] = (mu[j] + kappa*m0[j]) / (n + kappa)
			if got := m.Means().Row(0)[j]; !near(got, mu[j], 1e-13) {
				t.Errorf("%v: mean %v, want %v", c, got, mu[j])
			}
		}
		s := [2][2]float64{}
		for a := range d {
			for b := range d {
				s[a][b] = kappa * (m0[a] - mu[a]) * (m0[b] - mu[b])
				for i := range x.Rows {
					s[a][b] += (x.Row(i)[a] - mu[a]) * (x.Row(i)[b] - mu[b])
				}
			}
		}
		want := [2][2]float64{}
		if c == em.Spherical {
			v := (s[0][0] + s[1][1] + 3) / (2*n + nu + dim + 1 + 2)
			want = [2][2]float64{{v, 0}, {0, v}}
		} else {
			for a := range d {
				s[a][a] += psi[a]
				for b := range d {
					if a == b || c != em.Diagonal {
						want[a][b] = s[a][b] / (n + nu + dim + 1 + 1)
					}
				}
			}
		}
		cov := m.Covariances()[0]
		for a := range d {
			for b := range d {
				if got := cov.Row(a)[b]; !near(got, want[a][b], 1e-12) {
					t.Errorf("%v: covariance %v, want %v", c, got, want[a][b])
				}
			}
		}
		flat := o
		flat.PriorShrinkage, flat.PriorMean = 0, nil
		plain, err := em.NewGMMFrom[float64](m.Weights(), m.Means(), m.Covariances(), flat)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := m.GlobalBound()-plain.GlobalBound(), logNormalPrior(m.Means(), m.Covariances(), kappa, m0); !near(got, want, 1e-12) {
			t.Errorf("%v: the log prior of the mean is %v, want %v", c, got, want)
		}
		if r.Reason != elbo.Converged {
			t.Errorf("%v: %v", c, r.Reason)
		}
	}
}

// TestNormalPriorOptimum: where a fit with missing entries and weights ends, the bound falls in each direction and its
// derivatives by means and variances vanish.
func TestNormalPriorOptimum(t *testing.T) {
	x := blobs[float64](150, 3, 2)
	for i := range x.Data {
		if i%11 == 3 {
			x.Data[i] = math.NaN()
		}
	}
	rows := elbo.Of(x)
	for i := range x.Rows {
		rows.Weights = append(rows.Weights, float64(1+i%3))
	}
	for _, c := range covariances {
		o := em.GMMOptions{K: 2, Covariance: c, PriorShrinkage: 20, PriorScale: []float64{1}, PriorMean: []float64{0.5, -1, 2}, Options: elbo.Options{Tol: 1e-13, MaxIter: 5000}}
		if c != em.Spherical {
			o.PriorScale = []float64{1, 2, 0.5}
		}
		m, r, err := em.FitGMM(context.Background(), rows, o)
		if err != nil || r.Reason != elbo.Converged {
			t.Fatalf("%v: %v, %v", c, r.Reason, err)
		}
		at := func(k, i, j int, step float64) float64 {
			means, covs := m.Means(), m.Covariances()
			if j < 0 {
				means.Row(k)[i] += step
			} else {
				for l := range covs {
					switch {
					case c == em.Spherical && l == k:
						for a := range 3 {
							covs[l].Row(a)[a] += step
						}
					case c == em.Tied || l == k:
						covs[l].Row(i)[j] += step
						if i != j {
							covs[l].Row(j)[i] += step
						}
					}
				}
			}
			moved, err := em.NewGMMFrom[float64](m.Weights(), means, covs, o)
			if err != nil {
				t.Fatal(err)
			}
			return boundOf(t, moved, rows)
		}
		for k := range 2 {
			sd := func(i int) float64 { return math.Sqrt(m.Covariances()[k].Row(i)[i]) }
			for i := range 3 {
				for j := -1; j < 3; j++ {
					if j >= 0 && (j < i || c == em.Spherical && (i > 0 || j > 0) || c == em.Diagonal && i != j) {
						continue
					}
					h := 1e-4 * sd(i)
					if j >= 0 {
						h *= sd(j)
					}
					up, mid, down := at(k, i, j, h), at(k, i, j, 0), at(k, i, j, -h)
					// In units of 1e-4 deviations the derivative is at most a part in 1e4 of what a deviation changes.
					if !(up < mid && down < mid) || math.Abs(up-down) > 0.02*(2*mid-up-down) {
						t.Errorf("%v, component %d, (%d, %d): the bound is %v, beside it %v and %v", c, k, i, j, mid, down-mid, up-mid)
					}
				}
			}
		}
	}
}

// TestNormalPriorSchedules: the bound never falls, which elbo.Fit checks, whatever the schedule, the workers and the policy; files keep the
// prior; a component without rows goes to m₀.
func TestNormalPriorSchedules(t *testing.T) {
	x := blobs[float64](600, 3, 3)
	x.Row(7)[1] = math.NaN()
	rows := elbo.Of(x)
	for _, c := range covariances {
		start := em.GMMOptions{K: 5, Covariance: c, PriorShrinkage: 3, Options: elbo.Options{Seed: 3}}
		for name, o := range map[string]elbo.Options{
			"batch": {Workers: 3}, "SQUAREM": {Accelerate: elbo.SQUAREM}, "incremental": {Schedule: elbo.Incremental{Blocks: 4}}, "stepwise": {Schedule: elbo.Stepwise{Rows: 100}},
		} {
			start.Policy = elbo.PolicyDrop
			m, err := em.NewGMM(context.Background(), rows, start)
			if err != nil {
				t.Fatal(err)
			}
			o.MaxIter = 40
			if _, err := elbo.Fit(context.Background(), m, rows, o); err != nil {
				t.Errorf("%v, %s: %v", c, name, err)
			}
		}
		start.Policy = elbo.PolicyPrior
		var first, again bytes.Buffer
		m, _ := fit(t, x, start)
		if err := m.Save(&first); err != nil {
			t.Fatal(err)
		}
		l, err := em.LoadGMM[float64](bytes.NewReader(first.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Save(&again); err != nil || !bytes.Equal(first.Bytes(), again.Bytes()) || l.GlobalBound() != m.GlobalBound() {
			t.Errorf("%v: a file changes the prior: %v, %v", c, l.GlobalBound(), m.GlobalBound())
		}
		for _, isa := range kernels.Available() {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				t.Fatal(err)
			}
			o := start
			o.Workers = 3
			other, _ := fit(t, x, o)
			restore()
			if !bytes.Equal(other.AppendParameters(nil), m.AppendParameters(nil)) {
				t.Errorf("%v, %v: other bits", c, isa)
			}
		}
		// The statistics of rows that all belong to component 0.
		stats := make([]float64, m.StatsLen())
		e := m.NewEStep()
		e.EStep(stats, rows.Slice(0, 100))
		stride := len(stats) / 5
		clear(stats[stride : 2*stride])
		if err := m.MStep(stats, 100); err != nil {
			t.Fatal(err)
		}
		for j, want := range m.PriorMean() {
			if got := m.Means().Row(1)[j]; math.Abs(got-want) > 1e-12*math.Sqrt(m.Covariances()[1].Row(j)[j]) {
				t.Errorf("%v: the mean without rows is %v, want %v", c, got, want)
			}
		}
	}
}

// TestNormalPriorDropped: under tied covariances the mean of a dropped component stays and counts in the prior, and the bound goes on to rise.
func TestNormalPriorDropped(t *testing.T) {
	x := blobs[float64](300, 2, 2)
	for _, c := range covariances {
		m, err := em.NewGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 3, Covariance: c, PriorShrinkage: 1, Policy: elbo.PolicyDrop})
		if err != nil {
			t.Fatal(err)
		}
		stats := make([]float64, m.StatsLen())
		m.NewEStep().EStep(stats, elbo.Of(x).Slice(0, 200))
		stride := len(stats) / 3
		clear(stats[2*stride:])
		if err := m.MStep(stats, 200); err != nil || m.Weights()[2] != 0 {
			t.Fatalf("%v: weights %v, %v", c, m.Weights(), err)
		}
		before := m.Means().Row(2)
		r, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{MaxIter: 30, Tol: -1})
		if err != nil || !slices.Equal(before, m.Means().Row(2)) {
			t.Errorf("%v: %v, the mean moves from %v to %v", c, err, before, m.Means().Row(2))
		}
		for i := 1; i < len(r.Bounds); i++ {
			if r.Bounds[i] < r.Bounds[i-1]-1e-9 {
				t.Errorf("%v: the bound falls from %v to %v", c, r.Bounds[i-1], r.Bounds[i])
			}
		}
	}
}

func TestNormalPriorRefuses(t *testing.T) {
	x := datasets.Faithful()
	for says, o := range map[string]em.GMMOptions{
		"PriorShrinkage is -1":                 {PriorShrinkage: -1},
		"PriorShrinkage is NaN":                {PriorShrinkage: math.NaN()},
		"PriorShrinkage is +Inf":               {PriorShrinkage: math.Inf(1)},
		"PriorShrinkage is given and Prior is": {PriorShrinkage: 1, Prior: em.PriorNone},
		"PriorMean is given without":           {PriorMean: []float64{1, 2}},
		"PriorMean has 1 elements, want 2":     {PriorShrinkage: 1, PriorMean: []float64{1}},
		"PriorMean[1] is NaN":                  {PriorShrinkage: 1, PriorMean: []float64{1, math.NaN()}},
		"PriorScale[0] is 0":                   {PriorShrinkage: 1, PriorScale: []float64{0, 1}},
	} {
		o.K = 2
		if _, _, err := em.FitGMM(context.Background(), elbo.Of(x), o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}
