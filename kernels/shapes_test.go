package kernels

import (
	"fmt"
	"strings"
	"testing"
)

// call is a kernel with operands that fit, of which the test spoils one dimension at a time.
type call struct {
	name string
	m    []*Matrix[float64]
	v    []*[]float64 // whose lengths must fit
	free string       // the dimensions that no other operand shares: "m0.Cols"
	run  func()
}

// calls returns the kernels that check shapes. Matrices have room for a row and a column more.
func calls() (r []call) {
	mat := func(rows, cols int) *Matrix[float64] {
		return &Matrix[float64]{Rows: rows, Cols: cols, Stride: cols + 2, Data: make([]float64, (rows+2)*(cols+2))}
	}
	vec := func(n int) *[]float64 {
		x := make([]float64, n)
		return &x
	}
	work := make([]float64, 1<<15)
	add := func(name string, m []*Matrix[float64], v []*[]float64, run func()) {
		r = append(r, call{name: name, m: m, v: v, run: run})
	}
	free := func(dims string) { r[len(r)-1].free = dims }
	ms := func(m ...*Matrix[float64]) []*Matrix[float64] { return m }
	vs := func(v ...*[]float64) []*[]float64 { return v }

	const n, k, d = 5, 3, 4
	for i, op := range [][2]Op{{NoTrans, NoTrans}, {NoTrans, Trans}, {Trans, NoTrans}, {Trans, Trans}} {
		a, b, c, bias := mat(n, d), mat(d, k), mat(n, k), vec(k)
		if op[0] == Trans {
			a = mat(d, n)
		}
		if op[1] == Trans {
			b = mat(k, d)
		}
		add("Gemm", ms(a, b, c), vs(bias), func() { Gemm(op[0], op[1], *c, *a, *b, Epilogue[float64]{Bias: *bias}, nil) })
		if i%2 == 0 {
			p := Pack(NoTrans, *mat(d, k), nil)
			add("GemmPacked", ms(a, c), nil, func() { GemmPacked(op[0], *c, *a, p, Epilogue[float64]{}) })
		}
	}
	sb, sc := mat(d, k), mat(n, k)
	add("GemmSparse", ms(sb, sc), nil, func() {
		GemmSparse(*sc, Sparse[float64]{Rows: n, Cols: d, Start: make([]int, n+1)}, *sb, Epilogue[float64]{})
	})

	rr, rz, rh, rl := mat(n, k), vec(n), vec(n), mat(n, k)
	add("LogSumExpRows", ms(rl), vs(rz), func() { LogSumExpRows(*rz, *rl) })
	free("m0.Cols")
	add("LogSoftmaxRows", ms(rr, rl), nil, func() { LogSoftmaxRows(*rr, *rl) })
	add("Responsibilities", ms(rr, rl), vs(rz), func() { Responsibilities(*rr, *rz, *rl) })
	add("ResponsibilitiesEntropy", ms(rr, rl), vs(rz, rh), func() { ResponsibilitiesEntropy(*rr, *rz, *rh, *rl) })
	cr, cl := mat(k, n), mat(k, n)
	add("ResponsibilitiesCols", ms(cr, cl), vs(rz, rh), func() { ResponsibilitiesCols(*cr, *rz, *rh, *cl) })
	add("LogSumExpCols", ms(cl), vs(rz), func() { LogSumExpCols(*rz, *cl) })
	free("m0.Rows")

	dst, x, mean, prec, norm, full, c := mat(n, k), mat(n, d), mat(k, d), mat(k, d), mat(k, d), mat(k*d, d), vec(k)
	add("GaussDiag", ms(dst, x, mean, prec), vs(c), func() { GaussDiag(*dst, *x, *mean, *prec, *c, work) })
	add("GaussDiagAhead", ms(dst, x, mean, prec), vs(c), func() { GaussDiagAhead(*dst, *x, *mean, *prec, *c, nil, work) })
	add("GaussDiagMasked", ms(dst, x, mean, prec, norm), vs(c), func() { GaussDiagMasked(*dst, *x, *mean, *prec, *norm, *c, work) })
	add("GaussFull", ms(dst, x, mean, full), vs(c), func() { GaussFull(*dst, *x, *mean, *full, *c, work) })
	s1, s2, w := mat(k, d), mat(k, d), mat(n, k)
	add("MomentsDiag", ms(s1, s2, x, w, mean), vs(c), func() { MomentsDiag(*c, *s1, *s2, *x, *w, *mean, 0, work) })
	add("MomentsDiagMasked", ms(norm, s1, s2, x, w, mean), nil, func() { MomentsDiagMasked(*norm, *s1, *s2, *x, *w, *mean, 0, work) })
	add("MomentsFull", ms(s1, full, x, w, mean), vs(c), func() { MomentsFull(*c, *s1, *full, *x, *w, *mean, 0, work) })
	add("MomentsFullAdd", ms(s1, full, x, w, mean), vs(c), func() { MomentsFullAdd(*c, *s1, *full, *x, *w, *mean, 0, work) })

	u, p, y, cols := mat(d, d), mat(d, d), vec(d), mat(d, n)
	for i := range d {
		u.Data[i*u.Stride+i] = 1
	}
	add("Cholesky", ms(u), nil, func() { Cholesky(*u) })
	add("LogDet", ms(u), nil, func() { LogDet(*u) })
	add("TriInverse", ms(p, u), nil, func() { TriInverse(*p, *u) })
	add("SolveLower", ms(u), vs(y), func() { SolveLower(*y, *u) })
	add("SolveUpper", ms(u), vs(y), func() { SolveUpper(*y, *u) })
	add("CholeskyUpdate", ms(u), vs(y), func() { CholeskyUpdate(*u, *y) })
	add("CholeskyDowndate", ms(u), vs(y), func() { CholeskyDowndate(*u, *y) })
	add("SolveLowerMatrix", ms(cols, u), nil, func() { SolveLowerMatrix(*cols, *u) })
	free("m0.Cols")
	add("SolveUpperMatrix", ms(cols, u), nil, func() { SolveUpperMatrix(*cols, *u) })
	free("m0.Cols")
	batch, inverse := mat(k*d, d), mat(k*d, d)
	add("CholeskyBatch", ms(batch), nil, func() { CholeskyBatch(*batch, make([]bool, k)) })
	add("TriInverseBatch", ms(inverse, batch), nil, func() { TriInverseBatch(*inverse, *batch) })

	const states, from, seqs = 3, 2, 5
	alpha, b, prev, trans, logb, scale, logScale := mat(states, seqs), mat(states, seqs), mat(from, seqs), mat(from, states), mat(states, seqs), vec(seqs), vec(seqs)
	add("HMMForward", ms(alpha, b, prev, trans, logb), vs(scale, logScale), func() { HMMForward(*alpha, *b, *scale, *logScale, *prev, *trans, *logb) })
	beta, hw, next := mat(from, seqs), mat(states, seqs), mat(states, seqs)
	add("HMMBackward", ms(beta, hw, next, trans, b), vs(scale), func() { HMMBackward(*beta, *hw, *next, *trans, *b, *scale) })
	psi := mat(states, seqs)
	add("HMMViterbi", ms(alpha, psi, prev, trans, logb), nil, func() { HMMViterbi(*alpha, *psi, *prev, *trans, *logb) })
	fa, fb, fl, ft, fv, fc, fg := mat(n, states), mat(n, states), mat(n, states), mat(states, states), vec(states), vec(n), vec(n)
	add("HMMForwardFrames", ms(fa, fb, fl, ft), vs(fv, fc, fg), func() { HMMForwardFrames(*fa, *fb, *fc, *fg, *fv, *ft, *fl, work) })
	add("HMMBackwardFrames", ms(fa, fb, fl, ft), vs(fv, fc), func() { HMMBackwardFrames(*fa, *fb, *fv, *ft, *fl, *fc, work) })
	add("HMMViterbiFrames", ms(fa, fb, fl, ft), vs(fc, fv), func() { HMMViterbiFrames(*fa, *fb, *fc, *fv, *ft, *fl, work) })
	return r
}

