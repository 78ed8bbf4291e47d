package elbo

import (
	"errors"
	"math"

	"example.com/elbo/kernels"
)

// squarem holds the statistics, about the origin, of consecutive E-steps: see SQUAREM.
type squarem struct {
	s      [3][]float64
	have   int
	r, v   []float64
	x      []float64 // the extrapolation
	before []float64 // the engine's total before it
	most   float64   // the longest step −α that is tried
}

func newSquarem(n int) *squarem {
	q := &squarem{r: make([]float64, n), v: make([]float64, n), x: make([]float64, n), before: make([]float64, n+extra), most: squaremGrowth}
	for i := range q.s {
		q.s[i] = make([]float64, n)
	}
	return q
}

func (q *squarem) full() bool { return q.have == len(q.s) }

// squaremGrowth is by how much the longest step grows once it was taken, and shrinks where the bound refused one.
const squaremGrowth = 4

// step returns −α = ‖r‖/‖v‖, at most q.most; 1 leads to S2.
func (q *squarem) step() float64 {
	for i, s1 := range q.s[1] {
		q.r[i] = s1 - q.s[0][i]
		q.v[i] = (q.s[2][i] - s1) - q.r[i]
	}
	step := math.Sqrt(kernels.Dot(q.r, q.r) / kernels.Dot(q.v, q.v))
	if step != step { // S0 = S1 = S2
		return 1
	}
	return min(step, q.most)
}

// extrapolate sets x to S0 + 2 step r + step² v.
func (q *squarem) extrapolate(step float64) {
	for i, s0 := range q.s[0] {
		q.x[i] = math.FMA(step*step, q.v[i], math.FMA(2*step, q.r[i], s0))
	}
}

// push adds the statistics of the fit's last E-step.
func (f *fit[T]) push(q *squarem) {
	s := q.s[q.have]
	copy(s, f.e.values())
	f.e.toOrigin(s)
	q.have++
}

// extrapolate tries an iteration from extrapolated statistics, and reports whether the bound took it. If not, the model and
// the engine are as they were before. The statistics then begin anew, from those of the model. A step that leads to statistics that
// no rows have is shortened, which costs no E-step.
func (f *fit[T]) extrapolate(q *squarem, i int) (bool, error) {
	step := q.step()
	longest := step == q.most
	q.have = 0
	copy(q.before, f.e.total)
	for ; step > 1.5; step = (step + 1) / 2 {
		q.extrapolate(step)
		f.e.fromOrigin(q.x)
		if f.mStep(q.x, f.e.weight()) != nil {
			longest = false
			continue
		}
		next, err := f.eStep(i)
		if err == nil && next.Delta >= 0 && !rebuilt(f.events) {
			if longest {
				q.most *= squaremGrowth
			}
			f.accept(next)
			return true, nil
		}
		f.m.Revert()
		if err != nil && !errors.Is(err, ErrBoundNotFinite) {
			return false, err
		}
		q.most = max(step/squaremGrowth, 1)
		longest = false
		break
	}
	if longest { // too short a step to be tried
		q.most *= squaremGrowth
	}
	copy(f.e.total, q.before)
	f.events = nil
	f.push(q)
	return false, nil
}
