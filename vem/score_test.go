package vem

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"example.com/elbo/internal/datasets"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// integral is ∫ p(x | data) dx over the line or the plane: x = at + scale·tan θ makes the heavy tails of the dead
// components (one degree of freedom) smooth, and the midpoint rule then converges fast.
func integral(t *testing.T, m *GMM[float64], at, scale []float64, steps int) float64 {
	t.Helper()
	d := len(at)
	n := steps
	if d == 2 {
		n *= steps
	}
	x, jac := kernels.NewMatrix[float64](n, d), make([]float64, n)
	for i := range n {
		jac[i] = 1
		for j, s := range []int{i % steps, i / steps}[:d] {
			theta := math.Pi * ((float64(s)+0.5)/float64(steps) - 0.5)
			x.Row(i)[j] = at[j] + scale[j]*math.Tan(theta)
			jac[i] *= scale[j] * math.Pi / float64(steps) / (math.Cos(theta) * math.Cos(theta))
		}
	}
	l, err := m.LogDensity(x)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, v := range l {
		sum += math.Exp(v) * jac[i]
	}
	return sum
}

func TestPredictiveDensityIntegratesToOne(t *testing.T) {
	line := normals[float64](20, 1, 0)
	m1, _ := fit(t, line, GMMOptions{K: 3})
	if s := integral(t, m1, []float64{2}, []float64{3}, 2000); math.Abs(s-1) > 1e-6 {
		t.Errorf("one column: %v", s)
	}
	m2, _ := fit(t, datasets.Faithful(), GMMOptions{K: 2})
	s2 := integral(t, m2, []float64{3.5, 70}, []float64{0.5, 8}, 400)
	m6, _ := fit(t, datasets.Faithful(), GMMOptions{K: 6})
	s6 := integral(t, m6, []float64{3.5, 70}, []float64{0.5, 8}, 400)
	t.Logf("over the plane: %.9f with 2 components, %.9f with 6", s2, s6)
	if math.Abs(s2-1) > 1e-6 || math.Abs(s6-1) > 5e-5 {
		t.Errorf("Old Faithful: %v with 2 components, %v with 6", s2, s6)
	}
}

// The Student-t mixture from its definition, and the responsibilities from theirs.
func TestScorerAgainstNaive(t *testing.T) {
	x := normals[float64](300, 3, 2)
	m, _ := fit(t, x, GMMOptions{K: 3})
	nv := newNaive(m)
	l, err := m.LogDensity(x)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.Responsibilities(x)
	if err != nil {
		t.Fatal(err)
	}
	labels, err := m.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := nv.eStep(x)
	for i := range x.Rows {
		p := 0.0
		for k, w := range m.Weights() {
			dof := nv.nu[k] + 1 - 3
			inv, logDetInv := gaussJordan(nv.wInv[k])
			c := dof * nv.beta[k] / (1 + nv.beta[k])
			lg := func(v float64) float64 { g, _ := math.Lgamma(v); return g }
			p += w * math.Exp(lg((dof+3)/2)-lg(dof/2)+0.5*(3*math.Log(c)-logDetInv)-1.5*math.Log(dof*math.Pi)-
				(dof+3)/2*math.Log1p(c*quad(inv, minus(x.Row(i), nv.m[k]))/dof))
			if d := math.Abs(r.Row(i)[k] - want[i][k]); d > 1e-10 {
				t.Fatalf("row %d: responsibility %d is off by %v", i, k, d)
			}
			if r.Row(i)[k] > r.Row(i)[labels[i]] {
				t.Fatalf("row %d: label %d, responsibilities %v", i, labels[i], r.Row(i))
			}
		}
		if math.Abs(l[i]-math.Log(p)) > 1e-10 {
			t.Fatalf("row %d: log-density %v, want %v", i, l[i], math.Log(p))
		}
	}
	one, err := m.LogDensity(x.SliceRows(299, 300))
	if err != nil || one[0] != l[299] {
		t.Errorf("a row alone scores %v, in a batch %v", one, l[299])
	}
}

