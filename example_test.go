package elbo_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// share is a model with one parameter: a row is drawn from N(1, 1) with probability w and else from N(−1, 1). Its
// sufficient statistic is the expected number of rows of the first kind.
type share struct{ w, before float64 }

const logNorm = 0.91893853320467274178 // ½ log 2π

func (m *share) Kind() string         { return "share" }
func (m *share) Dim() int             { return 1 }
func (m *share) StatsLen() int        { return 2 }
func (m *share) TakesMissing() bool   { return false }
func (m *share) GlobalBound() float64 { return 0 }
func (m *share) Revert()              { m.w = m.before }
func (m *share) NewEStep() elbo.EStep[float64] {
	const n = elbo.BlockRows
	return &shareEStep{m: m, joint: kernels.NewMatrix[float64](n, 2), logZ: make([]float64, n), entropy: make([]float64, n)}
}

func (m *share) MStep(stats []float64, weight float64) error {
	m.before, m.w = m.w, stats[0]/weight
	return nil
}

func (m *share) ExpectedLogJoint(stats []float64, weight float64) float64 {
	n := stats[0]
	return math.FMA(n, special.Log(m.w), (weight-n)*special.Log(1-m.w)) - float64(weight*logNorm) + stats[1]
}

func (m *share) AppendParameters(b []byte) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(m.w))
}

type shareEStep struct {
	m             *share
	joint         kernels.Matrix[float64]
	logZ, entropy []float64
}

func (e *shareEStep) EStep(stats []float64, rows elbo.Rows[float64]) elbo.Local {
	logW, logV := special.Log(e.m.w), special.Log(1-e.m.w)
	x, n := rows.X, rows.X.Rows
	joint, logZ, entropy := e.joint.SliceRows(0, n), e.logZ[:n], e.entropy[:n]
	for i := range n {
		u, v := x.Row(i)[0]-1, x.Row(i)[0]+1
		joint.Row(i)[0] = math.FMA(-u/2, u, logW-logNorm)
		joint.Row(i)[1] = math.FMA(-v/2, v, logV-logNorm)
	}
	kernels.ResponsibilitiesEntropy(joint, logZ, entropy, joint)
	rows.Scale(joint)
	for i := range n {
		u, v := x.Row(i)[0]-1, x.Row(i)[0]+1
		r := joint.Row(i)
		stats[0] += r[0]
		stats[1] += float64(r[0]*float64(-u/2*u)) + float64(r[1]*float64(-v/2*v)) // of no parameter
	}
	return elbo.Local{LogZ: rows.Sum(logZ), Entropy: rows.Sum(entropy)}
}

// A model is an E-step that adds up expected sufficient statistics and an M-step that turns them into parameters; the
// loop, its bound and its checks are the library's.
func ExampleFit() {
	x := kernels.MatrixOf(6, 1, []float64{-1.8, -1.1, -0.4, 0.2, 0.9, 2.3})
	m := &share{w: 0.9}
	r, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{})
	fmt.Printf("share %.4f, log-likelihood %.4f nats, %v\n", m.w, r.LogLik, err)
	fmt.Println(r.Reason, "after", r.Iterations, "iterations")
	// Output:
	// share 0.4637, log-likelihood -10.1598 nats, <nil>
	// converged after 11 iterations
}

// A caller may watch the bound and stop where it likes.
func ExampleSteps() {
	x := kernels.MatrixOf(6, 1, []float64{-1.8, -1.1, -0.4, 0.2, 0.9, 2.3})
	for p, err := range elbo.Steps(context.Background(), &share{w: 0.9}, elbo.Of(x), elbo.Options{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d: %.3f\n", p.Iter, p.Bound)
		if p.Delta < 0.01 {
			break
		}
	}
	// Output:
	// 0: -11.791
	// 1: -10.668
	// 2: -10.282
	// 3: -10.187
	// 4: -10.166
	// 5: -10.161
}

// Workers on any machines add up statistics of their rows; what comes together is Fit's iteration, to the bit.
func ExampleStats() {
	ctx := context.Background()
	x := kernels.NewMatrix[float64](20000, 1)
	kernels.Normal(x.Data, kernels.NewKey(1, 0), kernels.Counter{})

	m := &share{w: 0.9}
	total := elbo.NewStats(m)
	for _, first := range []int{8192, 0, 16384} { // in any order
		s := elbo.NewStats(m)
		shard := x.SliceRows(first, min(first+8192, x.Rows))
		if err := elbo.Accumulate(ctx, s, m, elbo.Of(shard), int64(first), elbo.Options{}); err != nil {
			fmt.Println(err)
			return
		}
		if err := total.Merge(s); err != nil {
			fmt.Println(err)
			return
		}
	}
	bound, err := elbo.Update(m, total, 20000)
	fmt.Printf("bound %.3f, then share %.4f, %v\n", bound, m.w, err)
	_, err = elbo.Update(m, total, 20000)
	fmt.Println(err)
	// Output:
	// bound -34032.730, then share 0.7991, <nil>
	// elbo: the statistics were made under other parameters
}
