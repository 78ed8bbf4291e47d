package vem

import (
	"context"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// normals is an n×d matrix of correlated standard-ish variates about a common offset.
func normals[T kernels.Float](n, d int, offset float64) kernels.Matrix[T] {
	x := kernels.NewMatrix[T](n, d)
	row := make([]float64, d)
	for i := range n {
		kernels.Normal(row, kernels.NewKey(11, 0), kernels.Counter{Row: uint64(i)})
		for j := range d {
			v := row[j]
			if j > 0 {
				v += 0.7 * row[j-1]
			}
			x.Row(i)[j] = T(offset + v + 4*float64(i%3)*float64(j%2+1))
		}
	}
	return x
}

func fit[T kernels.Float](t testing.TB, x kernels.Matrix[T], o GMMOptions) (*GMM[T], elbo.Result) {
	t.Helper()
	m, res, err := FitGMM(context.Background(), elbo.Of(x), o)
	if err != nil {
		t.Fatal(err)
	}
	return m, res
}

// evidence is ln p(x) of one Gaussian under a Normal–Wishart prior, in closed form: a ratio of normalisers (Murphy,
// "Conjugate Bayesian analysis of the Gaussian distribution", 2007, eq. 266), by code that shares nothing with the model's.
func evidence(x kernels.Matrix[float64], p Prior) float64 {
	n, d := float64(x.Rows), x.Cols
	mean := make([]float64, d)
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			mean[j] += v / n
		}
	}
	w0, wn := naiveCopy(p.WInv), naiveCopy(p.WInv)
	for a := range d {
		for b := range d {
			s := 0.0
			for i := range x.Rows {
				s += (x.Row(i)[a] - mean[a]) * (x.Row(i)[b] - mean[b])
			}
			wn[a][b] += s + p.Beta*n/(p.Beta+n)*(mean[a]-p.Mean[a])*(mean[b]-p.Mean[b])
		}
	}
	nun := p.Nu + n
	return -n*float64(d)/2*math.Log(math.Pi) + special.LogMultivariateGamma(d, nun/2) - special.LogMultivariateGamma(d, p.Nu/2) +
		p.Nu/2*naiveLogDet(w0) - nun/2*naiveLogDet(wn) + float64(d)/2*math.Log(p.Beta/(p.Beta+n))
}

// sweep is an E-step over all rows.
func sweep[T kernels.Float](m *GMM[T], stats []float64, x kernels.Matrix[T]) (logZ float64) {
	e := m.NewEStep()
	for lo := 0; lo < x.Rows; lo += elbo.BlockRows {
		logZ += e.EStep(stats, elbo.Of(x.SliceRows(lo, min(lo+elbo.BlockRows, x.Rows)))).LogZ
	}
	return logZ
}

// One component: the bound is the evidence itself.
func TestOneComponentIsTheEvidence(t *testing.T) {
	for _, c := range []struct {
		name string
		x    kernels.Matrix[float64]
		p    Prior
	}{
		{"faithful", datasets.Faithful(), Prior{}},
		{"1 column", normals[float64](50, 1, 3), Prior{Beta: 0.01, Nu: 0.5}},
		{"5 columns", normals[float64](200, 5, -2), Prior{Alpha: 3, Nu: 4.2}},
		{"more columns than rows", normals[float64](4, 6, 0), Prior{}},
		{"1 row", normals[float64](1, 2, 0), Prior{WInv: kernels.MatrixOf(2, 2, []float64{1, 0.5, 0.5, 2})}},
		{"far from the origin", normals[float64](300, 3, 1e6), Prior{}},
	} {
		m, res := fit(t, c.x, GMMOptions{K: 1, Prior: c.p})
		want := evidence(c.x, m.Prior())
		t.Logf("%s: bound %.12f, evidence %.12f, difference %.2g", c.name, res.Bound, want, res.Bound-want)
		if !(math.Abs(res.Bound-want) <= 1e-9) {
			t.Errorf("%s: the bound is %v, the evidence %v", c.name, res.Bound, want)
		}
		// and the evidence is the product of the one-step predictive densities
		sum := 0.0
		for i := range c.x.Rows {
			past := newGMM[float64](1, c.x.Cols, m.prior)
			copy(past.cur.centres.Data, m.cur.centres.Data)
			if err := past.MStep(hardStats(elbo.Of(c.x.SliceRows(0, i)), past.cur.centres, make([]int32, i)), float64(i)); err != nil {
				t.Fatal(err)
			}
			l, err := past.LogDensity(c.x.SliceRows(i, i+1))
			if err != nil {
				t.Fatal(err)
			}
			sum += l[0]
		}
		if !(math.Abs(sum-want) <= 1e-8) {
			t.Errorf("%s: the predictive densities make %v, the evidence is %v", c.name, sum, want)
		}
	}
}

