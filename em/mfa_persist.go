package em

import (
	"fmt"
	"io"
	"strconv"

	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// Save writes the model in the safetensors format: float64 tensors weights [K], means [K, D], loadings [K, D, Q], noise [K, D], the
// frame's centre and scale [D] and, with a prior, prior_scale [D]; metadata kind "mfa", format "1", prior, policy, noise "own" or "shared", the
// sizes and the numerics version. Equal models give equal bytes.
func (m *MFA[T]) Save(w io.Writer) error {
	meta := map[string]string{
		"kind": m.Kind(), "format": "1", "numerics": strconv.Itoa(kernels.NumericsVersion), "prior": m.prior.String(), "policy": m.policy.String(), "noise": noiseName(m.shared),
		"components": strconv.Itoa(m.k), "columns": strconv.Itoa(m.d), "factors": strconv.Itoa(m.q),
	}
	var loadings []float64
	for _, a := range m.cur.parts {
		loadings = append(loadings, a.loadings...)
	}
	tensors := []safetensors.Tensor{
		safetensors.New("weights", m.cur.weights, m.k),
		safetensors.New("means", m.Means().Data, m.k, m.d),
		safetensors.New("loadings", loadings, m.k, m.d, m.q),
		safetensors.New("noise", m.Noise().Data, m.k, m.d),
		safetensors.New("centre", m.frame.centre, m.d),
		safetensors.New("scale", m.frame.scale, m.d),
	}
	if m.prior != PriorNone {
		tensors = append(tensors, safetensors.New("prior_scale", m.scale, m.d))
	}
	return safetensors.Write(w, meta, tensors)
}

func noiseName(shared bool) string {
	if shared {
		return "shared"
	}
	return "own"
}

// LoadMFA reads a model that Save wrote, of either element type; a model of the same type is equal to the bit. It is safe on any
// bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no mixture is an error.
func LoadMFA[T kernels.Float](r io.Reader) (*MFA[T], error) {
	f, err := safetensors.Read(r, maxFile)
	if err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	m, err := decodeMFA[T](&f)
	if err != nil {
		return nil, fmt.Errorf("em: model file: %w", err)
	}
	return m, nil
}

func decodeMFA[T kernels.Float](f *safetensors.File) (*MFA[T], error) {
	if f.Metadata["kind"] != "mfa" {
		return nil, fmt.Errorf("its kind is %q, want \"mfa\"", f.Metadata["kind"])
	}
	if f.Metadata["format"] != "1" {
		return nil, fmt.Errorf("its format is %q, this version reads \"1\"", f.Metadata["format"])
	}
	prior, err := readPrior(f)
	if err != nil {
		return nil, err
	}
	policy, err := readPolicy(f)
	if err != nil {
		return nil, err
	}
	shared := f.Metadata["noise"] == noiseName(true)
	if !shared && f.Metadata["noise"] != noiseName(false) {
		return nil, fmt.Errorf("its noise is %q, want own or shared", f.Metadata["noise"])
	}
	w, err := f.Lookup("loadings")
	if err != nil {
		return nil, err
	}
	if s := w.Shape; len(s) != 3 || s[0] < 1 || s[2] < 1 || s[1] <= s[2] {
		return nil, fmt.Errorf("loadings has shape %v, want [components, columns, factors], fewer factors than columns", s)
	}
	k, d, q := w.Shape[0], w.Shape[1], w.Shape[2]
	// All tensors are read, and so known to be in the file, before anything of their sizes is allocated.
	read := reader{f: f}
	weights, means, loadings, noise := read.values("weights", k), read.values("means", k, d), read.values("loadings", k, d, q), read.values("noise", k, d)
	centre, scale := read.values("centre", d), read.values("scale", d)
	var psi []float64
	if prior != PriorNone {
		psi = read.values("prior_scale", d)
	}
	if read.err != nil {
		return nil, read.err
	}
	m := newMFA[T](k, d, q)
	m.shared, m.prior, m.scale, m.policy = shared, prior, psi, policy
	for j, v := range centre {
		m.frame.centre[j], m.frame.scale[j] = float64(T(v)), scale[j]
	}
	copy(m.cur.weights, weights)
	for i, a := range m.cur.parts {
		copy(a.mean, means[i*d:])
		copy(a.loadings, loadings[i*d*q:])
		copy(a.noise, noise[i*d:])
	}
	return m, m.validate()
}

// readPrior returns the prior that a file names.
func readPrior(f *safetensors.File) (Prior, error) {
	switch name := f.Metadata["prior"]; name {
	case PriorInverseWishart.String():
		return PriorInverseWishart, nil
	case PriorNone.String():
		return PriorNone, nil
	default:
		return 0, fmt.Errorf("its prior is %q, want %v or %v", name, PriorInverseWishart, PriorNone)
	}
}
