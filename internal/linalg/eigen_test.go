package linalg

import (
	"fmt"
	"math"
	"testing"

	"example.com/elbo/kernels"
)

// matrix returns a symmetric matrix of uniform numbers in (−1, 1), with rank less than n if rank is.
func matrix(n, rank int, seed uint64) kernels.Matrix[float64] {
	b, a := kernels.NewMatrix[float64](n, rank), kernels.NewMatrix[float64](n, n)
	kernels.Uniform(b.Data, kernels.NewKey(seed, 0), kernels.Counter{})
	for i := range n {
		for j := range n {
			for k := range rank {
				sign := float64(1 - 2*(k%2))
				a.Row(i)[j] += sign * (b.Row(i)[k] - 0.5) * (b.Row(j)[k] - 0.5)
			}
		}
	}
	return a
}

// check compares A·v with λ·v, the vectors with orthonormal ones, and the values' order.
func check(t *testing.T, what string, a kernels.Matrix[float64]) {
	t.Helper()
	n := a.Rows
	s := NewEigen(n)
	if !s.Symmetric(a) {
		t.Fatalf("%s: no convergence", what)
	}
	norm := 0.0
	for _, v := range a.Data {
		norm = math.Hypot(norm, v)
	}
	for i := range n {
		v := s.Vectors.Row(i)
		if i > 0 && s.Values[i] > s.Values[i-1] {
			t.Errorf("%s: value %d is %v after %v", what, i, s.Values[i], s.Values[i-1])
		}
		most := 0.0
		for r := range n {
			if math.Abs(v[r]) > math.Abs(most) {
				most = v[r]
			}
			sum := 0.0
			for c := range n {
				sum += a.Row(min(r, c))[max(r, c)] * v[c]
			}
			if math.Abs(sum-s.Values[i]*v[r]) > 1e-14*float64(n)*norm {
				t.Fatalf("%s: (A·v)[%d] is %v, λ·v %v, vector %d", what, r, sum, s.Values[i]*v[r], i)
			}
		}
		if most < 0 {
			t.Errorf("%s: vector %d has the largest element %v", what, i, most)
		}
		for j := range i + 1 {
			want := 0.0
			if i == j {
				want = 1
			}
			if got := kernels.Dot(v, s.Vectors.Row(j)); math.Abs(got-want) > 1e-14*float64(n) {
				t.Errorf("%s: vectors %d and %d have product %v", what, i, j, got)
			}
		}
	}
}

func TestSymmetric(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 17, 40, 64} {
		check(t, fmt.Sprintf("%d", n), matrix(n, n+1, uint64(n)))
		check(t, fmt.Sprintf("%d, rank 2", n), matrix(n, 2, 7))
		check(t, fmt.Sprintf("%d, zero", n), kernels.NewMatrix[float64](n, n))
		for _, scale := range []float64{0x1p-900, 0x1p900} {
			a := matrix(n, n, 3)
			kernels.Scale(a.Data, a.Data, scale)
			// The norm of the check would overflow: compare with the unscaled matrix.
			s, one := NewEigen(n), NewEigen(n)
			if !s.Symmetric(a) || !one.Symmetric(matrix(n, n, 3)) {
				t.Fatal("no convergence")
			}
			for i, v := range one.Values {
				if s.Values[i] != v*scale {
					t.Errorf("%d: value %d scales to %v, not %v", n, i, s.Values[i], v*scale)
				}
			}
		}
	}
	d := kernels.NewMatrix[float64](4, 4) // diagonal, with equal and negative values, and a lower triangle that is not read
	for i, v := range []float64{2, -3, 2, 5} {
		d.Row(i)[i] = v
	}
	d.Row(3)[0] = math.NaN()
	s := NewEigen(4)
	if s.Symmetric(d); fmt.Sprint(s.Values) != "[5 2 2 -3]" {
		t.Errorf("diagonal: %v", s.Values)
	}
	// The second difference matrix has the eigenvalues 2 − 2 cos(πk/(n+1)).
	const n = 30
	l := kernels.NewMatrix[float64](n, n)
	for i := range n {
		l.Row(i)[i] = 2
		if i+1 < n {
			l.Row(i)[i+1] = -1
		}
	}
	s = NewEigen(n)
	s.Symmetric(l)
	for i, v := range s.Values {
		if want := 2 - 2*math.Cos(math.Pi*float64(n-i)/(n+1)); math.Abs(v-want) > 4e-15 {
			t.Errorf("second differences: value %d is %v, want %v", i, v, want)
		}
	}
	l.Row(1)[5] = math.Inf(1)
	if s.Symmetric(l) {
		t.Error("an infinite matrix has eigenvalues")
	}
}

func TestSymmetricBits(t *testing.T) {
	a := matrix(37, 37, 5)
	s := NewEigen(37)
	var want string
	for _, isa := range kernels.Available() {
		restore, err := kernels.SetISA(isa)
		if err != nil {
			t.Fatal(err)
		}
		s.Symmetric(a)
		restore()
		if got := fmt.Sprint(s.Values, s.Vectors.Data); want == "" {
			want = got
		} else if got != want {
			t.Errorf("%v gives other bits", isa)
		}
	}
	if n := testing.AllocsPerRun(3, func() { s.Symmetric(a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSymmetric(b *testing.B) {
	for _, n := range []int{16, 64, 256} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			a, s := matrix(n, n, 1), NewEigen(n)
			for b.Loop() {
				s.Symmetric(a)
			}
		})
	}
}
