package kernels

import (
	"fmt"
	"testing"
	"unsafe"
)

func init() {
	shapes := lengths(50, 100, 1<<14+37)
	// The kit's buffers are of one type: two float32 hold a sum.
	register(spec[float32]{
		name: "Accumulate", shapes: shapes, bits: [][]int{{77}}, any: true,
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: inout, len: 2 * d[0]}, {name: "x", role: in, len: d[0]}}
		},
		run: func(_ []int, b [][]float32) {
			Accumulate(unsafe.Slice((*float64)(unsafe.Pointer(unsafe.SliceData(b[0]))), len(b[0])/2), b[1])
		},
	})
	register(spec[float64]{
		name: "Accumulate", shapes: shapes, bits: [][]int{{77}}, any: true,
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: inout, len: d[0]}, {name: "x", role: in, len: d[0]}}
		},
		run: func(_ []int, b [][]float64) { Accumulate(b[0], b[1]) },
	})
}

// The sum of many small numbers in float32 would be 1: 2⁻²⁵ is lost beside it.
func ExampleAccumulate() {
	sum := []float64{1}
	for range 1 << 10 {
		Accumulate(sum, []float32{0x1p-25})
	}
	fmt.Println(sum[0] == 1+0x1p-15)
	// Output: true
}

func TestAccumulateMisuse(t *testing.T) {
	defer func() {
		if r := fmt.Sprint(recover()); r != "kernels: Accumulate: x has length 2, want 3" {
			t.Errorf("panic %q", r)
		}
	}()
	Accumulate(make([]float64, 3), make([]float32, 2))
}
