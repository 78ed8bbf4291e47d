package nn

import (
	"fmt"
	"iter"
	"math"
	"strconv"

	"example.com/elbo/kernels"
)

// Init says what a layer's parameters start from. The draws come from kernels.Uniform and kernels.Normal, counted
// by (tensor, index): they do not depend on the other layers' sizes.
type Init uint8

const (
	Uniform Init = iota // W and b from U(−1/√in, 1/√in): the default of PyTorch's nn.Linear
	Glorot              // W from U(−√(6/(in+out)), √(6/(in+out))), b = 0 (Glorot and Bengio 2010)
	He                  // W from N(0, 2/in), b = 0 (He, Zhang, Ren and Sun 2015)
)

// Layer describes one dense layer: Out units with activation Act.
type Layer struct {
	Out  int
	Act  Activation
	Init Init
}

// maxParams bounds a network: index arithmetic on 32-bit machines stays far from overflow.
const maxParams = 1 << 28

// Size returns the number of parameters of a network with these layers on inputs of length in, Σ (in+1)·out, or an
// error that names the layer that is out of bounds. Nothing is allocated: a loader may ask before it trusts a file.
func Size(in int, layers []Layer) (int, error) {
	if in < 1 {
		return 0, fmt.Errorf("nn: input length %d: want at least 1", in)
	}
	if len(layers) == 0 {
		return 0, fmt.Errorf("nn: a network needs at least one layer")
	}
	total := int64(0)
	for i, l := range layers {
		if l.Out < 1 {
			return 0, fmt.Errorf("nn: layer %d has %d units: want at least 1", i, l.Out)
		}
		if l.Act > Softplus {
			return 0, fmt.Errorf("nn: layer %d: unknown activation %d", i, l.Act)
		}
		if l.Init > He {
			return 0, fmt.Errorf("nn: layer %d: unknown initialisation %d", i, l.Init)
		}
		if in > maxParams || l.Out > maxParams {
			return 0, fmt.Errorf("nn: layer %d is %d×%d: more than %d parameters", i, in, l.Out, maxParams)
		}
		total += (int64(in) + 1) * int64(l.Out)
		if total > maxParams {
			return 0, fmt.Errorf("nn: layers 0 to %d have %d parameters, more than %d", i, total, maxParams)
		}
		in = l.Out
	}
	return int(total), nil
}

// MLP is a multilayer perceptron: dense layers one after another. Its methods only read it, so that any number of
// goroutines may share it, each with its own Workspace; only a write through Params needs exclusion.
type MLP[T kernels.Float] struct {
	in     int
	layers []Layer
	offset []int // where layer l's weights begin; its bias follows them
	params []T
}

// NewMLP returns a network for inputs of length in with drawn parameters; equal keys give equal bits. It fails, naming
// the layer, if a size, an activation or an initialisation is out of range.
func NewMLP[T kernels.Float](in int, layers []Layer, key kernels.Key) (*MLP[T], error) {
	n, err := Size(in, layers)
	if err != nil {
		return nil, err
	}
	m := &MLP[T]{in: in, layers: append([]Layer(nil), layers...), offset: make([]int, len(layers)), params: make([]T, n)}
	at := 0
	for l, layer := range m.layers {
		m.offset[l] = at
		at += (m.inputs(l) + 1) * layer.Out
		m.draw(l, key)
	}
	return m, nil
}

// draw initialises layer l: tensor 2l is its weights, 2l+1 its bias.
func (m *MLP[T]) draw(l int, key kernels.Key) {
	w, b := m.weight(l).Data, m.bias(l)
	cw, cb := kernels.Counter{Row: uint64(2 * l)}, kernels.Counter{Row: uint64(2*l + 1)}
	in, out := float64(m.inputs(l)), float64(m.layers[l].Out)
	switch m.layers[l].Init {
	case Glorot:
		kernels.Uniform(w, key, cw)
		symmetric(w, T(math.Sqrt(6/(in+out))))
	case He:
		kernels.Normal(w, key, cw)
		kernels.Scale(w, w, T(math.Sqrt(2/in)))
	default:
		kernels.Uniform(w, key, cw)
		symmetric(w, T(1/math.Sqrt(in)))
		kernels.Uniform(b, key, cb)
		symmetric(b, T(1/math.Sqrt(in)))
	}
}

// symmetric maps [0, 1) to [−a, a).
func symmetric[T kernels.Float](x []T, a T) {
	for i, u := range x {
		x[i] = (u + u - 1) * a
	}
}

// inputs is the number of inputs of layer l.
func (m *MLP[T]) inputs(l int) int {
	if l == 0 {
		return m.in
	}
	return m.layers[l-1].Out
}

// weightIn and biasIn view layer l's part of a flat vector with the parameters' layout.
func (m *MLP[T]) weightIn(p []T, l int) kernels.Matrix[T] {
	in, out := m.inputs(l), m.layers[l].Out
	return kernels.Matrix[T]{Rows: in, Cols: out, Stride: out, Data: p[m.offset[l] : m.offset[l]+in*out]}
}

func (m *MLP[T]) biasIn(p []T, l int) []T {
	in, out := m.inputs(l), m.layers[l].Out
	return p[m.offset[l]+in*out : m.offset[l]+(in+1)*out]
}

func (m *MLP[T]) weight(l int) kernels.Matrix[T] { return m.weightIn(m.params, l) }
func (m *MLP[T]) bias(l int) []T                 { return m.biasIn(m.params, l) }

// In returns the length of an input row.
func (m *MLP[T]) In() int { return m.in }

// Out returns the length of an output row.
func (m *MLP[T]) Out() int { return m.layers[len(m.layers)-1].Out }

// Len returns the number of parameters, Σ (in+1)·out over the layers.
func (m *MLP[T]) Len() int { return len(m.params) }

// Layers returns a copy of the description of the layers.
func (m *MLP[T]) Layers() []Layer { return append([]Layer(nil), m.layers...) }

// Params returns the parameters themselves, W then b of each layer: what is written there is what Forward uses.
func (m *MLP[T]) Params() []T { return m.params }

// WithParams returns a network of the same shape whose parameters are p itself, not a copy: several networks may
// so share one vector, and a gradient vector gets its named views. It fails if p has not length Len.
func (m *MLP[T]) WithParams(p []T) (*MLP[T], error) {
	if len(p) != len(m.params) {
		return nil, fmt.Errorf("nn: %d parameters given: this network has %d", len(p), len(m.params))
	}
	return &MLP[T]{in: m.in, layers: m.layers, offset: m.offset, params: p[:len(p):len(p)]}, nil
}

// Tensors yields the parameters as named views, in their order in memory: prefix.0.weight (in×out), prefix.0.bias
// (1×out), prefix.1.weight, … A weight is the transpose of PyTorch's, which stores out×in.
func (m *MLP[T]) Tensors(prefix string) iter.Seq2[string, kernels.Matrix[T]] {
	return func(yield func(string, kernels.Matrix[T]) bool) {
		for l := range m.layers {
			name := prefix + "." + strconv.Itoa(l)
			if !yield(name+".weight", m.weight(l)) || !yield(name+".bias", kernels.MatrixOf(1, m.layers[l].Out, m.bias(l))) {
				return
			}
		}
	}
}
