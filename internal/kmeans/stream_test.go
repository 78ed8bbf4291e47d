package kmeans

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo/kernels"
)

// blocksOf cuts rows into blocks of the given sizes, in turn.
func blocksOf[T kernels.Float](x kernels.Matrix[T], w []float64, sizes ...int) iter.Seq2[Block[T], error] {
	return func(yield func(Block[T], error) bool) {
		for lo, i := 0, 0; lo < x.Rows; i++ {
			hi := min(lo+sizes[i%len(sizes)], x.Rows)
			b := Block[T]{X: x.SliceRows(lo, hi)}
			if w != nil {
				b.Weights = w[lo:hi]
			}
			if !yield(b, nil) {
				return
			}
			lo = hi
		}
	}
}

func testStreamBits[T kernels.Float](t *testing.T) {
	x, w := holes(blobs[T](5000, 6), 0.2), weights(5000)
	o := Options{K: 6, Key: kernels.NewKey(2, 0), Iterations: 2}
	want, err := Stream(ctx, blocksOf(x, w, x.Rows), o)
	if err != nil || want.Rows != 5000 {
		t.Fatal(want, err)
	}
	same := func(got *Summary[T]) bool {
		return slices.Equal(got.Centres.Data, want.Centres.Data) && slices.Equal(got.Weight, want.Weight) && slices.Equal(got.Squares.Data, want.Squares.Data)
	}
	for _, sizes := range [][]int{{1}, {256}, {255, 0, 3}, {1000, 17}} {
		got, err := Stream(ctx, blocksOf(x, w, sizes...), o)
		if err != nil || !same(got) {
			t.Errorf("blocks of %v give other centres (%v)", sizes, err)
		}
	}
	for _, isa := range kernels.Available() {
		restore, err := kernels.SetISA(isa)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Stream(ctx, blocksOf(x, w, 777), o)
		restore()
		if err != nil || !same(got) {
			t.Errorf("%v gives other centres", isa)
		}
	}
}

// A stream's centres depend neither on how it is cut nor on the ISA.
func TestStreamBits(t *testing.T) {
	t.Run("f32", testStreamBits[float32])
	t.Run("f64", testStreamBits[float64])
}

// On a stream the centres are as good as in memory: better than k-means++ alone, as Bahmani et al. found.
func TestStreamCost(t *testing.T) {
	x := blobs[float64](3000, 12)
	for name, c := range map[string]struct {
		x kernels.Matrix[float64]
		w []float64
	}{"complete": {x, nil}, "missing, weighted": {holes(x, 0.2), weights(3000)}} {
		r := newReference(c.x, c.w)
		stream, seeded := 0.0, 0.0
		for seed := range uint64(10) {
			o := Options{K: 12, Key: kernels.NewKey(seed, 0), Weights: c.w, Sample: x.Rows}
			a, err := Stream(ctx, blocksOf(c.x, c.w, 1000), o)
			if err != nil {
				t.Fatal(err)
			}
			b, _, err := Fit(ctx, c.x, o)
			if err != nil {
				t.Fatal(err)
			}
			stream += r.cost(c.x, a.Centres, c.w)
			seeded += r.cost(c.x, b, c.w)
			o.Iterations = 3
			improved, err := Stream(ctx, blocksOf(c.x, c.w, 1000), o)
			if cost := r.cost(c.x, improved.Centres, c.w); err != nil || c.w == nil && cost > r.cost(c.x, a.Centres, c.w)*(1+1e-12) {
				t.Errorf("%s: Lloyd's iterations raise the cost from %v to %v (%v)", name, r.cost(c.x, a.Centres, c.w), cost, err)
			}
		}
		if stream > seeded {
			t.Errorf("%s: mean cost %v, of k-means++ %v", name, stream/10, seeded/10)
		}
	}
}

