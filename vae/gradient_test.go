package vae

import (
	"fmt"
	"math"
	"testing"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// testData returns rows that suit the likelihood, with some entries missing if holes is set.
func testData[T kernels.Float](rows, cols int, l Likelihood, holes bool) kernels.Matrix[T] {
	x, u := kernels.NewMatrix[T](rows, cols), make([]T, rows*cols)
	key := kernels.NewKey(11, uint64(l))
	if l == Bernoulli {
		kernels.Uniform(x.Data, key, kernels.Counter{})
	} else {
		kernels.Normal(x.Data, key, kernels.Counter{})
	}
	kernels.Uniform(u, key, kernels.Counter{Row: 1})
	for i, v := range u {
		if holes && v < 0.2 {
			x.Data[i] = T(math.NaN())
		}
	}
	return x
}

// objective is the frozen-noise estimate whose gradient the reparameterised estimators give: the mean over rows and
// samples of log p(x|z), less the KL divergence in closed form (SGVBB) or sampled (SGVBA).
func objective[T kernels.Float](p *plan[T], n int, e Estimator) float64 {
	s := 0.0
	for r := range n {
		if e == SGVBB {
			s -= p.kl[r]
		}
		for i := r * p.samples; i < (r+1)*p.samples; i++ {
			f := p.rec[i]
			if e == SGVBA {
				for j, z := range p.z.Row(i) {
					eps, s := float64(p.eps.Row(i)[j]), float64(p.logVar.Row(r)[j])
					f += 0.5 * (eps*eps + s - float64(z)*float64(z))
				}
			}
			s += f / float64(p.samples)
		}
	}
	return s / float64(n)
}

// TestGradient: for every likelihood, activation and reparameterised estimator, with missing entries, several samples
// and clamped log-variances, the gradient equals central differences at frozen noise, in every parameter.
func TestGradient(t *testing.T) {
	clamped, free := 0, 0
	for l := Bernoulli; l <= GaussianNetwork; l++ {
		for act := nn.Identity; act <= nn.Softplus; act++ {
			for _, e := range []Estimator{SGVBA, SGVBB} {
				if testing.Short() && uint8(act) != uint8(l)+1 {
					continue
				}
				t.Run(fmt.Sprintf("%v/%d/%v", l, act, e), func(t *testing.T) {
					const rows, cols = 4, 5
					c := Config{In: cols, Latent: 3, Likelihood: l, Seed: uint64(act), Variance: 0.7,
						Encoder: []nn.Layer{{Out: 6, Act: act}}, Decoder: []nn.Layer{{Out: 4, Act: act, Init: nn.Glorot}}, LogVarMin: -0.3, LogVarMax: 0.4}
					v := must(New[float64](c))
					tr := must(newTrainer(v, testData[float64](rows, cols, l, true), TrainOptions{Batch: rows, Samples: 2, Estimator: e, Seed: 5}))
					defer tr.team.close()
					tr.rows = rows
					for i := range tr.perm {
						tr.perm[i] = uint32(i)
					}
					f := func([]float64) float64 {
						tr.forward(0)
						if err := tr.firstError(); err != nil {
							t.Fatal(err)
						}
						return -objective(tr.plan, rows, e)
					}
					f(nil)
					for _, s := range tr.plan.logVar.Data {
						if s == c.LogVarMin || s == c.LogVarMax {
							clamped++
						} else {
							free++
						}
					}
					tr.gradient(0)
					if err := tr.firstError(); err != nil {
						t.Fatal(err)
					}
					r := must(nn.CheckGradient(f, v.params, append([]float64(nil), tr.grad...)))
					if !(r.RelError < 1e-6) {
						t.Errorf("parameter %d of %d: gradient %v, central difference %v, relative error %.2g", r.Index, len(v.params), r.Gradient, r.Numerical, r.RelError)
					}
				})
			}
		}
	}
	if !testing.Short() && (clamped < 100 || free < 100) {
		t.Errorf("%d log-variances were clamped, %d not: the test wants both", clamped, free)
	}
}

// TestIdentities: on the same draws A − B is −σε in μ and ½(e^s − zσε) in s, draw by draw.
func TestIdentities(t *testing.T) {
	const rows, j = 7, 3
	v := must(New[float64](Config{In: 5, Latent: j, Seed: 2}))
	a, b := must(newPlan(v, rows, 1)), must(newPlan(v, rows, 1))
	x := testData[float64](rows, 5, Bernoulli, false)
	for e, p := range map[Estimator]*plan[float64]{SGVBA: a, SGVBB: b} {
		copy(p.x.Data, x.Data)
		for i := range p.id {
			p.id[i] = uint64(i)
		}
		if err := p.slice(0, rows).run(rows, e, noise{key: kernels.NewKey(1, 1)}, 1); err != nil {
			t.Fatal(err)
		}
	}
	for r := range rows {
		for i := range j {
			eps, s, z := a.eps.Row(r)[i], a.sigma.Row(r)[i], a.z.Row(r)[i]
			dm, ds := b.dHead.Row(r)[i]-a.dHead.Row(r)[i], b.dHead.Row(r)[j+i]-a.dHead.Row(r)[j+i] // dHead holds −gradient
			if wm, ws := -s*eps, 0.5*(s*s-z*s*eps); math.Abs(dm-wm) > 1e-13 || math.Abs(ds-ws) > 1e-13 {
				t.Errorf("row %d, dimension %d: A−B is %v and %v, want %v and %v", r, i, dm, ds, wm, ws)
			}
		}
	}
}

// TestEstimatorsAgree: on one frozen row all estimators have one mean (z-score below 5 at 2·10⁵ draws), and variances in
// the order score > SGVB-A ≥ SGVB-B.
func TestEstimatorsAgree(t *testing.T) {
	v := must(New[float64](Config{In: 8, Latent: 3, Seed: 4,
		Encoder: []nn.Layer{{Out: 6, Act: nn.Tanh}}, Decoder: []nn.Layer{{Out: 6, Act: nn.Tanh}}}))
	kernels.Scale(v.dec.Params(), v.dec.Params(), 2)
	row := []float64{1, 0, 1, 1, 0, 0, 1, math.NaN()}
	draws := 200000
	if testing.Short() {
		draws = 4000 // emulators run this
	}
	reports := must(v.GradVariance(t.Context(), row, VarianceOptions{Draws: draws, Seed: 1}))
	reference := reports[len(reports)-1]
	total := map[Estimator]float64{}
	for _, r := range reports {
		worst := 0.0
		for i, m := range r.Mean {
			total[r.Estimator] += r.Variance[i]
			z := (m - reference.Mean[i]) / math.Sqrt((r.Variance[i]+reference.Variance[i])/float64(draws))
			worst = max(worst, math.Abs(z))
		}
		t.Logf("%-13v mean %+.4f  variance %.4f  total %.4f  z %.2f", r.Estimator, r.Mean, r.Variance, total[r.Estimator], worst)
		if !(worst < 5) {
			t.Errorf("%v: z-score %.2f against %v", r.Estimator, worst, reference.Estimator)
		}
	}
	if !(total[ScoreSampled] > total[SGVBA] && total[Score] > total[SGVBA] && total[SGVBA] >= total[SGVBB]) {
		t.Errorf("variances %v: want score > sgvb-a ≥ sgvb-b", total)
	}
}

// TestUnbiased: with a linear Gaussian decoder the gradient is known,
// ∂μ = Wᵀ(x − Wμ − b)/σ² − μ and ∂s_j = −½e^{s_j}‖W_j‖²/σ² − ½(e^{s_j} − 1).
func TestUnbiased(t *testing.T) {
	const d, j, s2 = 6, 2, 0.5
	v := must(New[float64](Config{In: d, Latent: j, Likelihood: GaussianFixed, Variance: s2, Seed: 9}))
	row := []float64{0.3, -1, 2, 0.1, -0.4, 1.2}
	mean, logVar, err := v.Encode(kernels.MatrixOf(1, d, row))
	if err != nil {
		t.Fatal(err)
	}
	w, b := v.dec.Params()[:j*d], v.dec.Params()[j*d:] // j×d
	exact := make([]float64, 2*j)
	for k := range j {
		norm := 0.0
		for c := range d {
			res := row[c] - b[c]
			for q := range j {
				res -= w[q*d+c] * mean.Data[q]
			}
			exact[k] += w[k*d+c] * res / s2
			norm += w[k*d+c] * w[k*d+c]
		}
		exact[k] -= mean.Data[k]
		e := math.Exp(logVar.Data[k])
		exact[j+k] = -0.5*e*norm/s2 - 0.5*(e-1)
	}
	draws := 50000
	if testing.Short() {
		draws = 4000
	}
	for _, r := range must(v.GradVariance(t.Context(), row, VarianceOptions{Draws: draws, Seed: 3, Samples: 3})) {
		for i, m := range r.Mean {
			if z := (m - exact[i]) / math.Sqrt(r.Variance[i]/float64(draws)); !(math.Abs(z) < 5) {
				t.Errorf("%v, coordinate %d: mean %v, exact %v, z-score %.1f", r.Estimator, i, m, exact[i], z)
			}
		}
	}
}
