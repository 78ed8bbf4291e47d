package em

import (
	"fmt"
	"math"
	"strconv"

	"example.com/elbo"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// categorical is the family. The categories of all columns stand one after the other, those of column d from first[d] on. Its
// statistics are, C×K,
//
//	S_ck = Σ_n w_n r_nk over the rows n whose entry has the category c
type categorical[T kernels.Float] struct {
	k, total   int // K, and C = Σ_d C_d
	first      []int
	prior      Prior
	strength   float64
	cur, spare *categoricalParams[T]
}

// categoricalParams is one setting of the parameters.
type categoricalParams[T kernels.Float] struct {
	value   []float64         // θ, C×K
	logs    kernels.Matrix[T] // ln θ, C×K
	exact   []float64         // the same before it is rounded
	weights []T               // log π_k
	mixing  []float64         // the same before it is rounded
}

func newCategorical[T kernels.Float](k int, categories []int) *categorical[T] {
	f := &categorical[T]{k: k, first: []int{0}}
	for _, c := range categories {
		f.total += c
		f.first = append(f.first, f.total)
	}
	f.cur, f.spare = newCategoricalParams[T](f.total, k), newCategoricalParams[T](f.total, k)
	return f
}

func newCategoricalParams[T kernels.Float](total, k int) *categoricalParams[T] {
	return &categoricalParams[T]{
		value: make([]float64, total*k), logs: kernels.NewMatrix[T](total, k), exact: make([]float64, total*k), weights: make([]T, k),
		mixing: make([]float64, k),
	}
}

// compile derives the rest from value and the logarithms of the weights.
func (p *categoricalParams[T]) compile(logs []float64) {
	kernels.Log(p.exact, p.value)
	for i, v := range p.exact {
		p.logs.Data[i] = T(v)
	}
	copy(p.mixing, logs)
	for k, v := range logs {
		p.weights[k] = T(v)
	}
}

func (f *categorical[T]) statsLen() int { return f.total * f.k }

func (f *categorical[T]) parameters() int { return f.k * (f.total - len(f.first) + 1) }

func (f *categorical[T]) swap() { f.cur, f.spare = f.spare, f.cur }

// mStep sets θ_kd[c] = (S_ck + Strength/C_d)/(Σ_c S_ck + Strength). Where that is 0/0 θ stays.
func (f *categorical[T]) mStep(stats, counts []float64, fates []fate) error {
	strength, all := 0.0, 0.0
	if f.prior != PriorNone {
		strength = f.strength
	}
	for _, n := range counts {
		all += n
	}
	slack := float64(inexact[T]() * all)
	for d := range len(f.first) - 1 {
		lo, hi := f.first[d], f.first[d+1]
		more := strength / float64(hi-lo)
		for k := range f.k {
			if fates[k].dropped {
				continue
			}
			sum := 0.0
			for c := lo; c < hi; c++ {
				s := stats[c*f.k+k]
				if !(s >= -slack) {
					return fmt.Errorf("em: component %d, column %d: category %d has a weight of %v: no rows have such statistics", k, d, c-lo, s)
				}
				sum += max(s, 0)
			}
			if sum > counts[k]+slack {
				return fmt.Errorf("em: component %d, column %d: the categories have a weight of %v of %v: no rows have such statistics", k, d, sum, counts[k])
			}
			for c := lo; c < hi; c++ {
				if at := c*f.k + k; sum+strength > 0 {
					f.spare.value[at] = (max(stats[at], 0) + more) / (sum + strength)
				} else {
					f.spare.value[at] = f.cur.value[at]
				}
			}
		}
	}
	for k := range f.k {
		if fates[k].dropped {
			f.keep(k)
		}
	}
	return nil
}

func (f *categorical[T]) finish(logs []float64, _ bool) error {
	f.spare.compile(logs)
	return nil
}

func (f *categorical[T]) keep(k int) {
	for c := range f.total {
		f.spare.value[c*f.k+k] = f.cur.value[c*f.k+k]
	}
}

// collapse is not called: every one of these densities is proper.
func (f *categorical[T]) collapse(k int, rows float64, _ *fate) error {
	return &EmptyError{Component: k, Rows: rows}
}

// split makes halves of the source. In the column whose second most probable category is the most probable of such, the first of
// those, half of its probability goes to the most probable category, and in the other half the other way: together they are the same
// density.
func (f *categorical[T]) split(k, source int) bool {
	at := func(c int) *float64 { return &f.spare.value[c*f.k+source] }
	first, second := -1, -1
	for d := range len(f.first) - 1 {
		a, b := -1, -1 // the most probable categories of the column
		for c := f.first[d]; c < f.first[d+1]; c++ {
			switch {
			case a < 0 || *at(c) > *at(a):
				a, b = c, a
			case b < 0 || *at(c) > *at(b):
				b = c
			}
		}
		if b >= 0 && (second < 0 || *at(b) > *at(second)) {
			first, second = a, b
		}
	}
	if second < 0 || *at(second) == 0 {
		return false
	}
	for c := range f.total {
		f.spare.value[c*f.k+k] = *at(c)
	}
	step := float64(0.5 * *at(second))
	p := f.spare.value[:]
	p[first*f.k+k] -= step
	p[second*f.k+k] += step
	*at(first) += step
	*at(second) -= step
	return true
}

// expected is Σ_ck S_ck ln θ_ck. θ is 0 where S is, or is so small that the quotient was rounded to 0.
func (f *categorical[T]) expected(stats, counts []float64) float64 {
	sum := 0.0
	for i, s := range stats {
		if l := float64(f.cur.logs.Data[i]); !math.IsInf(l, -1) {
			sum += float64(s * l)
		}
	}
	return sum
}

// logPrior is Σ_kd ln Γ(C_d a) − C_d ln Γ(a) + (a − 1) Σ_c ln θ_kd[c], a = 1 + Strength/C_d.
func (f *categorical[T]) logPrior(other bool) float64 {
	p := f.cur
	if other {
		p = f.spare
	}
	sum := 0.0
	for d := range len(f.first) - 1 {
		lo, hi := f.first[d], f.first[d+1]
		n := float64(hi - lo)
		more := f.strength / n
		logs := 0.0
		for _, v := range p.exact[lo*f.k : hi*f.k] {
			logs += v
		}
		constant := special.Lgamma(n+f.strength) - float64(n*special.Lgamma(1+more))
		sum += float64(float64(f.k)*constant) + float64(more*logs)
	}
	return sum
}

func (f *categorical[T]) bad(row []T) int {
	for j, v := range row {
		n := f.first[j+1] - f.first[j]
		if !(v >= 0 && v < T(n) && T(int(v)) == v) && !missing(v) {
			return j
		}
	}
	return -1
}

func (f *categorical[T]) domain(column int) string {
	return "a code of a category, an integer from 0 to " + strconv.Itoa(f.first[column+1]-f.first[column]-1) + ","
}

func (f *categorical[T]) freeze() family[T] {
	c := *f
	c.cur = newCategoricalParams[T](f.total, f.k)
	copy(c.cur.value, f.cur.value)
	c.cur.compile(f.cur.mixing)
	return &c
}

func (f *categorical[T]) sample(row []T, k int, key kernels.Key, at kernels.Counter) {
	s := uniforms{key: key, at: at}
	for d := range row {
		u, last := s.draw(), 0
		for c := f.first[d]; c < f.first[d+1]; c++ {
			if p := f.cur.value[c*f.k+k]; p > 0 {
				last = c - f.first[d]
				if u < p {
					break
				}
				u -= p
			}
		}
		row[d] = T(last)
	}
}

func (f *categorical[T]) values() [][]float64 { return [][]float64{f.cur.value} }

func (f *categorical[T]) tensors() ([]safetensors.Tensor, map[string]string) {
	byComponent := make([]float64, len(f.cur.value))
	for c := range f.total {
		for k := range f.k {
			byComponent[k*f.total+c] = f.cur.value[c*f.k+k]
		}
	}
	var categories []float64
	for d := range len(f.first) - 1 {
		categories = append(categories, float64(f.first[d+1]-f.first[d]))
	}
	t := []safetensors.Tensor{
		safetensors.New("probabilities", byComponent, f.k, f.total), safetensors.New("categories", categories, len(categories)),
	}
	if f.prior == PriorNone {
		return t, map[string]string{"prior": "none"}
	}
	return append(t, safetensors.New("strength", []float64{f.strength}, 1)), map[string]string{"prior": "dirichlet"}
}

// categoricalEvaluator sums rows of tables: the product of the indicators of the categories, which are a sparse matrix, and ln θ.
type categoricalEvaluator[T kernels.Float] struct {
	f          *categorical[T]
	indicators kernels.Sparse[T] // of the last logJoint
	ones       []T
	index      []int32
}

func (f *categorical[T]) newEvaluator() evaluator[T] {
	const n = elbo.BlockRows
	d := len(f.first) - 1
	e := &categoricalEvaluator[T]{f: f, ones: make([]T, n*d), index: make([]int32, n*d)}
	kernels.Fill(e.ones, 1)
	e.indicators = kernels.Sparse[T]{Cols: f.total, Start: make([]int, n+1)}
	return e
}

// logJoint writes log π_k + Σ_{d observed} ln θ_kd[x_nd].
func (e *categoricalEvaluator[T]) logJoint(dst, x kernels.Matrix[T], base []float64) {
	clear(base)
	s := &e.indicators
	s.Rows, s.Start = x.Rows, s.Start[:x.Rows+1]
	n := 0
	for i := range x.Rows {
		for d, v := range x.Row(i) {
			if !missing(v) {
				e.index[n] = int32(e.f.first[d] + int(v))
				n++
			}
		}
		s.Start[i+1] = n
	}
	s.Index, s.Value = e.index[:n], e.ones[:n]
	kernels.GemmSparse(dst, *s, e.f.cur.logs, kernels.Epilogue[T]{Bias: e.f.cur.weights})
}

// add adds S.
func (e *categoricalEvaluator[T]) add(stats []float64, r kernels.Matrix[T], counts []T, weight T) float64 {
	s := &e.indicators
	for i := range r.Rows {
		row := r.Row(i)
		for _, c := range s.Index[s.Start[i]:s.Start[i+1]] {
			to := stats[int(c)*e.f.k:][:len(row)]
			for k, v := range row {
				to[k] += float64(v)
			}
		}
	}
	return 0
}

// impute writes the category of the highest probability Σ_k r_nk θ_kd[c], the lowest such where several tie.
func (e *categoricalEvaluator[T]) impute(x, r kernels.Matrix[T]) {
	for i := range x.Rows {
		row := x.Row(i)
		for d, v := range row {
			if missing(v) {
				row[d] = T(e.likeliest(d, r.Row(i)))
			}
		}
	}
}

func (e *categoricalEvaluator[T]) likeliest(d int, r []T) (category int) {
	most := -1.0
	for c := e.f.first[d]; c < e.f.first[d+1]; c++ {
		p := 0.0
		for k, w := range r {
			p += float64(float64(w) * e.f.cur.value[c*e.f.k+k])
		}
		if p > most {
			most, category = p, c-e.f.first[d]
		}
	}
	return category
}
