package em_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// policed is a mixture with a policy.
type policed interface {
	elbo.Model[float64]
	elbo.Eventful
	K() int
	Policy() elbo.Policy
	Weights() []float64
	LogDensity(x kernels.Matrix[float64]) ([]float64, error)
	Save(w io.Writer) error
}

// lossy is a mixture of three components of which the last has a high weight and nearly no rows.
type lossy struct {
	name string
	x    kernels.Matrix[float64]
	file func(t *testing.T, p em.Prior) []byte
	lose func(v map[string][]float64)
	load func(r io.Reader) (policed, error)
	same bool // a split leaves the density
}

func (l lossy) model(t *testing.T, prior em.Prior, policy elbo.Policy) policed {
	t.Helper()
	b := changed(t, l.file(t, prior), func(meta map[string]string, v map[string][]float64) {
		meta["policy"] = policy.String()
		v["weights"] = []float64{0.45, 0.35, 0.2}
		l.lose(v)
	})
	m, err := l.load(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func lossies() []lossy {
	lose := map[string]func(v map[string][]float64){
		"bernoulli-mixture": func(v map[string][]float64) {
			for j := 2 * 8; j < 3*8; j++ {
				v["probabilities"][j] = 1e-14
			}
		},
		"poisson-mixture": func(v map[string][]float64) {
			for j := 2 * 5; j < 3*5; j++ {
				v["rates"][j] = 1e5
			}
		},
		"categorical-mixture": func(v map[string][]float64) {
			row := v["probabilities"][2*14:]
			for i := range row {
				row[i] = 1e-14
			}
			for _, i := range []int{0, 3, 5, 10} {
				row[i] = 1
			}
			row[0], row[1], row[2] = 1-2e-14, 1e-14, 1e-14
		},
		"student-mixture": func(v map[string][]float64) {
			for j := range 3 {
				v["means"][2*3+j] += 1e9
			}
			v["freedom"][2] = 50
		},
	}
	var all []lossy
	for _, k := range kinds[float64]() {
		discrete := k.name == "bernoulli-mixture" || k.name == "categorical-mixture"
		x := with(k.data(300, true), func(v float64) bool { return v > 0 || v == v && !discrete })
		file := func(t *testing.T, p em.Prior) []byte {
			m, err := k.start(elbo.Of(x), settings{k: 3, prior: p})
			if err != nil {
				t.Fatal(err)
			}
			return saved(t, m)
		}
		all = append(all, lossy{
			name: k.name, x: x, file: file, lose: lose[k.name], same: discrete,
			load: func(r io.Reader) (policed, error) { return k.load(r) },
		})
	}
	for _, shared := range []bool{false, true} {
		x := with(heavy[float64](300, true), func(v float64) bool { return v == v })
		all = append(all, lossy{
			name: fmt.Sprint("mfa, shared ", shared), x: x,
			file: func(t *testing.T, p em.Prior) []byte {
				m, err := em.NewMFA(context.Background(), elbo.Of(x), em.MFAOptions{K: 3, Q: 2, SharedNoise: shared, Prior: p})
				if err != nil {
					t.Fatal(err)
				}
				return saveMFA(t, m)
			},
			lose: func(v map[string][]float64) {
				for j := range 3 {
					v["means"][2*3+j] += 1e4
				}
			},
			load: func(r io.Reader) (policed, error) { return em.LoadMFA[float64](r) },
		})
	}
	return all
}

// with returns the rows that have such an entry: others might belong to a component that is to lose its rows.
func with(x kernels.Matrix[float64], such func(v float64) bool) kernels.Matrix[float64] {
	var data []float64
	for i := range x.Rows {
		if slices.ContainsFunc(x.Row(i), such) {
			data = append(data, x.Row(i)...)
		}
	}
	return kernels.MatrixOf(len(data)/x.Cols, x.Cols, data)
}

func eachLossy(t *testing.T, f func(t *testing.T, l lossy, p em.Prior)) {
	for _, l := range lossies() {
		for _, p := range []em.Prior{0, em.PriorNone} {
			t.Run(fmt.Sprint(l.name, "/", p), func(t *testing.T) { f(t, l, p) })
		}
	}
}

func logLik(t *testing.T, m policed, x kernels.Matrix[float64]) float64 {
	t.Helper()
	d, err := m.LogDensity(x)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, v := range d {
		sum += v
	}
	return sum
}

func fitPoliced(t *testing.T, m policed, x kernels.Matrix[float64], o elbo.Options) elbo.Result {
	t.Helper()
	weights := func() {
		t.Helper()
		sum := 0.0
		for _, w := range m.Weights() {
			if !(w >= 0) {
				t.Fatalf("weights %v", m.Weights())
			}
			sum += w
		}
		if !near(sum, 1, 1e-12) || m.K() != 3 {
			t.Fatalf("weights %v of %d components", m.Weights(), m.K())
		}
	}
	var r elbo.Result
	for p, err := range elbo.Steps(context.Background(), m, elbo.Of(x), o) {
		if err != nil {
			t.Fatal(err)
		}
		weights()
		r.Bounds, r.Events = append(r.Bounds, p.Bound), append(r.Events, p.Events...)
		r.Bound, r.LogLik, r.Iterations, r.Reason, r.Converged = p.Bound, p.LogLik, p.Iter, p.Reason, p.Reason == elbo.Converged
	}
	if _, stepwise := o.Schedule.(elbo.Stepwise); !stepwise { // whose bounds are estimates
		checkBounds(t, r)
	}
	_, incremental := o.Schedule.(elbo.Incremental)
	if got := logLik(t, m, x); !near(got, r.LogLik, 1e-9) && !(incremental && got > r.LogLik) {
		t.Errorf("log-likelihood %v, that of the fit is %v", got, r.LogLik)
	}
	return r
}

func TestMixturePolicies(t *testing.T) {
	eachLossy(t, func(t *testing.T, l lossy, prior em.Prior) {
		o := elbo.Options{MaxIter: 100}
		once := elbo.Options{MaxIter: 1}
		plain, first := l.model(t, prior, elbo.PolicyPrior), l.model(t, prior, elbo.PolicyPrior)
		r := fitPoliced(t, plain, l.x, o)
		if got := eventsOfTwo(r.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventEmpty}) || r.Events[0].Iter != 1 || !(r.Events[0].Weight < 1e-6) {
			t.Errorf("prior: events %+v", r.Events)
		}
		after := fitPoliced(t, first, l.x, once)

		m := l.model(t, prior, elbo.PolicyError)
		before := m.AppendParameters(nil)
		var empty *em.EmptyError
		if _, err := elbo.Fit(context.Background(), m, elbo.Of(l.x), o); !errors.As(err, &empty) || !errors.Is(err, em.ErrEmpty) || empty.Component != 2 {
			t.Errorf("error: %v", err)
		}
		if !bytes.Equal(m.AppendParameters(nil), before) {
			t.Error("the error changed the model")
		}

		for _, schedule := range []elbo.Schedule{elbo.Batch{}, elbo.Incremental{Blocks: 5}, elbo.Stepwise{Rows: 100}} {
			m := l.model(t, prior, elbo.PolicyDrop)
			o := o
			o.Schedule = schedule
			r := fitPoliced(t, m, l.x, o)
			all, left := l.model(t, prior, elbo.PolicyDrop).(em.Selectable[float64]).NumParameters(), m.(em.Selectable[float64]).NumParameters()
			if shared := strings.HasSuffix(l.name, "true"); shared && all-left != 1+3+3*2-1 || !shared && all-2 != (left-1)/2*3 {
				t.Errorf("drop: %d free parameters, before %d", left, all)
			}
			if got := eventsOfTwo(r.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventEmpty, elbo.EventDropped}) || m.Weights()[2] != 0 {
				t.Errorf("drop, %T: events %v, weights %v", schedule, r.Events, m.Weights())
			}
		}
		o.Accelerate = elbo.SQUAREM
		m = l.model(t, prior, elbo.PolicyDrop)
		if r := fitPoliced(t, m, l.x, o); m.Weights()[2] != 0 || !r.Converged && r.Iterations != o.MaxIter {
			t.Errorf("drop, SQUAREM: weights %v, %v", m.Weights(), r.Reason)
		}
		o.Accelerate = elbo.NoAcceleration

		m = l.model(t, prior, elbo.PolicySplit)
		s := fitPoliced(t, m, l.x, once)
		if got := eventsOfTwo(s.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventEmpty, elbo.EventSplit}) {
			t.Errorf("split: events %+v", s.Events)
		}
		heavy := kernels.ArgMax(first.Weights())
		if w := m.Weights(); w[2] != w[heavy] || !near(w[2], first.Weights()[heavy]/2, 1e-6) {
			t.Errorf("split: weights %v, before %v", w, first.Weights())
		}
		if l.same && !near(s.LogLik, after.LogLik, 1e-6) {
			t.Errorf("a split moves the log-likelihood from %v to %v", after.LogLik, s.LogLik)
		}
		m = l.model(t, prior, elbo.PolicySplit)
		s = fitPoliced(t, m, l.x, o)
		if s.LogLik < r.LogLik+1 {
			t.Errorf("split: log-likelihood %v, without %v", s.LogLik, r.LogLik)
		}
	})
}

