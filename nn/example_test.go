package nn_test

import (
	"fmt"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

// A network of one unit learns the line y = 2x − 1 from four points.
func Example() {
	net, err := nn.NewMLP[float64](1, []nn.Layer{{Out: 1}}, kernels.NewKey(1, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	x := kernels.MatrixOf(4, 1, []float64{0, 1, 2, 3})
	want := []float64{-1, 1, 3, 5}
	ws, _ := net.NewWorkspace(x.Rows)
	adam, _ := nn.NewAdam[float64](net.Len(), nn.AdamOptions{LR: 0.1})
	grad, dOut := make([]float64, net.Len()), kernels.NewMatrix[float64](4, 1)
	for range 500 {
		y, _ := net.Forward(ws, x)
		kernels.Sub(dOut.Data, y.Data, want) // the gradient of half the squared error
		net.Backward(ws, grad, x, dOut, kernels.Matrix[float64]{})
		adam.Step(net.Params(), grad)
	}
	for name, w := range net.Tensors("line") {
		fmt.Printf("%s %.3f\n", name, w.Data[0])
	}
	// Output:
	// line.0.weight 2.000
	// line.0.bias -1.000
}
