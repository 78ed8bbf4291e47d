package faithful

import (
	"math"
	"testing"
)

// The means are those that R prints: mean(faithful$eruptions), mean(faithful$waiting).
func TestData(t *testing.T) {
	m := Data[float64]()
	if m.Rows != 272 || m.Cols != 2 {
		t.Fatalf("%d×%d", m.Rows, m.Cols)
	}
	var sum [2]float64
	for i := range m.Rows {
		sum[0] += m.Row(i)[0]
		sum[1] += m.Row(i)[1]
	}
	if math.Abs(sum[0]/272-3.487783) > 1e-6 || math.Abs(sum[1]/272-70.897059) > 1e-6 {
		t.Errorf("means %v", sum)
	}
}
