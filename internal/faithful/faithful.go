// Package faithful holds the Old Faithful data: 272 eruptions of the geyser in Yellowstone National Park, their
// length and the waiting time to the next one, both in minutes. They are the smallest real data with two plain clusters.
//
// Source: W. Härdle, Smoothing Techniques with Implementation in S, Springer 1991, Table 3; A. Azzalini and A. W. Bowman,
// "A look at some data on the Old Faithful geyser", Applied Statistics 39, 357–365, 1990; R's dataset faithful.
package faithful

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"example.com/elbo/kernels"
)

// CSV is the data with a header line: eruptions,waiting.
//
//go:embed faithful.csv
var CSV string

// Data returns the data as a new 272×2 matrix.
func Data[T kernels.Float]() kernels.Matrix[T] {
	lines := strings.Fields(CSV)[1:]
	m := kernels.NewMatrix[T](len(lines), 2)
	for i, line := range lines {
		for j, s := range strings.Split(line, ",") {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				panic(fmt.Sprintf("faithful: line %d: %v", i+2, err))
			}
			m.Row(i)[j] = T(v)
		}
	}
	return m
}
