package em

import (
	"fmt"
	"io"
	"strconv"

	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// Save writes the model in the safetensors format: float64 tensors mean [D], loadings [D, Q], noise [D] (PPCA: all equal), the frame's
// centre and scale [D] and, with a prior, prior_scale [D] (PPCA: [1]); metadata kind "fa" or "ppca", format "1", prior, the steps
// of an M-step, the sizes and the numerics version. Equal models give equal bytes.
func (m *factors[T]) Save(w io.Writer) error {
	meta := map[string]string{
		"kind": m.kind, "format": "1", "numerics": strconv.Itoa(kernels.NumericsVersion), "prior": m.prior.String(),
		"steps": strconv.Itoa(m.steps), "columns": strconv.Itoa(m.d), "factors": strconv.Itoa(m.q),
	}
	tensors := []safetensors.Tensor{
		safetensors.New("mean", m.cur.mean, m.d),
		safetensors.New("loadings", m.cur.loadings, m.d, m.q),
		safetensors.New("noise", m.cur.noise, m.d),
		safetensors.New("centre", m.frame.centre, m.d),
		safetensors.New("scale", m.frame.scale, m.d),
	}
	if m.prior != PriorNone {
		tensors = append(tensors, safetensors.New("prior_scale", m.scale, len(m.scale)))
	}
	return safetensors.Write(w, meta, tensors)
}

func loadFactors[T kernels.Float](r io.Reader, kind string) (factors[T], error) {
	f, err := safetensors.Read(r, maxFile)
	if err != nil {
		return factors[T]{}, fmt.Errorf("em: %w", err)
	}
	m, err := decodeFactors[T](&f, kind)
	if err != nil {
		return factors[T]{}, fmt.Errorf("em: model file: %w", err)
	}
	return m, nil
}

func decodeFactors[T kernels.Float](f *safetensors.File, kind string) (m factors[T], err error) {
	if f.Metadata["kind"] != kind {
		return m, fmt.Errorf("its kind is %q, want %q", f.Metadata["kind"], kind)
	}
	if f.Metadata["format"] != "1" {
		return m, fmt.Errorf("its format is %q, this version reads \"1\"", f.Metadata["format"])
	}
	prior, err := readPrior(f)
	if err != nil {
		return m, err
	}
	steps, err := strconv.Atoi(f.Metadata["steps"])
	if err != nil || steps < 1 {
		return m, fmt.Errorf("its steps are %q, want a positive number", f.Metadata["steps"])
	}
	loadings, err := f.Lookup("loadings")
	if err != nil {
		return m, err
	}
	if len(loadings.Shape) != 2 || loadings.Shape[1] < 1 || loadings.Shape[0] <= loadings.Shape[1] {
		return m, fmt.Errorf("loadings has shape %v, want [columns, factors], fewer factors than columns", loadings.Shape)
	}
	d, q := loadings.Shape[0], loadings.Shape[1]
	read := reader{f: f}
	mean, w, noise := read.values("mean", d), read.values("loadings", d, q), read.values("noise", d)
	centre, scale := read.values("centre", d), read.values("scale", d)
	var psi []float64
	if prior != PriorNone {
		n := d
		if kind == "ppca" {
			n = 1
		}
		psi = read.values("prior_scale", n)
	}
	if read.err != nil {
		return m, read.err
	}
	m = newFactors[T](kind, d, q)
	m.steps, m.prior, m.scale = steps, prior, psi
	for j, v := range centre {
		m.frame.centre[j], m.frame.scale[j] = float64(T(v)), scale[j]
	}
	copy(m.cur.mean, mean)
	copy(m.cur.loadings, w)
	copy(m.cur.noise, noise)
	return m, m.validate()
}
