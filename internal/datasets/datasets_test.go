package datasets

import (
	"math"
	"testing"
)

func TestFaithful(t *testing.T) {
	m := Faithful()
	if m.Rows != 272 || m.Cols != 2 {
		t.Fatalf("%d×%d, want 272×2", m.Rows, m.Cols)
	}
	var mean [2]float64
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			mean[j] += v / 272
		}
	}
	if math.Abs(mean[0]-3.487783) > 1e-6 || math.Abs(mean[1]-70.897059) > 1e-6 {
		t.Errorf("column means %v, want 3.487783 and 70.897059", mean)
	}
}

func TestVotes(t *testing.T) {
	x, republican := Votes()
	if x.Rows != 435 || x.Cols != 16 {
		t.Fatalf("%d×%d, want 435×16", x.Rows, x.Cols)
	}
	party, yes, missing := 0, 0, 0
	for i, r := range republican {
		if r {
			party++
		}
		for _, v := range x.Row(i) {
			switch {
			case v == 1:
				yes++
			case v != v:
				missing++
			}
		}
	}
	if party != 168 || missing != 392 || yes != 3421 {
		t.Errorf("%d republicans, %d yes, %d missing", party, yes, missing)
	}
}

func TestAirQuality(t *testing.T) {
	x := AirQuality()
	if x.Rows != 153 || x.Cols != 4 {
		t.Fatalf("%d×%d, want 153×4", x.Rows, x.Cols)
	}
	var sum, n [4]float64
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			if v == v {
				sum[j] += v
				n[j]++
			}
		}
	}
	if n != [4]float64{116, 146, 153, 153} {
		t.Errorf("%v values are observed, want 116, 146, 153 and 153", n)
	}
	for j, want := range []float64{42.12931034, 185.93150685, 9.95751634, 77.88235294} {
		if math.Abs(sum[j]/n[j]-want) > 1e-7 {
			t.Errorf("column %d has the mean %v, want %v", j, sum[j]/n[j], want)
		}
	}
}
