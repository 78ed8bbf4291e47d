package kernels

import (
	"fmt"
	"math"
	"testing"
)

func init() { registerHMMFrames[float32](); registerHMMFrames[float64]() }

// hmmFramesShapes are {frames, states, gap between columns and stride, sequences less one}.
func hmmFramesShapes() [][]int {
	var r [][]int
	for k := range 20 {
		r = append(r, []int{5, k, k % 3, 0})
	}
	for _, k := range []int{2, 3, 4, 5, 9, 16} {
		for _, n := range []int{0, 1, 2, 19} {
			r = append(r, []int{n, k, (n + k) % 2, 0})
		}
	}
	for _, k := range []int{21, 31, 32, 33, 37, 63, 64, 65} {
		r = append(r, []int{6, k, k % 3, 0})
	}
	for s := 1; s < HMMSequences; s++ {
		r = append(r, []int{17, 3 + s, s % 2, s}, []int{s - 1, 9, 0, s})
	}
	return append(r, []int{hmmPieceFrames, 64, 0, 0}, []int{2 * hmmPieceFrames, 3, 1, 0}, []int{hmmPieceFrames, 64, 0, 4}, []int{5, 66, 1, 2}) // more than one call
}

// hmmPieceFrames is more than the frames of one call for 64 states.
const hmmPieceFrames = 60

func registerHMMFrames[T Float]() {
	bits := [][]int{{3, 1, 0}, {9, 2, 1}, {17, 4, 0}, {5, 11, 1}, {4, 40, 0}, {2, 70, 0}}
	turns := func(d []int) int {
		if len(d) == 3 {
			return 1
		}
		return 1 + d[3]
	}
	mat := func(rows, cols, gap int) int {
		if rows == 0 || cols == 0 {
			return 0
		}
		return (rows-1)*(cols+gap) + cols
	}
	view := func(rows, cols, gap int, x []T) Matrix[T] {
		if cols == 0 {
			return Matrix[T]{Rows: rows}
		}
		return Matrix[T]{Rows: rows, Cols: cols, Data: x, Stride: cols + gap}
	}
	probs := func(x []T, g *gen) {
		for i := range x {
			if x[i] = T(g.uniform()); g.intn(9) == 0 {
				x[i] = 0
			}
		}
	}
	random := func(g *gen) []int { return []int{g.intn(40), g.intn(70), g.intn(3), g.intn(HMMSequences)} }
	register(spec[T]{
		name: "HMMForwardFrames", shapes: hmmFramesShapes(), bits: bits, any: true, random: random,
		ops: func(d []int) []operand {
			n, k, gap := d[0], d[1], d[2]
			return []operand{
				{name: "alpha", role: out, len: mat(n, k, gap)}, {name: "b", role: out, len: mat(n, k, gap), alias: 7}, {name: "c", role: out, len: n},
				{name: "logc", role: out, len: n}, {name: "prev", len: turns(d) * k}, {name: "trans", len: mat(k, k, gap)}, {name: "logb", len: mat(n, k, gap)},
				{name: "work", role: work, len: HMMFramesWork[T](k)},
			}
		},
		fill: func(d []int, b [][]T, g *gen) {
			probs(b[4], g)
			probs(b[5], g)
			for i := range b[6] {
				switch g.intn(12) {
				case 0:
					b[6][i] = T(math.Inf(-1))
				case 1:
					b[6][i] = T(-300 * g.uniform())
				default:
					b[6][i] = T(3 * g.normal())
				}
			}
		},
		run: func(d []int, b [][]T) {
			n, k, gap := d[0], d[1], d[2]
			HMMForwardFrames(view(n, k, gap, b[0]), view(n, k, gap, b[1]), b[2], b[3], b[4], view(k, k, gap, b[5]), view(n, k, gap, b[6]), b[7])
		},
	})
	register(spec[T]{
		name: "HMMBackwardFrames", shapes: hmmFramesShapes(), bits: bits, any: true, random: random,
		ops: func(d []int) []operand {
			n, k, gap := d[0], d[1], d[2]
			return []operand{
				{name: "beta", role: out, len: mat(n, k, gap)}, {name: "w", role: out, len: mat(n, k, gap), alias: 5}, {name: "next", len: turns(d) * k},
				{name: "trans", len: mat(k, k, gap)}, {name: "b", len: mat(n, k, gap)}, {name: "c", len: n}, {name: "work", role: work, len: HMMFramesWork[T](k)},
			}
		},
		fill: func(d []int, b [][]T, g *gen) {
			for _, i := range []int{2, 3, 4, 5} {
				probs(b[i], g)
			}
			for i := range b[3] { // β neither grows nor falls out of range
				b[3][i] /= T(max(1, d[1]) / 2)
			}
		},
		run: func(d []int, b [][]T) {
			n, k, gap := d[0], d[1], d[2]
			HMMBackwardFrames(view(n, k, gap, b[0]), view(n, k, gap, b[1]), b[2], view(k, k, gap, b[3]), view(n, k, gap, b[4]), b[5], b[6])
		},
	})
	register(spec[T]{
		name: "HMMViterbiFrames", shapes: hmmFramesShapes(), bits: bits, any: true, random: random,
		ops: func(d []int) []operand {
			n, k, gap := d[0], d[1], d[2]
			return []operand{
				{name: "delta", role: out, len: mat(n, k, gap)}, {name: "psi", role: out, len: mat(n, k, gap)}, {name: "most", role: out, len: n},
				{name: "prev", len: turns(d) * k}, {name: "logTrans", len: mat(k, k, gap)}, {name: "logb", len: mat(n, k, gap)}, {name: "work", role: work, len: HMMFramesWork[T](k)},
			}
		},
		fill: func(d []int, b [][]T, g *gen) {
			for _, x := range b[3:6] {
				finite := g.intn(2) == 0
				for i := range x {
					if x[i] = T(math.Round(4 * g.normal())); !finite && g.intn(9) == 0 { // ties
						x[i] = T(math.Inf(-1))
					}
				}
			}
			if g.intn(8) == 0 {
				for _, x := range b[3:6] {
					Fill(x, T(math.Copysign(0, -1))) // the greatest is +0
				}
			}
			if n, k, gap := d[0], d[1], d[2]; n > 0 && k > 0 && g.intn(5) == 0 {
				x := b[5][g.intn(n)*(k+gap):][:k]
				switch g.intn(3) {
				case 0:
					x[g.intn(k)] = T(math.NaN())
				case 1:
					x[g.intn(k)] = T(math.Inf(1))
				default:
					Fill(x, T(math.Inf(-1)))
				}
			}
		},
		run: func(d []int, b [][]T) {
			n, k, gap := d[0], d[1], d[2]
			HMMViterbiFrames(view(n, k, gap, b[0]), view(n, k, gap, b[1]), b[2], b[3], view(k, k, gap, b[4]), view(n, k, gap, b[5]), b[6])
		},
	})
}

