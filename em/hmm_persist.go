package em

import (
	"fmt"
	"io"
	"strconv"

	"example.com/elbo"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// Save writes the model in the safetensors format: float64 tensors initial [K] and transitions [K, K]; of Gaussian emissions means [K, D], covariances [K, D, D] (diagonal:
// [K, D], tied: [D, D], spherical: [K]), the frame's centre and scale [D]; of categorical ones categories [D] and probabilities [Σ C_d, K], column by column and value by value; of
// Poisson ones rates [K, D] and the reference rates [D]; with a prior strength [1] and, of Gaussian ones, prior_scale [D] (spherical: [1]). Metadata kind "hmm", format "1", emission,
// covariance, prior, policy, the sizes and the numerics version. Equal models give equal bytes.
func (m *HMM[T]) Save(w io.Writer) error {
	meta := map[string]string{
		"kind": m.Kind(), "format": "1", "numerics": strconv.Itoa(kernels.NumericsVersion),
		"emission": m.Emission().String(), "prior": m.prior.String(), "policy": m.policy.String(), "states": strconv.Itoa(m.k), "columns": strconv.Itoa(m.d),
	}
	if e, ok := m.emission.(*hmmGauss[T]); ok {
		meta["covariance"] = e.covariance.String()
	}
	var tensors []safetensors.Tensor
	for _, t := range m.tensors() {
		tensors = append(tensors, safetensors.New(t.name, t.values, t.shape...))
	}
	if m.prior != PriorNone {
		tensors = append(tensors, safetensors.New("strength", []float64{m.strength}, 1))
	}
	return safetensors.Write(w, meta, tensors)
}

// LoadHMM reads a model that Save wrote, of either element type; a model of the same type is equal to the bit. It is safe on
// any bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no model is an error.
func LoadHMM[T kernels.Float](r io.Reader) (*HMM[T], error) {
	f, err := safetensors.Read(r, maxFile)
	if err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	m, err := decodeHMM[T](&f)
	if err != nil {
		return nil, fmt.Errorf("em: model file: %w", err)
	}
	return m, nil
}

func decodeHMM[T kernels.Float](f *safetensors.File) (*HMM[T], error) {
	if f.Metadata["kind"] != "hmm" {
		return nil, fmt.Errorf("its kind is %q, want \"hmm\"", f.Metadata["kind"])
	}
	if f.Metadata["format"] != "1" {
		return nil, fmt.Errorf("its format is %q, this version reads \"1\"", f.Metadata["format"])
	}
	var o HMMOptions
	var err error
	if o.Emission, err = ParseEmission(f.Metadata["emission"]); err != nil {
		return nil, err
	}
	switch name := f.Metadata["prior"]; name {
	case PriorInverseWishart.String():
	case PriorNone.String():
		o.Prior = PriorNone
	default:
		return nil, fmt.Errorf("its prior is %q, want %v or %v", name, PriorInverseWishart, PriorNone)
	}
	if o.Policy, err = readPolicy(f); err != nil {
		return nil, err
	}
	if o.Policy == elbo.PolicySplit || o.Policy == elbo.PolicyDrop {
		return nil, fmt.Errorf("its policy is %v, want prior or error", o.Policy)
	}
	initial, err := f.Lookup("initial")
	if err != nil {
		return nil, err
	}
	if len(initial.Shape) != 1 || initial.Shape[0] < 1 {
		return nil, fmt.Errorf("initial has shape %v, want [states]", initial.Shape)
	}
	o.K = initial.Shape[0]
	// All tensors are read, and so known to be in the file, before anything of their sizes is allocated.
	read := &reader{f: f}
	start, trans := read.values("initial", o.K), read.values("transitions", o.K, o.K)
	if o.Prior != PriorNone {
		if s := read.values("strength", 1); s != nil {
			o.Strength = s[0]
			if !(o.Strength > 0) {
				return nil, fmt.Errorf("strength is %v", o.Strength)
			}
		}
	}
	var emission hmmEmission[T]
	var d int
	switch o.Emission {
	case GaussianEmission:
		emission, d, err = decodeGauss[T](read, f, &o)
	case CategoricalEmission:
		emission, d, err = decodeCategorical[T](read, f, &o)
	default:
		emission, d, err = decodePoisson[T](read, f, &o)
	}
	if err != nil {
		return nil, err
	}
	m := newHMM(emission, o.K, d, &o)
	m.chain.initial, m.chain.trans = start, trans
	if err := m.chain.validate(); err != nil {
		return nil, err
	}
	m.chain.compile()
	return m, nil
}

// columnsOf returns the size of the second dimension of a tensor of the given first.
func columnsOf(f *safetensors.File, name string, rows int) (int, error) {
	t, err := f.Lookup(name)
	if err != nil {
		return 0, err
	}
	if len(t.Shape) != 2 || t.Shape[0] != rows || t.Shape[1] < 1 {
		return 0, fmt.Errorf("%s has shape %v, want [%d, columns]", name, t.Shape, rows)
	}
	return t.Shape[1], nil
}

func decodeGauss[T kernels.Float](read *reader, f *safetensors.File, o *HMMOptions) (hmmEmission[T], int, error) {
	var err error
	if o.Covariance, err = ParseCovariance(f.Metadata["covariance"]); err != nil {
		return nil, 0, err
	}
	d, err := columnsOf(f, "means", o.K)
	if err != nil {
		return nil, 0, err
	}
	means, cov := read.values("means", o.K, d), read.values("covariances", covarianceShape(o.Covariance, o.K, d)...)
	centre, scale := read.values("centre", d), read.values("scale", d)
	var psi []float64
	if o.Prior != PriorNone {
		psi = read.values("prior_scale", scales(o.Covariance, d))
	}
	if read.err != nil {
		return nil, 0, read.err
	}
	e := newHMMGauss[T](o.K, d, o.Covariance)
	e.prior, e.scale, e.cur.means, e.cur.cov = o.Prior, psi, means, cov
	for j, v := range centre {
		e.frame.centre[j], e.frame.scale[j] = float64(T(v)), scale[j]
	}
	return e, d, e.validate()
}

func decodeCategorical[T kernels.Float](read *reader, f *safetensors.File, o *HMMOptions) (hmmEmission[T], int, error) {
	t, err := f.Lookup("categories")
	if err != nil {
		return nil, 0, err
	}
	if len(t.Shape) != 1 || t.Shape[0] < 1 {
		return nil, 0, fmt.Errorf("categories has shape %v, want [columns]", t.Shape)
	}
	d, total := t.Shape[0], 0
	categories := read.values("categories", d)
	if read.err != nil {
		return nil, 0, read.err
	}
	for j, c := range categories {
		if !(c >= 1 && c <= mostCategories && float64(int(c)) == c) {
			return nil, 0, fmt.Errorf("element %d of categories is %v", j, c)
		}
		total += int(c)
	}
	values := read.values("probabilities", total, o.K)
	if read.err != nil {
		return nil, 0, read.err
	}
	var probabilities []kernels.Matrix[float64]
	for _, c := range categories {
		p := kernels.NewMatrix[float64](o.K, int(c))
		for i := range p.Cols {
			for k := range o.K {
				p.Row(k)[i] = values[i*o.K+k]
			}
		}
		values = values[p.Cols*o.K:]
		probabilities = append(probabilities, p)
	}
	e, err := categoricalFrom[T](probabilities, o)
	return e, d, err
}

func decodePoisson[T kernels.Float](read *reader, f *safetensors.File, o *HMMOptions) (hmmEmission[T], int, error) {
	d, err := columnsOf(f, "rates", o.K)
	if err != nil {
		return nil, 0, err
	}
	rates, reference := read.values("rates", o.K, d), read.values("reference", d)
	if read.err != nil {
		return nil, 0, read.err
	}
	e, err := poissonFrom[T](kernels.MatrixOf(o.K, d, rates), reference, o)
	return e, d, err
}
