package elbo

import "fmt"

// EventKind is what can befall a component.
type EventKind uint8

// The events.
const (
	EventEmpty     EventKind = iota // it has no rows left: its weight is 0 or what the prior gives
	EventCollapsed                  // its density became singular, and a policy or the prior mended it
	EventSplit                      // it began anew as half of another component
	EventDropped                    // it left the model for good: its weight is 0
)

// String returns the kind in a word.
func (k EventKind) String() string {
	names := [...]string{"empty", "collapsed", "split", "dropped"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("EventKind(%d)", uint8(k))
}

// Event reports what befell a component in the M-step of an iteration.
type Event struct {
	Iter      int // the iteration; models leave it 0, the fit fills it in
	Kind      EventKind
	Component int
	Weight    float64 // expected weight of the component's rows before it
}

// Eventful is what a Model implements that reports events. After a split or a drop the model is another one, and its bound may be
// lower.
type Eventful interface {
	// Events returns the events of the last successful MStep; the slice belongs to the model.
	Events() []Event
}

// Policy is what a mixture does with a component that is empty or collapses.
type Policy uint8

// The policies.
const (
	PolicyPrior Policy = iota // the prior decides: a component without rows keeps its place, a collapse is an error without a prior
	PolicySplit               // the component becomes half of the one with the most rows
	PolicyDrop                // the component is dropped
	PolicyError               // both are errors
)

// String returns the policy in a word.
func (p Policy) String() string {
	names := [...]string{"prior", "split", "drop", "error"}
	if int(p) < len(names) {
		return names[p]
	}
	return fmt.Sprintf("Policy(%d)", uint8(p))
}

// ParsePolicy is the inverse of String.
func ParsePolicy(name string) (Policy, error) {
	for p := PolicyPrior; p <= PolicyError; p++ {
		if name == p.String() {
			return p, nil
		}
	}
	return 0, fmt.Errorf("elbo: policy %q: want prior, split, drop or error", name)
}
