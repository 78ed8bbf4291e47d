package conditional

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"example.com/elbo/kernels"
)

// gaussians returns k random Gaussians in d dimensions; if shared, of one covariance matrix that is there once or k times.
func gaussians[T kernels.Float](k, d, matrices int, shared bool) Gaussians[T] {
	g := Gaussians[T]{Mean: kernels.NewMatrix[T](k, d), Cov: make([]float64, matrices*d*d), Log: make([]float64, k)}
	kernels.Normal(g.Mean.Data, kernels.NewKey(1, 0), kernels.Counter{})
	kernels.Normal(g.Log, kernels.NewKey(1, 1), kernels.Counter{})
	for j := range d {
		g.Scale, g.Unit = append(g.Scale, math.Ldexp(1, j%3)), append(g.Unit, 0.25*float64(j))
	}
	a := make([]float64, d*d)
	for i := range matrices {
		row := uint64(i)
		if shared {
			row = 0
		}
		kernels.Normal(a, kernels.NewKey(1, 2), kernels.Counter{Row: row})
		for p := range d {
			for q := range d {
				s := 0.0
				if p == q {
					s = 1
				}
				for l := range d {
					s += a[p*d+l] * a[q*d+l] / float64(d)
				}
				g.Cov[(i*d+p)*d+q] = s / g.Scale[p] / g.Scale[q]
			}
		}
	}
	return g
}

func rows[T kernels.Float](n, d int) kernels.Matrix[T] {
	x := kernels.NewMatrix[T](n, d)
	kernels.Normal(x.Data, kernels.NewKey(2, 0), kernels.Counter{})
	u := make([]float64, n*d)
	kernels.Uniform(u, kernels.NewKey(2, 1), kernels.Counter{})
	for i, v := range u {
		if share := float64(i/d%5) / 4; v < share { // from none to all
			x.Data[i] = T(math.NaN())
		}
	}
	return x
}

// outcome is all that a Block says of rows, in the order that they had, and of a component.
type outcome[T kernels.Float] struct {
	joint, deviations []T
	s2                []float64
	entropy           float64
}

func of[T kernels.Float](b *Block[T], x kernels.Matrix[T], k, component int) outcome[T] {
	n, d := x.Rows, x.Cols
	o := outcome[T]{joint: make([]T, n*k), deviations: make([]T, n*d), s2: make([]float64, d*d)}
	r := kernels.NewMatrix[T](n, k)
	kernels.Uniform(r.Data, kernels.NewKey(3, 0), kernels.Counter{})
	b.Sort(x)
	for b.Next() {
		lo, hi := b.Range()
		joint, t, w := kernels.NewMatrix[T](hi-lo, k), kernels.NewMatrix[T](hi-lo, d), kernels.NewMatrix[T](hi-lo, k)
		for i := range w.Rows {
			copy(w.Row(i), r.Row(int(b.Order()[lo+i])))
		}
		b.LogJoint(joint)
		b.Deviations(t, component, w, 0)
		b.AddCovariances(o.s2, component, w, 0)
		o.entropy += b.Entropy(w)
		for i := lo; i < hi; i++ {
			at := int(b.Order()[i])
			copy(o.joint[at*k:][:k], joint.Row(i-lo))
			copy(o.deviations[at*d:][:d], t.Row(i-lo))
		}
	}
	return o
}

func (o outcome[T]) equal(p outcome[T]) bool {
	return slices.Equal(o.joint, p.joint) && slices.Equal(o.deviations, p.deviations)
}

