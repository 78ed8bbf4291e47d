package kernels

import (
	"math"
	"testing"
)

func init() {
	registerElementwise("Erf", Erf[float32], Erf[float64], func(g *gen) float64 {
		// Half of them about halfway between two rows of the table, where the last term of the series counts.
		x, half := g.normal(), 0.5+g.uniform()/64
		switch g.intn(4) {
		case 0:
			return math.Copysign((float64(g.intn(32))+half)/64, x)
		case 1: // and its own last term
			return math.Copysign((float64(96+g.intn(32))+half)/64, x)
		}
		return x * 2
	})
	registerElementwise("GELU", GELU[float32], GELU[float64], scaled(4))
}

func TestErfSpecials(t *testing.T) {
	inf, nan, neg0 := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	var cases []special
	for _, v := range [][2]float64{{0, 0}, {neg0, neg0}, {inf, 1}, {-inf, -1}, {nan, nan}, {7, 1}, {-1e30, -1}} {
		cases = append(cases, special{"Erf", Erf[float32], Erf[float64], v[0], v[1]})
	}
	for _, v := range [][2]float64{{0, 0}, {neg0, neg0}, {inf, inf}, {-inf, neg0}, {nan, nan}, {64, 64}, {-64, neg0}, {-1e30, neg0}} {
		cases = append(cases, special{"GELU", GELU[float32], GELU[float64], v[0], v[1]})
	}
	testSpecials(t, cases)
}

// TestErfRows: each row of the table is within two units of the last place of what Go's math says.
func TestErfRows(t *testing.T) {
	for i, row := range erfRows {
		r := float64(i) / 64
		want := [2]float64{math.Erf(r), 2 / math.Sqrt(math.Pi) * math.Exp(-r*r)}
		if i > 381 { // beyond what Erf looks up
			want = [2]float64{}
		}
		for j := range want {
			if math.Abs(row[j]-want[j]) > 0x1p-51*want[j] {
				t.Errorf("row %d: %v, want %v", i, row, want)
			}
		}
	}
}
