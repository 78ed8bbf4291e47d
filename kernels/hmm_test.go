package kernels

import (
	"fmt"
	"math"
	"testing"
)

func init() { registerHMM[float32](); registerHMM[float64]() }

// hmmShapes are {states, states before, sequences, gap between columns and stride}.
func hmmShapes() [][]int {
	var r [][]int
	for s := range 20 {
		r = append(r, []int{4, 4, s, s % 3})
	}
	for _, d := range [][]int{{1, 1}, {2, 2}, {3, 3}, {5, 5}, {6, 6}, {7, 7}, {8, 8}, {9, 1}, {1, 9}, {16, 3}, {0, 0}, {0, 3}, {3, 0}, {65, 5}, {5, 66}} {
		for _, s := range []int{1, 7, 27, 33} {
			r = append(r, []int{d[0], d[1], s, s % 2})
		}
	}
	return append(r, []int{64, 64, 70, 0}) // more than one call
}

func registerHMM[T Float]() {
	bits := [][]int{{1, 1, 3, 0}, {4, 4, 9, 1}, {5, 3, 17, 0}, {3, 70, 5, 0}}
	mat := func(rows, cols, gap int) int {
		if rows == 0 {
			return 0
		}
		return (rows-1)*(cols+gap) + cols
	}
	view := func(rows, cols, gap int, x []T) Matrix[T] {
		return Matrix[T]{Rows: rows, Cols: cols, Data: x, Stride: cols + gap}
	}
	// logs makes log-probabilities: of ordinary size, and some columns impossible in part or whole.
	logs := func(x []T, g *gen) {
		for i := range x {
			switch g.intn(12) {
			case 0:
				x[i] = T(math.Inf(-1))
			case 1:
				x[i] = T(-300 * g.uniform())
			default:
				x[i] = T(3 * g.normal())
			}
		}
	}
	probs := func(x []T, g *gen) {
		for i := range x {
			if x[i] = T(g.uniform()); g.intn(9) == 0 {
				x[i] = 0
			}
		}
	}
	register(spec[T]{
		name: "HMMForward", shapes: hmmShapes(), bits: bits, any: true,
		ops: func(d []int) []operand {
			k, i, s, gap := d[0], d[1], d[2], d[3]
			return []operand{
				{name: "alpha", role: out, len: mat(k, s, gap)}, {name: "b", role: out, len: mat(k, s, 0), alias: 7}, {name: "c", role: out, len: s},
				{name: "logc", role: out, len: s}, {name: "prev", len: mat(i, s, gap)}, {name: "trans", len: mat(i, k, gap)}, {name: "logb", len: mat(k, s, 0)},
			}
		},
		fill: func(d []int, b [][]T, g *gen) {
			probs(b[4], g)
			probs(b[5], g)
			logs(b[6], g)
			for c := range d[2] {
				if g.intn(6) == 0 { // a sum below the normal range
					for i := range d[1] {
						b[4][i*(d[2]+d[3])+c] *= specials[T]()[5]
					}
				}
			}
		},
		run: func(d []int, b [][]T) {
			k, i, s, gap := d[0], d[1], d[2], d[3]
			HMMForward(view(k, s, gap, b[0]), view(k, s, 0, b[1]), b[2], b[3], view(i, s, gap, b[4]), view(i, k, gap, b[5]), view(k, s, 0, b[6]))
		},
	})
	register(spec[T]{
		name: "HMMBackward", shapes: hmmShapes(), bits: bits, any: true,
		ops: func(d []int) []operand {
			k, i, s, gap := d[0], d[1], d[2], d[3]
			return []operand{
				{name: "beta", role: out, len: mat(i, s, gap)}, {name: "w", role: out, len: mat(k, s, gap), alias: 5}, {name: "next", len: mat(k, s, 0)},
				{name: "trans", len: mat(i, k, gap)}, {name: "b", len: mat(k, s, gap)}, {name: "c", len: s},
			}
		},
		fill: func(d []int, b [][]T, g *gen) { probs(b[2], g); probs(b[3], g); probs(b[4], g); probs(b[5], g) },
		run: func(d []int, b [][]T) {
			k, i, s, gap := d[0], d[1], d[2], d[3]
			HMMBackward(view(i, s, gap, b[0]), view(k, s, gap, b[1]), view(k, s, 0, b[2]), view(i, k, gap, b[3]), view(k, s, gap, b[4]), b[5])
		},
	})
	var viterbi [][]int
	for _, d := range hmmShapes() {
		if d[1] > 0 {
			viterbi = append(viterbi, d)
		}
	}
	register(spec[T]{
		name: "HMMViterbi", shapes: append(viterbi, []int{3, hmmPieceTerms, 3, 0}), bits: bits, any: true,
		random: func(g *gen) []int { return viterbi[g.intn(len(viterbi))] }, // the dimensions depend on each other
		ops: func(d []int) []operand {
			k, i, s, gap := d[0], d[1], d[2], d[3]
			return []operand{
				{name: "delta", role: out, len: mat(k, s, gap)}, {name: "psi", role: out, len: mat(k, s, 0)}, {name: "prev", len: mat(i, s, gap)},
				{name: "logTrans", len: mat(i, k, gap)}, {name: "logb", len: mat(k, s, gap)},
			}
		},
		fill: func(d []int, b [][]T, g *gen) {
			logs(b[2], g)
			logs(b[3], g)
			logs(b[4], g)
			for i := range b[2] {
				b[2][i] = T(math.Round(float64(b[2][i]))) // ties
			}
			for i := range b[3] {
				b[3][i] = T(math.Round(float64(b[3][i])))
			}
		},
		run: func(d []int, b [][]T) {
			k, i, s, gap := d[0], d[1], d[2], d[3]
			HMMViterbi(view(k, s, gap, b[0]), view(k, s, 0, b[1]), view(i, s, gap, b[2]), view(i, k, gap, b[3]), view(k, s, gap, b[4]))
		},
	})
}

