package kernels

import (
	"math"
	"strings"
	"testing"
)

// TestMatrixFits: a view that does not fit its data is refused, also where its size is more than an int holds.
func TestMatrixFits(t *testing.T) {
	data := make([]float64, 12)
	for _, c := range []struct {
		rows, cols, stride, n int
		fits                  bool
	}{
		{3, 4, 4, 12, true}, {3, 4, 4, 11, false}, {3, 2, 5, 12, true}, {3, 3, 5, 12, false}, {1, 12, 12, 12, true}, {1, 12, math.MaxInt, 12, true},
		{0, 4, 4, 0, true}, {5, 0, 0, 0, true}, {5, 0, 7, 0, true}, {0, 4, 3, 0, false}, {2, 3, 2, 12, false},
		{-1, 0, 0, 0, false}, {0, -1, 0, 0, false}, {-1, -1, 0, 12, false}, {1, 1, -1, 12, false}, {2, 1, -1, 12, false},
		{3, 1, math.MaxInt/2 + 9, 12, false}, {5, 1, math.MaxInt/4 + 1, 12, false}, {math.MaxInt, 1, 1, 12, false}, {1 + math.MaxInt/2, 4, 4, 12, false},
		{1, math.MaxInt, math.MaxInt, 12, false}, {math.MaxInt, math.MaxInt, math.MaxInt, 12, false},
	} {
		m := Matrix[float64]{Rows: c.rows, Cols: c.cols, Data: data[:c.n], Stride: c.stride}
		if m.fits() != c.fits {
			t.Errorf("%d×%d with stride %d in %d elements: fits is %v", c.rows, c.cols, c.stride, c.n, !c.fits)
		}
		if msg, _ := misused(func() { LogDet(m) }); !c.fits && !strings.Contains(msg, "kernels: LogDet: u is ") {
			t.Errorf("%d×%d with stride %d in %d elements: LogDet says %q", c.rows, c.cols, c.stride, c.n, msg)
		}
	}
	root := math.MaxInt / 3 // four times that is more than an int, and less than a uint
	for want, f := range map[string]func(){
		"kernels: NewMatrix: -1×2 has a negative dimension": func() { NewMatrix[float32](-1, 2) },
		"kernels: NewMatrix: 2×-1 has a negative dimension": func() { NewMatrix[float32](2, -1) },
		"too many elements": func() { NewMatrix[float32](root, 4) },
		"8×":                func() { NewMatrix[float32](8, math.MaxInt/2) }, // nor a uint
		"kernels: MatrixOf: data is 3×5 with stride 5, but has 12 elements": func() { MatrixOf(3, 5, data) },
		"kernels: SliceRows: [2, 4) of 3 rows":                              func() { MatrixOf(3, 4, data).SliceRows(2, 4) },
		"kernels: SliceRows: [-1, 2) of 3 rows":                             func() { MatrixOf(3, 4, data).SliceRows(-1, 2) },
		"kernels: SliceRows: [2, 1) of 3 rows":                              func() { MatrixOf(3, 4, data).SliceRows(2, 1) },
	} {
		if msg, _ := misused(f); !strings.Contains(msg, want) {
			t.Errorf("the panic is %q, want %q", msg, want)
		}
	}
	if m := MatrixOf(3, 4, data).SliceRows(1, 3); m.Rows != 2 || len(m.Data) != 8 || &m.Data[0] != &data[4] || &m.Row(1)[0] != &data[8] || cap(m.Row(0)) != 4 {
		t.Errorf("rows 1 and 2 of 3 are %d rows in %d elements", m.Rows, len(m.Data))
	}
}
