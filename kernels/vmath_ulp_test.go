package kernels

import (
	"bufio"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// accuracy is a row of the table in docs/accuracy.md.
type accuracy struct{ bound, found float64 }

// accuracyTable reads the rows "| Exp | float32 | bound | found | …" of docs/accuracy.md.
func accuracyTable(t *testing.T) map[string]accuracy {
	t.Helper()
	text, err := os.ReadFile("../docs/accuracy.md")
	if err != nil {
		if os.Getenv("ELBO_EMUL") == "1" {
			t.Skip("the emulated machine has not the docs") // and its bits are those of the others
		}
		t.Fatal(err)
	}
	r := map[string]accuracy{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(line, "|")
		if len(f) < 6 {
			continue
		}
		name, typ := strings.TrimSpace(f[1]), strings.TrimSpace(f[2])
		bound, err1 := strconv.ParseFloat(strings.TrimSpace(f[3]), 64)
		found, err2 := strconv.ParseFloat(strings.TrimSpace(f[4]), 64)
		if err1 != nil || err2 != nil {
			continue
		}
		if found > bound {
			t.Errorf("docs/accuracy.md: %s, %s: found %v exceeds the bound %v", name, typ, found, bound)
		}
		r[name+"/"+typ] = accuracy{bound, found}
	}
	return r
}

// check fails if an error exceeds the bound, or the largest error that the table reports.
func (a accuracy) check(t *testing.T, worst, at float64) {
	t.Helper()
	t.Logf("largest error %.4f ULP at %x; the table: bound %v, found %v", worst, at, a.bound, a.found)
	switch {
	case a == accuracy{}:
		t.Error("docs/accuracy.md has no row for it")
	case !(worst <= a.bound):
		t.Errorf("%.4f ULP at %x exceeds the bound %v", worst, at, a.bound)
	case worst > a.found:
		t.Errorf("%.4f ULP at %x exceeds %v, the largest that docs/accuracy.md reports", worst, at, a.found)
	}
}

// measured is a function and what it is measured by.
type measured struct {
	name  string // a row of the table
	f     func(dst, x []float32)
	ref   func(float64) float64
	wide  func(dst, x []float64)  // instead of ref
	only  func(x float64) bool    // the inputs of this row; nil: all
	worst float32                 // of all inputs, if the sample may miss it
	floor func(x float64) float64 // the least value whose last place the error is measured in; nil: 0
}

func (m measured) unit(x float64) float64 {
	if m.floor == nil {
		return 0
	}
	return m.floor(x)
}

// reference writes the true values.
func (m measured) reference(dst []float64, x []float32) {
	for i, v := range x {
		if dst[i] = float64(v); m.wide == nil {
			dst[i] = m.ref(float64(v))
		}
	}
	if m.wide != nil {
		m.wide(dst, dst)
	}
}

// value returns f at one point.
func value(f func(dst, x []float64)) func(float64) float64 {
	return func(x float64) float64 {
		y := []float64{x}
		f(y, y)
		return y[0]
	}
}

func negative(x float64) bool    { return x < 0 }
func notNegative(x float64) bool { return !(x < 0) }

// Below 0, lgamma and digamma are differences of terms of these sizes.
func lgammaUnit(x float64) float64  { return max(1, value(LGamma[float64])(1-x)) }
func digammaUnit(x float64) float64 { return max(2, value(Digamma[float64])(1-x)) }

var accuracyF32 = []measured{
	{name: "Exp", f: Exp[float32], ref: math.Exp},
	{name: "Log", f: Log[float32], ref: math.Log},
	{name: "Tanh", f: Tanh[float32], ref: math.Tanh},
	{name: "Sigmoid", f: Sigmoid[float32], ref: func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
	{name: "Softplus", f: Softplus[float32], ref: func(x float64) float64 {
		return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	}},
	{name: "Expm1", f: Expm1[float32], ref: math.Expm1},
	{name: "Log1p", f: Log1p[float32], ref: math.Log1p},
	{name: "SiLU", f: SiLU[float32], ref: func(x float64) float64 { return max(x, -740) / (1 + math.Exp(-x)) }},
	{name: "Sqrt", f: Sqrt[float32], ref: math.Sqrt},
	{name: "Reciprocal", f: Reciprocal[float32], ref: func(x float64) float64 { return 1 / x }},
	{name: "Erf", f: Erf[float32], ref: math.Erf},
	{name: "GELU", f: GELU[float32], ref: func(x float64) float64 { return max(x, -40) / 2 * math.Erfc(-x/math.Sqrt2) }},
	// Of these Go's math has none, or one that is not good enough: TestAccuracyF64 vouches for the references.
	{name: "LGamma", f: LGamma[float32], wide: LGamma[float64], only: notNegative, worst: 0x1.5ca9dap+00},
	{name: "LGamma(x<0)", f: LGamma[float32], wide: LGamma[float64], only: negative, floor: lgammaUnit, worst: -0x1.93e10ap+01},
	{name: "Digamma", f: Digamma[float32], wide: Digamma[float64], only: notNegative, worst: 0x1.024956p+01},
	{name: "Digamma(x<0)", f: Digamma[float32], wide: Digamma[float64], only: negative, floor: digammaUnit},
	{name: "Trigamma", f: Trigamma[float32], wide: Trigamma[float64], worst: 0x1.70e48ep+00},
	{name: "ExpDigamma", f: ExpDigamma[float32], wide: ExpDigamma[float64], worst: 0x1.4710f2p-06},
}

// TestAccuracyF32 measures against float64: whose own error, below 2^-28 ULP of float32, does not count.
func TestAccuracyF32(t *testing.T) {
	table := accuracyTable(t)
	for _, f := range accuracyF32 {
		t.Run(f.name, func(t *testing.T) {
			workers, step := runtime.GOMAXPROCS(0), uint64(1)<<12+3
			if *long {
				step = 1
			}
			worst, at := make([]float64, workers), make([]float64, workers)
			var wg sync.WaitGroup
			for w := range workers {
				wg.Go(func() {
					x, y := make([]float32, 0, 4096), make([]float32, 4096)
					want := make([]float64, 4096)
					if w == 0 && f.worst != 0 {
						x = append(x, f.worst)
					}
					for b := uint64(w) * step; b < 1<<32; b += step * uint64(workers) {
						if v := math.Float32frombits(uint32(b)); f.only == nil || f.only(float64(v)) {
							x = append(x, v)
						}
						if len(x) == cap(x) || b+step*uint64(workers) >= 1<<32 {
							f.f(y[:len(x)], x)
							f.reference(want[:len(x)], x)
							for i, v := range x {
								if e := ulpsF32(y[i], want[i], f.unit(float64(v))); !(e <= worst[w]) {
									worst[w], at[w] = e, float64(v)
								}
							}
							x = x[:0]
						}
					}
				})
			}
			wg.Wait()
			w := 0
			for i := range worst {
				if !(worst[i] <= worst[w]) {
					w = i
				}
			}
			table[f.name+"/float32"].check(t, worst[w], at[w])
		})
	}
}

// ulpsF32 is the error of y in units of the last place of the float32 numbers about want, or about unit if that is
// greater.
func ulpsF32(y float32, want, unit float64) float64 {
	switch r := float32(want); {
	case math.IsNaN(want):
		if y != y {
			return 0
		}
		return math.Inf(1)
	case math.IsInf(float64(r), 0) || math.IsInf(float64(y), 0):
		if y == r {
			return 0
		}
		if big := math.Abs(want) / math.MaxFloat32; big > 1-0x1p-23 && big < 1+0x1p-23 && (y > 0) == (r > 0) {
			return 0.5 // on either side of the border to Inf
		}
		return math.Inf(1)
	}
	_, e := math.Frexp(max(math.Abs(want), unit))
	return math.Abs(float64(y)-want) / math.Ldexp(1, max(e, -125)-24)
}

// TestAccuracyF64 measures against values that testdata/vmath_f64.py computed to 40 digits. Among its inputs are
// the worst that a search over 10^8 random ones found.
func TestAccuracyF64(t *testing.T) {
	table := accuracyTable(t)
	file, err := os.Open("testdata/vmath_f64.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	fns := map[string]func(dst, x []float64){
		"Exp": Exp[float64], "Log": Log[float64], "Tanh": Tanh[float64], "Sigmoid": Sigmoid[float64], "Softplus": Softplus[float64],
		"Expm1": Expm1[float64], "Log1p": Log1p[float64], "SiLU": SiLU[float64], "Sqrt": Sqrt[float64], "Reciprocal": Reciprocal[float64],
		"Erf": Erf[float64], "GELU": GELU[float64], "LGamma": LGamma[float64], "LGamma(x<0)": LGamma[float64], "Digamma": Digamma[float64],
		"Digamma(x<0)": Digamma[float64], "Trigamma": Trigamma[float64], "ExpDigamma": ExpDigamma[float64],
	}
	floors := map[string]func(float64) float64{"LGamma(x<0)": lgammaUnit, "Digamma(x<0)": digammaUnit}
	worst, at, count := map[string]float64{}, map[string]float64{}, map[string]int{}
	for s := bufio.NewScanner(file); s.Scan(); {
		var name string
		f := strings.Fields(s.Text())
		if len(f) != 4 || f[0] == "#" {
			continue
		}
		name = f[0]
		xb, err1 := strconv.ParseUint(f[1], 16, 64)
		rb, err2 := strconv.ParseUint(f[2], 16, 64)
		frac, err3 := strconv.ParseInt(f[3], 10, 64)
		if err1 != nil || err2 != nil || err3 != nil || fns[name] == nil {
			t.Fatalf("cannot read %q", s.Text())
		}
		// The true value is r + frac/1000 of its last place.
		x, r := math.Float64frombits(xb), math.Float64frombits(rb)
		y := []float64{0}
		fns[name](y, []float64{x})
		_, e := math.Frexp(r)
		ulp := math.Ldexp(1, max(e, -1021)-53)
		err := math.Abs(float64((y[0]-r)/ulp) - float64(frac)/1000)
		if floor := floors[name]; floor != nil { // the last place of a greater number
			_, f := math.Frexp(floor(x))
			err *= math.Ldexp(1, min(e-f, 0))
		}
		if math.IsInf(r, 0) && y[0] == r {
			err = 0
		}
		count[name]++
		if !(err <= worst[name]) {
			worst[name], at[name] = err, x
		}
	}
	for name := range fns {
		t.Run(name, func(t *testing.T) {
			if count[name] < 500 {
				t.Errorf("%d values only", count[name])
			}
			table[name+"/float64"].check(t, worst[name], at[name])
		})
	}
}
