package nn

import "example.com/elbo/kernels"

// Packed is an MLP for inference: its weights are packed once, in the order in which the products read them. Any number of
// goroutines may share it, each with its own Workspace.
type Packed[T kernels.Float] struct {
	m      *MLP[T]
	layers []*kernels.Packed[T]
	sparse bool // the first layer may take the inputs that are not zero alone: its weights are finite
}

// minSparse is the length of the inputs from which it may pay to look for zeros among them.
const minSparse = 64

// Pack returns the network for inference. Its parameters must not change from then on.
func (m *MLP[T]) Pack() *Packed[T] {
	p := &Packed[T]{m: m, sparse: m.in >= minSparse}
	for l := range m.layers {
		p.layers = append(p.layers, kernels.Pack(kernels.NoTrans, m.weight(l), m.bias(l)))
	}
	for _, w := range m.weight(0).Data {
		p.sparse = p.sparse && w-w == 0
	}
	return p
}

// Forward is MLP.Forward with the same bits. A workspace for one row, and an input of which half or more is zero, take the
// other half alone.
func (p *Packed[T]) Forward(ws *Workspace[T], x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	m := p.m
	if err := m.fits(ws, x); err != nil {
		return kernels.Matrix[T]{}, err
	}
	for l := range m.layers {
		y, act := ws.out[l].SliceRows(0, x.Rows), m.layers[l].Act
		if l > 0 || !p.few(ws, y, x) {
			kernels.GemmPacked(kernels.NoTrans, y, x, p.layers[l], kernels.Epilogue[T]{Act: act})
		}
		x = y
	}
	return x, nil
}

// few computes the first layer from the inputs that are not zero, if that is worth it.
func (p *Packed[T]) few(ws *Workspace[T], y, x kernels.Matrix[T]) bool {
	m := p.m
	if !p.sparse || x.Rows != 1 || len(ws.index) < m.in {
		return false
	}
	ws.ends[1] = kernels.NonZeros(ws.index, ws.value, x.Row(0))
	if 2*ws.ends[1] > m.in {
		return false
	}
	kernels.GemmSparse(y, kernels.Sparse[T]{Rows: 1, Cols: m.in, Start: ws.ends[:], Index: ws.index[:ws.ends[1]], Value: ws.value[:ws.ends[1]]},
		m.weight(0), kernels.Epilogue[T]{Bias: m.bias(0), Act: m.layers[0].Act})
	return true
}
