package em_test

import (
	"context"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
)

// The best of several fits by maximum likelihood has the log-likelihood and the parameters of the best of R's flexmix: of the votes of
// the members whose votes are all known, and of eruptions, in seconds, with the minutes until the next.
func TestFlexmix(t *testing.T) {
	votes, _ := datasets.Votes()
	var complete []float64
	for i := range votes.Rows {
		if !math.IsNaN(kernels.Sum(votes.Row(i))) {
			complete = append(complete, votes.Row(i)...)
		}
	}
	eruptions := datasets.Faithful()
	for i := range eruptions.Rows {
		eruptions.Row(i)[0] = math.Floor(60 * eruptions.Row(i)[0])
	}
	text, err := os.ReadFile("testdata/mixtures.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		fields := strings.Split(line, ",")
		var want []float64
		for _, f := range fields[1:] {
			v, err := strconv.ParseFloat(f, 64)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, v)
		}
		k := int(want[0])
		o := elbo.Options{Tol: 1e-13, MaxIter: 5000, Accelerate: elbo.SQUAREM}
		many := elbo.Restarts{N: 40, Short: 20}
		var m anyMixture[float64]
		var r elbo.Result
		var values kernels.Matrix[float64]
		switch fields[0] {
		case "bernoulli":
			x := kernels.MatrixOf(len(complete)/16, 16, complete)
			var b *em.BernoulliMixture[float64]
			if b, r, err = em.FitBernoulliMixture(context.Background(), elbo.Of(x), em.BernoulliMixtureOptions{K: k, Prior: em.PriorNone, Options: o, Restarts: many}); err == nil {
				m, values = b, b.Probabilities()
			}
		case "poisson":
			var p *em.PoissonMixture[float64]
			if p, r, err = em.FitPoissonMixture(context.Background(), elbo.Of(eruptions), em.PoissonMixtureOptions{K: k, Prior: em.PriorNone, Options: o, Restarts: many}); err == nil {
				m, values = p, p.Rates()
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(r.LogLik-want[1]) > 1e-6 {
			t.Errorf("%s, %d components: log-likelihood %.8f, flexmix has %.8f", fields[0], k, r.LogLik, want[1])
			continue
		}
		order := make([]int, k)
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, m.Weights()[a]-m.Weights()[b])) })
		var got []float64
		for _, i := range order {
			got = append(append(got, m.Weights()[i]), values.Row(i)...)
		}
		for i, v := range got {
			if math.Abs(v-want[2+i]) > 2e-4*(1+math.Abs(v)) {
				t.Errorf("%s, %d components: parameter %d is %v, flexmix has %v", fields[0], k, i, v, want[2+i])
			}
		}
	}
}
