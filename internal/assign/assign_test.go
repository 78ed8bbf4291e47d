package assign

import (
	"math"
	"slices"
	"testing"

	"example.com/elbo/kernels"
)

// best returns the least cost by enumeration; each row has a column while there are any.
func best(cost kernels.Matrix[float64]) float64 {
	least := math.Inf(1)
	var try func(i, taken int, used []bool, sum float64)
	try = func(i, taken int, used []bool, sum float64) {
		if i == cost.Rows {
			if taken == min(cost.Rows, cost.Cols) {
				least = min(least, sum)
			}
			return
		}
		for j := range used {
			if !used[j] {
				used[j] = true
				try(i+1, taken+1, used, sum+cost.Row(i)[j])
				used[j] = false
			}
		}
		if cost.Rows > cost.Cols {
			try(i+1, taken, used, sum)
		}
	}
	try(0, 0, make([]bool, cost.Cols), 0)
	return least
}

func random(n, m int, seed uint64) kernels.Matrix[float64] {
	cost := kernels.NewMatrix[float64](n, m)
	kernels.Normal(cost.Data, kernels.NewKey(seed, 0), kernels.Counter{})
	if seed%3 == 1 { // with ties
		for i, v := range cost.Data {
			cost.Data[i] = math.Round(v)
		}
	}
	if seed%3 == 2 { // over many orders of magnitude
		for i, v := range cost.Data {
			cost.Data[i] = math.Exp(10 * v)
		}
	}
	return cost
}

func check(t *testing.T, cost kernels.Matrix[float64]) float64 {
	t.Helper()
	columns, total, err := Solve(cost)
	if err != nil {
		t.Fatal(err)
	}
	var used []int
	sum := 0.0
	for i, j := range columns {
		if j >= 0 {
			used = append(used, j)
			sum += cost.Row(i)[j]
		}
	}
	slices.Sort(used)
	if n := len(slices.Compact(used)); len(columns) != cost.Rows || n != min(cost.Rows, cost.Cols) || len(used) != n || sum != total {
		t.Fatalf("%d×%d: columns %v, total %v", cost.Rows, cost.Cols, columns, total)
	}
	return total
}

func TestEnumeration(t *testing.T) {
	for n := range 7 {
		for m := range 7 {
			for seed := range uint64(15) {
				cost := random(n, m, seed)
				if got, want := check(t, cost), best(cost); math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
					t.Errorf("%d×%d, seed %d: %v, want %v: %v", n, m, seed, got, want, cost.Data)
				}
			}
		}
	}
}

// A hidden assignment without reduced cost, under potentials that hide it, is found.
func TestLarge(t *testing.T) {
	const n = 150
	hidden := make([]uint32, n)
	kernels.Permutation(hidden, kernels.NewKey(1, 1), kernels.Counter{})
	cost := random(n, n, 0)
	want := 0.0
	for i := range n {
		for j := range n {
			c := math.Abs(cost.Row(i)[j]) + 0.01
			if int(hidden[i]) == j {
				c = 0
			}
			cost.Row(i)[j] = c + 10*math.Sin(float64(i)) + 10*math.Cos(float64(3*j))
		}
		want += 10*math.Sin(float64(i)) + 10*math.Cos(float64(3*i))
	}
	if got := check(t, cost); math.Abs(got-want) > 1e-9 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestNotFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if _, _, err := Solve(kernels.MatrixOf(1, 2, []float64{1, v})); err == nil {
			t.Errorf("%v: no error", v)
		}
	}
}