// The halves of a split together have the mean of what they were.
func TestMixtureSplitKeepsTheMean(t *testing.T) {
	eachLossy(t, func(t *testing.T, l lossy, prior em.Prior) {
		if l.name == "categorical-mixture" {
			return // whose densities are the same, see above
		}
		at := func(policy elbo.Policy) ([]float64, kernels.Matrix[float64]) {
			m := l.model(t, prior, policy)
			fitPoliced(t, m, l.x, elbo.Options{MaxIter: 1})
			switch m := m.(type) {
			case *em.BernoulliMixture[float64]:
				return m.Weights(), m.Probabilities()
			case *em.PoissonMixture[float64]:
				return m.Weights(), m.Rates()
			case *em.StudentMixture[float64]:
				if v := m.Freedom(); policy == elbo.PolicySplit && v[2] != v[0] && v[2] != v[1] {
					t.Errorf("the halves' degrees of freedom differ: %v", v)
				}
				return m.Weights(), m.Means()
			case *em.MFA[float64]:
				return m.Weights(), m.Means()
			}
			return nil, kernels.Matrix[float64]{}
		}
		weights, whole := at(elbo.PolicyPrior)
		_, halves := at(elbo.PolicySplit)
		heavy, apart := kernels.ArgMax(weights), false
		for j, v := range whole.Row(heavy) {
			a, b := halves.Row(heavy)[j], halves.Row(2)[j]
			apart = apart || math.Abs(a-b) > 0.05*math.Abs(v)
			if !near((a+b)/2, v, 1e-9) {
				t.Errorf("column %d: the halves have %v and %v, the whole %v", j, a, b, v)
			}
		}
		if !apart {
			t.Errorf("the halves are %v and %v", halves.Row(heavy), halves.Row(2))
		}
	})
}

