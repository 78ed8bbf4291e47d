package nn

import "example.com/elbo/kernels"

// Activation is a layer's elementwise function; see kernels.Gemm, whose epilogue applies it.
type Activation = kernels.Activation

// The activations: x, max(x, 0), tanh x, 1/(1+e^{−x}), log(1+e^x).
const (
	Identity = kernels.ActIdentity
	ReLU     = kernels.ActReLU
	Tanh     = kernels.ActTanh
	Sigmoid  = kernels.ActSigmoid
	Softplus = kernels.ActSoftplus
)
