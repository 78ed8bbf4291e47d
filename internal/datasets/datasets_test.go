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
