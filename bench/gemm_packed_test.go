package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/internal/lockstep"
	"example.com/elbo/kernels"
)

// packedShapes are the layers of the autoencoder 784-400-20-400-784, as m, k, n.
func packedShapes() [][3]int {
	var r [][3]int
	for _, m := range []int{1, 8, 32, 128} {
		for _, l := range [][2]int{{784, 400}, {400, 40}, {400, 20}, {20, 400}, {400, 784}} {
			r = append(r, [3]int{m, l[0], l[1]})
		}
	}
	return r
}

// BenchmarkGemmPacked times the product with weights that have been packed before.
func BenchmarkGemmPacked(b *testing.B) {
	for _, s := range packedShapes() {
		benchPacked[float32](b, "f32", s[0], s[1], s[2])
		benchPacked[float64](b, "f64", s[0], s[1], s[2])
	}
}

func benchPacked[T kernels.Float](b *testing.B, typ string, m, k, n int) {
	x, y := kernels.MatrixOf(m, k, normals[T](1, m*k)), kernels.MatrixOf(k, n, normals[T](2, k*n))
	c := kernels.NewMatrix[T](m, n)
	onEachISAPacked(b, typ, m, k, n, func() *kernels.Packed[T] { return kernels.Pack(kernels.NoTrans, y, nil) }, func(p *kernels.Packed[T]) {
		kernels.GemmPacked(kernels.NoTrans, c, x, p, kernels.Epilogue[T]{})
	})
}

// BenchmarkGemmPackedFloat16 times the same with weights that are kept in binary16.
func BenchmarkGemmPackedFloat16(b *testing.B) {
	for _, s := range packedShapes() {
		m, k, n := s[0], s[1], s[2]
		x, y := kernels.MatrixOf(m, k, normals[float32](1, m*k)), kernels.MatrixOf(k, n, normals[float32](2, k*n))
		c := kernels.NewMatrix[float32](m, n)
		onEachISAPacked(b, "f32", m, k, n, func() *kernels.PackedFloat16 { return kernels.PackFloat16(kernels.NoTrans, y, nil) }, func(p *kernels.PackedFloat16) {
			kernels.GemmPackedFloat16(kernels.NoTrans, c, x, p, kernels.Epilogue[float32]{})
		})
	}
}

// onEachISAPacked runs f on every ISA with what pack makes under it, which is not timed.
func onEachISAPacked[P any](b *testing.B, typ string, m, k, n int, pack func() P, f func(P)) {
	name := fmt.Sprintf("type=%s/m=%d/k=%d/n=%d", typ, m, k, n)
	eachISA(b, name, func(b *testing.B) {
		p := pack()
		b.ReportAllocs()
		w := work{flop: 2 * float64(m) * float64(k) * float64(n)}
		w.report(b, name, lockstep.Run(b, 1, func() { f(p) }))
	})
}
