package em_test

import (
	"context"
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// Two classes of members of the U.S. House of 1984, found from their votes alone, of which 392 are missing, are the parties.
func ExampleFitBernoulliMixture() {
	votes, republican := datasets.Votes()
	m, r, err := em.FitBernoulliMixture(context.Background(), elbo.Of(votes), em.BernoulliMixtureOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	labels, err := m.Predict(votes)
	if err != nil {
		fmt.Println(err)
		return
	}
	var table [2][2]int
	for i, l := range labels {
		if republican[i] {
			table[l][1]++
		} else {
			table[l][0]++
		}
	}
	fmt.Printf("log-likelihood %.3f nats after %d iterations\n", r.LogLik, r.Iterations)
	for k, w := range m.Weights() {
		fmt.Printf("class of %.3f: %d democrats, %d republicans; physician fee freeze %.2f, education spending %.2f\n",
			w, table[k][0], table[k][1], m.Probabilities().Row(k)[3], m.Probabilities().Row(k)[11])
	}
	// Output:
	// log-likelihood -3104.977 nats after 16 iterations
	// class of 0.478: 49 democrats, 160 republicans; physician fee freeze 0.83, education spending 0.79
	// class of 0.522: 218 democrats, 8 republicans; physician fee freeze 0.04, education spending 0.09
}

// A mixture of Poisson distributions tells two kinds of counts apart and says what a missing one should be.
func ExampleFitPoissonMixture() {
	nan := math.NaN()
	counts := kernels.MatrixOf(8, 2, []float64{
		1, 20,
		0, 23,
		2, 19,
		1, 24,
		9, 3,
		12, 5,
		8, 4,
		11, nan,
	})
	m, _, err := em.FitPoissonMixture(context.Background(), elbo.Of(counts), em.PoissonMixtureOptions{K: 2, Prior: em.PriorNone})
	if err != nil {
		fmt.Println(err)
		return
	}
	full, err := m.Impute(counts)
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, w := range m.Weights() {
		fmt.Printf("%.3f of the rows: rates %.3f\n", w, m.Rates().Row(k))
	}
	fmt.Printf("the missing count: %.2f\n", full.Row(7)[1])
	// Output:
	// 0.500 of the rows: rates [1.000 21.500]
	// 0.500 of the rows: rates [10.000 4.000]
	// the missing count: 4.00
}

// A column of categories can stand beside columns of yes and no; what is missing is made up for by the others.
func ExampleFitCategoricalMixture() {
	votes, republican := datasets.Votes()
	x := kernels.NewMatrix[float64](votes.Rows, 1+votes.Cols)
	for i := range x.Rows {
		if x.Row(i)[0] = 0; republican[i] {
			x.Row(i)[0] = 1
		}
		copy(x.Row(i)[1:], votes.Row(i))
	}
	m, r, err := em.FitCategoricalMixture(context.Background(), elbo.Of(x), em.CategoricalMixtureOptions{K: 3, Restarts: elbo.Restarts{N: 5}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("BIC %.1f\n", m.BIC(r.LogLik, x.Rows))
	for k, w := range m.Weights() {
		fmt.Printf("class of %.3f: %.3f republicans\n", w, m.Probabilities()[0].Row(k)[1])
	}
	x.Row(0)[0] = math.NaN()
	full, err := m.Impute(x.SliceRows(0, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("the first member, of a party that is not known: %v\n", full.Row(0)[0])
	// Output:
	// BIC 6449.7
	// class of 0.337: 0.987 republicans
	// class of 0.482: 0.027 republicans
	// class of 0.182: 0.228 republicans
	// the first member, of a party that is not known: 1
}

// Thirty eruptions of Old Faithful are noted wrongly. A mixture of Student-t distributions gives such rows little weight.
func ExampleFitStudentMixture() {
	x := datasets.Faithful()
	for i := range 30 {
		x.Row(9 * i)[1] = float64(37 * i % 200)
	}
	m, r, err := em.FitStudentMixture(context.Background(), elbo.Of(x), em.StudentMixtureOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	g, s, err := em.FitGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("log-likelihood %.1f nats, of Gaussians %.1f\n", r.LogLik, s.LogLik)
	for k, nu := range m.Freedom() {
		fmt.Printf("%.1f degrees of freedom: waiting %.1f ± %.1f min, Gaussian %.1f ± %.1f min\n", nu,
			m.Means().Row(k)[1], math.Sqrt(m.Scales()[k].Row(1)[1]), g.Means().Row(k)[1], math.Sqrt(g.Covariances()[k].Row(1)[1]))
	}
	// Output:
	// log-likelihood -1331.5 nats, of Gaussians -1485.0
	// 132.2 degrees of freedom: waiting 54.5 ± 6.1 min, Gaussian 54.5 ± 7.2 min
	// 1.5 degrees of freedom: waiting 79.8 ± 6.1 min, Gaussian 82.7 ± 24.4 min
}
