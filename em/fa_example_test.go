package em_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// csvTable reads a file of numbers, a row a line.
func csvTable(path string) kernels.Matrix[float64] {
	f, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(err)
	}
	x := kernels.NewMatrix[float64](len(records), len(records[0]))
	for i, record := range records {
		for j, text := range record {
			if x.Row(i)[j], err = strconv.ParseFloat(text, 64); err != nil {
				panic(err)
			}
		}
	}
	return x
}

// Two factors behind thirteen chemical measurements of 178 wines. The columns have different units, which does not matter.
func ExampleFitFA() {
	x := csvTable("testdata/gmm/wine.csv")
	m, r, err := em.FitFA(context.Background(), elbo.Of(x), em.FAOptions{Q: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v, log-likelihood %.4f nats, BIC %.2f\n", r.Reason, r.LogLik, m.BIC(r.LogLik, x.Rows))
	for _, j := range []int{0, 6, 9} {
		unexplained := m.Noise()[j] / m.Covariance().Row(j)[j]
		fmt.Printf("column %2d: %.3f of the variance is noise\n", j, unexplained)
	}
	z, _, err := m.Transform(x.SliceRows(0, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("factors of the first wine: %.4f\n", z.Data)
	// Output:
	// converged, log-likelihood -3477.8808 nats, BIC 7220.03
	// column  0: 0.491 of the variance is noise
	// column  6: 0.072 of the variance is noise
	// column  9: 0.105 of the variance is noise
	// factors of the first wine: [1.1669 0.6686]
}

// Irises with two measurements lost: they are filled in from what the principal components and the others say.
func ExampleFitPPCA() {
	x := csvTable("testdata/gmm/iris.csv")
	x.Row(0)[2], x.Row(100)[0] = math.NaN(), math.NaN() // were 1.4 and 6.3
	m, r, err := em.FitPPCA(context.Background(), elbo.Of(x), em.PPCAOptions{Q: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	y, err := m.Impute(x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v, noise %.5f\n", r.Reason, m.Noise())
	fmt.Printf("imputed %.3f and %.3f\n", y.Row(0)[2], y.Row(100)[0])
	// Output:
	// converged, noise 0.04902
	// imputed 1.569 and 7.157
}

// Wines of three cultivars, 59, 71 and 48 of them in this order: each cluster has two factors of its own.
func ExampleFitMFA() {
	x := csvTable("testdata/gmm/wine.csv")
	o := em.MFAOptions{K: 3, Q: 2, Options: elbo.Options{Accelerate: elbo.SQUAREM}, Restarts: elbo.Restarts{N: 10}}
	m, r, err := em.FitMFA(context.Background(), elbo.Of(x), o)
	if err != nil {
		fmt.Println(err)
		return
	}
	labels, err := m.Predict(x)
	if err != nil {
		fmt.Println(err)
		return
	}
	var count [3][3]int
	for i, k := range labels {
		cultivar := 0
		if i >= 59 {
			cultivar = 1
		}
		if i >= 59+71 {
			cultivar = 2
		}
		count[cultivar][k]++
	}
	fmt.Printf("%v, BIC %.2f\n", r.Reason, m.BIC(r.LogLik, x.Rows))
	fmt.Println("cultivars by components:", count)
	// Output:
	// converged, BIC 6806.60
	// cultivars by components: [[58 0 1] [0 0 71] [0 48 0]]
}
