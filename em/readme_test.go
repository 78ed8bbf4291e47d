package em_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// The README shows this example.
func Example() {
	x := kernels.MatrixOf(10, 1, []float64{1.8, 3.6, 2.3, 4.5, 1.9, 4.7, 4.1, 2.0, 4.3, 1.7}) // minutes of ten eruptions
	m, r, err := em.FitGMM(context.Background(), elbo.Of(x), em.GMMOptions{K: 2})
	if err != nil {
		panic(err)
	}
	fmt.Printf("bound %.15g nats, %v\n", r.Bound, r.Reason)
	fmt.Printf("means %.15g, weights %.4f\n", m.Means().Data, m.Weights())

	scorer := m.NewScorer() // one for all goroutines, a workspace for each
	work, density := scorer.NewWorkspace(), make([]float64, 1)
	if err := scorer.LogDensity(density, kernels.MatrixOf(1, 1, []float64{3}), work); err != nil {
		panic(err)
	}
	fmt.Printf("log-density of 3 minutes %.15g\n", density[0])
	// Output:
	// bound -5.52063040715452 nats, converged
	// means [1.93999999654421 4.23999998094427], weights [0.5000 0.5000]
	// log-density of 3 minutes -7.619660265024
}

// TestReadme holds the README to the example.
func TestReadme(t *testing.T) {
	source, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(source), "func Example() {\n")
	body, output, _ := strings.Cut(body, "\t// Output:\n")
	output, _, _ = strings.Cut(output, "}\n")
	body = strings.ReplaceAll(body, "\n\t", "\n")
	body = strings.TrimPrefix(body, "\t")
	output = strings.ReplaceAll(output, "\t// ", "")
	for _, want := range []string{body, output} {
		if want == "" || !strings.Contains(string(readme), "\n"+want+"```") {
			t.Errorf("README.md does not hold\n%s", want)
		}
	}
}
