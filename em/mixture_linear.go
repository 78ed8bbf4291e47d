package em

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// linear is a family whose log densities are linear in the row, a product of two matrices:
//
//	log p_k(x) = Σ_{d observed} x_d a_kd + b_kd
//
// and −Inf where a component excludes an entry. Its statistics are, K×D each,
//
//	S1_kd = Σ_n w_n r_nk x_nd,  S0_kd = Σ_n w_n r_nk,  over the rows n in which x_nd is observed
type linear[T kernels.Float] struct {
	k, d       int
	cur, spare *linearParams[T]
}

// linearParams is one setting of a linear family's parameters.
type linearParams[T kernels.Float] struct {
	value        []float64         // K×D, from which all else follows
	a, b         kernels.Matrix[T] // K×D
	logs, all    []T               // log π_k, and with Σ_d b_kd
	memory       []T
	packedA      kernels.Packed[T] // aᵀ
	packedB      kernels.Packed[T] // bᵀ with bias logs
	notZero      kernels.Matrix[T] // K×D: 1 where x = 0 alone has a density, else 0
	notOne       kernels.Matrix[T] // K×D: 1 where x = 1 alone has a density, else 0
	zeros, ones  bool              // whether there are such entries
	logA, logB   []float64         // a and b before they are rounded to T
	weights      []float64         // log π_k before it is
	packedLength int
}

func newLinear[T kernels.Float](k, d int) linear[T] {
	return linear[T]{k: k, d: d, cur: newLinearParams[T](k, d), spare: newLinearParams[T](k, d)}
}

func newLinearParams[T kernels.Float](k, d int) *linearParams[T] {
	matrix := func() kernels.Matrix[T] { return kernels.NewMatrix[T](k, d) }
	n := kernels.PackLen[T](d, k)
	p := &linearParams[T]{
		value: make([]float64, k*d), a: matrix(), b: matrix(), logs: make([]T, k), all: make([]T, k), memory: make([]T, 2*n),
		notZero: matrix(), notOne: matrix(), logA: make([]float64, k*d), logB: make([]float64, k*d),
		weights: make([]float64, k), packedLength: n,
	}
	p.compile(p.weights) // densities of 1, under which the first statistics are taken
	return p
}

// compile derives the rest from logA, logB, notZero, notOne and the logarithms of the weights.
func (p *linearParams[T]) compile(logs []float64) {
	k, d := p.a.Rows, p.a.Cols
	p.zeros, p.ones = false, false
	copy(p.weights, logs)
	for i := range k {
		sum := logs[i]
		for j := range d {
			at := i*d + j
			p.a.Data[at], p.b.Data[at] = T(p.logA[at]), T(p.logB[at])
			sum += float64(p.b.Data[at])
			p.zeros = p.zeros || p.notZero.Data[at] != 0
			p.ones = p.ones || p.notOne.Data[at] != 0
		}
		p.logs[i], p.all[i] = T(logs[i]), T(sum)
	}
	n := p.packedLength
	p.packedA = kernels.PackInto(p.memory[:n], kernels.Trans, p.a, nil)
	p.packedB = kernels.PackInto(p.memory[n:], kernels.Trans, p.b, p.logs)
}

// clone returns a copy that shares no memory with p.
func (p *linearParams[T]) clone() *linearParams[T] {
	c := newLinearParams[T](p.a.Rows, p.a.Cols)
	copy(c.value, p.value)
	copy(c.logA, p.logA)
	copy(c.logB, p.logB)
	copy(c.notZero.Data, p.notZero.Data)
	copy(c.notOne.Data, p.notOne.Data)
	c.compile(p.weights)
	return c
}

func (f *linear[T]) statsLen() int { return 2 * f.k * f.d }

func (f *linear[T]) parameters() int { return f.k * f.d }

func (f *linear[T]) swap() { f.cur, f.spare = f.spare, f.cur }

func (f *linear[T]) values() [][]float64 { return [][]float64{f.cur.value} }

// expected is Σ_kd S1_kd a_kd + S0_kd b_kd.
func (f *linear[T]) expected(stats, counts []float64) float64 {
	s1, s0 := stats[:f.k*f.d], stats[f.k*f.d:]
	sum := 0.0
	for i, v := range s1 {
		sum += float64(v*float64(f.cur.a.Data[i])) + float64(s0[i]*float64(f.cur.b.Data[i]))
	}
	return sum
}

func (f *linear[T]) keep(k int) { copy(f.spare.value[k*f.d:][:f.d], f.cur.value[k*f.d:]) }

// collapse is not called: every one of these densities is proper.
func (f *linear[T]) collapse(k int, rows float64, _ *fate) error {
	return &EmptyError{Component: k, Rows: rows}
}

// sums returns S1 and S0 of component k and column d, within rounding of what rows have, or an error.
func (f *linear[T]) sums(stats, counts []float64, k, d int) (s1, s0 float64, err error) {
	s1, s0 = stats[k*f.d+d], stats[(f.k+k)*f.d+d]
	total, most := 0.0, 0.0
	for j, n := range counts {
		total += n
		most += math.Abs(stats[j*f.d+d])
	}
	slack := float64(inexact[T]() * total)
	if !(s1 >= -slack-float64(inexact[T]()*most) && s0 >= -slack && s0 <= counts[k]+slack) {
		return 0, 0, fmt.Errorf("em: component %d, column %d: the statistics %v and %v of a weight of %v: no rows have them", k, d, s1, s0, counts[k])
	}
	return max(s1, 0), max(s0, 0), nil
}

