package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// BenchmarkGemmSparse times a row of the VAE's binary data times the weights of its first layers, and finding what is
// not zero in it.
func BenchmarkGemmSparse(b *testing.B) {
	benchSparse[float32](b, "f32")
	benchSparse[float64](b, "f64")
}

func benchSparse[T kernels.Float](b *testing.B, typ string) {
	const k = 784
	row := vaeRows[T](1).Row(0)
	index, value := make([]int32, k), make([]T, k)
	onEachISA(b, fmt.Sprintf("type=%s/fn=nonzeros/n=%d", typ, k), func(b *testing.B, ns float64) {}, func() {
		kernels.NonZeros(index, value, row)
	})
	n := kernels.NonZeros(index, value, row)
	s := kernels.Sparse[T]{Rows: 1, Cols: k, Start: []int{0, n}, Index: index[:n], Value: value[:n]}
	for _, out := range []int{40, 400} {
		w, c := kernels.MatrixOf(k, out, normals[T](2, k*out)), kernels.NewMatrix[T](1, out)
		onEachISA(b, fmt.Sprintf("type=%s/fn=product/m=1/k=%d/n=%d/nonzero=%d", typ, k, out, n), func(b *testing.B, ns float64) {
			b.ReportMetric(2*float64(n)*float64(out)/ns, "GFLOP/s")
		}, func() {
			kernels.GemmSparse(c, s, w, kernels.Epilogue[T]{})
		})
	}
}