// Rows of weight 0 do not count, whatever they hold.
func TestStreamWeights(t *testing.T) {
	x, w := blobs[float64](2000, 6), weights(2000)
	other := kernels.MatrixOf(x.Rows, x.Cols, slices.Clone(x.Data))
	for i, v := range w {
		if v == 0 {
			other.Row(i)[0] = 1e5 * float64(i%7)
		}
	}
	o := Options{K: 6, Key: kernels.NewKey(3, 0), Iterations: 2}
	a, err := Stream(ctx, blocksOf(x, w, 300), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Stream(ctx, blocksOf(other, w, 300), o)
	if err != nil || !slices.Equal(a.Centres.Data, b.Centres.Data) || !slices.Equal(a.Squares.Data, b.Squares.Data) {
		t.Errorf("centres %v, with other rows of weight 0 %v (%v)", a.Centres.Data, b.Centres.Data, err)
	}
}

// Rows are drawn in proportion to their mass.
func TestReservoirDrawsByMass(t *testing.T) {
	x := kernels.MatrixOf(4, 1, []float64{0, 1, 2, 3})
	mass := []float64{1, 0, 2, 5}
	var drawn [4]float64
	const n = 4000
	for seed := range uint64(n) {
		r := newReservoir[float64](1, kernels.NewKey(seed, 0), 0)
		r.add(0, x, mass)
		drawn[int(r.rows(kernels.Matrix[float64]{}, 1).Data[0])]++
	}
	for i, m := range mass {
		if p := m / 8; math.Abs(drawn[i]/n-p) > 4*math.Sqrt(p*(1-p)/n) {
			t.Errorf("row %d was drawn %v times of %d, its share is %v", i, drawn[i], n, p)
		}
	}
}

func TestStreamRefuses(t *testing.T) {
	x, nan := blobs[float64](50, 3), math.NaN()
	mine := errors.New("mine")
	shrinking := 50
	one := func(x kernels.Matrix[float64], w []float64) iter.Seq2[Block[float64], error] {
		return func(yield func(Block[float64], error) bool) { yield(Block[float64]{X: x, Weights: w}, nil) }
	}
	for says, c := range map[string]struct {
		blocks iter.Seq2[Block[float64], error]
		k      int
	}{
		"0 clusters":                      {one(x, nil), 0},
		"51 clusters of 50 rows":          {one(x, nil), 51},
		"no rows":                         {blocksOf(x.SliceRows(0, 0), nil, 1), 1},
		"column 2 has no observed entry":  {one(kernels.MatrixOf(1, 3, []float64{1, 2, nan}), nil), 1},
		"1 weights of 50 rows from row 0": {one(x, []float64{1}), 1},
		"the weight of row 1 is -2":       {one(x.SliceRows(0, 2), []float64{1, -2}), 1},
		"weights of the stream sum to 0":  {one(x.SliceRows(0, 2), []float64{0, 0}), 1},
		"sum to 1e+300":                   {one(x.SliceRows(0, 2), []float64{0, 1e300}), 1},
		"row 50 of the stream has 1 columns, those before it 3": {func(yield func(Block[float64], error) bool) {
			_ = yield(Block[float64]{X: x}, nil) && yield(Block[float64]{X: kernels.MatrixOf(1, 1, []float64{1})}, nil)
		}, 1},
		"the stream had 49 rows, and when it was read again 48": {func(yield func(Block[float64], error) bool) {
			shrinking--
			yield(Block[float64]{X: x.SliceRows(0, shrinking)}, nil)
		}, 1},
		"mine": {func(yield func(Block[float64], error) bool) {
			_ = yield(Block[float64]{X: x}, nil) && yield(Block[float64]{}, mine)
		}, 1},
	} {
		if _, err := Stream(ctx, c.blocks, Options{K: c.k}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
	ended, cancel := context.WithCancelCause(ctx)
	cancel(mine)
	if _, err := Stream(ended, one(x, nil), Options{K: 2}); !errors.Is(err, mine) {
		t.Errorf("cancelled: %v", err)
	}
}

// Fewer distinct rows than centres, rows without an entry, constant columns.
func TestStreamDegenerate(t *testing.T) {
	same := kernels.NewMatrix[float64](30, 2)
	for i := range 30 {
		same.Row(i)[0] = float64(i % 2)
		if i%5 == 0 {
			same.Row(i)[0], same.Row(i)[1] = math.NaN(), math.NaN()
		}
	}
	summary, err := Stream(ctx, blocksOf(same, nil, 7), Options{K: 4, Iterations: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range summary.Centres.Data {
		if v != 0 && v != 1 {
			t.Errorf("centres %v", summary.Centres.Data)
		}
	}
}

// The summary is that of a loop over the rows.
func TestStreamSummary(t *testing.T) {
	x, w := holes(blobs[float64](1000, 4), 0.2), weights(1000)
	s, err := Stream(ctx, blocksOf(x, w, 123), Options{K: 4, Iterations: 2})
	if err != nil {
		t.Fatal(err)
	}
	r := newReference(x, w)
	weight, observed, sum, squares := make([]float64, 4), make([]float64, 12), make([]float64, 12), make([]float64, 12)
	for i := range x.Rows {
		label, near := 0, math.Inf(1)
		for k := range 4 {
			if d := r.distance(x.Row(i), s.Centres.Row(k)); d < near {
				label, near = k, d
			}
		}
		weight[label] += w[i]
		for j, v := range x.Row(i) {
			if v == v {
				d := v - s.Centres.Row(label)[j]
				observed[label*3+j] += w[i]
				sum[label*3+j] += w[i] * d
				squares[label*3+j] += w[i] * d * d
			}
		}
	}
	for name, v := range map[string][2][]float64{
		"weight": {s.Weight, weight}, "observed": {s.Observed.Data, observed}, "sum": {s.Sum.Data, sum}, "squares": {s.Squares.Data, squares},
	} {
		for i, got := range v[0] {
			if math.Abs(got-v[1][i]) > 1e-8*(1+math.Abs(v[1][i])) {
				t.Errorf("%s %d is %v, want %v", name, i, got, v[1][i])
			}
		}
	}
}

// The bits of starts, on every platform.
func TestBitsOfStarts(t *testing.T) {
	x, w := holes(blobs[float32](4000, 6), 0.2), weights(4000)
	y := kernels.NewMatrix[float64](x.Rows, x.Cols)
	for i, v := range x.Data {
		y.Data[i] = float64(v)
	}
	sum := sha256.New()
	check := func(name, want string) {
		if got := hex.EncodeToString(sum.Sum(nil)[:8]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	o := Options{K: 6, Key: kernels.NewKey(2, 0), Iterations: 3}
	for range 2 { // without weights and with
		c, labels, err := Fit(ctx, x, o)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(sum, c.Data, labels)
		d, labels, err := Fit(ctx, y, o)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(sum, d.Data, labels)
		o.Weights = w
	}
	check("Fit", "54f41994df9a3a2f")
	s, err := Stream(ctx, blocksOf(x, w, 1000), o)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(sum, s.Centres.Data, s.Weight, s.Squares.Data)
	check("Stream", "016489f7f88883e4")
	r := kernels.NewMatrix[float64](100, 6)
	RandomResponsibilities(r, o.Key, 0)
	fmt.Fprint(sum, r.Data)
	check("RandomResponsibilities", "b3a4ef355c4aa2f4")
}
