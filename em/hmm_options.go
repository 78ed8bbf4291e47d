package em

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// Emission is the family of a hidden Markov model's densities p(x | state).
type Emission uint8

// The families. A missing entry (NaN) is integrated out in each; a frame whose entries are all missing tells nothing about its state.
const (
	GaussianEmission    Emission = iota // N(x; μ_k, Σ_k), Σ_k as HMMOptions.Covariance says
	CategoricalEmission                 // Π_d θ_kd[x_d]: within a state the columns are independent; x_d is 0, 1, …, C_d−1
	PoissonEmission                     // Π_d Poisson(x_d; λ_kd): within a state the columns are independent; x_d is 0, 1, 2, …
)

// String returns the name that ParseEmission reads and files carry.
func (e Emission) String() string {
	switch e {
	case GaussianEmission:
		return "gaussian"
	case CategoricalEmission:
		return "categorical"
	case PoissonEmission:
		return "poisson"
	}
	return fmt.Sprintf("Emission(%d)", uint8(e))
}

// ParseEmission is the inverse of String.
func ParseEmission(name string) (Emission, error) {
	for _, e := range []Emission{GaussianEmission, CategoricalEmission, PoissonEmission} {
		if name == e.String() {
			return e, nil
		}
	}
	return 0, fmt.Errorf("em: emission %q: want gaussian, categorical or poisson", name)
}

// HMMOptions configures FitHMM, NewHMM and NewHMMFrom. K has no default.
//
// Unless Prior is PriorNone the model is fitted to the maximum of likelihood times a proper prior, s = Strength:
//
//	initial, each row of the transitions   Dirichlet(1 + s/n), n the probabilities that may be positive
//	Gaussian                               the inverse-Wishart prior of PriorInverseWishart; means are uniform over the space
//	θ_kd                                   Dirichlet(1 + s/C_d)
//	λ_kd                                   Gamma(1 + s·m_d, s), m_d the mean of column d
//
// A Dirichlet or Gamma prior weighs as much as s observations: none of the probabilities that may be positive becomes 0, so that no
// new sequence is impossible only because its like was not among the data.
type HMMOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed

	K          int        // number of states
	Emission   Emission   // GaussianEmission unless set
	Covariance Covariance // of GaussianEmission; Full unless set
	Prior      Prior      // any but PriorNone is the prior above
	Strength   float64    // s above; 0: 1
	// PriorScale is Ψ's diagonal of Gaussian emissions (D numbers; Spherical: 1), the means m_d of Poisson ones; nil: from the data.
	PriorScale []float64
	// Policy is of states that are empty or collapse: PolicyPrior or PolicyError. To split or drop a state would change which
	// transitions there are, and so the structure that was given: fit with another K instead.
	Policy      elbo.Policy
	LeftToRight bool          // sequences begin in state 0 and go from state i to i or i+1 alone
	Categories  []int         // of CategoricalEmission: C_d for each column; nil: one more than the column's largest value
	Restarts    elbo.Restarts // fits from different starts, of which the one with the highest bound counts
}

// check returns an error if an option is out of range.
func (o *HMMOptions) check(columns int) error {
	switch {
	case o.K < 1:
		return fmt.Errorf("em: HMMOptions.K is %d: give the number of states", o.K)
	case o.Emission > PoissonEmission:
		return fmt.Errorf("em: HMMOptions.Emission is %v: want GaussianEmission, CategoricalEmission or PoissonEmission", o.Emission)
	case o.Covariance > Spherical:
		return fmt.Errorf("em: HMMOptions.Covariance is %v: want Full, Diagonal, Tied or Spherical", o.Covariance)
	case o.Prior > PriorNone:
		return fmt.Errorf("em: HMMOptions.Prior is %v: want PriorInverseWishart or PriorNone", o.Prior)
	case !(o.Strength >= 0) || o.Strength-o.Strength != 0:
		return fmt.Errorf("em: HMMOptions.Strength is %v: give a positive number of observations, or 0 for 1", o.Strength)
	case o.Policy == elbo.PolicySplit || o.Policy == elbo.PolicyDrop:
		return fmt.Errorf("em: HMMOptions.Policy is %v: want PolicyPrior or PolicyError: a state cannot go without its transitions, so fit with another K", o.Policy)
	case o.Policy > elbo.PolicyError:
		return fmt.Errorf("em: HMMOptions.Policy is %v: want PolicyPrior or PolicyError", o.Policy)
	case o.Categories != nil && o.Emission != CategoricalEmission:
		return fmt.Errorf("em: HMMOptions.Categories are for CategoricalEmission, Emission is %v", o.Emission)
	case o.PriorScale == nil:
		return nil
	case o.Prior == PriorNone || o.Emission == CategoricalEmission:
		return fmt.Errorf("em: HMMOptions.PriorScale is given, and the prior has no scale: leave it out")
	case len(o.PriorScale) != o.scales(columns):
		return fmt.Errorf("em: HMMOptions.PriorScale has %d elements, want %d", len(o.PriorScale), o.scales(columns))
	}
	for j, v := range o.PriorScale {
		if !(v > 0 && v <= math.MaxFloat64) {
			return fmt.Errorf("em: HMMOptions.PriorScale[%d] is %v: want a positive number", j, v)
		}
	}
	return nil
}

// scales is the length of PriorScale.
func (o *HMMOptions) scales(columns int) int {
	if o.Emission == GaussianEmission {
		return scales(o.Covariance, columns)
	}
	return columns
}

// strength returns s, 0 under PriorNone.
func (o *HMMOptions) strength() float64 {
	switch {
	case o.Prior == PriorNone:
		return 0
	case o.Strength == 0:
		return 1
	}
	return o.Strength
}

// sequences returns rows with one sequence made of rows without lengths.
func sequences[T kernels.Float](rows elbo.Rows[T]) elbo.Rows[T] {
	if rows.Lengths == nil && rows.X.Rows > 0 {
		rows.Lengths = []int{rows.X.Rows}
	}
	return rows
}
