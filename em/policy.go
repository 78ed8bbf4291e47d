package em

import (
	"errors"
	"fmt"

	"example.com/elbo"
)

// emptyShare is the share of the total weight below which a component is empty.
const emptyShare = 0x1p-30

// mostSplits is how often PolicySplit begins one component anew; then it drops it.
const mostSplits = 5

// ErrEmpty is what errors.Is finds in the error of a fit in which a component, or a state, lost its rows under elbo.PolicyError; the error is an
// *EmptyError.
var ErrEmpty = errors.New("em: a component lost its rows")

// EmptyError reports a component, or a state of an HMM, that has lost its rows.
type EmptyError struct {
	Component int
	Rows      float64 // the expected number of rows left
}

// Error names the component and the mends.
func (e *EmptyError) Error() string {
	return fmt.Sprintf("em: component or state %d has lost its rows, of which %.3g are left: use fewer, or another elbo.Policy", e.Component, e.Rows)
}

// Is reports whether target is ErrEmpty.
func (e *EmptyError) Is(target error) bool { return target == ErrEmpty }

// fate is what an M-step has to know of a component.
type fate struct {
	dropped   bool
	empty     bool // in this M-step
	collapsed bool // in this M-step, in the first column without variance
	column    int
	variance  float64 // of the column, before
	splits    int
}

// components are those of an M-step: their new parameters and the present ones.
type components interface {
	// keep makes the present parameters of component k the new ones, too.
	keep(k int)
	// split makes of the new parameters of the source two halves, of which component k becomes one. It returns false, and leaves
	// both, if the halves would be equal.
	split(k, source int) bool
	// collapse returns the error of component k, which collapsed with so many rows.
	collapse(k int, rows float64, f *fate) error
}

// enforcement applies a policy in an M-step, whose components are updated but for those that collapsed.
//
//	PolicyPrior  an empty component keeps its place; a collapse is an error
//	PolicySplit  the component takes half of the weight of the heaviest one, which becomes two
//	PolicyDrop   the component gets weight 0 for good, and the others its weight in proportion
//	PolicyError  both are errors
type enforcement struct {
	policy           elbo.Policy
	counts           []float64 // N_k
	total            float64   // their sum, but for dropped components
	present, weights []float64 // π before, and after
	fates            []fate    // after
	events           []elbo.Event
}

// apply reports whether it has made the mixture another one, whose constants then are to be derived anew.
func (e *enforcement) apply(c components) (rebuilt bool, err error) {
	for k, n := range e.counts {
		f := &e.fates[k]
		if f.dropped {
			continue
		}
		below := n < float64(emptyShare*e.total)
		empty := below && !f.empty && !f.collapsed && e.present[k] >= emptyShare
		f.empty = below
		switch {
		case f.collapsed && (e.policy == elbo.PolicyPrior || e.policy == elbo.PolicyError):
			return false, c.collapse(k, n, f)
		case empty && e.policy == elbo.PolicyError:
			return false, &EmptyError{Component: k, Rows: n}
		case f.collapsed:
			e.event(elbo.EventCollapsed, k, n)
		case empty:
			e.event(elbo.EventEmpty, k, n)
		default:
			continue
		}
		if e.policy == elbo.PolicyPrior {
			continue
		}
		source := e.heaviest(k)
		if source < 0 {
			return false, c.collapse(k, n, f)
		}
		rebuilt = true
		c.keep(k)
		e.weights[k], f.collapsed = 0, false
		if e.policy == elbo.PolicySplit && f.splits < mostSplits && c.split(k, source) {
			e.weights[source] /= 2
			e.weights[k] = e.weights[source]
			f.empty = false
			f.splits++
			e.event(elbo.EventSplit, k, n)
			continue
		}
		f.dropped = true
		e.event(elbo.EventDropped, k, n)
	}
	if rebuilt {
		e.share()
	}
	return rebuilt, nil
}

func (e *enforcement) event(kind elbo.EventKind, k int, rows float64) {
	e.events = append(e.events, elbo.Event{Kind: kind, Component: k, Weight: rows})
}

// heaviest returns the component with the highest weight but k that is neither dropped nor collapsed, or −1.
func (e *enforcement) heaviest(k int) int {
	best := -1
	for i, f := range e.fates {
		if i != k && !f.dropped && !f.collapsed && e.weights[i] > 0 && (best < 0 || e.weights[i] > e.weights[best]) {
			best = i
		}
	}
	return best
}

// share gives the weights of what was dropped, and of what collapsed before it was split, to the others.
func (e *enforcement) share() {
	sum := 0.0
	for k, f := range e.fates {
		if f.dropped {
			e.weights[k] = 0
		}
		sum += e.weights[k]
	}
	for k := range e.weights {
		e.weights[k] /= sum
	}
}

// dropped makes components of weight 0, which no row can bring back, dropped ones: a fit goes on from a file as it would have without.
func dropped(fates []fate, weights []float64) {
	for k, w := range weights {
		fates[k].dropped = w == 0
	}
}

// positive returns how many weights are not 0.
func positive(weights []float64) int {
	n := 0
	for _, w := range weights {
		if w > 0 {
			n++
		}
	}
	return n
}

// checkPolicy returns an error unless p is a policy.
func checkPolicy(name string, p elbo.Policy) error {
	if p > elbo.PolicyError {
		return fmt.Errorf("em: %s.Policy is %v: want PolicyPrior, PolicySplit, PolicyDrop or PolicyError", name, p)
	}
	return nil
}
