package em

import (
	"fmt"
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// hmmChain are the parameters of the Markov chain and what the kernels need of them.
type hmmChain[T kernels.Float] struct {
	k                 int
	initial, trans    []float64         // K, K×K
	start, step       kernels.Matrix[T] // the same, 1×K and K×K
	logStart, logStep kernels.Matrix[T] // their logarithms
	logs              []float64         // of initial and trans, before T rounds them, perhaps to 0
	empty             []bool            // the states without frames in the M-step that made these
	sparse            bool              // some probabilities are 0 or close to the least numbers of T
	words             int               // of a set of states
	first, next       []uint64          // the states where a sequence can begin, and for each state those that can follow it
}

func newHMMChain[T kernels.Float](k int) *hmmChain[T] {
	return &hmmChain[T]{
		k: k, initial: make([]float64, k), trans: make([]float64, k*k),
		start: kernels.NewMatrix[T](1, k), step: kernels.NewMatrix[T](k, k),
		logStart: kernels.NewMatrix[T](1, k), logStep: kernels.NewMatrix[T](k, k),
		logs: make([]float64, k+k*k), empty: make([]bool, k), words: (k + 63) / 64, first: make([]uint64, (k+63)/64), next: make([]uint64, k*((k+63)/64)),
	}
}

// compile derives the rest from initial and trans.
func (c *hmmChain[T]) compile() {
	for i, v := range c.initial {
		c.start.Data[i] = T(v)
	}
	for i, v := range c.trans {
		c.step.Data[i] = T(v)
	}
	kernels.Log(c.logStart.Data, c.start.Data)
	kernels.Log(c.logStep.Data, c.step.Data)
	c.sparse = false
	clear(c.first)
	clear(c.next)
	for j := range c.k {
		c.follow(c.first, c.initial[j], j)
		for i := range c.k {
			c.follow(c.next[i*c.words:], c.trans[i*c.k+j], j)
		}
	}
	kernels.Log(c.logs[:c.k], c.initial)
	kernels.Log(c.logs[c.k:], c.trans)
}

// follow adds state j to a set if its probability is not 0.
func (c *hmmChain[T]) follow(set []uint64, p float64, j int) {
	if p > 0 {
		set[j/64] |= 1 << (j % 64)
	}
	c.sparse = c.sparse || p < hmmWeak[T]()
}

// validate returns an error unless initial and the rows of trans are probabilities.
func (c *hmmChain[T]) validate() error {
	if err := checkWeights(c.initial); err != nil {
		return fmt.Errorf("the initial distribution: %w", err)
	}
	for i := range c.k {
		if err := checkWeights(c.trans[i*c.k:][:c.k]); err != nil {
			return fmt.Errorf("row %d of the transitions: %w", i, err)
		}
	}
	return nil
}

// rows calls f with the initial distribution and every row of the transitions, and where its statistics are.
func (c *hmmChain[T]) rows(f func(p []float64, at int)) {
	f(c.initial, 0)
	for i := range c.k {
		f(c.trans[i*c.k:][:c.k], c.k+i*c.k)
	}
}

// update makes the M-step from the parameters of from.
func (c *hmmChain[T]) update(from *hmmChain[T], stats []float64, strength float64) error {
	total := 0.0
	for _, n := range stats {
		total += math.Abs(n)
	}
	slack := float64(inexact[T]() * total) // of statistics that were added and subtracted
	for i, n := range stats {
		if !(n >= -slack) || n-n != 0 {
			if i < c.k {
				return fmt.Errorf("em: %v sequences begin in state %d: no sequences have such statistics", n, i)
			}
			return fmt.Errorf("em: %v transitions go from state %d to state %d: no sequences have such statistics", n, i/c.k-1, i%c.k)
		}
	}
	copy(c.initial, from.initial)
	copy(c.trans, from.trans)
	c.rows(func(p []float64, at int) { hmmProportions(p, stats[at:][:len(p)], strength) })
	c.compile()
	return nil
}

// hmmProportions makes of probabilities p, those of the step before, the mode (n_j + strength/#)/Σ, # the number of those that are not 0. It
// leaves p if all of that is 0.
func hmmProportions(p, n []float64, strength float64) {
	free, total := 0, 0.0
	for j, v := range p {
		if v > 0 {
			free++
			total += max(n[j], 0)
		}
	}
	if total += strength; !(total > 0) {
		return
	}
	share := strength / float64(free)
	for j, v := range p {
		if v > 0 {
			p[j] = (max(n[j], 0) + share) / total
		}
	}
}

// expected returns Σ_k N_k log π_k + Σ_ij N_ij log A_ij. A probability is 0 where its N is, or is so small that the quotient was rounded to 0.
func (c *hmmChain[T]) expected(stats []float64) float64 {
	sum := 0.0
	for i, n := range stats {
		if l := c.logs[i]; !math.IsInf(l, -1) {
			sum = math.FMA(n, l, sum)
		}
	}
	return sum
}

// logPrior returns the log density of the Dirichlet priors in nats.
func (c *hmmChain[T]) logPrior(strength float64) float64 {
	sum := 0.0
	c.rows(func(p []float64, at int) { sum += logDirichlet(p, c.logs[at:], strength) })
	return sum
}

// logDirichlet returns the log density of p under Dirichlet(1 + s/n), over the n elements of p that are not 0.
func logDirichlet(p, logP []float64, strength float64) float64 {
	free, logs := 0, 0.0
	for i, v := range p {
		if v > 0 {
			free++
			logs += logP[i]
		}
	}
	share := strength / float64(free)
	constant := special.Lgamma(float64(free)+strength) - float64(float64(free)*special.Lgamma(1+share))
	return math.FMA(share, logs, constant)
}

func (c *hmmChain[T]) numParameters() int {
	n := 0
	c.rows(func(p []float64, at int) {
		for _, v := range p {
			if v > 0 {
				n++
			}
		}
		n--
	})
	return n
}

func (c *hmmChain[T]) clone() *hmmChain[T] {
	r := newHMMChain[T](c.k)
	copy(r.initial, c.initial)
	copy(r.trans, c.trans)
	r.compile()
	return r
}