// The second implementation: Bishop's formulas row by row, no kernels, no shared code, checked over several iterations.
func TestAgainstNaive(t *testing.T) {
	for _, c := range []struct{ n, d, k int }{{40, 1, 2}, {90, 2, 3}, {70, 3, 4}, {600, 2, 2}} {
		x := normals[float64](c.n, c.d, 1)
		m, err := NewGMM(context.Background(), elbo.Of(x), GMMOptions{K: c.k})
		if err != nil {
			t.Fatal(err)
		}
		nv := newNaive(m)
		for it := range 8 {
			stats := make([]float64, m.StatsLen())
			logZ := sweep(m, stats, x)
			r, want := nv.eStep(x)
			if math.Abs(logZ-want) > 1e-9*math.Abs(want) {
				t.Fatalf("%v: iteration %d: Σ ln Z = %v, want %v", c, it, logZ, want)
			}
			kl := nv.kl()
			if math.Abs(m.GlobalBound()+kl) > 1e-9*math.Max(1, kl) {
				t.Fatalf("%v: iteration %d: GlobalBound %v, want %v", c, it, m.GlobalBound(), -kl)
			}
			// the bound from its definition: E[ln p(x,z,θ)] + H[q(z)] − …, here Σ r(ln ρ − ln r)
			def := nv.definition(x, r) - kl
			if b := logZ + m.GlobalBound(); math.Abs(b-def) > 1e-9*math.Abs(def) {
				t.Fatalf("%v: iteration %d: bound %v, by definition %v", c, it, b, def)
			}
			if err := m.MStep(stats, float64(c.n)); err != nil {
				t.Fatal(err)
			}
			nv.mStep(x, r)
			for i, v := range m.cur.wInv.Data {
				w := nv.wInv[i/(c.d*c.d)][i/c.d%c.d][i%c.d]
				if math.Abs(v-w) > 1e-10*math.Max(1, math.Abs(w)) {
					t.Fatalf("%v: iteration %d: W⁻¹[%d] = %v, want %v", c, it, i, v, w)
				}
			}
			for i, v := range m.cur.mean.Data {
				if w := nv.m[i/c.d][i%c.d]; math.Abs(v-w) > 1e-11*math.Max(1, math.Abs(w)) {
					t.Fatalf("%v: iteration %d: m[%d] = %v, want %v", c, it, i, v, w)
				}
			}
			// the bound after the M-step, from the entropy and the ratio of normalisers alone
			after := nv.afterM(x, r)
			def = nv.definition(x, r) - nv.kl()
			if math.Abs(after-def) > 1e-9*math.Abs(def) {
				t.Fatalf("%v: iteration %d: bound after M %v, by definition %v", c, it, after, def)
			}
			next := sweep(m, make([]float64, m.StatsLen()), x) + m.GlobalBound()
			if logZ-kl > after+1e-9 || after > next+1e-9 {
				t.Fatalf("%v: iteration %d: the bound went %v, %v, %v", c, it, logZ-kl, after, next)
			}
		}
	}
}