// linearEvaluator computes the E-step of a linear family.
type linearEvaluator[T kernels.Float] struct {
	params       func() *linearParams[T]
	x            kernels.Matrix[T] // of the last logJoint: missing entries are 0
	mask         kernels.Matrix[T] // 1 where an entry is observed, if incomplete
	incomplete   bool
	maskMemory   []T
	partial      []bool // the rows with a missing entry, if incomplete
	outside      []T    // how much of each row each component excludes
	sums         kernels.Matrix[T]
	work         []T
	excludedWork []T
}

func newLinearEvaluator[T kernels.Float](k, d int, params func() *linearParams[T]) *linearEvaluator[T] {
	const n = elbo.BlockRows
	return &linearEvaluator[T]{
		params: params, maskMemory: make([]T, n*d), partial: make([]bool, n), outside: make([]T, n*k), sums: kernels.NewMatrix[T](k, d),
		work:         make([]T, kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, k, d, n)),
		excludedWork: make([]T, kernels.GemmWork[T](kernels.NoTrans, kernels.Trans, n, k, d)),
	}
}

// logJoint writes log π_k + Σ_{d observed} x_nd a_kd + b_kd. Missing entries of x become 0.
func (e *linearEvaluator[T]) logJoint(dst, x kernels.Matrix[T], base []float64) {
	p := e.params()
	clear(base)
	e.x = x
	e.mask = kernels.MatrixOf(x.Rows, x.Cols, e.maskMemory[:x.Rows*x.Cols])
	if e.incomplete = missing(kernels.Sum(x.Data)); e.incomplete {
		e.split()
		kernels.GemmPacked(kernels.NoTrans, dst, e.mask, &p.packedB, kernels.Epilogue[T]{})
	}
	for i := range dst.Rows {
		if !e.incomplete || !e.partial[i] {
			copy(dst.Row(i), p.all)
		}
	}
	kernels.GemmPacked(kernels.NoTrans, dst, x, &p.packedA, kernels.Epilogue[T]{Accumulate: true})
	e.exclude(dst, p)
}

// split sets the mask, and what is missing in x to 0.
func (e *linearEvaluator[T]) split() {
	for i := range e.x.Rows {
		e.partial[i] = false
		row, mask := e.x.Row(i), e.mask.Row(i)
		for j, v := range row {
			if mask[j] = 1; missing(v) {
				row[j], mask[j] = 0, 0
				e.partial[i] = true
			}
		}
	}
}

// exclude sets to −Inf what has an entry that the component excludes: x > 0 where only 0 has a density, x < 1 where
// only 1 has, by more than a sum over rows may have lost of 1 − x.
func (e *linearEvaluator[T]) exclude(dst kernels.Matrix[T], p *linearParams[T]) {
	out := kernels.MatrixOf(dst.Rows, dst.Cols, e.outside[:dst.Rows*dst.Cols])
	mark := func(least T) {
		for i, v := range out.Data {
			if v > least {
				dst.Data[i] = negInf[T]()
			}
		}
	}
	if p.zeros {
		kernels.Gemm(kernels.NoTrans, kernels.Trans, out, e.x, p.notZero, kernels.Epilogue[T]{}, e.excludedWork)
		mark(T(hmmNormal[T]())) // r x, of what is less, may have been rounded to 0
	}
	if !p.ones {
		return
	}
	// The mask becomes 1 − x where an entry is observed, and is made again.
	if !e.incomplete {
		kernels.Fill(e.mask.Data, 1)
	}
	kernels.Sub(e.mask.Data, e.mask.Data, e.x.Data)
	kernels.Gemm(kernels.NoTrans, kernels.Trans, out, e.mask, p.notOne, kernels.Epilogue[T]{}, e.excludedWork)
	mark(T(inexact[T]()))
	for i, v := range e.mask.Data {
		if e.mask.Data[i] = 0; v+e.x.Data[i] > 0.5 {
			e.mask.Data[i] = 1
		}
	}
}

// add adds S1 and S0.
func (e *linearEvaluator[T]) add(stats []float64, r kernels.Matrix[T], counts []T, weight T) float64 {
	k, d := e.sums.Rows, e.sums.Cols
	kernels.Gemm(kernels.Trans, kernels.NoTrans, e.sums, r, e.x, kernels.Epilogue[T]{}, e.work)
	addSums(stats, e.sums.Data)
	if e.incomplete {
		kernels.Gemm(kernels.Trans, kernels.NoTrans, e.sums, r, e.mask, kernels.Epilogue[T]{}, e.work)
	} else {
		for i, n := range counts {
			kernels.Fill(e.sums.Row(i), n)
		}
	}
	addSums(stats[k*d:], e.sums.Data)
	return 0
}

// impute writes E[x_d | what is observed] = Σ_k r_k E_k[x_d] where an entry is missing; the values are the expectations.
func (e *linearEvaluator[T]) impute(x, r kernels.Matrix[T]) { imputeMeans(x, r, e.params().value) }

// imputeMeans writes Σ_k r_nk mean_kd where an entry of x is missing; means are K×D.
func imputeMeans[T kernels.Float](x, r kernels.Matrix[T], means []float64) {
	for i := range x.Rows {
		row := x.Row(i)
		for j, v := range row {
			if !missing(v) {
				continue
			}
			sum := 0.0
			for k, w := range r.Row(i) {
				sum = math.FMA(float64(w), means[k*x.Cols+j], sum)
			}
			row[j] = T(sum)
		}
	}
}