// hmmPieceTerms is so many states before that HMMViterbi's assembly does one or two states a call.
const hmmPieceTerms = 5000

// hmmModel is a model of k states and the frames of some sequences, whose lengths fall. logb[t] is k×S_t.
type hmmModel[T Float] struct {
	k          int
	lens       []int
	start      Matrix[T] // 1×k
	trans      Matrix[T]
	logb       []Matrix[T]
	alpha      []Matrix[T]
	c          [][]T
	logZ       []float64
	post, from []Matrix[T] // P(state), Viterbi's psi
	pairs      Matrix[T]
	best       []float64
	last       []int
}

func newHMM[T Float](k int, lens []int, seed uint64) *hmmModel[T] {
	g := &gen{s: seed}
	m := &hmmModel[T]{k: k, lens: lens, start: NewMatrix[T](1, k), trans: NewMatrix[T](k, k)}
	row := func(r []T) {
		sum := T(0)
		for i := range r {
			r[i] = T(0.05 + g.uniform())
			sum += r[i]
		}
		for i := range r {
			r[i] /= sum
		}
	}
	row(m.start.Data)
	for i := range k {
		row(m.trans.Row(i))
	}
	for t := range lens[0] {
		b := NewMatrix[T](k, m.active(t))
		for i := range b.Data {
			b.Data[i] = T(4*g.normal() - 500) // far from what exp reaches
			if t == 2 {
				b.Data[i] = 0 // missing
			}
		}
		m.logb = append(m.logb, b)
	}
	return m
}

// active is the number of sequences that have a frame t.
func (m *hmmModel[T]) active(t int) int {
	n := 0
	for n < len(m.lens) && m.lens[n] > t {
		n++
	}
	return n
}

func cols[T Float](m Matrix[T], n int) Matrix[T] { m.Cols = n; return m }