// With many rows (ν + 1)/2 is large: the float32 density must not lose its digits to 1 + q.
func TestFloat32ScoresOfManyRows(t *testing.T) {
	x := normals[float64](30000, 2, 0)
	m, _ := fit(t, x, GMMOptions{K: 1})
	m32, _ := fit(t, convert[float32](x), GMMOptions{K: 1})
	a, _ := m.LogDensity(x)
	b, _ := m32.LogDensity(convert[float32](x))
	worst := 0.0
	for i := range a {
		worst = math.Max(worst, math.Abs(a[i]-float64(b[i])))
	}
	if worst > 2e-5 {
		t.Errorf("float32 log-densities are off by %v", worst)
	}
}

func TestScorerEdges(t *testing.T) {
	m, _ := fit(t, datasets.Faithful(), GMMOptions{K: 3})
	x := kernels.MatrixOf(4, 2, []float64{3, 70, math.NaN(), 70, math.Inf(1), 70, 1e200, 1e200})
	l, err := m.LogDensity(x)
	if err != nil || math.IsNaN(l[0]) || !math.IsNaN(l[1]) || !math.IsInf(l[2], -1) && !math.IsNaN(l[2]) || !(l[3] < -100) {
		t.Errorf("log-densities %v, %v", l, err)
	}
	if l, err := m.LogDensity(kernels.NewMatrix[float64](0, 2)); err != nil || len(l) != 0 {
		t.Errorf("no rows: %v, %v", l, err)
	}
	s := m.NewScorer()
	w := s.NewWorkspace()
	for _, err := range []error{
		s.LogDensity(make([]float64, 4), kernels.NewMatrix[float64](4, 3), w),
		s.LogDensity(make([]float64, 3), x, w),
		s.Responsibilities(kernels.NewMatrix[float64](4, 2), x, w),
		s.Responsibilities(kernels.NewMatrix[float64](3, 3), x, w),
		s.Predict(make([]int, 5), x, w),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), "vem: ") {
			t.Errorf("got %v", err)
		}
	}
}

// A large sample has the predictive density's moments and, by Kolmogorov and Smirnov, its distribution.
func TestSample(t *testing.T) {
	line := normals[float64](12, 1, 0)
	m, _ := fit(t, line, GMMOptions{K: 2, Prior: Prior{Nu: 0.6}})
	const n = 4000
	x, labels := m.Sample(n, 3)
	again, _ := m.Sample(n/2, 3)
	for i := range again.Rows {
		if again.Row(i)[0] != x.Row(i)[0] {
			t.Fatal("a row depends on how many are drawn")
		}
	}
	// u = θ(x) with the density's own tail map; compare the empirical with the integrated distribution function.
	const steps = 2000
	cdf, sum := make([]float64, steps), 0.0
	grid, jac := kernels.NewMatrix[float64](steps, 1), make([]float64, steps)
	for i := range steps {
		theta := math.Pi * ((float64(i)+0.5)/steps - 0.5)
		grid.Data[i] = 4 + 3*math.Tan(theta)
		jac[i] = 3 * math.Pi / steps / (math.Cos(theta) * math.Cos(theta))
	}
	l, err := m.LogDensity(grid)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range l {
		sum += math.Exp(v) * jac[i]
		cdf[i] = sum
	}
	count := make([]float64, steps)
	for _, v := range x.Data {
		i := int((math.Atan((v-4)/3)/math.Pi + 0.5) * steps)
		count[min(max(i, 0), steps-1)]++
	}
	worst, below := 0.0, 0.0
	for i, c := range count {
		below += c / n
		worst = math.Max(worst, math.Abs(below-cdf[i]))
	}
	if worst*math.Sqrt(n) > 1.95 { // the 0.1 % point
		t.Errorf("Kolmogorov–Smirnov: %v·√n", worst*math.Sqrt(n))
	}
	seen := make([]float64, 2)
	for _, k := range labels {
		seen[k] += 1.0 / n
	}
	if math.Abs(seen[0]-m.Weights()[0]) > 0.03 {
		t.Errorf("components were drawn %v, weights are %v", seen, m.Weights())
	}
	// two columns: the covariance of St is dof/(dof − 2) L⁻¹
	f, _ := fit(t, datasets.Faithful(), GMMOptions{K: 1})
	y, _ := f.Sample(20000, 1)
	var s [3]float64
	mean := f.Means().Row(0)
	for i := range y.Rows {
		a, b := y.Row(i)[0]-mean[0], y.Row(i)[1]-mean[1]
		s[0] += a * a / 20000
		s[1] += a * b / 20000
		s[2] += b * b / 20000
	}
	q := f.cur
	scale := (1 + q.beta[0]) / (q.beta[0] * (q.nu[0] + 1 - 2 - 2))
	for i, v := range []float64{q.wInv.Data[0], q.wInv.Data[1], q.wInv.Data[3]} {
		if math.Abs(s[i]/(v*scale)-1) > 0.05 {
			t.Errorf("covariance %d of the sample is %v, want %v", i, s[i], v*scale)
		}
	}
}

