package conditional

import (
	"math"
	"testing"

	"example.com/elbo/kernels"
)

// LogJoint is the sum of what Distances writes.
func TestDistances(t *testing.T) {
	const n, d, k = 200, 5, 3
	x := rows[float64](n, d)
	for _, shared := range []bool{false, true} {
		matrices := k
		if shared {
			matrices = 1
		}
		b := New[float64](k, d, n, shared)
		b.Reset(gaussians[float64](k, d, matrices, shared))
		b.Sort(x)
		incomplete := 0
		for b.Next() {
			lo, hi := b.Range()
			joint, q, c := kernels.NewMatrix[float64](hi-lo, k), kernels.NewMatrix[float64](hi-lo, k), kernels.NewMatrix[float64](hi-lo, k)
			b.LogJoint(joint)
			b.Distances(q, c)
			for i, v := range joint.Data {
				if math.Abs(q.Data[i]+c.Data[i]-v) > 1e-12*(1+math.Abs(v)) || q.Data[i] > 0 {
					t.Fatalf("−½δ %v and constant %v, log-density %v", q.Data[i], c.Data[i], v)
				}
				if q.Data[i] < 0 {
					incomplete++
				}
			}
		}
		if incomplete < n {
			t.Errorf("%d distances", incomplete)
		}
	}
}
