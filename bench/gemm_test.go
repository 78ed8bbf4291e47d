package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

func normals[T kernels.Float](seed uint64, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(normal(seed, uint64(i)))
	}
	return x
}

// BenchmarkGemm times the matrix product on the peers' shapes.
func BenchmarkGemm(b *testing.B) {
	type shape struct {
		op      string
		m, k, n int
	}
	var shapes []shape
	for _, n := range []int{8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024} {
		shapes = append(shapes, shape{"NN", n, n, n})
	}
	shapes = append(shapes, []shape{
		{"NN", 1, 784, 400}, {"NN", 1, 400, 20}, {"NN", 1, 20, 400}, {"NN", 1, 400, 784}, {"NN", 8, 784, 400}, {"NN", 32, 784, 400},
		{"NN", 128, 784, 400}, {"NN", 128, 400, 784}, {"NN", 128, 400, 40}, {"NN", 128, 20, 400}, {"TN", 784, 128, 400}, {"NT", 128, 400, 784},
	}...)
	for _, s := range shapes {
		benchGemm[float32](b, "f32", s.op, s.m, s.k, s.n)
		benchGemm[float64](b, "f64", s.op, s.m, s.k, s.n)
	}
}

func benchGemm[T kernels.Float](b *testing.B, typ, op string, m, k, n int) {
	x, y := kernels.MatrixOf(m, k, normals[T](1, m*k)), kernels.MatrixOf(k, n, normals[T](2, k*n))
	opA, opB := kernels.NoTrans, kernels.NoTrans
	if op[0] == 'T' {
		opA, x = kernels.Trans, kernels.MatrixOf(k, m, x.Data)
	}
	if op[1] == 'T' {
		opB, y = kernels.Trans, kernels.MatrixOf(n, k, y.Data)
	}
	c, work := kernels.NewMatrix[T](m, n), make([]T, kernels.GemmWork[T](opA, opB, m, n, k))
	onEachISA(b, fmt.Sprintf("type=%s/op=%s/m=%d/k=%d/n=%d", typ, op, m, k, n), func(b *testing.B, ns float64) {
		b.ReportMetric(2*float64(m)*float64(k)*float64(n)/ns, "GFLOP/s")
	}, func() {
		kernels.Gemm(opA, opB, c, x, y, kernels.Epilogue[T]{}, work)
	})
}
