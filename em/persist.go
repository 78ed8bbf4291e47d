package em

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"example.com/elbo"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// maxFile is the largest file that LoadGMM reads: 10⁴ components in 100 dimensions take 800 MB.
const maxFile = 1 << 30

// Save writes the model in the safetensors format: float64 tensors weights [K], means [K, D], covariances [K, D, D]
// (diagonal: [K, D]; tied: [D, D]; spherical: [K]), the frame's centre and scale [D] and, with a prior, prior_scale [D], the
// diagonal of Ψ (spherical: [1]), and with one of the means prior_shrinkage [1] and prior_mean [D]; metadata
// kind "gmm", format "1", covariance, prior, policy, the sizes and the numerics version. Equal models give equal bytes.
func (m *GMM[T]) Save(w io.Writer) error {
	meta := map[string]string{
		"kind": m.Kind(), "format": "1", "numerics": strconv.Itoa(kernels.NumericsVersion),
		"covariance": m.covariance.String(), "prior": m.prior.String(), "policy": m.policy.String(),
		"components": strconv.Itoa(m.k), "columns": strconv.Itoa(m.d),
	}
	tensors := []safetensors.Tensor{
		safetensors.New("weights", m.cur.weights, m.k),
		safetensors.New("means", m.cur.means, m.k, m.d),
		safetensors.New("covariances", m.cur.cov, covarianceShape(m.covariance, m.k, m.d)...),
		safetensors.New("centre", m.frame.centre, m.d),
		safetensors.New("scale", m.frame.scale, m.d),
	}
	if m.prior == PriorInverseWishart {
		tensors = append(tensors, safetensors.New("prior_scale", m.scale, len(m.scale)))
	}
	tensors = append(tensors, m.normal.tensors()...)
	return safetensors.Write(w, meta, tensors)
}

// LoadGMM reads a model that Save wrote, of either element type; a model of the same type is equal to the bit. It is safe on
// any bytes: a file that is truncated, of another kind or format, above 1 GiB, or whose values are no mixture is
// an error.
func LoadGMM[T kernels.Float](r io.Reader) (*GMM[T], error) {
	f, err := safetensors.Read(r, maxFile)
	if err != nil {
		return nil, fmt.Errorf("em: %w", err)
	}
	m, err := decode[T](&f)
	if err != nil {
		return nil, fmt.Errorf("em: model file: %w", err)
	}
	return m, nil
}

func decode[T kernels.Float](f *safetensors.File) (*GMM[T], error) {
	if f.Metadata["kind"] != "gmm" {
		return nil, fmt.Errorf("its kind is %q, want \"gmm\"", f.Metadata["kind"])
	}
	if f.Metadata["format"] != "1" {
		return nil, fmt.Errorf("its format is %q, this version reads \"1\"", f.Metadata["format"])
	}
	covariance, err := ParseCovariance(f.Metadata["covariance"])
	if err != nil {
		return nil, err
	}
	prior := PriorInverseWishart
	switch name := f.Metadata["prior"]; name {
	case PriorInverseWishart.String():
	case PriorNone.String():
		prior = PriorNone
	default:
		return nil, fmt.Errorf("its prior is %q, want %v or %v", name, PriorInverseWishart, PriorNone)
	}
	policy, err := readPolicy(f)
	if err != nil {
		return nil, err
	}
	means, err := f.Lookup("means")
	if err != nil {
		return nil, err
	}
	if len(means.Shape) != 2 || means.Shape[0] < 1 || means.Shape[1] < 1 {
		return nil, fmt.Errorf("means has shape %v, want [components, columns]", means.Shape)
	}
	k, d := means.Shape[0], means.Shape[1]
	// All tensors are read, and so known to be in the file, before anything of their sizes is allocated.
	read := reader{f: f}
	weights, mu, cov := read.values("weights", k), read.values("means", k, d), read.values("covariances", covarianceShape(covariance, k, d)...)
	centre, scale := read.values("centre", d), read.values("scale", d)
	var psi []float64
	if prior == PriorInverseWishart {
		psi = read.values("prior_scale", scales(covariance, d))
	}
	if read.err != nil {
		return nil, read.err
	}
	m := newGMM[T](k, d, covariance)
	m.prior, m.scale, m.policy = prior, psi, policy
	if err := m.readNormal(&read); err != nil {
		return nil, err
	}
	for j, v := range centre {
		m.frame.centre[j], m.frame.scale[j] = float64(T(v)), scale[j]
	}
	m.cur.weights, m.cur.means, m.cur.cov = weights, mu, cov
	if err := m.validate(); err != nil {
		return nil, err
	}
	return m, nil
}

// readPolicy returns the policy that a file names; files without are of PolicyPrior.
func readPolicy(f *safetensors.File) (elbo.Policy, error) {
	name, ok := f.Metadata["policy"]
	if !ok {
		return elbo.PolicyPrior, nil
	}
	return elbo.ParsePolicy(name)
}

// reader reads tensors until the first error.
type reader struct {
	f   *safetensors.File
	err error
}

// values returns the values of a tensor, all finite, or nil.
func (r *reader) values(name string, shape ...int) []float64 {
	if r.err != nil {
		return nil
	}
	var v []float64
	if v, r.err = safetensors.Values[float64](r.f, name, shape...); r.err != nil {
		return nil
	}
	for i, x := range v {
		if x-x != 0 {
			r.err = fmt.Errorf("element %d of %s is %v", i, name, x)
			return nil
		}
	}
	return v
}

// validate returns an error unless the parameters are a mixture, and compiles them.
func (m *GMM[T]) validate() error {
	p := m.cur
	if !m.frame.compile() {
		return fmt.Errorf("centre or scale is out of the range of %T, or scale no power of two", T(0))
	}
	if err := checkWeights(p.weights); err != nil {
		return err
	}
	dropped(p.fates, p.weights)
	if m.covariance == Spherical {
		for j, s := range m.frame.scale {
			if s != m.frame.scale[0] {
				return fmt.Errorf("scale %d is %v and scale 0 %v: spherical models have one", j, s, m.frame.scale[0])
			}
		}
	}
	for j, v := range m.scale {
		if !(v > 0) {
			return fmt.Errorf("prior_scale %d is %v", j, v)
		}
	}
	for k := range m.k {
		for i := range m.d {
			for j := range i {
				if p.at(k, i, j) != p.at(k, j, i) {
					return fmt.Errorf("the covariance matrix of component %d is not symmetric", k)
				}
			}
		}
		bad := -1
		if m.covariance != Tied {
			bad = p.compile(k, &m.frame, nil)
		} else if k == 0 {
			bad = p.compileTied(&m.frame, nil)
		}
		if bad >= 0 {
			return fmt.Errorf("the covariance matrix of component %d is not positive definite, see column %d", k, bad)
		}
	}
	p.logPrior = m.logPriorOf(p)
	m.stamp(p)
	return nil
}

// checkWeights returns an error unless the weights are proportions.
func checkWeights(weights []float64) error {
	sum := 0.0
	for k, w := range weights {
		if !(w >= 0) {
			return fmt.Errorf("weight %d is %v", k, w)
		}
		sum += w
	}
	if !(math.Abs(sum-1) <= 1e-6) {
		return fmt.Errorf("the weights sum to %v", sum)
	}
	return nil
}
