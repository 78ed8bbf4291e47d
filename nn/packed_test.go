package nn

import (
	"math"
	"testing"

	"example.com/elbo/kernels"
)

// TestPackedForward: a packed network gives the bits of the network, for one row and many, sparse and dense, with weights
// that are finite and not.
func TestPackedForward(t *testing.T) {
	t.Run("f32", testPackedForward[float32])
	t.Run("f64", testPackedForward[float64])
}

func testPackedForward[T kernels.Float](t *testing.T) {
	const in = 300
	for _, infinite := range []bool{false, true} {
		m, err := NewMLP[T](in, []Layer{{Out: 70, Act: ReLU}, {Out: 33, Act: Tanh}, {Out: 5}}, kernels.NewKey(3, 4))
		if err != nil {
			t.Fatal(err)
		}
		if infinite {
			m.Params()[7] = T(math.Inf(1))
		}
		p := m.Pack()
		for _, rows := range []int{1, 2, 9} {
			ws, err := m.NewWorkspace(rows)
			if err != nil {
				t.Fatal(err)
			}
			x := kernels.NewMatrix[T](rows, in)
			for _, every := range []int{1, 3, 10} { // of the elements, which is not zero
				clear(x.Data)
				for i := 0; i < len(x.Data); i += every {
					x.Data[i] = T(i%13) - 6.5
				}
				y, err := m.Forward(ws, x)
				if err != nil {
					t.Fatal(err)
				}
				want := append([]T(nil), y.Data...)
				if y, err = p.Forward(ws, x); err != nil {
					t.Fatal(err)
				}
				for i, v := range y.Data {
					if v != want[i] && (v == v || want[i] == want[i]) {
						t.Fatalf("infinite %v, %d rows, every %d: element %d is %v, want %v", infinite, rows, every, i, v, want[i])
					}
				}
				if n := testing.AllocsPerRun(3, func() { _, err = p.Forward(ws, x) }); n != 0 || err != nil {
					t.Errorf("%v allocations, %v", n, err)
				}
			}
		}
		ws, err := m.NewWorkspace(1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Forward(ws, kernels.NewMatrix[T](1, in-1)); err == nil {
			t.Error("an input that is too short is no error")
		}
	}
}
