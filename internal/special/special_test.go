package special

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"example.com/elbo/kernels"
)

// ulps is |got − want| in units of the last place of want.
func ulps(got, want float64) float64 {
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return 0
	}
	u := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want)
	return math.Abs(got-want) / u
}

func TestGolden(t *testing.T) {
	raw, err := os.ReadFile("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	worst := map[string]float64{}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	for _, line := range lines {
		f := strings.Fields(line)
		d, _ := strconv.Atoi(f[1])
		x, err1 := strconv.ParseFloat(f[2], 64)
		want, err2 := strconv.ParseFloat(f[3], 64)
		if err1 != nil || err2 != nil && !math.IsInf(want, 0) {
			t.Fatal(line, err1, err2)
		}
		var got float64
		bound := 4.0
		switch f[0] {
		case "lgamma":
			got = Lgamma(x)
		case "digamma":
			got = Digamma(x)
			if math.Abs(want) < 0.1 {
				if e := math.Abs(got - want); e > 2e-16 {
					t.Errorf("ψ(%v) = %v, want %v: off by %v", x, got, want, e)
				}
				continue
			}
		case "lgammad":
			got = LogMultivariateGamma(d, x)
			bound = 16
		}
		u := ulps(got, want)
		worst[f[0]] = max(worst[f[0]], u)
		if !(u <= bound) {
			t.Errorf("%s(%d, %v) = %v, want %v: %.1f ULP", f[0], d, x, got, want, u)
		}
	}
	t.Logf("worst ULP over %d values: %s", len(lines), fmt.Sprint(worst))
}

func TestEdges(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Lgamma(0)", Lgamma(0), math.Inf(1)},
		{"Lgamma(+Inf)", Lgamma(math.Inf(1)), math.Inf(1)},
		{"Lgamma(max)", Lgamma(math.MaxFloat64), math.Inf(1)},
		{"Lgamma(-1)", Lgamma(-1), math.NaN()},
		{"Lgamma(NaN)", Lgamma(math.NaN()), math.NaN()},
		{"Lgamma(1)", Lgamma(1), 0},
		{"Lgamma(2)", Lgamma(2), 0},
		{"Digamma(0)", Digamma(0), math.Inf(-1)},
		{"Digamma(+Inf)", Digamma(math.Inf(1)), math.Inf(1)},
		{"Digamma(-1)", Digamma(-1), math.NaN()},
		{"Digamma(NaN)", Digamma(math.NaN()), math.NaN()},
		{"LogMultivariateGamma(3, 0.9)", LogMultivariateGamma(3, 0.9), math.NaN()},
		{"Log(0)", Log(0), math.Inf(-1)},
		{"Exp(-Inf)", Exp(math.Inf(-1)), 0},
	} {
		if c.got != c.want && !(math.IsNaN(c.got) && math.IsNaN(c.want)) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

// ψ is the derivative of ln Γ, and both obey the recurrence across every seam of the pieces.
func TestRecurrence(t *testing.T) {
	for x := 0.01; x < 30; x += 0.0137 {
		if d := Lgamma(x+1) - Lgamma(x) - Log(x); math.Abs(d) > 1e-15*math.Max(8, math.Abs(8*Lgamma(x+1))) {
			t.Errorf("ln Γ(x+1) − ln Γ(x) − ln x = %v at %v", d, x)
		}
		if d := Digamma(x+1) - Digamma(x) - 1/x; math.Abs(d) > 1e-14*math.Max(1, 1/x) {
			t.Errorf("ψ(x+1) − ψ(x) − 1/x = %v at %v", d, x)
		}
		const h = 1e-5
		if d := (Lgamma(x+x*h)-Lgamma(x-x*h))/(2*h*x) - Digamma(x); math.Abs(d) > 1e-8*math.Max(1, 1/x) {
			t.Errorf("(ln Γ)' − ψ = %v at %v", d, x)
		}
	}
}

func TestBitsAndAllocations(t *testing.T) {
	run := func() (s []uint64) {
		for x := 0.03; x < 40; x += 0.31 {
			s = append(s, math.Float64bits(Lgamma(x)), math.Float64bits(Digamma(x)), math.Float64bits(Exp(-x)))
		}
		return s
	}
	want := run()
	for _, isa := range kernels.Available() {
		restore, err := kernels.SetISA(isa)
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range run() {
			if b != want[i] {
				t.Errorf("%v: value %d is %x, want %x", isa, i, b, want[i])
			}
		}
		restore()
	}
	if n := testing.AllocsPerRun(100, func() { _ = Lgamma(3.3) + Digamma(40) + Exp(1) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
