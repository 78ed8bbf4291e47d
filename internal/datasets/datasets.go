// Package datasets embeds the small data sets of the tests, the examples and the demonstration.
package datasets

import (
	_ "embed"
	"encoding/csv"
	"math"
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
func Faithful() kernels.Matrix[float64] { return numbers(FaithfulCSV) }

// numbers returns the numbers of an embedded CSV file with a header.
func numbers(text string) kernels.Matrix[float64] {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic(err) // the file is embedded: only a damaged build has errors
	}
	m := kernels.NewMatrix[float64](len(records)-1, len(records[0]))
	for i, record := range records[1:] {
		for j, text := range record {
			if text == "NA" {
				text = "NaN"
			}
			if m.Row(i)[j], err = strconv.ParseFloat(text, 64); err != nil {
				panic(err)
			}
		}
	}
	return m
}

// AirQualityCSV is the air of New York on the 153 days from May to September 1973, as a CSV file with the header
// ozone,solar,wind,temperature: ozone in parts per billion, of which 37 values are missing (NA), radiation in langleys, of which 7
// are, wind in miles per hour, the highest temperature in degrees Fahrenheit. Source: New York State Department of Conservation and
// National Weather Service, in Chambers, Cleveland, Kleiner and Tukey, Graphical Methods for Data Analysis, 1983.
//
//go:embed airquality.csv
var AirQualityCSV string

// AirQuality returns AirQualityCSV as a 153×4 matrix, NaN for NA.
func AirQuality() kernels.Matrix[float64] { return numbers(AirQualityCSV) }

// VotesCSV is the votes of the 435 members of the U.S. House of Representatives on 16 questions in 1984, as a CSV file with a
// header: the party, then y, n or, where a member's position is not known, ?. Source: Congressional Quarterly Almanac, 98th
// Congress, 2nd session 1984, volume XL, 1985; Schlimmer, "Congressional Voting Records", UCI Machine Learning Repository, 1987,
// doi:10.24432/C5C01P, licence CC BY 4.0.
//
//go:embed votes.csv
var VotesCSV string

// Votes returns VotesCSV as a 435×16 matrix of 1 for y, 0 for n and NaN for ?, and whether a member is a republican.
func Votes() (x kernels.Matrix[float64], republican []bool) {
	records, err := csv.NewReader(strings.NewReader(VotesCSV)).ReadAll()
	if err != nil {
		panic(err) // the file is embedded: only a damaged build has errors
	}
	x = kernels.NewMatrix[float64](len(records)-1, len(records[0])-1)
	for i, record := range records[1:] {
		republican = append(republican, record[0] == "republican")
		for j, text := range record[1:] {
			x.Row(i)[j] = map[string]float64{"y": 1, "n": 0, "?": math.NaN()}[text]
		}
	}
	return x, republican
}
