package kmeans

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/elbo/kernels"
)

var ctx = context.Background()

// holes returns x with about a share of its entries missing, row 3 entirely.
func holes[T kernels.Float](x kernels.Matrix[T], share float64) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, x.Cols)
	u := make([]float64, x.Cols)
	for i := range x.Rows {
		kernels.Uniform(u, kernels.NewKey(8, 0), kernels.Counter{Row: uint64(i)})
		for j, v := range x.Row(i) {
			if y.Row(i)[j] = v; u[j] < share || i == 3 {
				y.Row(i)[j] = T(math.NaN())
			}
		}
	}
	return y
}

// reference holds the columns' standard deviations by the textbook, over observed entries.
type reference struct{ mean, sd []float64 }

func newReference[T kernels.Float](x kernels.Matrix[T], w []float64) (r reference) {
	for j := range x.Cols {
		n, m, s := 0.0, 0.0, 0.0
		for pass := range 2 {
			for i := range x.Rows {
				v := float64(x.Row(i)[j])
				switch {
				case v != v:
				case pass == 0:
					n += weightOf(w, i)
					m += weightOf(w, i) * v
				default:
					s += weightOf(w, i) * (v - m) * (v - m) / n
				}
			}
			if pass == 0 {
				m /= n
			}
		}
		r.mean, r.sd = append(r.mean, m), append(r.sd, math.Sqrt(s))
	}
	return r
}

// distance is the squared distance over the observed entries of columns that vary, scaled up.
func (r reference) distance(x, c []float64) float64 {
	sum, all, seen := 0.0, 0.0, 0.0
	for j := range x {
		if r.sd[j] == 0 {
			continue
		}
		all++
		if x[j] == x[j] {
			seen++
			t := (x[j] - c[j]) / r.sd[j]
			sum += t * t
		}
	}
	if seen == 0 {
		return 0
	}
	return sum * all / seen
}

func (r reference) cost(x, centres kernels.Matrix[float64], w []float64) float64 {
	sum := 0.0
	for i := range x.Rows {
		near := math.Inf(1)
		for k := range centres.Rows {
			near = min(near, r.distance(x.Row(i), centres.Row(k)))
		}
		sum += weightOf(w, i) * near
	}
	return sum
}

func (r reference) checkLabels(t *testing.T, x, centres kernels.Matrix[float64], labels []int32) {
	t.Helper()
	for i, v := range centres.Data {
		if v-v != 0 {
			t.Fatalf("element %d of the centres is %v", i, v)
		}
	}
	for i, l := range labels {
		got := r.distance(x.Row(i), centres.Row(int(l)))
		for k := range centres.Rows {
			if d := r.distance(x.Row(i), centres.Row(k)); d < got-1e-9*(1+got) {
				t.Fatalf("row %d has distance %v to its centre %d, %v to %d", i, got, l, d, k)
			}
		}
	}
}

func weights(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(i * 7 % 4)
	}
	return w
}

// At the end of Lloyd's iterations the labels are those of the nearest centres, and centres the weighted means of the observed
// entries of their rows.
func TestMissingAndWeighted(t *testing.T) {
	for _, w := range [][]float64{nil, weights(600)} {
		for _, share := range []float64{0, 0.3} {
			x := holes(blobs[float64](600, 5), share)
			r := newReference(x, w)
			for seed := range uint64(4) {
				centres, labels, err := Fit(ctx, x, Options{K: 5, Key: kernels.NewKey(seed, 0), Iterations: 200, Weights: w})
				if err != nil {
					t.Fatal(err)
				}
				r.checkLabels(t, x, centres, labels)
				if labels[3] != 0 {
					t.Errorf("the row without an entry has label %d", labels[3])
				}
				for k := range 5 {
					for j := range x.Cols {
						n, s := 0.0, 0.0
						for i, l := range labels {
							if v := x.Row(i)[j]; int(l) == k && v == v {
								n += weightOf(w, i)
								s += weightOf(w, i) * v
							}
						}
						if n > 0 && math.Abs(centres.Row(k)[j]-s/n) > 1e-9*r.sd[j] {
							t.Errorf("share %v, seed %d, centre %d, column %d: %v, its rows' mean is %v", share, seed, k, j, centres.Row(k)[j], s/n)
						}
					}
				}
			}
		}
	}
}