func testSlots[T kernels.Float](t *testing.T) {
	for _, c := range []struct{ k, d, n int }{{3, 1, 20}, {2, 5, 100}, {4, 17, 60}, {2, 66, 40}} {
		x := rows[T](c.n, c.d)
		for _, shared := range []bool{false, true} {
			matrices := c.k
			if shared {
				matrices = 1
			}
			g := gaussians[T](c.k, c.d, matrices, shared)
			b := New[T](c.k, c.d, c.n, shared)
			b.Reset(g)
			want := of(b, x, c.k, 1)
			if again := of(b, x, c.k, 1); !again.equal(want) || again.entropy != want.entropy || !slices.Equal(again.s2, want.s2) {
				t.Errorf("%v, shared %v: with the factors kept, other bits", c, shared)
			}
			for _, slots := range []int{1, 2, 3, 7} {
				b := New[T](c.k, c.d, c.n, shared)
				b.cache.slots = b.cache.slots[:min(slots, len(b.cache.slots))]
				b.Reset(g)
				got := of(b, x, c.k, 1)
				if !got.equal(want) || math.Abs(got.entropy-want.entropy) > 1e-12*math.Abs(want.entropy) {
					t.Errorf("%v, shared %v: %d slots give other bits", c, shared, slots)
				}
			}
			for _, isa := range kernels.Available() {
				restore, _ := kernels.SetISA(isa)
				b := New[T](c.k, c.d, c.n, shared)
				b.Reset(g)
				got := of(b, x, c.k, 1)
				restore()
				if !got.equal(want) || got.entropy != want.entropy || !slices.Equal(got.s2, want.s2) {
					t.Errorf("%v, shared %v: other bits on %v", c, shared, isa)
				}
			}
		}
		// One matrix for all is as good as K equal ones.
		one, all := New[T](c.k, c.d, c.n, true), New[T](c.k, c.d, c.n, false)
		one.Reset(gaussians[T](c.k, c.d, 1, true))
		all.Reset(gaussians[T](c.k, c.d, c.k, true))
		if a, b := of(one, x, c.k, c.k-1), of(all, x, c.k, c.k-1); !a.equal(b) || a.entropy != b.entropy || !slices.Equal(a.s2, b.s2) {
			t.Errorf("%v: a shared matrix gives other bits than copies of it", c)
		}
	}
}

// How many patterns are kept, and the ISA, do not matter.
func TestSlots(t *testing.T) {
	t.Run("f64", testSlots[float64])
	t.Run("f32", testSlots[float32])
}

// In two dimensions everything has a closed form.
func TestClosedForm(t *testing.T) {
	g := gaussians[float64](2, 2, 2, false)
	nan := math.NaN()
	x := kernels.MatrixOf(4, 2, []float64{nan, 0.3, 1.5, nan, nan, nan, 1, 2})
	b := New[float64](2, 2, 4, false)
	b.Reset(g)
	got := of(b, x, 2, 1)
	r := kernels.NewMatrix[float64](4, 2)
	kernels.Uniform(r.Data, kernels.NewKey(3, 0), kernels.Counter{})
	entropy, s2 := 0.0, [4]float64{}
	for k := range 2 {
		c := func(i, j int) float64 { return g.Cov[k*4+i*2+j] * g.Scale[i] * g.Scale[j] }
		mean := g.Mean.Row(k)
		logN := func(j int, v float64) float64 {
			return -0.5*(math.Log(2*math.Pi*c(j, j))+(v-mean[j])*(v-mean[j])/c(j, j)) + g.Log[k] + g.Unit[j]
		}
		det := c(0, 0)*c(1, 1) - c(0, 1)*c(0, 1)
		for i, want := range []float64{logN(1, 0.3), logN(0, 1.5), g.Log[k], 0} { // of a complete row none
			if v := got.joint[2*i+k]; math.Abs(v-want) > 1e-13 {
				t.Errorf("row %d, component %d: %v, want %v", i, k, v, want)
			}
		}
		h := func(v, units float64) float64 { return 0.5*math.Log(2*math.Pi*math.E*v) - units }
		entropy += r.Row(0)[k]*h(det/c(1, 1), g.Unit[0]) + r.Row(1)[k]*h(det/c(0, 0), g.Unit[1]) +
			r.Row(2)[k]*(0.5*math.Log(det)+math.Log(2*math.Pi*math.E)-g.Unit[0]-g.Unit[1])
		if k == 0 {
			continue
		}
		want := []float64{
			c(0, 1) / c(1, 1) * (0.3 - mean[1]), 0.3 - mean[1], 1.5 - mean[0], c(0, 1) / c(0, 0) * (1.5 - mean[0]), 0, 0, 1 - mean[0], 2 - mean[1],
		}
		for i, v := range want {
			if math.Abs(got.deviations[i]-v) > 1e-14 {
				t.Errorf("deviation %d is %v, want %v", i, got.deviations[i], v)
			}
		}
		s2 = [4]float64{r.Row(0)[1]*det/c(1, 1) + r.Row(2)[1]*c(0, 0), r.Row(2)[1] * c(0, 1), 0, r.Row(1)[1]*det/c(0, 0) + r.Row(2)[1]*c(1, 1)}
	}
	for i, v := range s2 {
		if math.Abs(got.s2[i]-v) > 1e-13 {
			t.Errorf("S2[%d] is %v, want %v", i, got.s2[i], v)
		}
	}
	if math.Abs(got.entropy-entropy) > 1e-13 {
		t.Errorf("entropy %v, want %v", got.entropy, entropy)
	}
}

