//go:build (amd64 || arm64) && !purego && !race

package kernels

import (
	"fmt"
	"testing"
	"unsafe"

	"example.com/elbo/internal/lockstep"
)

// BenchmarkTile times the product's tile where its operands are in the first cache: three tiles of rows, 128 terms, one panel of B packed.
func BenchmarkTile(b *testing.B) {
	benchTile[float32](b, "f32")
	benchTile[float64](b, "f64")
}

func benchTile[T Float](b *testing.B, typ string) {
	for _, isa := range available[1:] {
		name := fmt.Sprintf("type=%s/impl=elbo-%v", typ, isa)
		if lockstep.Listed(b, name) {
			continue
		}
		b.Run(name, func(b *testing.B) {
			size, width, rows := sizeOf[T](), gemmWidth(isa)/sizeOf[T](), 18
			const k = 128
			x, y, c := make([]T, rows*k), make([]T, k*width), make([]T, rows*width)
			for i := range x {
				x[i] = T(i % 7)
			}
			for i := range y {
				y[i] = T(i % 5)
			}
			flop := float64(2 * rows * k * width)
			ns := lockstep.Run(b, flop, func() {
				g := gemmArgs{
					a: unsafe.Pointer(&x[0]), b: unsafe.Pointer(&y[0]), c: unsafe.Pointer(&c[0]), aRow: k * size, aK: size, bK: width * size,
					cRow: width * size, rows: rows, cols: width * size, k: k,
				}
				gemmTile[T](&g, isa)
			})
			b.ReportMetric(flop/ns, "GFLOP/s")
		})
	}
}
