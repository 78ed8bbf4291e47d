// Package datasets embeds the small data sets of the tests, the examples and the demonstration.
package datasets

import (
	_ "embed"
	"encoding/csv"
	"strconv"
	"strings"

	"example.com/elbo/kernels"
)

// FaithfulCSV is the Old Faithful data as a CSV file with the header eruptions,waiting: the durations of 272 eruptions of
// the geyser in Yellowstone National Park and the waiting times to the next, in minutes. Source: Azzalini and Bowman,
// "A look at some data on the Old Faithful geyser", Applied Statistics 39 (1990), 357–365.
//
//go:embed faithful.csv
var FaithfulCSV string

// Faithful returns FaithfulCSV as a 272×2 matrix.
func Faithful() kernels.Matrix[float64] {
	records, err := csv.NewReader(strings.NewReader(FaithfulCSV)).ReadAll()
	if err != nil {
		panic(err) // the file is embedded: only a damaged build has errors
	}
	m := kernels.NewMatrix[float64](len(records)-1, len(records[0]))
	for i, record := range records[1:] {
		for j, text := range record {
			if m.Row(i)[j], err = strconv.ParseFloat(text, 64); err != nil {
				panic(err)
			}
		}
	}
	return m
}
