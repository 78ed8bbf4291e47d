package vem

import (
	"fmt"
	"io"
	"strconv"

	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// maxFile is the largest file that Load reads: 10⁴ components in 100 dimensions take 800 MB.
const maxFile = 1 << 30

// Save writes the model in the safetensors format: float64 tensors alpha, beta, nu [K], means [K, D], scale_inverse [K, D, D]
// of the posterior and prior [α0, β0, ν0], prior_mean [D], prior_scale_inverse [D, D]; metadata kind "vbgmm", format "1", the
// sizes and the numerics version. Equal models give equal bytes.
func (m *GMM[T]) Save(w io.Writer) error {
	q, pr := m.cur, m.prior
	meta := map[string]string{
		"kind": m.Kind(), "format": "1", "numerics": strconv.Itoa(kernels.NumericsVersion),
		"components": strconv.Itoa(m.k), "columns": strconv.Itoa(m.d),
	}
	return safetensors.Write(w, meta, []safetensors.Tensor{
		safetensors.New("alpha", q.alpha, m.k),
		safetensors.New("beta", q.beta, m.k),
		safetensors.New("nu", q.nu, m.k),
		safetensors.New("means", q.mean.Data, m.k, m.d),
		safetensors.New("scale_inverse", q.wInv.Data, m.k, m.d, m.d),
		safetensors.New("prior", []float64{pr.Alpha, pr.Beta, pr.Nu}, 3),
		safetensors.New("prior_mean", pr.Mean, m.d),
		safetensors.New("prior_scale_inverse", pr.WInv.Data, m.d, m.d),
	})
}

// LoadGMM reads a model that Save wrote, of either element type. It is safe on any bytes: a file that is
// truncated, of another kind or format, above 1 GiB, or whose values are no posterior is an error.
func LoadGMM[T kernels.Float](r io.Reader) (*GMM[T], error) {
	f, err := safetensors.Read(r, maxFile)
	if err != nil {
		return nil, fmt.Errorf("vem: %w", err)
	}
	m, err := decode[T](&f)
	if err != nil {
		return nil, fmt.Errorf("vem: model file: %w", err)
	}
	return m, nil
}

func decode[T kernels.Float](f *safetensors.File) (*GMM[T], error) {
	if f.Metadata["kind"] != "vbgmm" {
		return nil, fmt.Errorf("its kind is %q, want \"vbgmm\"", f.Metadata["kind"])
	}
	if f.Metadata["format"] != "1" {
		return nil, fmt.Errorf("its format is %q, this version reads \"1\"", f.Metadata["format"])
	}
	t, err := f.Lookup("means")
	if err != nil {
		return nil, err
	}
	if len(t.Shape) != 2 || t.Shape[0] < 1 || t.Shape[1] < 1 {
		return nil, fmt.Errorf("means has shape %v, want [components, columns]", t.Shape)
	}
	k, d := t.Shape[0], t.Shape[1]
	values := map[string][]float64{}
	for _, t := range []struct {
		name  string
		shape []int
	}{
		{"alpha", []int{k}}, {"beta", []int{k}}, {"nu", []int{k}}, {"scale_inverse", []int{k, d, d}}, {"means", []int{k, d}},
		{"prior", []int{3}}, {"prior_mean", []int{d}}, {"prior_scale_inverse", []int{d, d}},
	} {
		v, err := safetensors.Values[float64](f, t.name, t.shape...)
		if err != nil {
			return nil, err
		}
		for i, x := range v {
			if x-x != 0 {
				return nil, fmt.Errorf("element %d of %s is %v", i, t.name, x)
			}
		}
		values[t.name] = v
	}
	p := values["prior"]
	pr, err := newPrior(Prior{
		Alpha: p[0], Beta: p[1], Nu: p[2], Mean: values["prior_mean"],
		WInv: kernels.MatrixOf(d, d, values["prior_scale_inverse"]),
	}, k, d)
	if err != nil {
		return nil, err
	}
	m := newGMM[T](k, d, pr)
	q := m.cur
	copy(q.alpha, values["alpha"])
	copy(q.beta, values["beta"])
	copy(q.nu, values["nu"])
	copy(q.mean.Data, values["means"])
	copy(q.wInv.Data, values["scale_inverse"])
	for i := range k {
		if !(q.alpha[i] > 0 && q.beta[i] > 0 && q.nu[i] > float64(d-1)) {
			return nil, fmt.Errorf("component %d has alpha %v, beta %v, nu %v: not a posterior", i, q.alpha[i], q.beta[i], q.nu[i])
		}
		w := q.wInv.SliceRows(i*d, i*d+d)
		for a := range d {
			for b := range a {
				if w.Row(a)[b] != w.Row(b)[a] {
					return nil, fmt.Errorf("scale_inverse of component %d is not symmetric", i)
				}
			}
		}
	}
	if err := q.derive(&m.prior); err != nil {
		return nil, err
	}
	return m, nil
}