// The factors' covariance matrix goes over to the halves and what is between them.
func TestMFASplit(t *testing.T) {
	for _, l := range lossies() {
		if !strings.HasPrefix(l.name, "mfa") {
			continue
		}
		whole, halves := l.model(t, 0, elbo.PolicyPrior).(*em.MFA[float64]), l.model(t, 0, elbo.PolicySplit).(*em.MFA[float64])
		fitPoliced(t, whole, l.x, elbo.Options{MaxIter: 1})
		fitPoliced(t, halves, l.x, elbo.Options{MaxIter: 1})
		heavy := kernels.ArgMax(whole.Weights())
		for i := range 3 {
			for j := range 3 {
				step := func(j int) float64 { return (halves.Means().Row(2)[j] - halves.Means().Row(heavy)[j]) / 2 }
				want := whole.Covariances()[heavy].Row(i)[j]
				for _, k := range []int{2, heavy} {
					if got := halves.Covariances()[k].Row(i)[j] + step(i)*step(j); math.Abs(got-want) > 1e-9*math.Sqrt(whole.Covariances()[heavy].Row(i)[i]*whole.Covariances()[heavy].Row(j)[j]) {
						t.Errorf("%s: covariance (%d, %d) is %v, of the whole %v", l.name, i, j, got, want)
					}
				}
			}
		}
	}
}

