package bench

import (
	"fmt"
	"testing"

	"example.com/elbo/kernels"
)

// product is the shape of a product.
type product struct {
	op      string
	m, k, n int
}

// layers are the inputs and outputs of the layers of a 784-400-20 autoencoder, both its heads in one and apart.
var layers = [][2]int{{784, 400}, {400, 20}, {400, 40}, {20, 400}, {400, 784}}

// products are the peers' shapes: cubes, the layers forward, and the gradients of their weights (TN) and inputs (NT).
func products() (s []product) {
	for _, n := range []int{7, 8, 13, 16, 31, 32, 47, 48, 64, 96, 100, 128, 129, 192, 256, 384, 512, 768, 1000, 1024} {
		s = append(s, product{"NN", n, n, n})
	}
	for _, n := range []int{96, 129, 256, 1000} {
		s = append(s, product{"TN", n, n, n}, product{"NT", n, n, n})
	}
	for _, l := range layers {
		for _, m := range []int{1, 8, 32, 128} {
			s = append(s, product{"NN", m, l[0], l[1]})
		}
		s = append(s, product{"TN", l[0], 128, l[1]}, product{"NT", 128, l[1], l[0]})
	}
	return s
}

// BenchmarkGemm times the matrix product on the peers' shapes.
func BenchmarkGemm(b *testing.B) {
	for _, s := range products() {
		benchGemm[float32](b, "f32", s)
		benchGemm[float64](b, "f64", s)
	}
}

func (s product) name(typ string) string {
	return fmt.Sprintf("type=%s/op=%s/m=%d/k=%d/n=%d", typ, s.op, s.m, s.k, s.n)
}

func (s product) work() work { return work{flop: 2 * float64(s.m) * float64(s.k) * float64(s.n)} }

func benchGemm[T kernels.Float](b *testing.B, typ string, s product) {
	measure(b, s.name(typ), s.work(), func() func() {
		x, y := kernels.MatrixOf(s.m, s.k, normals[T](1, s.m*s.k)), kernels.MatrixOf(s.k, s.n, normals[T](2, s.k*s.n))
		opA, opB := kernels.NoTrans, kernels.NoTrans
		if s.op[0] == 'T' {
			opA, x = kernels.Trans, kernels.MatrixOf(s.k, s.m, x.Data)
		}
		if s.op[1] == 'T' {
			opB, y = kernels.Trans, kernels.MatrixOf(s.n, s.k, y.Data)
		}
		c, scratch := matrix[T](s.m, s.n), zeros[T](kernels.GemmWork[T](opA, opB, s.m, s.n, s.k))
		return func() { kernels.Gemm(opA, opB, c, x, y, kernels.Epilogue[T]{}, scratch) }
	})
}