// run does all that the doc comment of hmm.go says.
func (m *hmmModel[T]) run() {
	frames := len(m.logb)
	ones := NewMatrix[T](1, m.active(0))
	for i := range ones.Data {
		ones.Data[i] = 1
	}
	m.logZ, m.best, m.last = make([]float64, len(m.lens)), make([]float64, len(m.lens)), make([]int, len(m.lens))
	m.pairs = NewMatrix[T](m.k, m.k)
	var b []Matrix[T]
	var delta Matrix[T]
	for t, logb := range m.logb {
		n := logb.Cols
		a, e, c, logc := NewMatrix[T](m.k, n), NewMatrix[T](m.k, n), make([]T, n), make([]T, n)
		d, psi := NewMatrix[T](m.k, n), NewMatrix[T](m.k, n)
		if t == 0 {
			HMMForward(a, e, c, logc, ones, m.start, logb)
			logStart, zeros := NewMatrix[T](1, m.k), NewMatrix[T](1, n)
			Log(logStart.Data, m.start.Data)
			HMMViterbi(d, psi, zeros, logStart, logb)
		} else {
			HMMForward(a, e, c, logc, cols(m.alpha[t-1], n), m.trans, logb)
			logTrans := NewMatrix[T](m.k, m.k)
			Log(logTrans.Data, m.trans.Data)
			HMMViterbi(d, psi, cols(delta, n), logTrans, logb)
		}
		delta = d
		b, m.alpha, m.c, m.from = append(b, e), append(m.alpha, a), append(m.c, c), append(m.from, psi)
		for s := range n {
			m.logZ[s] += float64(logc[s])
			if t == m.lens[s]-1 {
				m.best[s] = math.Inf(-1)
				for j := range m.k {
					if v := float64(d.Row(j)[s]); v > m.best[s] {
						m.best[s], m.last[s] = v, j
					}
				}
			}
		}
	}
	m.post = make([]Matrix[T], frames)
	var beta Matrix[T]
	for t := frames - 1; t >= 0; t-- {
		now := NewMatrix[T](m.k, m.active(t))
		for i := range now.Data {
			now.Data[i] = 1 // those that end here
		}
		if t+1 < frames {
			n := m.logb[t+1].Cols
			w := NewMatrix[T](m.k, n)
			HMMBackward(cols(now, n), w, beta, m.trans, b[t+1], m.c[t+1])
			Gemm(NoTrans, Trans, m.pairs, cols(m.alpha[t], n), w, Epilogue[T]{Accumulate: true}, nil)
		}
		beta = now
		m.post[t] = NewMatrix[T](m.k, now.Cols)
		Mul(m.post[t].Data, m.alpha[t].Data, now.Data)
	}
	Mul(m.pairs.Data, m.pairs.Data, m.trans.Data)
}

// TestHMMEnumeration compares likelihoods, posteriors, expected transitions and best paths with sums over all paths.
func TestHMMEnumeration(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testHMMEnumeration[float32](t, 2e-4)
		testHMMEnumeration[float64](t, 1e-11)
	})
}

func testHMMEnumeration[T Float](t *testing.T, tol float64) {
	for _, k := range []int{1, 2, 3} {
		lens := []int{6, 6, 5, 5, 5, 4, 3, 3, 2, 1, 1}
		m := newHMM[T](k, lens, uint64(k))
		m.run()
		pairs := make([]float64, k*k)
		for s, n := range lens {
			paths := 1
			for range n {
				paths *= k
			}
			logp := make([]float64, paths)
			top := math.Inf(-1)
			state := func(path, t int) int {
				for range t {
					path /= k
				}
				return path % k
			}
			bestPath := 0
			for p := range paths {
				l := math.Log(float64(m.start.Data[state(p, 0)]))
				for t := range n {
					if t > 0 {
						l += math.Log(float64(m.trans.Row(state(p, t-1))[state(p, t)]))
					}
					l += float64(m.logb[t].Row(state(p, t))[s])
				}
				if logp[p] = l; l > top {
					top, bestPath = l, p
				}
			}
			z := 0.0
			for _, l := range logp {
				z += math.Exp(l - top)
			}
			logZ := top + math.Log(z)
			if d := math.Abs(m.logZ[s] - logZ); !(d <= tol*math.Abs(logZ)) {
				t.Errorf("k %d, sequence %d: log-likelihood %v, want %v", k, s, m.logZ[s], logZ)
			}
			post := make([]float64, n*k)
			for p, l := range logp {
				w := math.Exp(l - logZ)
				for t := range n {
					post[t*k+state(p, t)] += w
					if t > 0 {
						pairs[state(p, t-1)*k+state(p, t)] += w
					}
				}
			}
			for t2 := range n {
				for j := range k {
					if d := math.Abs(float64(m.post[t2].Row(j)[s]) - post[t2*k+j]); !(d <= tol) {
						t.Errorf("k %d, sequence %d, frame %d: P(state %d) is %v, want %v", k, s, t2, j, m.post[t2].Row(j)[s], post[t2*k+j])
					}
				}
			}
			if d := math.Abs(m.best[s] - top); !(d <= tol*math.Abs(top)) {
				t.Errorf("k %d, sequence %d: the best path has %v, want %v", k, s, m.best[s], top)
			}
			j := m.last[s]
			for t2 := n - 1; t2 >= 0; t2-- {
				if want := state(bestPath, t2); j != want {
					t.Errorf("k %d, sequence %d, frame %d: the best path has state %d, want %d", k, s, t2, j, want)
					break
				}
				j = int(m.from[t2].Row(j)[s])
			}
		}
		for i, want := range pairs {
			if d := math.Abs(float64(m.pairs.Data[i]) - want); !(d <= tol*max(1, want)) {
				t.Errorf("k %d: transitions %d are %v, want %v", k, i, m.pairs.Data[i], want)
			}
		}
	}
}

