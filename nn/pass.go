package nn

import (
	"fmt"

	"example.com/elbo/kernels"
)

// Workspace is the memory of one forward and one backward pass of up to MaxRows rows: each layer's outputs, each
// layer's gradients before the activation, and the products' scratch. One goroutine uses it at a time.
type Workspace[T kernels.Float] struct {
	out   []kernels.Matrix[T]
	delta []kernels.Matrix[T]
	gemm  []T
	whole *Workspace[T] // the workspace that this one is a slice of; itself if it is none
	// Of one row, for Packed: where its inputs that are not zero begin and end, their columns and their values.
	ends  [2]int
	index []int32
	value []T
}

// NewWorkspace plans a workspace for up to maxRows rows. It fails if maxRows is not positive.
func (m *MLP[T]) NewWorkspace(maxRows int) (*Workspace[T], error) {
	if maxRows < 1 {
		return nil, fmt.Errorf("nn: workspace for %d rows: want at least 1", maxRows)
	}
	ws := &Workspace[T]{gemm: m.newScratch(maxRows)}
	for _, l := range m.layers {
		if l.Out > maxParams/maxRows {
			return nil, fmt.Errorf("nn: workspace for %d rows of %d units: more than %d elements", maxRows, l.Out, maxParams)
		}
		ws.out = append(ws.out, kernels.NewMatrix[T](maxRows, l.Out))
		ws.delta = append(ws.delta, kernels.NewMatrix[T](maxRows, l.Out))
	}
	ws.whole = ws
	if maxRows == 1 {
		ws.index, ws.value = make([]int32, m.in), make([]T, m.in)
	}
	return ws, nil
}

func (m *MLP[T]) newScratch(rows int) []T {
	n := 0
	for l, layer := range m.layers {
		in, out := m.inputs(l), layer.Out
		n = max(n, kernels.GemmWork[T](kernels.NoTrans, kernels.NoTrans, rows, out, in),
			kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, in, out, rows),
			kernels.GemmWork[T](kernels.NoTrans, kernels.Trans, rows, in, out))
	}
	return make([]T, n)
}

// MaxRows returns the number of rows that the workspace was planned for.
func (ws *Workspace[T]) MaxRows() int { return ws.out[0].Rows }

// SliceRows returns a workspace on rows [lo, hi) of this one, with scratch of its own: goroutines that hold
// disjoint slices may run Forward and BackwardInput at the same time, each on its rows, and then, once all have
// ended, BackwardParams on all rows, each on its part of the gradient. It panics if the rows are not there.
func (ws *Workspace[T]) SliceRows(lo, hi int) *Workspace[T] {
	s := &Workspace[T]{gemm: make([]T, len(ws.gemm)), whole: ws.whole}
	for l := range ws.out {
		s.out = append(s.out, ws.out[l].SliceRows(lo, hi))
		s.delta = append(s.delta, ws.delta[l].SliceRows(lo, hi))
	}
	return s
}

// fits reports, as an error, an operand that does not fit the pass.
func fits[T kernels.Float](what string, m kernels.Matrix[T], rows, cols, maxRows int) error {
	if m.Rows != rows || m.Cols != cols {
		return fmt.Errorf("nn: %s is %d×%d, want %d×%d", what, m.Rows, m.Cols, rows, cols)
	}
	if rows > maxRows {
		return fmt.Errorf("nn: %s has %d rows, the workspace was planned for %d", what, rows, maxRows)
	}
	return nil
}

// check reports a workspace that was planned for another network.
func (m *MLP[T]) check(ws *Workspace[T]) error {
	if len(ws.out) != len(m.layers) {
		return fmt.Errorf("nn: the workspace is of a network with %d layers, this one has %d", len(ws.out), len(m.layers))
	}
	for l := range m.layers {
		if ws.out[l].Cols != m.layers[l].Out {
			return fmt.Errorf("nn: the workspace's layer %d has %d units, this network's has %d", l, ws.out[l].Cols, m.layers[l].Out)
		}
	}
	return nil
}

// fits reports, as an error, a workspace or an input that does not fit the network.
func (m *MLP[T]) fits(ws *Workspace[T], x kernels.Matrix[T]) error {
	if err := m.check(ws); err != nil {
		return err
	}
	return fits("input", x, x.Rows, m.in, ws.MaxRows())
}