// Scores are −½ times squared distances, scaled up where entries are missing.
func TestScores(t *testing.T) {
	x := holes(blobs[float64](200, 5), 0.3)
	r := newReference(x, nil)
	g, err := measure(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := newFinder(g, 1)
	centre := kernels.NewMatrix[float64](1, x.Cols)
	f.fill(centre.Row(0), x.Row(3))
	if !slices.Equal(centre.Row(0), g.mean) {
		t.Errorf("a row without an entry gives the centre %v, the means are %v", centre.Row(0), g.mean)
	}
	near, labels := make([]float64, 200), make([]int32, 200)
	f.nearest(x, centre, 0, 1, near, labels)
	for i, s := range near {
		if want := -r.distance(x.Row(i), centre.Row(0)) / 2; math.Abs(s-want) > 1e-12*(1-want) {
			t.Errorf("row %d, %v: score %v, want %v", i, x.Row(i), s, want)
		}
	}
}

// A row of weight w is as w rows.
func TestWeightsAreCopies(t *testing.T) {
	x := blobs[float64](300, 4)
	w := weights(300)
	var rows []float64
	for i := range x.Rows {
		for range int(w[i]) {
			rows = append(rows, x.Row(i)...)
		}
	}
	copies := kernels.MatrixOf(len(rows)/x.Cols, x.Cols, rows)
	for seed := range uint64(10) {
		o := Options{K: 4, Key: kernels.NewKey(seed, 0), Iterations: 5, Weights: w}
		a, _, err := Fit(ctx, x, o)
		if err != nil {
			t.Fatal(err)
		}
		o.Weights = nil
		b, _, err := Fit(ctx, copies, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range a.Data {
			if math.Abs(a.Data[i]-b.Data[i]) > 1e-9*(1+math.Abs(b.Data[i])) {
				t.Fatalf("seed %d: centres %v, with copies %v", seed, a.Data, b.Data)
			}
		}
	}
}

// The scale of the weights does not matter, even where their sum overflows or is subnormal.
func TestScaleOfWeights(t *testing.T) {
	x := blobs[float64](100, 3)
	o := Options{K: 3, Key: kernels.NewKey(1, 0), Iterations: 5, Weights: weights(100)}
	want, _, err := Fit(ctx, x, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []int{-1074, -600, 40, 1022} {
		o.Weights = weights(100)
		for i := range o.Weights {
			o.Weights[i] = math.Ldexp(o.Weights[i], e)
		}
		if got, _, err := Fit(ctx, x, o); err != nil || !slices.Equal(got.Data, want.Data) {
			t.Errorf("weights of about 2^%d: %v, %v, want %v", e, got.Data, err, want.Data)
		}
	}
}

func TestSubsample(t *testing.T) {
	x := kernels.NewMatrix[float64](10007, 1)
	for i := range x.Data {
		x.Data[i] = float64(i)
	}
	s, w := subsample(x, nil, 1000, kernels.NewKey(3, 0))
	if s.Rows != 1000 || w != nil {
		t.Fatalf("%d rows, weights %v", s.Rows, w)
	}
	for i, v := range s.Data {
		if lo, hi := float64(i*10007/1000), float64((i+1)*10007/1000); v < lo || v >= hi {
			t.Errorf("row %d of the sample is %v, its stratum [%v, %v)", i, v, lo, hi)
		}
	}
	// By weight: rows of weight 0 never, and each other as often as its weight demands, within one.
	weights := make([]float64, 10007)
	total := 0.0
	for i := range weights {
		if i%3 == 1 {
			weights[i] = float64(i % 100)
		}
	}
	weights[5000] = 1e6
	for _, v := range weights {
		total += v
	}
	s, w = subsample(x, weights, 1000, kernels.NewKey(3, 0))
	drawn, last := 0.0, -1.0
	for i := range s.Rows {
		v := s.Data[i]
		drawn += w[i]
		if share := weights[int(v)] / total * 1000; share == 0 || math.Abs(w[i]-share) > 1+1e-9 {
			t.Errorf("row %v is in the sample %v times, its share is %v", v, w[i], share)
		}
		if v <= last {
			t.Errorf("row %v after row %v", v, last)
		}
		last = v
	}
	if drawn != 1000 {
		t.Errorf("%v rows were drawn", drawn)
	}
}

// On many rows, centres of a subsample are as good as those of all.
func TestManyRows(t *testing.T) {
	x := holes(blobs[float64](9000, 6), 0.1)
	for _, w := range [][]float64{nil, weights(9000)} {
		r := newReference(x, w)
		sampled, all := math.Inf(1), math.Inf(1)
		for seed := range uint64(4) {
			o := Options{K: 6, Key: kernels.NewKey(seed, 0), Iterations: 10, Weights: w}
			centres, labels, err := Fit(ctx, x, o)
			if err != nil {
				t.Fatal(err)
			}
			r.checkLabels(t, x, centres, labels)
			sampled = min(sampled, r.cost(x, centres, w))
			o.Sample = x.Rows
			if centres, _, err = Fit(ctx, x, o); err != nil {
				t.Fatal(err)
			}
			all = min(all, r.cost(x, centres, w))
		}
		if sampled > 1.02*all {
			t.Errorf("cost %v, on all rows %v", sampled, all)
		}
	}
}

// More centres than are compared at once.
func TestManyCentres(t *testing.T) {
	x := holes(blobs[float64](1500, 40), 0.1)
	centres, labels, err := Fit(ctx, x, Options{K: group + 80, Iterations: 3})
	if err != nil {
		t.Fatal(err)
	}
	newReference(x, nil).checkLabels(t, x, centres, labels)
}

func testBits[T kernels.Float](t *testing.T) {
	x, w := holes(blobs[T](5000, 6), 0.2), weights(5000)
	o := Options{K: 6, Key: kernels.NewKey(2, 0), Iterations: 3, Weights: w}
	centres, labels, err := Fit(ctx, x, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, isa := range kernels.Available() {
		restore, err := kernels.SetISA(isa)
		if err != nil {
			t.Fatal(err)
		}
		again, l2, _ := Fit(ctx, x, o)
		restore()
		if !slices.Equal(again.Data, centres.Data) || !slices.Equal(l2, labels) {
			t.Errorf("%v gives another clustering", isa)
		}
	}
}

func TestBits(t *testing.T) {
	t.Run("f32", testBits[float32])
	t.Run("f64", testBits[float64])
}

func TestRefuses(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for says, c := range map[string]struct {
		x kernels.Matrix[float64]
		o Options
	}{
		"3 clusters of 2 rows":           {kernels.MatrixOf(2, 1, []float64{1, 2}), Options{K: 3}},
		"column 1 has no observed entry": {kernels.MatrixOf(2, 2, []float64{1, nan, 2, nan}), Options{K: 1}},
		"column 0 has no observed entry": {kernels.MatrixOf(2, 1, []float64{1, nan}), Options{K: 1, Weights: []float64{0, 1}}},
		"1 weights of 2 rows":            {kernels.MatrixOf(2, 1, []float64{1, 2}), Options{K: 1, Weights: []float64{1}}},
		"the weight of row 1 is -1":      {kernels.MatrixOf(2, 1, []float64{1, 2}), Options{K: 1, Weights: []float64{1, -1}}},
		"the weight of row 0 is NaN":     {kernels.MatrixOf(2, 1, []float64{1, 2}), Options{K: 1, Weights: []float64{nan, 1}}},
		"the weight of row 0 is +Inf":    {kernels.MatrixOf(2, 1, []float64{1, 2}), Options{K: 1, Weights: []float64{inf, 1}}},
		"all 2 weights are 0":            {kernels.MatrixOf(2, 1, []float64{1, 2}), Options{K: 1, Weights: []float64{0, 0}}},
	} {
		if _, _, err := Fit(ctx, c.x, c.o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
	}
}

// A row without an observed entry is never a centre, wherever it stands.
func TestEmptyRowsAreNotDrawn(t *testing.T) {
	x := kernels.NewMatrix[float64](40, 2)
	for i := range x.Data {
		x.Data[i] = math.NaN()
	}
	x.Row(17)[0], x.Row(17)[1], x.Row(30)[0] = 1, 5, 3
	for seed := range uint64(20) {
		centres, _, err := Fit(ctx, x, Options{K: 2, Key: kernels.NewKey(seed, 0)})
		if got := []float64{centres.Row(0)[0], centres.Row(1)[0]}; err != nil || !slices.Equal(got, []float64{1, 3}) && !slices.Equal(got, []float64{3, 1}) {
			t.Errorf("seed %d: centres %v, %v", seed, centres.Data, err)
		}
	}
}

func TestRandomResponsibilities(t *testing.T) {
	const n, k = 4000, 3
	r := kernels.NewMatrix[float64](n, k)
	key := kernels.NewKey(4, 0)
	RandomResponsibilities(r, key, 10)
	var mean, square [k]float64
	for i := range n {
		sum := 0.0
		for j, v := range r.Row(i) {
			sum += v
			mean[j] += v / n
			square[j] += v * v / n
			if !(v >= 0) {
				t.Fatalf("row %d: %v", i, r.Row(i))
			}
		}
		if math.Abs(sum-1) > 1e-15 {
			t.Fatalf("row %d sums to %v", i, sum)
		}
	}
	for j := range mean { // of the flat Dirichlet: 1/K and 2/(K(K+1)); five standard errors
		if math.Abs(mean[j]-1.0/3) > 5*0.236/math.Sqrt(n) || math.Abs(square[j]-1.0/6) > 5*0.2/math.Sqrt(n) {
			t.Errorf("component %d: mean %v, mean square %v, want 1/3 and 1/6", j, mean[j], square[j])
		}
	}
	part := kernels.NewMatrix[float64](100, k)
	RandomResponsibilities(part, key, 510)
	if !slices.Equal(part.Data, r.SliceRows(500, 600).Data[:100*k]) {
		t.Error("a row's draw depends on the rows before it")
	}
}