// TestHMMFrames: the frames of one sequence at a time are those of HMMForward and HMMBackward, one by one, bit for bit.
func TestHMMFrames(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testHMMFrames[float32](t); testHMMFrames[float64](t) })
}

func testHMMFrames[T Float](t *testing.T) {
	const n = 70
	for _, k := range []int{1, 2, 3, 4, 5, 8, 11, 16, 33, 64, 66} {
		m := newHMM[T](k, []int{n}, uint64(k))
		m.logb[20].Data[0] = T(math.Inf(-1))
		if k == 5 {
			for j := range m.logb[60].Data { // no state can have made the frame
				m.logb[60].Data[j] = T(math.Inf(-1))
			}
		}
		logb, alpha, b := NewMatrix[T](n, k), NewMatrix[T](n, k), NewMatrix[T](n, k)
		c, logc, work := make([]T, n), make([]T, n), make([]T, HMMFramesWork[T](k))
		wantA, wantB, wantC, wantLogc := NewMatrix[T](n, k), NewMatrix[T](n, k), make([]T, n), make([]T, n)
		prev := make([]T, k)
		Fill(prev, 1/T(k))
		before := columnOf(prev)
		for f := range n {
			copy(logb.Row(f), m.logb[f].Data)
			now := columnOf(wantA.Row(f))
			HMMForward(now, columnOf(wantB.Row(f)), wantC[f:f+1], wantLogc[f:f+1], before, m.trans, columnOf(logb.Row(f)))
			before = now
		}
		HMMForwardFrames(alpha, b, c, logc, prev, m.trans, logb, work)
		wantBeta, wantW, beta, w := NewMatrix[T](n, k), NewMatrix[T](n, k), NewMatrix[T](n, k), NewMatrix[T](n, k)
		next := make([]T, k)
		Fill(next, 1)
		after := columnOf(next)
		for f := n - 1; f >= 0; f-- {
			now := columnOf(wantBeta.Row(f))
			HMMBackward(now, columnOf(wantW.Row(f)), after, m.trans, columnOf(wantB.Row(f)), wantC[f:f+1])
			after = now
		}
		HMMBackwardFrames(beta, w, next, m.trans, b, c, work)
		for i, pair := range [][2][]T{{alpha.Data, wantA.Data}, {b.Data, wantB.Data}, {c, wantC}, {logc, wantLogc}, {beta.Data, wantBeta.Data}, {w.Data, wantW.Data}} {
			got := untyped([][]T{pair[0], pair[1]})
			if msg, ok := sameBits(sizeOf[T](), got[0], got[1]); !ok {
				t.Errorf("k %d, %s: %s", k, []string{"alpha", "b", "c", "logc", "beta", "w"}[i], msg)
			}
		}
		logTrans, delta, psi, most := NewMatrix[T](k, k), NewMatrix[T](n, k), NewMatrix[T](n, k), make([]T, n)
		wantDelta, wantPsi, wantMost := NewMatrix[T](n, k), NewMatrix[T](n, k), make([]T, n)
		Log(logTrans.Data, m.trans.Data)
		before = columnOf(prev)
		for f := range n {
			now := columnOf(wantDelta.Row(f))
			HMMViterbi(now, columnOf(wantPsi.Row(f)), before, logTrans, columnOf(logb.Row(f)))
			wantMost[f] = Max(now.Data) + 0
			for j := range now.Data {
				if wantMost[f]-wantMost[f] == 0 {
					now.Data[j] -= wantMost[f]
				}
			}
			before = now
		}
		HMMViterbiFrames(delta, psi, most, prev, logTrans, logb, work)
		for i, pair := range [][2][]T{{delta.Data, wantDelta.Data}, {psi.Data, wantPsi.Data}, {most, wantMost}} {
			got := untyped([][]T{pair[0], pair[1]})
			if msg, ok := sameBits(sizeOf[T](), got[0], got[1]); !ok {
				t.Errorf("k %d, %s: %s", k, []string{"delta", "psi", "most"}[i], msg)
			}
		}
		if k == 5 && !math.IsInf(float64(most[n-1]), -1) {
			t.Errorf("after an impossible frame the greatest is %v", most[60:])
		}
		if k == 5 && (c[60] != 0 || c[n-1] != 0 || !math.IsInf(float64(logc[60]), -1) || alpha.Row(n - 1)[0] != 0) {
			t.Errorf("an impossible frame: c %v, logc %v, alpha %v", c[60:], logc[60:], alpha.Row(n-1))
		}
	}
}

