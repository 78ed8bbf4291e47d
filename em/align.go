package em

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"example.com/elbo/internal/assign"
	"example.com/elbo/kernels"
)

// Alignable is a mixture of type M whose components can be compared with those of another.
type Alignable[M any] interface {
	// Divergences returns a symmetric divergence, in nats, 0 between equal densities, of each component of the mixture
	// (row) from each of the other (column). Mixtures of different dimensions are an error.
	Divergences(other M) (kernels.Matrix[float64], error)
}

// Align matches the components of two mixtures of one type, such as fits of one model from two starts or to two samples, whose
// components come in any order (label switching). match[i] is the component of b that goes with component i of a:
//
//	match = argmin Σ_i divergence(a_i, b_match[i])
//
// over all one-to-one matchings, by the Hungarian algorithm (Kuhn, "The Hungarian method for the assignment problem", Naval
// Research Logistics Quarterly 2, 1955). If a has more components than b, match is −1 for those that are left over. Weights
// do not count. b.Permute(match) brings b into the order of a.
//
// Errors: mixtures of different dimensions, a divergence that is NaN.
func Align[M Alignable[M]](a, b M) (match []int, err error) {
	d, err := a.Divergences(b)
	if err != nil {
		return nil, err
	}
	for i := range d.Data {
		d.Data[i] = min(d.Data[i], 0x1p600) // infinitely far: components that no row can share
	}
	match, _, err = assign.Solve(d)
	if err != nil {
		return nil, fmt.Errorf("em: Align: %w", err)
	}
	return match, nil
}

// CanonicalOrder returns the order of components that does not depend on how they are numbered: by descending weight and, among
// equal weights, by ascending means, the first column first, −0 before 0. order[i] is the component that comes i-th; components that
// are equal to the bit keep their order. means is K×D, K the number of weights, else CanonicalOrder panics.
func CanonicalOrder(weights []float64, means kernels.Matrix[float64]) (order []int) {
	if means.Rows != len(weights) {
		panic(fmt.Sprintf("em: CanonicalOrder: %d weights and %d means", len(weights), means.Rows))
	}
	order = make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if c := cmp.Compare(weights[j], weights[i]); c != 0 {
			return c
		}
		return slices.CompareFunc(means.Row(i), means.Row(j), func(a, b float64) int {
			if c := cmp.Compare(a, b); c != 0 {
				return c
			}
			return cmp.Compare(sign(a), sign(b))
		})
	})
	return order
}

// sign is 0 for numbers whose sign bit is set, 1 for others.
func sign(x float64) int {
	if math.Signbit(x) {
		return 0
	}
	return 1
}

// checkOrder returns an error unless order is a permutation of 0 … k−1.
func checkOrder(order []int, k int) error {
	if len(order) != k {
		return fmt.Errorf("em: an order of %d components for a mixture of %d", len(order), k)
	}
	seen := make([]bool, k)
	for _, i := range order {
		if i < 0 || i >= k || seen[i] {
			return fmt.Errorf("em: the order %v is no permutation of the components 0 … %d", order, k-1)
		}
		seen[i] = true
	}
	return nil
}

// permute puts the parts of s, one of len(s)/len(order) elements for each component, in the order.
func permute[E any](s []E, order []int) {
	from := slices.Clone(s)
	n := len(s) / len(order)
	for i, k := range order {
		copy(s[i*n:][:n], from[k*n:][:n])
	}
}

// Order returns the canonical order of the components: see CanonicalOrder.
func (m *GMM[T]) Order() []int {
	return CanonicalOrder(m.cur.weights, kernels.MatrixOf(m.k, m.d, m.cur.means))
}

// Permute renumbers the components: component i is then what was component order[i]. The density stays what it is; statistics made
// before are stale. An order that is no permutation of 0 … K−1 is an error.
func (m *GMM[T]) Permute(order []int) error {
	if err := checkOrder(order, m.k); err != nil {
		return err
	}
	m.permute(order)
	m.cur.logPrior = m.logPriorOf(m.cur)
	return nil
}

// permute renumbers the components of the parameters in force and of the others.
func (m *GMM[T]) permute(order []int) {
	for _, p := range []*params[T]{m.cur, m.spare} {
		permute(p.weights, order)
		permute(p.means, order)
		permute(p.mean.Data, order)
		if m.covariance == Tied {
			permute(p.white.mean.Data, order)
		} else {
			permute(p.cov, order)
			permute(p.prec.Data, order)
		}
		permute(p.c, order)
		permute(p.logNorm.Data, order)
		permute(p.logWeight, order)
		permute(p.mix, order)
		permute(p.fates, order)
		m.stamp(p)
	}
}

// Divergences returns the Bhattacharyya distances in nats of the components, K×K of the other mixture:
//
//	¼ δᵀ(Σ_i + Σ_j)⁻¹δ + ½ ln|½(Σ_i + Σ_j)| − ¼ ln|Σ_i| − ¼ ln|Σ_j|,  δ = μ_i − μ_j
//
// (Kailath, "The divergence and Bhattacharyya distance measures in signal selection", IEEE Trans. Comm. Tech. 15(1), 1967.) It
// does not depend on the units of the columns. Another number of columns is an error.
func (m *GMM[T]) Divergences(other *GMM[T]) (kernels.Matrix[float64], error) {
	if m.d != other.d {
		return kernels.Matrix[float64]{}, fmt.Errorf("em: mixtures of %d and of %d columns cannot be compared", m.d, other.d)
	}
	out := kernels.NewMatrix[float64](m.k, other.k)
	if m.covariance == Diagonal && other.covariance == Diagonal {
		for i := range m.k {
			for j := range other.k {
				out.Row(i)[j] = bhattacharyyaDiagonal(m.cur.row(m.cur.means, i), m.cur.row(m.cur.cov, i), other.cur.row(other.cur.means, j), other.cur.row(other.cur.cov, j))
			}
		}
		return out, nil
	}
	return divergencesOf(m.gaussians(m.frame.scale), other.gaussians(m.frame.scale)), nil
}

// row returns component k's D elements of a K×D matrix.
func (p *params[T]) row(s []float64, k int) []float64 { return s[k*p.d:][:p.d] }

// gaussians returns the components in coordinates that are scaled.
func (m *GMM[T]) gaussians(scale []float64) []gaussian {
	out := make([]gaussian, m.k)
	for k := range out {
		cov := kernels.NewMatrix[float64](m.d, m.d)
		for i := range m.d {
			for j := range m.d {
				cov.Row(i)[j] = m.cur.at(k, i, j)
			}
		}
		out[k] = scaledGaussian(m.cur.row(m.cur.means, k), cov, scale)
	}
	return out
}
