package kmeans

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"example.com/elbo/kernels"
)

// blobs are n rows around k far-apart points; the second column is in a unit 10⁶ times smaller.
func blobs[T kernels.Float](n, k int) kernels.Matrix[T] {
	x := kernels.NewMatrix[T](n, 3)
	for i := range n {
		var g [2]float64
		kernels.Uniform(g[:], kernels.NewKey(5, 0), kernels.Counter{Row: uint64(i)})
		c := float64(i % k)
		x.Row(i)[0] = T(float64(c*10) + g[0])
		x.Row(i)[1] = T(1e6 * (float64(float64(i%k%2)*10) + g[1]))
		x.Row(i)[2] = 7 // constant: does not count
	}
	return x
}

func testBlobs[T kernels.Float](t *testing.T) {
	const n, k = 600, 5
	x := blobs[T](n, k)
	for seed := range uint64(5) {
		centres, labels, err := Fit(context.Background(), x, Options{K: k, Key: kernels.NewKey(seed, 0), Iterations: 10})
		if err != nil {
			t.Fatal(err)
		}
		// Every label is that of the nearest centre: checked by a naive loop in standard deviations.
		sd := make([]float64, 3)
		for j := range sd {
			m, s := 0.0, 0.0
			for i := range n {
				m += float64(x.Row(i)[j]) / n
			}
			for i := range n {
				s += math.Pow(float64(x.Row(i)[j])-m, 2) / n
			}
			sd[j] = math.Sqrt(s)
		}
		for i := range n {
			dist := make([]float64, k)
			for c := range k {
				for j := range 2 {
					dist[c] += math.Pow(float64(x.Row(i)[j]-centres.Row(c)[j])/sd[j], 2)
				}
			}
			if got := dist[labels[i]]; got > slices.Min(dist)+1e-5 {
				t.Fatalf("seed %d: row %d has distance %v to its centre, %v to the nearest", seed, i, got, slices.Min(dist))
			}
		}
		if seed > 0 {
			continue
		}
		for _, isa := range kernels.Available() {
			restore, _ := kernels.SetISA(isa)
			again, l2, _ := Fit(context.Background(), x, Options{K: k, Key: kernels.NewKey(seed, 0), Iterations: 10})
			restore()
			if !slices.Equal(again.Data, centres.Data) || !slices.Equal(l2, labels) {
				t.Errorf("%v gives another clustering", isa)
			}
		}
	}
}

func TestBlobs(t *testing.T) {
	t.Run("f32", testBlobs[float32])
	t.Run("f64", testBlobs[float64])
}

// Seeding finds all of the well-separated groups nearly always: each draw falls into a group that has no centre yet.
func TestSeedingFindsTheGroups(t *testing.T) {
	x := blobs[float64](600, 5)
	found := 0
	for seed := range uint64(20) {
		_, labels, err := Fit(context.Background(), x, Options{K: 5, Key: kernels.NewKey(seed, 1), Iterations: 0})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int32]bool{}
		for i := range 5 {
			seen[labels[i]] = true
		}
		if len(seen) == 5 {
			found++
		}
	}
	if found < 12 {
		t.Errorf("all 5 groups were seeded in %d of 20 runs", found)
	}
}

func TestDegenerate(t *testing.T) {
	same := kernels.NewMatrix[float64](10, 2)
	centres, labels, err := Fit(context.Background(), same, Options{K: 3, Key: kernels.NewKey(1, 1), Iterations: 5})
	if err != nil || slices.Max(labels) != 0 || slices.Max(centres.Data) != 0 {
		t.Errorf("equal rows: %v, %v, %v", centres, labels, err)
	}
	huge := blobs[float64](10, 2)
	for i := range huge.Data {
		huge.Data[i] *= 1e300
	}
	if _, _, err := Fit(context.Background(), huge, Options{K: 3, Key: kernels.NewKey(1, 1), Iterations: 5}); err != nil {
		t.Errorf("huge values: %v", err)
	}
	for _, k := range []int{0, -1, 11} {
		if _, _, err := Fit(context.Background(), same, Options{K: k, Key: kernels.Key{}, Iterations: 0}); err == nil {
			t.Errorf("%d clusters of 10 rows: no error", k)
		}
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	mine := errors.New("mine")
	cancel(mine)
	if _, _, err := Fit(ctx, same, Options{K: 2, Key: kernels.Key{}, Iterations: 5}); !errors.Is(err, mine) {
		t.Errorf("cancelled: %v", err)
	}
}