func TestMixturePoliciesDoNotDependOnWorkers(t *testing.T) {
	eachLossy(t, func(t *testing.T, l lossy, prior em.Prior) {
		x := kernels.NewMatrix[float64](4*l.x.Rows, l.x.Cols)
		for i := range x.Rows {
			copy(x.Row(i), l.x.Row(i%l.x.Rows))
		}
		for _, policy := range []elbo.Policy{elbo.PolicySplit, elbo.PolicyDrop} {
			var want []byte
			for _, workers := range []int{1, 2, 3, 8} {
				m := l.model(t, prior, policy)
				r := fitPoliced(t, m, x, elbo.Options{MaxIter: 5, Tol: -1, Workers: workers})
				got := fmt.Append(m.AppendParameters(nil), r)
				if want == nil {
					want = got
				} else if !bytes.Equal(got, want) {
					t.Errorf("%v, %d workers: other bits", policy, workers)
				}
			}
		}
	})
}

// A file keeps the policy, and a component that was dropped stays so under every prior of the weights.
func TestMixturePoliciesInFiles(t *testing.T) {
	eachLossy(t, func(t *testing.T, l lossy, prior em.Prior) {
		b := l.file(t, prior)
		if prior != em.PriorNone && !strings.HasPrefix(l.name, "mfa") {
			b = changed(t, b, func(_ map[string]string, v map[string][]float64) { v["alpha"][0] = 3 })
		}
		l.file = func(*testing.T, em.Prior) []byte { return b }
		m := l.model(t, prior, elbo.PolicyDrop)
		r := fitPoliced(t, m, l.x, elbo.Options{MaxIter: 40})
		if m.Weights()[2] != 0 || len(eventsOfTwo(r.Events)) != 2 {
			t.Fatalf("weights %v, events %v", m.Weights(), r.Events)
		}
		var file bytes.Buffer
		if err := m.Save(&file); err != nil {
			t.Fatal(err)
		}
		again, err := l.load(&file)
		if err != nil {
			t.Fatal(err)
		}
		if again.Policy() != elbo.PolicyDrop || again.GlobalBound() != m.GlobalBound() || !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Errorf("a file changes the policy, the prior or the parameters")
		}
		for _, m := range []policed{m, again} { // whatever its statistics
			stats := make([]float64, m.StatsLen())
			e, at := m.NewEStep(), 0
			for ; at < l.x.Rows; at += elbo.BlockRows {
				e.EStep(stats, elbo.Of(l.x.SliceRows(at, min(at+elbo.BlockRows, l.x.Rows))))
			}
			if c := m.(elbo.Counted).Counts(nil, stats); c[2] != 0 {
				t.Fatalf("counts %v", c)
			}
			if _, mfa := m.(*em.MFA[float64]); !mfa {
				stats[2] = 7
			} else {
				copy(stats[2*len(stats)/3:], stats[:len(stats)/3])
			}
			if err := m.MStep(stats, 300); err != nil || m.Weights()[2] != 0 || !near(m.Weights()[0]+m.Weights()[1], 1, 1e-12) || len(m.Events()) > 0 {
				t.Errorf("statistics of a dropped component: weights %v, events %v, %v", m.Weights(), m.Events(), err)
			}
			m.Revert()
		}
		s := fitPoliced(t, again, l.x, elbo.Options{MaxIter: 5, Tol: -1})
		u := fitPoliced(t, m, l.x, elbo.Options{MaxIter: 5, Tol: -1})
		if again.Weights()[2] != 0 || len(s.Events) > 0 || !slices.Equal(s.Bounds, u.Bounds) || !bytes.Equal(again.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Errorf("weights %v, events %v, bounds %v, without a file %v", again.Weights(), s.Events, s.Bounds, u.Bounds)
		}
		if _, err := l.load(bytes.NewReader(changed(t, l.file(t, prior), func(meta map[string]string, _ map[string][]float64) { meta["policy"] = "hope" }))); err == nil || !strings.Contains(err.Error(), `policy "hope"`) {
			t.Errorf("a policy that there is not: %v", err)
		}
	})
}

