package nn

import (
	"math"

	"example.com/elbo/kernels"
)

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

// activationGrad sets d[i] = dy[i]·act'(y[i]), the derivative taken from the activation's output y: ReLU 1[y>0], tanh
// (1−y)(1+y), sigmoid y(1−y), softplus 1−e^{−y}. d may be dy, but not y.
func activationGrad[T kernels.Float](d, dy, y []T, act Activation) {
	switch act {
	case ReLU:
		reluGrad(d, dy, y)
	case Tanh:
		for i, v := range y {
			d[i] = dy[i] * ((1 - v) * (1 + v))
		}
	case Sigmoid:
		for i, v := range y {
			d[i] = dy[i] * (v * (1 - v))
		}
	case Softplus:
		softplusGrad(d, dy, y)
	default:
		copy(d, dy)
	}
}

// softplusGrad goes through a small buffer on the stack: d may be dy.
func softplusGrad[T kernels.Float](d, dy, y []T) {
	var buf [64]T
	for len(y) > 0 {
		n := min(len(y), len(buf))
		e := buf[:n]
		for i, v := range y[:n] {
			e[i] = -v
		}
		kernels.Exp(e, e)
		for i, v := range e {
			d[i] = dy[i] * (1 - v)
		}
		d, dy, y = d[n:], dy[n:], y[n:]
	}
}

// reluGrad selects by a mask: the sign of a unit is close to a coin toss, which no branch predictor learns. ReLU's
// output is above 0 or ±0, so that without the sign bit −bits is negative exactly where y > 0.
func reluGrad[T kernels.Float](d, dy, y []T) {
	switch d := any(d).(type) {
	case []float32:
		dy, y := any(dy).([]float32), any(y).([]float32)
		d, dy = d[:len(y)], dy[:len(y)]
		for i, v := range y {
			mask := uint32(-int32(math.Float32bits(v)&^(1<<31)) >> 31)
			d[i] = math.Float32frombits(math.Float32bits(dy[i]) & mask)
		}
	case []float64:
		dy, y := any(dy).([]float64), any(y).([]float64)
		d, dy = d[:len(y)], dy[:len(y)]
		for i, v := range y {
			mask := uint64(-int64(math.Float64bits(v)&^(1<<63)) >> 63)
			d[i] = math.Float64frombits(math.Float64bits(dy[i]) & mask)
		}
	}
}
