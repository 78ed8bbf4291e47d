package em

import (
	"errors"
	"fmt"
	"math"

	"example.com/elbo"
)

// Covariance is the shape of the components' covariance matrices.
type Covariance uint8

// The shapes.
const (
	Full      Covariance = iota // any symmetric positive definite matrix, one for each component
	Diagonal                    // a diagonal one: within a component the columns are independent
	Tied                        // any symmetric positive definite matrix, one for all components
	Spherical                   // σ_k²·I: one variance for each component, the same in all columns
)

// whole reports whether the matrices have elements off their diagonals.
func (c Covariance) whole() bool { return c == Full || c == Tied }

// String returns the name that ParseCovariance reads and files carry.
func (c Covariance) String() string {
	switch c {
	case Full:
		return "full"
	case Diagonal:
		return "diag"
	case Tied:
		return "tied"
	case Spherical:
		return "spherical"
	}
	return fmt.Sprintf("Covariance(%d)", uint8(c))
}

// ParseCovariance is the inverse of String.
func ParseCovariance(name string) (Covariance, error) {
	for c := Full; c <= Spherical; c++ {
		if name == c.String() {
			return c, nil
		}
	}
	return 0, fmt.Errorf("em: covariance %q: want full, diag, tied or spherical", name)
}

// Prior is the prior of the parameters.
type Prior uint8

// The priors. PriorInverseWishart, the default, is that of Fraley and Raftery ("Bayesian regularization for normal mixture
// estimation and model-based clustering", J. Classification 24, 2007) without its part for the means:
//
//	Full:       Σ_k  ~ InverseWishart(Ψ, D + 2),    Ψ = diag(v)/K^(2/D)
//	Tied:       Σ    ~ InverseWishart(Ψ, D + 2),    the same Ψ
//	Diagonal:   σ²_kd ~ InverseWishart(ψ_d, 3),      ψ = v/K^(2/D)
//	Spherical:  σ²_k ~ InverseWishart(ψ, 3),        ψ = (Σ_d v_d/D)/K^(2/D)
//
// with v_d the variance of column d of the data, so that E[Σ_k] = Ψ: as much as D + 2 rows that fill a K-th of the
// volume of the data. Means are uniform over the space unless GMMOptions.PriorShrinkage says otherwise, weights over the simplex, Dirichlet(1, …, 1). It keeps
// every covariance positive definite, scales with the data's units, and enters the bound with all its constants, so that the
// bound cannot fall, as it does when a multiple of the unit matrix is added to estimated covariances.
//
// PriorNone is maximum likelihood. The likelihood of a mixture is unbounded: a component may collapse onto a single
// row or a flat set of rows. FitGMM then returns ErrCollapsed.
const (
	PriorInverseWishart Prior = iota
	PriorNone
)

// String returns the name that files carry.
func (p Prior) String() string {
	switch p {
	case PriorInverseWishart:
		return "inverse-wishart"
	case PriorNone:
		return "none"
	}
	return fmt.Sprintf("Prior(%d)", uint8(p))
}

// GMMOptions configures FitGMM and NewGMM. K has no default.
type GMMOptions struct {
	elbo.Options // MaxIter, Tol, Workers, Seed

	K          int        // number of components
	Covariance Covariance // Full unless set
	Prior      Prior      // PriorInverseWishart unless set
	PriorScale []float64  // of PriorInverseWishart, Ψ's diagonal, D (Spherical: 1), positive; nil: from the data as above

	// PriorShrinkage, κ₀, adds to PriorInverseWishart a prior of the means given the covariances, together Normal–inverse-Wishart:
	// μ_k ~ N(m₀, Σ_k/κ₀), as much as κ₀ rows at m₀ in each component. It draws components together, and one without rows to m₀.
	// mclust's priorControl has 0.01. 0: the means are uniform.
	PriorShrinkage float64
	PriorMean      []float64 // m₀, D; nil: the means of the columns

	Init     Init          // InitKMeans unless set
	Policy   elbo.Policy   // of components that are empty or collapse, see MStep and elbo.Policy
	Restarts elbo.Restarts // fits from different starts, of which the one with the highest bound counts
}

// check returns an error if an option is out of range for data of the given sizes.
func (o *GMMOptions) check(rows, columns int) error {
	switch {
	case o.K < 1:
		return fmt.Errorf("em: GMMOptions.K is %d: give the number of components", o.K)
	case o.K > rows:
		return fmt.Errorf("em: %d components need as many rows, the data have %d: lower K", o.K, rows)
	}
	return o.checkModel(columns)
}

// checkModel returns an error if an option that has nothing to do with the number of rows is out of range.
func (o *GMMOptions) checkModel(columns int) error {
	switch {
	case o.Covariance > Spherical:
		return fmt.Errorf("em: GMMOptions.Covariance is %v: want Full, Diagonal, Tied or Spherical", o.Covariance)
	case o.Prior > PriorNone:
		return fmt.Errorf("em: GMMOptions.Prior is %v: want PriorInverseWishart or PriorNone", o.Prior)
	case o.Init > InitRandom:
		return o.Init.check()
	case o.Policy > elbo.PolicyError:
		return checkPolicy("GMMOptions", o.Policy)
	}
	if err := o.checkNormal(columns); err != nil {
		return err
	}
	switch {
	case o.PriorScale == nil:
		return nil
	case o.Prior == PriorNone:
		return fmt.Errorf("em: GMMOptions.PriorScale is given and Prior is PriorNone: leave out one of the two")
	case len(o.PriorScale) != scales(o.Covariance, columns):
		return fmt.Errorf("em: GMMOptions.PriorScale has %d elements, want %d", len(o.PriorScale), scales(o.Covariance, columns))
	}
	for j, v := range o.PriorScale {
		if !(v > 0 && v <= math.MaxFloat64) {
			return fmt.Errorf("em: GMMOptions.PriorScale[%d] is %v: want a positive number", j, v)
		}
	}
	return nil
}

// ErrCollapsed is what errors.Is finds in the error of a fit in which a component collapsed; the error is a
// *CollapseError.
var ErrCollapsed = errors.New("em: a component collapsed")

// CollapseError reports a component whose covariance matrix became singular.
type CollapseError struct {
	Component int     // −1: the covariance matrix that all share
	Rows      float64 // the expected number of rows of the component
	Column    int     // the first column without variance given the columns before it
}

// Error names the component and the mends.
func (e *CollapseError) Error() string {
	if e.Component < 0 {
		return fmt.Sprintf("em: the common covariance matrix collapsed: given the columns before it, column %d has no variance left within the components: use the default prior, fewer components, or leave out a column that the others determine",
			e.Column)
	}
	return fmt.Sprintf("em: component %d collapsed: given the columns before it, column %d has no variance left over its %.3g rows: use the default prior, fewer components, or leave out a column that the others determine",
		e.Component, e.Column, e.Rows)
}

// Is reports whether target is ErrCollapsed.
func (e *CollapseError) Is(target error) bool { return target == ErrCollapsed }
