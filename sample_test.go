package elbo_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

func TestSample(t *testing.T) {
	x := elbo.Of(kernels.NewMatrix[float64](5000, 2))
	x.Weights = make([]float64, 5000)
	for i := range 5000 {
		x.X.Row(i)[0], x.X.Row(i)[1], x.Weights[i] = float64(i), -float64(i), float64(i+1)
	}
	want, err := elbo.Sample(context.Background(), x, 1000, 7)
	if err != nil || want.X.Rows != 1000 {
		t.Fatalf("%d rows (%v)", want.X.Rows, err)
	}
	sum, before := 0.0, -1.0
	for i := range 1000 {
		v := want.X.Row(i)[0]
		if v <= before || want.X.Row(i)[1] != -v || want.Weights[i] != v+1 {
			t.Fatalf("row %d is %v with weight %v, after %v", i, want.X.Row(i), want.Weights[i], before)
		}
		before = v
		sum += v
	}
	if mean := sum / 1000; mean < 2350 || mean > 2650 { // of all 2499.5; 46 is one standard deviation
		t.Errorf("mean %v", mean)
	}
	for _, sizes := range [][]int{{1}, {999, 3}} {
		s, err := elbo.Sample(context.Background(), cut[float64]{rows: x, sizes: sizes}, 1000, 7)
		if err != nil || !slices.Equal(s.X.Data, want.X.Data) || !slices.Equal(s.Weights, want.Weights) {
			t.Errorf("blocks of %v: another sample (%v)", sizes, err)
		}
	}
	if s, _ := elbo.Sample(context.Background(), x, 1000, 8); slices.Equal(s.X.Data, want.X.Data) {
		t.Error("another seed gives the same sample")
	}
	if s, err := elbo.Sample(context.Background(), x, 9000, 7); err != nil || !slices.Equal(s.X.Data, x.X.Data) {
		t.Errorf("all rows: %v", err)
	}
	x.Weights, x.Lengths = nil, make([]int, 100)
	at := 0
	for i := range 99 {
		x.Lengths[i] = 1 + i%60
		at += x.Lengths[i]
	}
	x.Lengths[99] = 5000 - at
	s, err := elbo.Sample(context.Background(), x, 10, 7)
	if err != nil || len(s.Lengths) != 10 || s.Check(2, false) != nil {
		t.Fatalf("sequences: %+v (%v)", s.Lengths, err)
	}
	for i := 1; i < s.Lengths[0]; i++ {
		if s.X.Row(i)[0] != s.X.Row(i - 1)[0]+1 {
			t.Errorf("frame %d is not the one after frame %d", i, i-1)
		}
	}
	if _, err := elbo.Sample(context.Background(), x, 0, 7); err == nil {
		t.Error("no rows: no error")
	}
	if _, err := elbo.Sample(context.Background(), cut[float64]{}, 3, 7); err == nil {
		t.Error("an empty source: no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := elbo.Sample(ctx, x, 3, 7); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
