package em

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// hmmFamily are categorical or Poisson emissions: the components of such a mixture, each of weight 1. Its statistics are N of each state, Σ log h(x) and the
// family's.
type hmmFamily[T kernels.Float] struct {
	family[T]
	k, d  int
	prior Prior
	ones  []float64 // logarithms of the weights
	fates []fate
}

func newHMMCategorical[T kernels.Float](k int, categories []int, o *HMMOptions) *hmmFamily[T] {
	f := newCategorical[T](k, categories)
	f.prior, f.strength = o.Prior, o.strength()
	return &hmmFamily[T]{family: f, k: k, d: len(categories), prior: o.Prior, ones: make([]float64, k), fates: make([]fate, k)}
}

func newHMMPoisson[T kernels.Float](k, d int, reference []float64, o *HMMOptions) *hmmFamily[T] {
	f := &poisson[T]{linear: newLinear[T](k, d), prior: o.Prior, strength: o.strength(), reference: make([]float64, d), logs: make([]float64, d)}
	f.setReference(reference)
	return &hmmFamily[T]{family: f, k: k, d: d, prior: o.Prior, ones: make([]float64, k), fates: make([]fate, k)}
}

func (e *hmmFamily[T]) name() Emission {
	if _, ok := e.family.(*poisson[T]); ok {
		return PoissonEmission
	}
	return CategoricalEmission
}

func (e *hmmFamily[T]) noPrior() {
	e.prior = PriorNone
	switch f := e.family.(type) {
	case *categorical[T]:
		f.prior = PriorNone
	case *poisson[T]:
		f.prior = PriorNone
	}
}

func (e *hmmFamily[T]) statsLen() int { return e.k + 1 + e.family.statsLen() }

func (e *hmmFamily[T]) mStep(stats []float64) error {
	for i, v := range stats {
		if v-v != 0 || i < e.k && !(v >= 0) {
			return fmt.Errorf("em: emission statistic %d is %v: no sequences have such statistics", i, v)
		}
	}
	if err := e.family.mStep(stats[e.k+1:], stats[:e.k], e.fates); err != nil {
		return err
	}
	return e.finish(e.ones, false)
}

func (e *hmmFamily[T]) logPrior() float64 {
	if e.prior == PriorNone {
		return 0
	}
	return e.family.logPrior(false)
}

func (e *hmmFamily[T]) translate([]float64, float64) {}

func (e *hmmFamily[T]) numParameters() int { return e.family.parameters() }

func (e *hmmFamily[T]) rounding() (bound, stats float64) {
	if f, ok := e.family.(*poisson[T]); ok {
		bound = f.rounding()
	}
	return bound, 0
}

func (e *hmmFamily[T]) values() []hmmTensor {
	switch f := e.family.(type) {
	case *poisson[T]:
		return []hmmTensor{{"rates", f.cur.value, []int{e.k, e.d}}, {"reference", f.reference, []int{e.d}}}
	case *categorical[T]:
		var categories []float64
		for d := range e.d {
			categories = append(categories, float64(f.first[d+1]-f.first[d]))
		}
		return []hmmTensor{{"categories", categories, []int{e.d}}, {"probabilities", f.cur.value, []int{f.total, e.k}}}
	}
	return nil
}

func (e *hmmFamily[T]) snapshot() hmmEmission[T] {
	s := *e
	s.family = e.freeze()
	return &s
}

func (e *hmmFamily[T]) sampler() func(dst []T, k int, key kernels.Key, at kernels.Counter) {
	return e.sample
}

// hmmFamilyWork evaluates them.
type hmmFamilyWork[T kernels.Float] struct {
	e         *hmmFamily[T]
	evaluator evaluator[T]
	x, joint  []T
	counts    []T
	base      []float64
}

func (e *hmmFamily[T]) newWork() hmmWork[T] {
	const n = elbo.BlockRows
	return &hmmFamilyWork[T]{
		e: e, evaluator: e.newEvaluator(), x: make([]T, n*e.d), joint: make([]T, n*e.k), counts: make([]T, e.k), base: make([]float64, n),
	}
}

func (w *hmmFamilyWork[T]) logDensity(dst, x kernels.Matrix[T]) (base []float64) {
	base = w.base[:x.Rows]
	w.evaluator.logJoint(dst, copied(w.x, x), base)
	return base
}

