package em

import (
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// Order returns the canonical order of the components, by descending weight and, among equal weights, by ascending parameters: see
// CanonicalOrder.
func (m *mixture[T]) Order() []int {
	return CanonicalOrder(m.cur.weights, m.family.locations())
}

// Permute renumbers the components: component i is then what was component order[i]. The density stays what it is; statistics made
// before are stale. An order that is no permutation of 0 … K−1 is an error.
func (m *mixture[T]) Permute(order []int) error {
	if err := checkOrder(order, m.k); err != nil {
		return err
	}
	for _, s := range []*mixing{m.cur, m.spare} {
		permute(s.weights, order)
		permute(s.logs, order)
		permute(s.fates, order)
	}
	m.family.permute(order)
	m.cur.logPrior = m.logPriorOf(m.cur, false)
	return nil
}

// divergences returns the matrix of f of the rows of a and b, each a component, unless they have different columns.
func divergences(a, b kernels.Matrix[float64], f func(p, q []float64) float64) (kernels.Matrix[float64], error) {
	if a.Cols != b.Cols {
		return kernels.Matrix[float64]{}, fmt.Errorf("em: mixtures of %d and of %d columns cannot be compared", a.Cols, b.Cols)
	}
	out := kernels.NewMatrix[float64](a.Rows, b.Rows)
	for i := range a.Rows {
		for j := range b.Rows {
			out.Row(i)[j] = max(f(a.Row(i), b.Row(j)), 0)
		}
	}
	return out, nil
}

// Divergences returns the Bhattacharyya distances in nats of the components, K×K of the other mixture, +Inf between components that
// exclude each other:
//
//	−Σ_d ln[√(θ_id θ_jd) + √((1 − θ_id)(1 − θ_jd))]
//
// (Kailath, "The divergence and Bhattacharyya distance measures in signal selection", IEEE Trans. Comm. Tech. 15(1), 1967.) Another
// number of columns is an error.
func (m *BernoulliMixture[T]) Divergences(other *BernoulliMixture[T]) (kernels.Matrix[float64], error) {
	return divergences(m.bernoulli.locations(), other.bernoulli.locations(), func(a, b []float64) float64 {
		sum := 0.0
		for d, p := range a {
			q := b[d]
			sum -= logOf(math.Sqrt(float64(p*q)) + math.Sqrt(float64((1-p)*(1-q))))
		}
		return sum
	})
}

// Divergences returns the Bhattacharyya distances in nats of the components, K×K of the other mixture,
//
//	½ Σ_d (√λ_id − √λ_jd)²
//
// (Kailath, "The divergence and Bhattacharyya distance measures in signal selection", IEEE Trans. Comm. Tech. 15(1), 1967.) Another
// number of columns is an error.
func (m *PoissonMixture[T]) Divergences(other *PoissonMixture[T]) (kernels.Matrix[float64], error) {
	return m.poisson.divergences(other.poisson)
}

func (f *poisson[T]) divergences(other *poisson[T]) (kernels.Matrix[float64], error) {
	return divergences(f.locations(), other.locations(), func(a, b []float64) float64 {
		sum := 0.0
		for d, p := range a {
			t := math.Sqrt(p) - math.Sqrt(b[d])
			sum += float64(0.5 * float64(t*t))
		}
		return sum
	})
}

// Divergences returns the Bhattacharyya distances in nats of the components, K×K of the other mixture, +Inf between components that
// exclude each other:
//
//	−Σ_d ln Σ_c √(θ_id[c] θ_jd[c])
//
// (Kailath, "The divergence and Bhattacharyya distance measures in signal selection", IEEE Trans. Comm. Tech. 15(1), 1967.) Other
// numbers of columns or of their categories are an error.
func (m *CategoricalMixture[T]) Divergences(other *CategoricalMixture[T]) (kernels.Matrix[float64], error) {
	return m.categorical.divergences(other.categorical)
}

func (f *categorical[T]) divergences(other *categorical[T]) (kernels.Matrix[float64], error) {
	first, others := f.first, other.first
	if len(first) != len(others) {
		return kernels.Matrix[float64]{}, fmt.Errorf("em: mixtures of %d and of %d columns cannot be compared", len(first)-1, len(others)-1)
	}
	for d := range first {
		if first[d] != others[d] {
			return kernels.Matrix[float64]{}, fmt.Errorf("em: mixtures with different categories in column %d cannot be compared", d-1)
		}
	}
	return divergences(f.locations(), other.locations(), func(a, b []float64) float64 {
		sum := 0.0
		for d := range len(first) - 1 {
			coefficient := 0.0
			for c := first[d]; c < first[d+1]; c++ {
				coefficient += math.Sqrt(float64(a[c] * b[c]))
			}
			sum -= logOf(coefficient)
		}
		return sum
	})
}

func (f *linear[T]) locations() kernels.Matrix[float64] {
	return kernels.MatrixOf(f.k, f.d, f.cur.value)
}

func (f *linear[T]) permute(order []int) {
	for _, p := range []*linearParams[T]{f.cur, f.spare} {
		for _, s := range [][]float64{p.value, p.logA, p.logB, p.weights} {
			permute(s, order)
		}
		permute(p.notZero.Data, order)
		permute(p.notOne.Data, order)
		p.compile(p.weights)
	}
}

func (f *categorical[T]) locations() kernels.Matrix[float64] {
	out := kernels.NewMatrix[float64](f.k, f.total)
	for c := range f.total {
		for k := range f.k {
			out.Row(k)[c] = f.cur.value[c*f.k+k]
		}
	}
	return out
}

func (f *categorical[T]) permute(order []int) {
	for _, p := range []*categoricalParams[T]{f.cur, f.spare} {
		for c := range f.total {
			permute(p.value[c*f.k:][:f.k], order)
		}
		permute(p.mixing, order)
		p.compile(p.mixing)
	}
}

// Divergences returns the Bhattacharyya distances in nats of Gaussians with the components' locations and scale matrices, K×K of the
// other mixture: see GMM.Divergences. Degrees of freedom do not count. Another number of columns is an error.
func (m *StudentMixture[T]) Divergences(other *StudentMixture[T]) (kernels.Matrix[float64], error) {
	return m.student.g.Divergences(other.student.g)
}

func (f *student[T]) locations() kernels.Matrix[float64] {
	return kernels.MatrixOf(f.g.k, f.g.d, f.g.cur.means)
}

func (f *student[T]) permute(order []int) {
	f.g.permute(order)
	for _, s := range []*studentParams[T]{f.cur, f.spare} {
		for o := range f.g.d + 1 {
			lo, hi := o*f.g.k, (o+1)*f.g.k
			for _, table := range [][]float64{s.constant, s.share, s.logShare, s.psi, s.entropy} {
				permute(table[lo:hi], order)
			}
			permute(s.half[lo:hi], order)
		}
		permute(s.freedom, order)
		permute(s.inverse, order)
		permute(s.root, order)
		permute(s.logNorm.Data, order)
		permute(s.complete, order)
		permute(s.mixing, order)
	}
}

// Order returns the canonical order of the components: see CanonicalOrder.
func (m *MFA[T]) Order() []int { return CanonicalOrder(m.cur.weights, m.Means()) }

// Permute renumbers the components: component i is then what was component order[i]. The density stays what it is; statistics made
// before are stale. An order that is no permutation of 0 … K−1 is an error.
func (m *MFA[T]) Permute(order []int) error {
	if err := checkOrder(order, m.k); err != nil {
		return err
	}
	for _, p := range []*analysers[T]{m.cur, m.spare} {
		permute(p.weights, order)
		permute(p.logs, order)
		permute(p.parts, order)
		permute(p.fates, order)
	}
	m.cur.logPrior = m.logPriorOf(m.cur)
	return nil
}

// Divergences returns the Bhattacharyya distances in nats of the components, K×K of the other mixture: see GMM.Divergences. The
// covariance matrices are W_k W_kᵀ + Ψ_k. Another number of columns is an error; numbers of factors may differ.
func (m *MFA[T]) Divergences(other *MFA[T]) (kernels.Matrix[float64], error) {
	if m.d != other.d {
		return kernels.Matrix[float64]{}, fmt.Errorf("em: mixtures of %d and of %d columns cannot be compared", m.d, other.d)
	}
	return divergencesOf(m.gaussians(m.frame.scale), other.gaussians(m.frame.scale)), nil
}

// gaussians returns the components in coordinates that are scaled.
func (m *MFA[T]) gaussians(scale []float64) []gaussian {
	out := make([]gaussian, m.k)
	for k, a := range m.cur.parts {
		out[k] = scaledGaussian(a.mean, a.covariance(), scale)
	}
	return out
}