func TestSaveLoad(t *testing.T) {
	m, _ := fit(t, datasets.Faithful(), GMMOptions{K: 4})
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	l, err := LoadGMM[float64](bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(l.AppendParameters(nil), m.AppendParameters(nil)) || l.GlobalBound() != m.GlobalBound() {
		t.Error("the loaded model is another")
	}
	x := datasets.Faithful()
	want, _ := m.LogDensity(x)
	got, _ := l.LogDensity(x)
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("row %d scores %v, before saving %v", i, got[i], want[i])
		}
	}
	var c bytes.Buffer
	if err := l.Save(&c); err != nil || !bytes.Equal(raw, c.Bytes()) {
		t.Error("saving again gives other bytes")
	}
	if s, err := LoadGMM[float32](bytes.NewReader(raw)); err != nil || s.K() != 4 {
		t.Errorf("as float32: %v", err)
	}
	for n := range raw {
		if _, err := LoadGMM[float64](bytes.NewReader(raw[:n])); err == nil || !strings.HasPrefix(err.Error(), "vem: ") {
			t.Fatalf("the first %d bytes of %d: %v", n, len(raw), err)
		}
	}
	for _, c := range []struct {
		want string
		edit func(f *safetensors.File)
	}{
		{`kind is "gmm"`, func(f *safetensors.File) { f.Metadata["kind"] = "gmm" }},
		{`format is "2"`, func(f *safetensors.File) { f.Metadata["format"] = "2" }},
		{`"nu" is missing`, func(f *safetensors.File) { remove(f, "nu") }},
		{`"means" is missing`, func(f *safetensors.File) { remove(f, "means") }},
		{"means has shape [8]", func(f *safetensors.File) { set(f, "means", make([]float64, 8), 8) }},
		{"element 3 of alpha is NaN", func(f *safetensors.File) { set(f, "alpha", []float64{1, 1, 1, math.NaN()}, 4) }},
		{"component 2 has alpha 1, beta 1, nu 1: not a posterior", func(f *safetensors.File) {
			for _, name := range []string{"alpha", "beta", "nu"} {
				set(f, name, []float64{2, 2, 1, 2}, 4)
			}
		}},
		{"component 0 is not positive definite", func(f *safetensors.File) { set(f, "scale_inverse", make([]float64, 16), 4, 2, 2) }},
		{"not symmetric", func(f *safetensors.File) {
			v := make([]float64, 16)
			v[1] = 1
			set(f, "scale_inverse", v, 4, 2, 2)
		}},
		{"prior Beta is 0", func(f *safetensors.File) { set(f, "prior", []float64{1, 0, 2}, 3) }},
	} {
		f, err := safetensors.Read(bytes.NewReader(raw), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		c.edit(&f)
		var b bytes.Buffer
		if err := safetensors.Write(&b, f.Metadata, f.Tensors); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadGMM[float64](&b); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func remove(f *safetensors.File, name string) {
	for i, t := range f.Tensors {
		if t.Name == name {
			f.Tensors = append(f.Tensors[:i:i], f.Tensors[i+1:]...)
			return
		}
	}
}

func set(f *safetensors.File, name string, v []float64, shape ...int) {
	remove(f, name)
	f.Tensors = append(f.Tensors, safetensors.New(name, v, shape...))
}

func FuzzLoad(f *testing.F) {
	m, _ := fit(f, normals[float64](20, 2, 0), GMMOptions{K: 2})
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := LoadGMM[float64](bytes.NewReader(raw))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := m.Save(&b); err != nil {
			t.Fatal(err)
		}
		l, err := LoadGMM[float64](&b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(l.AppendParameters(nil), m.AppendParameters(nil)) {
			t.Fatal("a saved and loaded model is another")
		}
		if _, err := m.LogDensity(kernels.NewMatrix[float64](2, m.Dim())); err != nil {
			t.Fatal(err)
		}
	})
}