// TestHMMLogSpace compares long sequences with the recursion in log space, whose every sum is a log-sum-exp.
func TestHMMLogSpace(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testHMMLogSpace[float32](t, 2e-6)
		testHMMLogSpace[float64](t, 1e-14)
	})
}

func testHMMLogSpace[T Float](t *testing.T, tol float64) {
	m := newHMM[T](7, []int{90, 90, 71, 33}, 5)
	m.run()
	for s, n := range m.lens {
		a, next, terms := make([]float64, m.k), make([]float64, m.k), make([]float64, m.k)
		for j := range a {
			a[j] = math.Log(float64(m.start.Data[j])) + float64(m.logb[0].Row(j)[s])
		}
		for f := 1; f < n; f++ {
			for j := range next {
				for i := range terms {
					terms[i] = a[i] + math.Log(float64(m.trans.Row(i)[j]))
				}
				next[j] = LogSumExp(terms) + float64(m.logb[f].Row(j)[s])
			}
			a, next = next, a
		}
		if want := LogSumExp(a); !(math.Abs(m.logZ[s]-want) <= tol*math.Abs(want)) {
			t.Errorf("sequence %d: log-likelihood %v, want %v", s, m.logZ[s], want)
		}
	}
}

// TestHMMImpossible: frames that no state can have made give −Inf then and ever after, and other sequences nothing.
func TestHMMImpossible(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testHMMImpossible[float32](t); testHMMImpossible[float64](t) })
}

func testHMMImpossible[T Float](t *testing.T) {
	inf := T(math.Inf(1))
	logb := MatrixOf(2, 5, []T{
		-inf, 0, -inf, T(math.NaN()), inf,
		-inf, -1, -2, 0, 0,
	})
	prev := MatrixOf(2, 5, []T{0.5, 0, 1, 0.5, 0.5, 0.5, 0, 0, 0.5, 0.5})
	trans := MatrixOf(2, 2, []T{1, 0, 0.25, 0.75})
	alpha, b, c, logc := NewMatrix[T](2, 5), NewMatrix[T](2, 5), make([]T, 5), make([]T, 5)
	HMMForward(alpha, b, c, logc, prev, trans, logb)
	for s := range 3 { // no emission; nothing before; the one possible state is not reached
		if c[s] != 0 || logc[s] != -inf || alpha.Row(0)[s] != 0 || alpha.Row(1)[s] != 0 {
			t.Errorf("sequence %d: c %v, logc %v, alpha %v %v", s, c[s], logc[s], alpha.Row(0)[s], alpha.Row(1)[s])
		}
	}
	for s := 3; s < 5; s++ {
		if c[s] == c[s] || logc[s] == logc[s] || alpha.Row(0)[s] == alpha.Row(0)[s] || alpha.Row(1)[s] == alpha.Row(1)[s] {
			t.Errorf("sequence %d: c %v, logc %v, alpha %v %v, want NaN", s, c[s], logc[s], alpha.Row(0)[s], alpha.Row(1)[s])
		}
	}
	next := MatrixOf(2, 5, []T{1, 1, 1, 1, 1, 1, 1, 1, 1, 1})
	beta, w := NewMatrix[T](2, 5), NewMatrix[T](2, 5)
	HMMBackward(beta, w, next, trans, b, c)
	if beta.Row(0)[0] != 0 || beta.Row(1)[0] != 0 || beta.Row(0)[3] == beta.Row(0)[3] {
		t.Errorf("beta is %v", beta.Data)
	}
}