// TestHMMFramesInTurn: the frames of several sequences in turn are those of each alone.
func TestHMMFramesInTurn(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testHMMFramesInTurn[float32](t); testHMMFramesInTurn[float64](t) })
}

func testHMMFramesInTurn[T Float](t *testing.T) {
	for _, d := range [][]int{{2, 3}, {3, 4}, {5, 17}, {8, 2}, {4, 70}} {
		const frames = 9
		s, k := d[0], d[1]
		g := &gen{s: uint64(s)}
		n := s * frames
		trans, logb, first, work := NewMatrix[T](k, k), NewMatrix[T](n, k), make([]T, s*k), make([]T, HMMFramesWork[T](k))
		for _, x := range [][]T{trans.Data, first} {
			for i := range x {
				x[i] = T(0.1 + g.uniform())
			}
		}
		for i := range logb.Data {
			logb.Data[i] = T(3 * g.normal())
		}
		logb.Row(s)[0] = T(math.NaN()) // of the first sequence
		run := func(logb Matrix[T], state []T) [][]T {
			n := logb.Rows
			m := func() Matrix[T] { return NewMatrix[T](n, k) }
			alpha, b, beta, w, delta, psi := m(), m(), m(), m(), m(), m()
			c, logc, most := make([]T, n), make([]T, n), make([]T, n)
			HMMForwardFrames(alpha, b, c, logc, state, trans, logb, work)
			HMMBackwardFrames(beta, w, state, trans, b, c, work)
			HMMViterbiFrames(delta, psi, most, state, trans, logb, work)
			return [][]T{alpha.Data, b.Data, beta.Data, w.Data, delta.Data, psi.Data, c, logc, most}
		}
		all := run(logb, first)
		for q := range s {
			mine := NewMatrix[T](frames, k)
			for f := range frames {
				copy(mine.Row(f), logb.Row(f*s+q))
			}
			for i, want := range run(mine, first[q*k:][:k]) {
				width := len(want) / frames
				got := make([]T, 0, len(want))
				for f := range frames {
					got = append(got, all[i][(f*s+q)*width:][:width]...)
				}
				both := untyped([][]T{got, want})
				if msg, ok := sameBits(sizeOf[T](), both[0], both[1]); !ok {
					t.Errorf("sequence %d of %d, k %d, output %d: %s", q, s, k, i, msg)
				}
			}
		}
	}
}

