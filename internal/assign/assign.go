// Package assign solves the linear assignment problem.
package assign

import (
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// Solve returns the assignment of rows to columns of the least total cost Σ_i cost[i][columns[i]], and that cost. Each
// row has one column, each column at most one row; if there are more rows than columns, each column has one row and the rows that
// have none −1. Costs may be negative. NaN and ±Inf are errors.
//
// It is the Hungarian algorithm by shortest augmenting paths: rows enter one by one, and for each a path of least reduced
// cost cost[i][j] − u_i − v_j is found by Dijkstra's algorithm on potentials u, v that keep reduced costs at or above 0 (Kuhn, "The
// Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2, 1955; Jonker and Volgenant, "A shortest
// augmenting path algorithm for dense and sparse linear assignment problems", Computing 38, 1987). O(min² · max) operations
// for a min×max or max×min matrix. Of assignments that cost the same, which one is returned depends on the matrix
// alone.
func Solve(cost kernels.Matrix[float64]) (columns []int, total float64, err error) {
	n, m := cost.Rows, cost.Cols
	for i := range n {
		for j, c := range cost.Row(i) {
			if c-c != 0 {
				return nil, 0, fmt.Errorf("assign: the cost of row %d and column %d is %v", i, j, c)
			}
		}
	}
	columns = make([]int, n)
	if n <= m {
		copy(columns, solve(n, m, func(i, j int) float64 { return cost.Row(i)[j] }))
	} else {
		for i := range columns {
			columns[i] = -1
		}
		for j, i := range solve(m, n, func(j, i int) float64 { return cost.Row(i)[j] }) {
			columns[i] = j
		}
	}
	for i, j := range columns {
		if j >= 0 {
			total += cost.Row(i)[j]
		}
	}
	return columns, total, nil
}

// solve assigns each of n rows one of m ≥ n columns.
func solve(n, m int, cost func(i, j int) float64) []int {
	// Column m is where a new row stands before it has a column of its own.
	u, v := make([]float64, n), make([]float64, m+1)
	row := make([]int, m+1) // of each column, −1: none
	for j := range row {
		row[j] = -1
	}
	distance, previous, done := make([]float64, m), make([]int, m), make([]bool, m+1)
	for i := range n {
		for j := range distance {
			distance[j], previous[j] = math.Inf(1), m
		}
		clear(done)
		row[m] = i
		at := m
		for row[at] >= 0 {
			done[at] = true
			from, next, step := row[at], -1, math.Inf(1)
			for j := range distance {
				if done[j] {
					continue
				}
				if c := cost(from, j) - u[from] - v[j]; c < distance[j] {
					distance[j], previous[j] = c, at
				}
				if next < 0 || distance[j] < step {
					next, step = j, distance[j]
				}
			}
			for j := range done {
				if done[j] {
					u[row[j]] += step
					v[j] -= step
				} else {
					distance[j] -= step
				}
			}
			at = next
		}
		for at != m {
			row[at] = row[previous[at]]
			at = previous[at]
		}
	}
	columns := make([]int, n)
	for j, i := range row[:m] {
		if i >= 0 {
			columns[i] = j
		}
	}
	return columns
}