func TestHMMPanics(t *testing.T) {
	a, v := NewMatrix[float32](2, 3), make([]float32, 3)
	for want, f := range map[string]func(){
		"kernels: HMMForward: alpha is 2×3, b 2×3, prev 2×3, trans 3×2, logb 2×3":      func() { HMMForward(a, a, v, v, a, NewMatrix[float32](3, 2), a) },
		"kernels: HMMForward: c has length 2, want 3":                                  func() { HMMForward(a, a, v[:2], v, a, NewMatrix[float32](2, 2), a) },
		"kernels: HMMBackward: beta is 2×3, w 2×3, next 2×3, trans 2×3, b 2×3":         func() { HMMBackward(a, a, a, a, a, v) },
		"kernels: HMMViterbi: delta is 2×3, psi 2×3, prev 2×3, logTrans 2×3, logb 2×3": func() { HMMViterbi(a, a, a, a, a) },
	} {
		if got := mustPanic(t, f); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}

func ExampleHMMForward() {
	// Two sequences of a coin that may be loaded: P(heads) is 1/2 or 9/10, and it is exchanged one time in ten.
	start := MatrixOf(1, 2, []float64{0.5, 0.5})
	trans := MatrixOf(2, 2, []float64{0.9, 0.1, 0.1, 0.9})
	logb := MatrixOf(2, 2, []float64{
		0.5, 0.5, // fair: heads in the first sequence, tails in the second
		0.9, 0.1,
	})
	Log(logb.Data, logb.Data)
	alpha, next, b := NewMatrix[float64](2, 2), NewMatrix[float64](2, 2), NewMatrix[float64](2, 2)
	c, logc, logp := make([]float64, 2), make([]float64, 2), make([]float64, 2)
	HMMForward(alpha, b, c, logc, MatrixOf(1, 2, []float64{1, 1}), start, logb)
	Add(logp, logp, logc)
	for range 4 { // the same again
		HMMForward(next, b, c, logc, alpha, trans, logb)
		Add(logp, logp, logc)
		alpha, next = next, alpha
	}
	fmt.Printf("log p: %.4f, P(loaded): %.4f\n", logp, alpha.Row(1))
	// Output: log p: [-1.3422 -4.5171], P(loaded): [0.8580 0.0272]
}

func ExampleHMMBackward() {
	// The coin of HMMForward shows heads, then tails: was it loaded at first?
	trans := MatrixOf(2, 2, []float64{0.9, 0.1, 0.1, 0.9})
	heads, tails := MatrixOf(2, 1, []float64{0.5, 0.9}), MatrixOf(2, 1, []float64{0.5, 0.1}) // fair, loaded
	Log(heads.Data, heads.Data)
	Log(tails.Data, tails.Data)
	alpha, next, b := NewMatrix[float64](2, 1), NewMatrix[float64](2, 1), NewMatrix[float64](2, 1)
	c, logc := make([]float64, 1), make([]float64, 1)
	HMMForward(alpha, b, c, logc, MatrixOf(1, 1, []float64{1}), MatrixOf(1, 2, []float64{0.5, 0.5}), heads)
	HMMForward(next, b, c, logc, alpha, trans, tails)
	beta, w := MatrixOf(2, 1, []float64{1, 1}), NewMatrix[float64](2, 1)
	before := NewMatrix[float64](2, 1)
	HMMBackward(before, w, beta, trans, b, c)
	fmt.Printf("P(loaded): %.4f after heads, %.4f knowing of tails too\n", alpha.Data[1], alpha.Data[1]*before.Data[1])
	// Output: P(loaded): 0.6429 after heads, 0.3539 knowing of tails too
}

func ExampleHMMViterbi() {
	// The coin of HMMForward: six heads, then six tails.
	logTrans, logStart := MatrixOf(2, 2, []float64{0.9, 0.1, 0.1, 0.9}), MatrixOf(1, 2, []float64{0.5, 0.5})
	heads, tails := MatrixOf(2, 1, []float64{0.5, 0.9}), MatrixOf(2, 1, []float64{0.5, 0.1}) // fair, loaded
	for _, p := range [][]float64{logTrans.Data, logStart.Data, heads.Data, tails.Data} {
		Log(p, p)
	}
	delta, prev := NewMatrix[float64](2, 1), NewMatrix[float64](2, 1)
	var psi [12]Matrix[float64]
	for t := range psi {
		logb := heads
		if t >= 6 {
			logb = tails
		}
		psi[t] = NewMatrix[float64](2, 1)
		if t == 0 {
			HMMViterbi(delta, psi[t], NewMatrix[float64](1, 1), logStart, logb)
		} else {
			HMMViterbi(delta, psi[t], prev, logTrans, logb)
		}
		delta, prev = prev, delta
	}
	state := 0
	if prev.Data[1] > prev.Data[0] {
		state = 1
	}
	var path [12]int
	for t := len(psi) - 1; t >= 0; t-- {
		path[t] = state
		state = int(psi[t].Data[state])
	}
	fmt.Println(path)
	// Output: [1 1 1 1 1 1 0 0 0 0 0 0]
}
