package kernels_test

import (
	"fmt"

	"example.com/elbo/kernels"
)

func ExampleExpm1() {
	x := []float64{-1e-20, 0, 1}
	kernels.Expm1(x, x)
	fmt.Println(x)
	// Output: [-1e-20 0 1.7182818284590453]
}

func ExampleLog1p() {
	x := []float64{1e-20, 1, -1}
	kernels.Log1p(x, x)
	fmt.Println(x)
	// Output: [1e-20 0.6931471805599453 -Inf]
}

func ExampleSiLU() {
	y := make([]float32, 3)
	kernels.SiLU(y, []float32{-1, 0, 1})
	fmt.Println(y)
	// Output: [-0.26894143 0 0.7310586]
}

func ExampleSqrt() {
	x := []float64{2, 9}
	kernels.Sqrt(x, x)
	fmt.Println(x)
	// Output: [1.4142135623730951 3]
}

func ExampleReciprocal() {
	x := []float64{4, -0.5}
	kernels.Reciprocal(x, x)
	fmt.Println(x)
	// Output: [0.25 -2]
}

func ExampleErf() {
	x := []float64{0, 0.5, 1}
	kernels.Erf(x, x)
	fmt.Printf("%.6f\n", x)
	// Output: [0.000000 0.520500 0.842701]
}

func ExampleGELU() {
	y := make([]float64, 3)
	kernels.GELU(y, []float64{-30, -1, 1})
	fmt.Printf("%.6g\n", y)
	// Output: [-1.47201e-196 -0.158655 0.841345]
}

func ExampleLGamma() {
	x := []float64{0.5, 5, 171.5}
	kernels.LGamma(x, x)
	fmt.Printf("%.6f\n", x) // ln √π, ln 4!, …
	// Output: [0.572365 3.178054 709.143163]
}

func ExampleDigamma() {
	x := []float64{1, 10}
	kernels.Digamma(x, x)
	fmt.Printf("%.6f\n", x) // -γ, …
	// Output: [-0.577216 2.251753]
}

func ExampleTrigamma() {
	x := []float64{1, 10}
	kernels.Trigamma(x, x)
	fmt.Printf("%.6f\n", x) // π²/6, …
	// Output: [1.644934 0.105166]
}

// The expected logarithms of a Dirichlet variate with parameters a, as geometric means.
func ExampleExpDigamma() {
	a := []float64{0.01, 1, 20}
	sum := []float64{a[0] + a[1] + a[2]}
	kernels.ExpDigamma(a, a)
	kernels.ExpDigamma(sum, sum)
	for _, v := range a {
		fmt.Printf("%.4g ", v/sum[0])
	}
	// Output: 1.035e-45 0.02737 0.9508
}
