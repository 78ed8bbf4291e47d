package kernels

import (
	"math"
	"testing"
)

// TestEmpty: what the kernels write where there are no terms, rows, dimensions or states.
func TestEmpty(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		t.Run("f32", func(t *testing.T) { testEmpty[float32](t) })
		t.Run("f64", func(t *testing.T) { testEmpty[float64](t) })
	})
}

func testEmpty[T Float](t *testing.T) {
	same := func(what string, got []T, want ...T) {
		t.Helper()
		for i, v := range got {
			w := want[i%len(want)]
			if v != w || math.Signbit(float64(v)) != math.Signbit(float64(w)) {
				t.Errorf("%s: element %d is %v, want %v", what, i, v, w)
				return
			}
		}
	}
	filled := func(rows, cols int) Matrix[T] {
		m := NewMatrix[T](rows, cols)
		Fill(m.Data, 7)
		return m
	}
	testNoTerms(t, filled, same)

	// No rows.
	const k, d = 3, 2
	s0, s1, s2, m0, full := filled(1, k).Data, filled(k, d), filled(k, d), filled(k, d), filled(k*d, d)
	x, r, centre := NewMatrix[T](0, d), NewMatrix[T](0, k), NewMatrix[T](k, d)
	work := make([]T, max(MomentsDiagWork[T](k, d), MomentsFullWork[T](d)))
	MomentsFullAdd(s0, s1, full, x, r, centre, 0, work)
	same("MomentsFullAdd", s0, 7)
	same("MomentsFullAdd", s1.Data, 7)
	same("MomentsFullAdd", full.Data, 7)
	MomentsFull(s0, s1, full, x, r, centre, 0, work)
	same("MomentsFull", s0, 0)
	same("MomentsFull", s1.Data, 0)
	same("MomentsFull", full.Data, 0, 0, 7, 0)
	Fill(s0, 7)
	Fill(s1.Data, 7)
	MomentsDiag(s0, s1, s2, x, r, centre, 0, work)
	same("MomentsDiag", s0, 0)
	same("MomentsDiag", s1.Data, 0)
	same("MomentsDiag", s2.Data, 0)
	Fill(s1.Data, 7)
	Fill(s2.Data, 7)
	MomentsDiagMasked(m0, s1, s2, x, r, centre, 0, work)
	same("MomentsDiagMasked", m0.Data, 0)
	same("MomentsDiagMasked", s1.Data, 0)
	same("MomentsDiagMasked", s2.Data, 0)

	// No dimensions.
	dst, none, c := filled(5, k), NewMatrix[T](k, 0), []T{1, 2, 3}
	GaussDiag(dst, NewMatrix[T](5, 0), none, none, c, make([]T, GaussDiagWork[T](0)))
	same("GaussDiag", dst.Data, c...)
	Fill(dst.Data, 7)
	GaussDiagMasked(dst, NewMatrix[T](5, 0), none, none, none, c, make([]T, GaussDiagMaskedWork[T](k, 0)))
	same("GaussDiagMasked", dst.Data, c...)
	Fill(dst.Data, 7)
	GaussFull(dst, NewMatrix[T](5, 0), none, NewMatrix[T](0, 0), c, make([]T, GaussFullWork[T](0)))
	same("GaussFull", dst.Data, c...)
	if null := NewMatrix[T](0, 0); !Cholesky(null) || LogDet(null) != 0 || !CholeskyUpdate(null, nil) || !CholeskyDowndate(null, nil) {
		t.Error("a matrix without dimensions is refused, or its log-determinant not 0")
	}

	// No states.
	inf := T(math.Inf(-1))
	scale, logScale := filled(1, 4).Data, filled(1, 4).Data
	HMMForward(NewMatrix[T](0, 4), NewMatrix[T](0, 4), scale, logScale, filled(2, 4), NewMatrix[T](2, 0), NewMatrix[T](0, 4))
	same("HMMForward to no state", scale, 0)
	same("HMMForward to no state", logScale, inf)
	alpha, b := filled(2, 4), filled(2, 4)
	HMMForward(alpha, b, scale, logScale, NewMatrix[T](0, 4), NewMatrix[T](0, 2), NewMatrix[T](2, 4))
	same("HMMForward from no state", alpha.Data, 0)
	same("HMMForward from no state", b.Data, 1)
	same("HMMForward from no state", scale, 0)
	same("HMMForward from no state", logScale, inf)
	HMMBackward(alpha, NewMatrix[T](0, 4), NewMatrix[T](0, 4), NewMatrix[T](2, 0), NewMatrix[T](0, 4), scale)
	same("HMMBackward from no state", alpha.Data, 0)

	if v := BernoulliLogits[T](nil, nil, nil, 1) + GaussianMeans[T](nil, nil, nil, 1, 1) + Reparameterise[T](nil, nil, nil, nil, nil); v != 0 {
		t.Errorf("losses of nothing are %v", v)
	}
}

// testNoTerms: a product without terms is the activation of its bias, of the old C, or of 0.
func testNoTerms[T Float](t *testing.T, filled func(rows, cols int) Matrix[T], same func(what string, got []T, want ...T)) {
	const m, n = 3, 40
	bias := make([]T, n)
	for j := range bias {
		bias[j] = T(j) - 20.5
	}
	start := filled(m, n)
	for i := range start.Data {
		start.Data[i] = -bias[i%n]
	}
	for act := ActIdentity; act <= ActSiLU; act++ {
		for mode := range 3 {
			e, packed := Epilogue[T]{Act: act}, []T(nil)
			want := NewMatrix[T](m, n)
			switch mode {
			case 1:
				e.Bias, packed = bias, bias
				for i := range m {
					copy(want.Row(i), bias)
				}
			case 2:
				e.Accumulate = true
				copy(want.Data, start.Data)
			}
			activate(want, act)
			a, b := NewMatrix[T](m, 0), NewMatrix[T](0, n)
			run := func(name string, f func(c Matrix[T])) {
				c := filled(m, n)
				copy(c.Data, start.Data)
				f(c)
				same(name, c.Data, want.Data...)
			}
			run("Gemm", func(c Matrix[T]) { Gemm(NoTrans, NoTrans, c, a, b, e, nil) })
			run("GemmSparse", func(c Matrix[T]) { GemmSparse(c, Sparse[T]{Rows: m, Start: make([]int, m+1)}, b, e) })
			e.Bias = nil
			run("GemmPacked", func(c Matrix[T]) { GemmPacked(NoTrans, c, a, Pack(NoTrans, b, packed), e) })
			if is32[T]() {
				run("GemmPackedFloat16", func(c Matrix[T]) {
					GemmPackedFloat16(NoTrans, matrixF32(c), matrixF32(a), PackFloat16(NoTrans, matrixF32(b), f32(packed)), Epilogue[float32]{Act: act, Accumulate: mode == 2})
				})
			}
		}
	}
	if t.Failed() {
		t.Fatal("products without terms are wrong")
	}
}