// collapsing are mixtures of which component 2 collapses onto the row that occurs many times.
func collapsing(t *testing.T, x kernels.Matrix[float64], policy elbo.Policy) map[string]policed {
	t.Helper()
	g := from(t, x, em.GMMOptions{Prior: em.PriorNone}, 0)
	all := map[string]policed{}
	for _, c := range []em.Covariance{em.Full, em.Diagonal} {
		s, err := em.NewStudentMixtureFrom[float64](em.StudentMixtureParameters{
			Weights: g.Weights(), Means: g.Means(), Scales: g.Covariances(), Freedom: []float64{50, 50, 50}, Fixed: true, Covariance: c, Prior: em.PriorNone, Policy: policy,
		})
		if err != nil {
			t.Fatal(err)
		}
		all["student "+c.String()] = s
	}
	var loadings []kernels.Matrix[float64]
	noise := kernels.NewMatrix[float64](3, 3)
	kernels.Fill(noise.Data, 1)
	for k := range 3 {
		loadings = append(loadings, kernels.MatrixOf(3, 1, []float64{0.3, 0.1 * float64(k), -0.2}))
	}
	m, err := em.NewMFAFrom[float64](g.Weights(), g.Means(), loadings, noise, em.MFAOptions{Prior: em.PriorNone, Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	all["mfa"] = m
	return all
}

func TestMixtureCollapsePolicies(t *testing.T) {
	x := twins(300)
	o := elbo.Options{MaxIter: 200}
	for _, policy := range []elbo.Policy{elbo.PolicyPrior, elbo.PolicyError} {
		for name, m := range collapsing(t, x, policy) {
			before := m.AppendParameters(nil)
			r, err := elbo.Fit(context.Background(), m, elbo.Of(x), o)
			if !errors.Is(err, em.ErrCollapsed) || !strings.Contains(err.Error(), "component 2") || len(r.Events) > 0 {
				t.Errorf("%s, %v: %v, events %v", name, policy, err, r.Events)
			}
			if r.Iterations == 0 && !bytes.Equal(m.AppendParameters(nil), before) {
				t.Errorf("%s, %v: the error changed the model", name, policy)
			}
		}
	}
	dropped := map[string]float64{}
	for name, m := range collapsing(t, x, elbo.PolicyDrop) {
		r := fitPoliced(t, m, x, o)
		if got := eventsOfTwo(r.Events); !slices.Equal(got, []elbo.EventKind{elbo.EventCollapsed, elbo.EventDropped}) || m.Weights()[2] != 0 {
			t.Errorf("%s, drop: events %v, weights %v", name, r.Events, m.Weights())
		}
		if last := r.Events[len(r.Events)-1]; math.Abs(last.Weight-60) > 5 {
			t.Errorf("%s: event %+v", name, last)
		}
		dropped[name] = r.LogLik
	}
	for name, m := range collapsing(t, x, elbo.PolicySplit) {
		r := fitPoliced(t, m, x, o)
		if got := eventsOfTwo(r.Events); len(got) < 2 || got[0] != elbo.EventCollapsed || got[1] != elbo.EventSplit {
			t.Errorf("%s, split: events %v", name, r.Events)
		}
		if r.LogLik < dropped[name]-1 {
			t.Errorf("%s: log-likelihood %v after splits, %v after a drop", name, r.LogLik, dropped[name])
		}
	}
}

// Options that there are not are refused.
func TestMixturePoliciesRefuse(t *testing.T) {
	ctx, p := context.Background(), elbo.Policy(9)
	x := elbo.Of(votes[float64](20, false))
	_, bernoulli := em.NewBernoulliMixture(ctx, x, em.BernoulliMixtureOptions{K: 1, Policy: p})
	_, poisson := em.NewPoissonMixture(ctx, x, em.PoissonMixtureOptions{K: 1, Policy: p})
	_, categorical := em.NewCategoricalMixture(ctx, x, em.CategoricalMixtureOptions{K: 1, Policy: p})
	_, student := em.NewStudentMixture(ctx, x, em.StudentMixtureOptions{K: 1, Policy: p})
	_, mfa := em.NewMFA(ctx, x, em.MFAOptions{K: 1, Q: 1, Policy: p})
	_, hmm := em.NewHMM(ctx, x, em.HMMOptions{K: 1, Policy: p})
	_, split := em.NewHMM(ctx, x, em.HMMOptions{K: 1, Policy: elbo.PolicySplit})
	_, drop := em.NewHMM(ctx, x, em.HMMOptions{K: 1, Policy: elbo.PolicyDrop})
	_, from := em.NewBernoulliMixtureFrom[float64](em.BernoulliMixtureParameters{Weights: []float64{1}, Probabilities: kernels.MatrixOf(1, 1, []float64{0.5}), Policy: p})
	for i, err := range []error{bernoulli, poisson, categorical, student, mfa, hmm, split, drop, from} {
		if err == nil || !strings.Contains(err.Error(), "Policy is ") {
			t.Errorf("error %d: %v", i, err)
		}
	}
}

// A state without frames is an event or, under elbo.PolicyError, an error.
func TestHMMPolicies(t *testing.T) {
	for _, prior := range []em.Prior{0, em.PriorNone} {
		for _, emission := range []em.Emission{em.GaussianEmission, em.PoissonEmission, em.CategoricalEmission} {
			o := em.HMMOptions{K: 3, Emission: emission, Prior: prior, Options: elbo.Options{MaxIter: 20, Seed: 1}}
			rows := hmmFrames[float64]([]int{60, 40, 100}, 2, emission, 0, 5)
			m, err := em.NewHMM(context.Background(), rows, o)
			if err != nil {
				t.Fatal(err)
			}
			p := hmmParametersOf(m)
			switch emission {
			case em.CategoricalEmission:
				for d, table := range p.Probabilities { // a category that no frame has
					wider := kernels.NewMatrix[float64](3, table.Cols+1)
					for k := range 3 {
						copy(wider.Row(k), table.Row(k))
						kernels.Scale(wider.Row(k), wider.Row(k), 1-1e-9)
						wider.Row(k)[table.Cols] = 1e-9
					}
					kernels.Fill(wider.Row(2), 1e-30)
					wider.Row(2)[table.Cols] = 1
					p.Probabilities[d] = wider
				}
			default:
				for d := range p.Means.Cols {
					p.Means.Row(2)[d] = p.Means.Row(2)[d]*1e3 + 1e5
				}
			}
			m, err = em.NewHMMFrom[float64](p, o)
			if err != nil {
				t.Fatal(err)
			}
			r, err := elbo.Fit(context.Background(), m, rows, o.Options)
			if err != nil {
				t.Fatalf("%v, %v: %v", emission, prior, err)
			}
			checkBounds(t, r)
			if got := eventsOfTwo(r.Events); len(got) == 0 || got[0] != elbo.EventEmpty || r.Events[0].Iter != 1 {
				t.Errorf("%v, %v: events %+v", emission, prior, r.Events)
			}
			o.Policy = elbo.PolicyError
			if m, err = em.NewHMMFrom[float64](p, o); err != nil {
				t.Fatal(err)
			}
			before := m.AppendParameters(nil)
			var empty *em.EmptyError
			if _, err := elbo.Fit(context.Background(), m, rows, o.Options); !errors.As(err, &empty) || empty.Component != 2 {
				t.Errorf("%v, %v: %v", emission, prior, err)
			}
			if !bytes.Equal(m.AppendParameters(nil), before) {
				t.Errorf("%v, %v: the error changed the model", emission, prior)
			}
			var b bytes.Buffer
			if err := m.Save(&b); err != nil {
				t.Fatal(err)
			}
			if again, err := em.LoadHMM[float64](bytes.NewReader(b.Bytes())); err != nil || again.Policy() != elbo.PolicyError {
				t.Errorf("%v, %v: policy %v, %v", emission, prior, again.Policy(), err)
			}
			if _, err := em.LoadHMM[float64](bytes.NewReader(changed(t, b.Bytes(), func(meta map[string]string, _ map[string][]float64) { meta["policy"] = "drop" }))); err == nil {
				t.Error("a file with the policy drop is read")
			}
		}
	}
}