// Forward computes the network's output for the rows of x (rows×In) and returns a view of it (rows×Out) in the
// workspace, good until the workspace's next Forward. A row's bits do not depend on the other rows. NaN gives
// NaN; what is missing must be replaced before. It fails if x does not fit the network or the workspace.
func (m *MLP[T]) Forward(ws *Workspace[T], x kernels.Matrix[T]) (kernels.Matrix[T], error) {
	if err := m.fits(ws, x); err != nil {
		return kernels.Matrix[T]{}, err
	}
	for l := range m.layers {
		y := ws.out[l].SliceRows(0, x.Rows)
		kernels.Gemm(kernels.NoTrans, kernels.NoTrans, y, x, m.weight(l),
			kernels.Epilogue[T]{Bias: m.bias(l), Act: m.layers[l].Act}, ws.gemm)
		x = y
	}
	return x, nil
}

// Backward computes, after Forward on x, the gradient of a function f of the outputs from dOut = ∂f/∂output (rows×Out):
// grad, of length Len and laid out as Params, becomes ∂f/∂params (summed over rows), and dIn (rows×In; the zero
// Matrix if it is not wanted) becomes ∂f/∂x. It is BackwardInput and BackwardParams together.
func (m *MLP[T]) Backward(ws *Workspace[T], grad []T, x, dOut, dIn kernels.Matrix[T]) error {
	if err := m.BackwardInput(ws, dOut, dIn); err != nil {
		return err
	}
	return m.BackwardParams(ws, grad, x, dOut, 0, 1)
}

// BackwardInput is the part of Backward that goes row by row: it fills the workspace with each layer's ∂f/∂(x·W+b) and
// dIn, unless it is the zero Matrix, with ∂f/∂x. dOut must stay as it is until BackwardParams has run.
func (m *MLP[T]) BackwardInput(ws *Workspace[T], dOut, dIn kernels.Matrix[T]) error {
	if err := m.check(ws); err != nil {
		return err
	}
	rows := dOut.Rows
	if err := fits("output gradient", dOut, rows, m.Out(), ws.MaxRows()); err != nil {
		return err
	}
	if dIn.Cols != 0 {
		if err := fits("input gradient", dIn, rows, m.in, ws.MaxRows()); err != nil {
			return err
		}
	}
	d := dOut
	for l := len(m.layers) - 1; l >= 0; l-- {
		if act := m.layers[l].Act; act != Identity {
			to := ws.delta[l].SliceRows(0, rows)
			for r := 0; r < rows; r++ {
				kernels.ActivationGrad(to.Row(r), d.Row(r), ws.out[l].Row(r), act)
			}
			d = to
		}
		to := dIn
		if l > 0 {
			to = ws.delta[l-1].SliceRows(0, rows)
		}
		if to.Cols != 0 {
			kernels.Gemm(kernels.NoTrans, kernels.Trans, to, d, m.weight(l), kernels.Epilogue[T]{}, ws.gemm)
		}
		d = to
	}
	return nil
}

// BackwardParams is the part of Backward that sums over rows: after Forward and BackwardInput of all rows it writes part
// part of parts of grad. x and dOut are the operands of all rows together. On a slice of a workspace it reads the
// rows of the whole one. Each element of the gradient is one chain over the rows in their order, whatever parts is.
func (m *MLP[T]) BackwardParams(ws *Workspace[T], grad []T, x, dOut kernels.Matrix[T], part, parts int) error {
	all := ws.whole
	if err := m.check(all); err != nil {
		return err
	}
	rows := x.Rows
	if err := fits("input", x, rows, m.in, all.MaxRows()); err != nil {
		return err
	}
	if err := fits("output gradient", dOut, rows, m.Out(), all.MaxRows()); err != nil {
		return err
	}
	if len(grad) != len(m.params) || part < 0 || part >= parts {
		return fmt.Errorf("nn: part %d of %d of a gradient of length %d: this network has %d parameters", part, parts, len(grad), len(m.params))
	}
	for l := range m.layers {
		d := all.delta[l].SliceRows(0, rows)
		if l == len(m.layers)-1 && m.layers[l].Act == Identity {
			d = dOut
		}
		if l > 0 {
			x = all.out[l-1].SliceRows(0, rows)
		}
		dw, db := m.weightIn(grad, l), m.biasIn(grad, l)
		if lo, hi := span(x.Cols, part, parts); lo < hi {
			columns := x
			columns.Data, columns.Cols = x.Data[min(lo, len(x.Data)):], hi-lo
			kernels.Gemm(kernels.Trans, kernels.NoTrans, dw.SliceRows(lo, hi), columns, d, kernels.Epilogue[T]{}, ws.gemm)
		}
		lo, hi := span(len(db), part, parts)
		clear(db[lo:hi])
		for r := 0; r < rows; r++ {
			kernels.Add(db[lo:hi], db[lo:hi], d.Row(r)[lo:hi])
		}
	}
	return nil
}

// span returns part's share [lo, hi) of n elements.
func span(n, part, parts int) (lo, hi int) { return n * part / parts, n * (part + 1) / parts }