// Conditional tells the missing columns of each row.
func TestConditional(t *testing.T) {
	x := rows[float64](40, 6)
	b := New[float64](2, 6, 40, false)
	b.Reset(gaussians[float64](2, 6, 2, false))
	b.Sort(x)
	for b.Next() {
		lo, hi := b.Range()
		for i := lo; i < hi; i++ {
			var want []int32
			for j, v := range x.Row(int(b.Order()[i])) {
				if v != v {
					want = append(want, int32(j))
				}
			}
			columns, cov := b.Conditional(i-lo, 1)
			if !slices.Equal(columns, want) || len(cov) != len(want)*len(want) {
				t.Errorf("row %d: columns %v, want %v; %d covariances", i, columns, want, len(cov))
			}
		}
	}
}

// TestObserved: the rows without an entry come last, in the last of the parts that Next makes, whatever the parts are.
func TestObserved(t *testing.T) {
	for _, d := range []int{1, 3, 64, 70} {
		for slots := 1; slots <= 5; slots += 2 {
			if d > 3 && slots != 3 { // slow without fused multiply-adds
				continue
			}
			b := New[float64](1, d, 20, false)
			b.cache.slots = b.cache.slots[:min(slots, len(b.cache.slots))]
			b.Reset(gaussians[float64](1, d, 1, false))
			for _, empty := range []int{0, 1, 7, 20} {
				x := rows[float64](20, d)
				want := 0
				for i := range x.Rows {
					if i < empty {
						kernels.Fill(x.Row(i), math.NaN())
					}
					if slices.ContainsFunc(x.Row(i), func(v float64) bool { return v == v }) {
						want++
					}
				}
				b.Sort(x)
				got := 0
				for b.Next() {
					lo, hi := b.Range()
					got += b.Observed()
					for i := lo; i < hi; i++ {
						if seen := slices.ContainsFunc(b.Rows(i, i+1).Row(0), func(v float64) bool { return v == v }); seen != (i-lo < b.Observed()) {
							t.Fatalf("d=%d, %d slots: row %d of %d to %d has entries: %v, and %d have", d, slots, i, lo, hi, seen, b.Observed())
						}
					}
				}
				if got != want {
					t.Errorf("d=%d, %d slots, %d empty rows: %d have entries, want %d", d, slots, empty, got, want)
				}
			}
		}
	}
}

// With other Gaussians each time, and more patterns than slots, nothing is allocated.
func TestBlockAllocatesNothing(t *testing.T) {
	x, g := rows[float64](100, 9), gaussians[float64](3, 9, 3, false)
	b := New[float64](3, 9, 100, false)
	b.cache.slots = b.cache.slots[:20]
	joint := kernels.NewMatrix[float64](100, 3)
	if n := testing.AllocsPerRun(10, func() {
		b.Reset(g)
		b.Sort(x)
		for b.Next() {
			lo, hi := b.Range()
			b.LogJoint(joint.SliceRows(lo, hi))
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkBlock(b *testing.B) {
	for _, d := range []int{4, 10, 30} {
		const n, k = 256, 3
		x := rows[float64](n, d)
		block := New[float64](k, d, n, false)
		g := gaussians[float64](k, d, k, false)
		r, t, s2 := kernels.NewMatrix[float64](n, k), kernels.NewMatrix[float64](n, d), make([]float64, d*d)
		kernels.Fill(r.Data, 1.0/k)
		for _, kept := range []bool{false, true} {
			b.Run(fmt.Sprintf("d=%d/kept=%v", d, kept), func(b *testing.B) {
				block.Reset(g)
				for b.Loop() {
					if !kept {
						block.Reset(g)
					}
					block.Sort(x)
					for block.Next() {
						lo, hi := block.Range()
						block.LogJoint(r.SliceRows(0, hi-lo))
						for i := range k {
							block.Deviations(t.SliceRows(0, hi-lo), i, r, -1e300)
							block.AddCovariances(s2, i, r, -1e300)
						}
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(n*k), "ns/(row,component)")
			})
		}
	}
}
