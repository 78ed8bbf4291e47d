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
}

func newSquarem(n int) *squarem {
	q := &squarem{r: make([]float64, n), v: make([]float64, n), x: make([]float64, n), before: make([]float64, n+extra)}
	for i := range q.s {
		q.s[i] = make([]float64, n)
	}
	return q
}

func (q *squarem) full() bool { return q.have == len(q.s) }

// extrapolate sets x to S0 − 2αr + α²v and reports whether that is beyond S2, where α = −1.
func (q *squarem) extrapolate() bool {
	for i, s1 := range q.s[1] {
		q.r[i] = s1 - q.s[0][i]
		q.v[i] = (q.s[2][i] - s1) - q.r[i]
	}
	alpha := -math.Sqrt(kernels.Dot(q.r, q.r) / kernels.Dot(q.v, q.v))
	if !(alpha < -1) || math.IsInf(alpha, -1) {
		return false
	}
	for i, s0 := range q.s[0] {
		q.x[i] = math.FMA(alpha*alpha, q.v[i], math.FMA(-2*alpha, q.r[i], s0))
	}
	return true
}

// push adds the statistics of the fit's last E-step.
func (f *fit[T]) push(q *squarem) {
	s := q.s[q.have]
	copy(s, f.e.values())
	f.e.toOrigin(s)
	q.have++
}

// extrapolate tries an iteration from extrapolated statistics, and reports whether the bound took it. If not, the model and
// the engine are as they were before. The statistics then begin anew, from those of the model.
func (f *fit[T]) extrapolate(q *squarem, i int) (bool, error) {
	q.have = 0
	copy(q.before, f.e.total)
	if q.extrapolate() {
		f.e.fromOrigin(q.x)
		if f.mStep(q.x, f.e.weight()) == nil {
			next, err := f.eStep(i)
			if err == nil && next.Delta >= 0 && !rebuilt(f.events) {
				f.accept(next)
				return true, nil
			}
			f.m.Revert()
			if err != nil && !errors.Is(err, ErrBoundNotFinite) {
				return false, err
			}
		}
		copy(f.e.total, q.before)
		f.events = nil
	}
	f.push(q)
	return false, nil
}
