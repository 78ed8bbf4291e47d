package em

import (
	"fmt"
	"io"
	"maps"
	"strconv"

	"example.com/elbo"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// Save writes the model in the safetensors format: float64 tensors weights [K], those of the components, and with a prior
// alpha [1]; metadata kind, format "1", prior, policy, the sizes and the numerics version. Equal models give equal bytes.
func (m *mixture[T]) Save(w io.Writer) error {
	meta := map[string]string{
		"kind": m.kind, "format": "1", "numerics": strconv.Itoa(kernels.NumericsVersion),
		"policy": m.policy.String(), "components": strconv.Itoa(m.k), "columns": strconv.Itoa(m.d),
	}
	tensors, more := m.family.tensors()
	maps.Copy(meta, more)
	tensors = append(tensors, safetensors.New("weights", m.cur.weights, m.k))
	if m.prior != PriorNone {
		tensors = append(tensors, safetensors.New("alpha", []float64{m.alpha}, 1))
	}
	return safetensors.Write(w, meta, tensors)
}

// mixtureFile is a file of a mixture that is being read. The first error sticks.
type mixtureFile struct {
	reader
	k, d   int
	prior  Prior
	policy elbo.Policy
}

// openMixture reads a file of the kind whose tensor of the given name is components × columns.
func openMixture(r io.Reader, kind, name string) (*mixtureFile, error) {
	file, err := safetensors.Read(r, maxFile)
	if err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	switch {
	case file.Metadata["kind"] != kind:
		return nil, fmt.Errorf("em: model file: its kind is %q, want %q", file.Metadata["kind"], kind)
	case file.Metadata["format"] != "1":
		return nil, fmt.Errorf("em: model file: its format is %q, this version reads \"1\"", file.Metadata["format"])
	}
	f := &mixtureFile{reader: reader{f: &file}}
	switch file.Metadata["prior"] {
	case "none":
		f.prior = PriorNone
	case "":
		return nil, fmt.Errorf("em: model file: it names no prior")
	}
	if f.policy, err = readPolicy(&file); err != nil {
		return nil, fmt.Errorf("em: model file: %w", err)
	}
	t, err := file.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("em: model file: %w", err)
	}
	if len(t.Shape) < 2 || t.Shape[0] < 1 || t.Shape[1] < 1 {
		return nil, fmt.Errorf("em: model file: %s has shape %v, want [components, columns]", name, t.Shape)
	}
	f.k, f.d = t.Shape[0], t.Shape[1]
	return f, nil
}

// matrix returns a K×D tensor.
func (f *mixtureFile) matrix(name string) kernels.Matrix[float64] {
	v := f.values(name, f.k, f.d)
	if f.err != nil {
		return kernels.Matrix[float64]{}
	}
	return kernels.MatrixOf(f.k, f.d, v)
}

// number returns the tensor of one element, which is positive.
func (f *mixtureFile) number(name string) float64 {
	v := f.values(name, 1)
	if f.err == nil && !(v[0] > 0) {
		f.err = fmt.Errorf("%s is %v", name, v[0])
	}
	if f.err != nil {
		return 0
	}
	return v[0]
}

// loaded returns what build makes, unless a tensor could not be read.
func loaded[M any](f *mixtureFile, build func() (M, error)) (M, error) {
	var none M
	if f.err != nil {
		return none, fmt.Errorf("em: model file: %w", f.err)
	}
	m, err := build()
	if err != nil {
		return none, fmt.Errorf("em: model file: %w", err)
	}
	return m, nil
}