func TestHMMFramesPanics(t *testing.T) {
	a, v := NewMatrix[float32](2, 3), make([]float32, 3)
	square, long := NewMatrix[float32](3, 3), make([]float32, HMMFramesWork[float32](3))
	for want, f := range map[string]func(){
		"kernels: HMMForwardFrames: alpha is 2×3, b 2×3, trans 2×3, logb 2×3": func() { HMMForwardFrames(a, a, v[:2], v[:2], v, a, a, long) },
		"kernels: HMMForwardFrames: prev has length 2, want 1 to 8 times 3":   func() { HMMForwardFrames(a, a, v[:2], v[:2], v[:2], square, a, long) },
		fmt.Sprintf("kernels: HMMForwardFrames: work has length 3, want at least %d", len(long)): func() {
			HMMForwardFrames(a, a, v[:2], v[:2], v, square, a, v)
		},
		"kernels: HMMViterbiFrames: delta is 2×3, psi 2×3, logTrans 2×3, logb 2×3": func() { HMMViterbiFrames(a, a, v[:2], v, a, a, long) },
		"kernels: HMMViterbiFrames: most has length 3, want 2":                     func() { HMMViterbiFrames(a, a, v, v, square, a, long) },
		"kernels: HMMBackwardFrames: beta is 2×3, w 2×3, trans 2×3, b 2×3":         func() { HMMBackwardFrames(a, a, v, a, a, v[:2], long) },
		"kernels: HMMBackwardFrames: c has length 3, want 2":                       func() { HMMBackwardFrames(a, a, v, square, a, v, long) },
	} {
		if got := mustPanic(t, f); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
}

func ExampleHMMForwardFrames() {
	// The coin of HMMForward shows heads three times, then tails: was it loaded at the second throw?
	trans := MatrixOf(2, 2, []float64{0.9, 0.1, 0.1, 0.9})
	logb := MatrixOf(4, 2, []float64{0.5, 0.9, 0.5, 0.9, 0.5, 0.9, 0.5, 0.1}) // of a throw: fair, loaded
	Log(logb.Data, logb.Data)
	alpha, beta, b := NewMatrix[float64](4, 2), NewMatrix[float64](4, 2), NewMatrix[float64](4, 2)
	c, logc, work := make([]float64, 4), make([]float64, 4), make([]float64, HMMFramesWork[float64](2))
	HMMForward(columnOf(alpha.Row(0)), columnOf(b.Row(0)), c[:1], logc[:1], MatrixOf(1, 1, []float64{1}), MatrixOf(1, 2, []float64{0.5, 0.5}), columnOf(logb.Row(0)))
	HMMForwardFrames(alpha.SliceRows(1, 4), b.SliceRows(1, 4), c[1:], logc[1:], alpha.Row(0), trans, logb.SliceRows(1, 4), work)
	HMMBackwardFrames(beta.SliceRows(0, 3), b.SliceRows(1, 4), []float64{1, 1}, trans, b.SliceRows(1, 4), c[1:], work)
	fmt.Printf("log p: %.4f, P(loaded): %.4f then, %.4f knowing of the others\n", Sum(logc), alpha.Row(1)[1], alpha.Row(1)[1]*beta.Row(1)[1])
	// Output: log p: -2.4958, P(loaded): 0.7414 then, 0.6404 knowing of the others
}

func ExampleHMMViterbiFrames() {
	// The same coin: after three heads and a tail, was it ever loaded?
	logTrans := MatrixOf(2, 2, []float64{0.9, 0.1, 0.1, 0.9})
	logb := MatrixOf(4, 2, []float64{0.5, 0.9, 0.5, 0.9, 0.5, 0.9, 0.5, 0.1})
	Log(logTrans.Data, logTrans.Data)
	Log(logb.Data, logb.Data)
	start := math.Log(0.5)
	delta, psi, most := NewMatrix[float64](4, 2), NewMatrix[float64](4, 2), make([]float64, 4)
	// What the first step gives is the start, log ½ for either state.
	HMMViterbiFrames(delta, psi, most, []float64{start - logTrans.Data[0], start - logTrans.Data[0]}, logTrans, logb, make([]float64, HMMFramesWork[float64](2)))
	state := ArgMax(delta.Row(3))
	path := []int{state}
	for t := 3; t > 0; t-- {
		state = int(psi.Row(t)[state])
		path = append([]int{state}, path...)
	}
	fmt.Printf("path %v, log p %.4f\n", path, Sum(most))
	// Output: path [1 1 1 1], log p -3.6279
}