func (w *hmmFamilyWork[T]) add(stats []float64, x, r kernels.Matrix[T], weight T) {
	k := w.e.k
	base := w.logDensity(kernels.MatrixOf(x.Rows, k, w.joint[:x.Rows*k]), x)
	clear(w.counts)
	for i, h := range base {
		total := 0.0
		for j, v := range r.Row(i) {
			w.counts[j] += v
			total += float64(v)
		}
		stats[k] = math.FMA(total, h, stats[k])
	}
	addSums(stats, w.counts)
	w.evaluator.add(stats[k+1:], r, w.counts, weight)
}

func (w *hmmFamilyWork[T]) expected(stats []float64, moved bool) float64 {
	k := w.e.k
	return stats[k] + w.e.family.expected(stats[k+1:], stats[:k])
}

func (w *hmmFamilyWork[T]) fill(x, r kernels.Matrix[T]) { w.evaluator.impute(x, r) }

// categoricalFrom returns emissions with given probabilities, K×C_d for each column.
func categoricalFrom[T kernels.Float](probabilities []kernels.Matrix[float64], o *HMMOptions) (*hmmFamily[T], error) {
	if len(probabilities) == 0 {
		return nil, fmt.Errorf("HMMParameters.Probabilities has no columns")
	}
	var categories []int
	for d, p := range probabilities {
		if p.Rows != o.K || p.Cols < 1 || p.Cols > mostCategories {
			return nil, fmt.Errorf("HMMParameters.Probabilities[%d] is %d×%d: want %d states × categories, at most %d", d, p.Rows, p.Cols, o.K, mostCategories)
		}
		categories = append(categories, p.Cols)
	}
	e := newHMMCategorical[T](o.K, categories, o)
	f := e.family.(*categorical[T])
	for d, p := range probabilities {
		for k := range o.K {
			if err := checkWeights(p.Row(k)); err != nil {
				return nil, fmt.Errorf("state %d, column %d: %w", k, d, err)
			}
			for c, v := range p.Row(k) {
				f.cur.value[(f.first[d]+c)*o.K+k] = v
			}
		}
	}
	f.cur.compile(e.ones)
	return e, e.ready()
}

// poissonFrom returns emissions with given rates, K×D. Without reference it is the mean of the rates.
func poissonFrom[T kernels.Float](rates kernels.Matrix[float64], reference []float64, o *HMMOptions) (*hmmFamily[T], error) {
	d := rates.Cols
	if rates.Rows != o.K || d < 1 {
		return nil, fmt.Errorf("HMMParameters.Means is %d×%d: want %d states × columns", rates.Rows, d, o.K)
	}
	if reference == nil {
		reference = make([]float64, d)
		for k := range o.K {
			for j, v := range rates.Row(k) {
				reference[j] += v / float64(o.K)
			}
		}
		for j, v := range reference {
			if v == 0 {
				reference[j] = 1
			}
		}
	}
	if err := checkReference(reference); err != nil {
		return nil, err
	}
	e := newHMMPoisson[T](o.K, d, reference, o)
	f := e.family.(*poisson[T])
	for k := range o.K {
		for j, v := range rates.Row(k) {
			if !(v >= 0 && v <= mostRate) {
				return nil, fmt.Errorf("state %d, column %d: the rate %v is not from 0 to %v", k, j, v, mostRate)
			}
			f.cur.value[k*d+j] = v + 0 // −0 becomes 0
		}
	}
	f.compile(f.cur, e.ones)
	return e, e.ready()
}

func checkReference(rates []float64) error {
	for j, v := range rates {
		if !(v >= 1/mostRate && v <= 2*mostRate) {
			return fmt.Errorf("the reference rate of column %d is %v: want a number from 2⁻⁶⁰ to 2⁶¹", j, v)
		}
	}
	return nil
}

// ready returns an error if the prior excludes the parameters.
func (e *hmmFamily[T]) ready() error {
	if p := e.logPrior(); p-p != 0 {
		return fmt.Errorf("the log prior of the emissions is %v: a parameter is where the prior has no density, use PriorNone or another prior", p)
	}
	return nil
}