// TestShapes: a dimension of one operand that is one too great or too small is refused, by name and with numbers.
func TestShapes(t *testing.T) {
	for _, c := range calls() {
		if msg, _ := misused(c.run); msg != "" {
			t.Errorf("%s with operands that fit: %s", c.name, msg)
		}
		spoil := func(what string, dim *int) {
			if strings.Contains(c.free, what) {
				return
			}
			for _, by := range []int{-1, 1} {
				*dim += by
				if msg, in := misused(c.run); in != "" || !strings.HasPrefix(msg, "kernels: "+c.name+": ") || !strings.ContainsAny(msg, "0123456789") {
					t.Errorf("%s with %s %+d: %q %s", c.name, what, by, msg, in)
				}
				*dim -= by
			}
		}
		for i, m := range c.m {
			spoil(fmt.Sprintf("m%d.Rows", i), &m.Rows)
			spoil(fmt.Sprintf("m%d.Cols", i), &m.Cols)
		}
		for i, v := range c.v {
			whole := *v
			for _, n := range []int{len(whole) - 1, len(whole) + 1} {
				*v = make([]float64, n)
				if msg, in := misused(c.run); in != "" || !strings.HasPrefix(msg, "kernels: "+c.name+": ") {
					t.Errorf("%s with vector %d of %d elements, not %d: %q %s", c.name, i, n, len(whole), msg, in)
				}
			}
			*v = whole
		}
	}
	x := func(rows, cols int) Matrix[float64] { return NewMatrix[float64](rows, cols) }
	if msg, _ := misused(func() { HMMViterbi(x(2, 3), x(2, 3), x(0, 3), x(0, 2), x(2, 3)) }); !strings.HasPrefix(msg, "kernels: HMMViterbi: ") {
		t.Errorf("HMMViterbi from no state: %q", msg)
	}
}
