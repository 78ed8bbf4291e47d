package kernels

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"
)

func init() { registerRNG[float32](); registerRNG[float64]() }

var testKey = NewKey(42, 7)

func registerRNG[T Float]() {
	fill := func(name string, f func(dst []T, k Key, c Counter)) {
		register(spec[T]{
			name: name, shapes: lengths(4*lanesF32+3, 1000, pieceLen+5), bits: [][]int{{1}, {37}, {1000}},
			ops: func(d []int) []operand { return []operand{{name: "dst", role: out, len: d[0]}} },
			run: func(d []int, b [][]T) {
				f(b[0], testKey, Counter{Row: 0x9e3779b97f4a7c15 + uint64(d[0]), Step: 9, Block: uint32(d[0])})
			},
		})
	}
	fill("Uniform", Uniform[T])
	fill("Normal", Normal[T])
	register(spec[T]{
		name: "Bernoulli", shapes: lengths(2*lanesF32+3, 300, 1000, pieceLen+5), bits: [][]int{{1}, {37}, {1000}}, any: true,
		ops: func(d []int) []operand {
			return []operand{{name: "dst", role: out, len: d[0], alias: 2}, {name: "p", len: d[0]}}
		},
		fill: func(d []int, b [][]T, g *gen) {
			for i := range b[1] {
				b[1][i] = T(1.2*g.uniform() - 0.1)
			}
		},
		run: func(d []int, b [][]T) {
			Bernoulli(b[0], b[1], testKey, Counter{Row: 0x9e3779b97f4a7c15 + uint64(d[0]), Step: 9, Block: uint32(d[0])})
		},
	})
}

// TestPhilox: the known answers of Random123's kat_vectors for philox4x32-10.
func TestPhilox(t *testing.T) {
	const f = 0xffffffff
	for _, c := range []struct {
		ctr  [4]uint32
		key  Key
		want [4]uint32
	}{
		{[4]uint32{}, Key{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{f, f, f, f}, Key{f, f}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, Key{0xa4093822, 0x299f31d0}, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := philox(c.ctr, c.key); got != c.want {
			t.Errorf("philox(%08x, %08x) = %08x, want %08x", c.ctr, c.key, got, c.want)
		}
		// The same words through the exported function, on every ISA: the upper 24 and 53 bits.
		ctr := Counter{Block: c.ctr[0], Step: c.ctr[1], Row: uint64(c.ctr[3])<<32 | uint64(c.ctr[2])}
		forEachISA(t, func(t *testing.T) {
			var u [4]float32
			var v [2]float64
			Uniform(u[:], c.key, ctr)
			Uniform(v[:], c.key, ctr)
			for i, w := range c.want {
				if u[i] != float32(w>>8)/(1<<24) {
					t.Errorf("element %d is %v, want the upper bits of %08x", i, u[i], w)
				}
			}
			for i := range v {
				if w := word64(c.want, i); v[i] != float64(w>>11)/(1<<53) {
					t.Errorf("element %d is %v, want the upper bits of %016x", i, v[i], w)
				}
			}
		})
	}
}

// TestRNGSplit: a fill is the same as two that meet at a block, and different counters give different numbers.
func TestRNGSplit(t *testing.T) {
	forEachISA(t, func(t *testing.T) {
		testRNGSplit(t, 4, Uniform[float32])
		testRNGSplit(t, 2, Uniform[float64])
		testRNGSplit(t, 4, Normal[float32])
		testRNGSplit(t, 2, Normal[float64])
	})
}

func testRNGSplit[T Float](t *testing.T, per int, f func([]T, Key, Counter)) {
	const n = 203
	whole, parts := make([]T, n), make([]T, n)
	c := Counter{Row: 5, Step: 6, Block: 0xfffff000}
	f(whole, testKey, c)
	for cut := 0; cut <= n; cut += per {
		clear(parts)
		d := c
		d.Block += uint32(cut / per)
		f(parts[:cut], testKey, c)
		f(parts[cut:], testKey, d)
		for i := range whole {
			if whole[i] != parts[i] {
				t.Fatalf("cut at %d: element %d is %v, want %v", cut, i, parts[i], whole[i])
			}
		}
	}
	for _, d := range []Counter{{Row: 5 + 1<<32, Step: 6, Block: c.Block}, {Row: 6, Step: 6, Block: c.Block}, {Row: 5, Step: 7, Block: c.Block}, {Row: 5, Step: 6, Block: c.Block + n}} {
		f(parts, testKey, d)
		same := 0
		for i := range whole {
			if whole[i] == parts[i] {
				same++
			}
		}
		if same > 2 {
			t.Errorf("counters %v and %v share %d of %d numbers", c, d, same, n)
		}
	}
}

func TestUniformMoments(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testUniform[float32](t); testUniform[float64](t) })
}

func testUniform[T Float](t *testing.T) {
	const n, bins = 1 << 16, 64
	x := make([]T, n)
	Uniform(x, testKey, Counter{})
	var count [bins]int
	mean, corr := 0.0, 0.0
	for i, v := range x {
		if !(v >= 0 && v < 1) {
			t.Fatalf("element %d is %v, outside [0, 1)", i, v)
		}
		count[int(v*bins)]++
		mean += float64(v)
		corr += (float64(v) - 0.5) * (float64(x[(i+1)%n]) - 0.5)
	}
	chi := 0.0
	for _, c := range count {
		d := float64(c) - n/bins
		chi += d * d / (n / bins)
	}
	if chi > 120 { // 63 degrees of freedom: P < 2e-5
		t.Errorf("chi-squared of %d bins is %.1f", bins, chi)
	}
	if z := (mean/n - 0.5) * math.Sqrt(12*n); math.Abs(z) > 4.5 {
		t.Errorf("the mean is %.1f standard errors off", z)
	}
	if z := corr * 12 / math.Sqrt(n); math.Abs(z) > 4.5 {
		t.Errorf("neighbours correlate: %.1f standard errors", z)
	}
}

func TestRNGPanics(t *testing.T) {
	want := "kernels: Uniform: 9 elements from block 4294967294 run over the 2³² blocks of a counter"
	if got := mustPanic(t, func() { Uniform(make([]float32, 9), Key{}, Counter{Block: 0xfffffffe}) }); got != want {
		t.Errorf("panic %q, want %q", got, want)
	}
	Uniform(make([]float32, 8), Key{}, Counter{Block: 0xfffffffe})
}

func TestNewKey(t *testing.T) {
	seen := map[Key]bool{}
	for seed := range uint64(50) {
		for stream := range uint64(50) {
			seen[NewKey(seed, stream)] = true
			seen[NewKey(seed<<32, stream+50)] = true
		}
	}
	if len(seen) < 2*50*50-50 { // seed 0 is 0<<32: its streams 50… differ from 0…49 all the same
		t.Errorf("only %d different keys", len(seen))
	}
}

func ExampleUniform() {
	k := NewKey(1, 0) // seed 1, stream 0
	x := make([]float64, 3)
	Uniform(x, k, Counter{Row: 17})
	fmt.Printf("%.4f\n", x)
	// Output: [0.6240 0.6728 0.2513]
}

func ExampleNormal() {
	k := NewKey(1, 0) // seed 1, stream 0
	z := make([]float64, 4)
	Normal(z, k, Counter{Row: 17})
	fmt.Printf("%.4f\n", z)
	// Output: [-0.4527 -0.8593 1.1220 -1.2260]
}

// turn returns the cosine and sine of 2πv, to a fraction of a ULP of float64.
func turn(v float64) (cos, sin float64) {
	n := math.Round(4 * v)
	x := v - n/4 // exact
	hi := 2 * math.Pi * x
	lo := math.FMA(2*math.Pi, x, -hi) + 0x1.1a62633145c07p-52*x
	s, c := math.Sincos(hi)
	s, c = s+lo*c, c-lo*s
	switch int(n) % 4 {
	case 1:
		return -s, c
	case 2:
		return -c, -s
	case 3:
		return s, -c
	}
	return c, s
}

// TestBoxMuller compares the variates with the exact transform of their u and v, at the ends of all ranges too.
func TestBoxMuller(t *testing.T) {
	var worst32, worst64 float64
	g := &gen{s: 3}
	words := []uint64{
		0, 1, 1<<64 - 1, 1 << 61, 1<<61 - 1, 1 << 62, 3 << 61, 1 << 63, 5 << 61, 3 << 62, 7 << 61, 7<<61 - 1,
		7<<61 + 1<<33, 0x1fffffff << 32, 0x20000001 << 32,
	}
	for len(words) < 3000 {
		words = append(words, g.next())
	}
	for i, b := range words {
		a := words[len(words)-1-i]
		if i%5 == 0 {
			a >>= g.intn(60) // small u: the tail
		}
		r := math.Sqrt(-2 * math.Log(float64(float32(a>>32+1)*0x1p-32)))
		cos, sin := turn(float64(b>>32) * 0x1p-32)
		c, s := boxMullerF32(uint32(a>>32), uint32(b>>32))
		for _, e := range [][2]float64{{float64(c), r * cos}, {float64(s), r * sin}} {
			want := math.Abs(e[1])
			ulp := float64(math.Nextafter32(float32(want), 10) - float32(want))
			worst32 = max(worst32, math.Abs(e[0]-e[1])/ulp)
		}
		r = math.Sqrt(-2 * math.Log((float64(a>>11)+1)*0x1p-53))
		cos, sin = turn(float64(b>>11) * 0x1p-53)
		C, S := boxMullerF64(a, b)
		for _, e := range [][2]float64{{C, r * cos}, {S, r * sin}} {
			want := math.Abs(e[1])
			worst64 = max(worst64, math.Abs(e[0]-e[1])/(math.Nextafter(want, 10)-want))
		}
	}
	t.Logf("largest errors: float32 %.2f ULP, float64 %.2f ULP", worst32, worst64)
	if !(worst32 <= 4 && worst64 <= 4) {
		t.Error("more than 4 ULP")
	}
	if c, _ := boxMullerF32(0, 0); c < 6.66 || c > 6.661 {
		t.Errorf("the largest float32 variate is %v", c)
	}
	if c, _ := boxMullerF64(0, 0); c < 8.57 || c > 8.572 {
		t.Errorf("the largest float64 variate is %v", c)
	}
}

// TestNormalDistribution: moments, tails and the Kolmogorov-Smirnov distance from the normal distribution.
func TestNormalDistribution(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testNormal[float32](t); testNormal[float64](t) })
}

func testNormal[T Float](t *testing.T) {
	const n = 1 << 17
	x := make([]T, n)
	Normal(x, testKey, Counter{Step: 3})
	var m [5]float64
	var tail [5]int // |x| > 0…4
	corr := 0.0
	for i, v := range x {
		f, p := float64(v), 1.0
		for j := range m {
			m[j] += p
			p *= f
		}
		for j := range tail {
			if math.Abs(f) > float64(j) {
				tail[j]++
			}
		}
		corr += f * float64(x[(i+1)%n])
	}
	for j, want := range []float64{1, 0, 1, 0, 3} {
		se := math.Sqrt([]float64{0, 1, 2, 15, 96}[j] / n)
		if math.Abs(m[j]/n-want) > 4.5*se {
			t.Errorf("moment %d is %.5f, want %v ± %.5f", j, m[j]/n, want, se)
		}
	}
	if math.Abs(corr/math.Sqrt(n)) > 4.5 {
		t.Errorf("neighbours correlate: %.1f standard errors", corr/math.Sqrt(n))
	}
	for j, c := range tail {
		p := math.Erfc(float64(j) / math.Sqrt2)
		if d := float64(c) - p*n; math.Abs(d) > 4.5*math.Sqrt(p*n)+1 {
			t.Errorf("%d of %d beyond ±%d, want %.1f", c, n, j, p*n)
		}
	}
	slices.Sort(x)
	d := 0.0
	for i, v := range x {
		cdf := 0.5 * math.Erfc(-float64(v)/math.Sqrt2)
		d = max(d, math.Abs(cdf-float64(i)/n), math.Abs(cdf-float64(i+1)/n))
	}
	if d*math.Sqrt(n) > 2.3 { // P < 6e-5
		t.Errorf("Kolmogorov-Smirnov: √n·D is %.2f", d*math.Sqrt(n))
	}
}

// TestBernoulli compares with the uniform variates that it is made of, ends of the range and NaN among the p.
func TestBernoulli(t *testing.T) {
	forEachISA(t, func(t *testing.T) { testBernoulli[float32](t); testBernoulli[float64](t) })
}

func testBernoulli[T Float](t *testing.T) {
	const n = 3000
	c := Counter{Row: 5, Step: 6, Block: 7}
	u, p, got := make([]T, n), make([]T, n), make([]T, n)
	Uniform(u, testKey, c)
	g := &gen{s: 1}
	inf := T(math.Inf(1))
	for i := range p {
		above := u[i] + u[i]*1e-6
		p[i] = []T{T(g.uniform()), u[i], above, 0, 1, -1, 2, inf, -inf, T(math.NaN()), T(math.Copysign(0, -1))}[i%11]
	}
	Bernoulli(got, p, testKey, c)
	ones, sum := 0.0, 0.0
	for i, v := range got {
		want := T(0)
		if u[i] < p[i] {
			want = 1
		}
		if v != want && !(v != v && p[i] != p[i]) {
			t.Fatalf("element %d is %v, want %v: u is %v, p %v", i, v, want, u[i], p[i])
		}
		if p[i] > 0 && p[i] < 1 && i%11 == 0 {
			ones += float64(v - p[i])
			sum += float64(p[i] * (1 - p[i]))
		}
	}
	if z := ones / math.Sqrt(sum); math.Abs(z) > 4.5 {
		t.Errorf("the number of ones is %.1f standard errors off", z)
	}
	Bernoulli(p, p, testKey, c)
	for i := range p {
		if p[i] != got[i] && p[i] == p[i] {
			t.Fatalf("in place, element %d is %v, want %v", i, p[i], got[i])
		}
	}
}

// TestPermutation compares with a plain Fisher-Yates on the words of the stream, where none is passed over.
func TestPermutation(t *testing.T) {
	lengths := []int{0, 1, 2, 3, 31, 256, 257, 10007}
	forEachISA(t, func(t *testing.T) {
		for i, n := range slices.Concat(lengths, lengths) {
			block := uint32(2)
			if i >= len(lengths) {
				block = 1<<32 - 2 // the block after the last is 0
			}
			got, want := make([]uint32, n), make([]uint32, n)
			for i := range want {
				want[i] = uint32(i)
				got[i] = 77 // the old contents do not matter
			}
			c := Counter{Row: uint64(n), Step: 3, Block: block}
			for i, at := n-1, 0; i > 0; i, at = i-1, at+1 {
				w := philox(c.words(at/4), testKey)[at%4]
				hi, lo := bits.Mul32(w, uint32(i+1))
				if uint64(lo) < 1<<32%uint64(i+1) {
					t.Fatal("a word is passed over: choose another counter")
				}
				want[i], want[hi] = want[hi], want[i]
			}
			Permutation(got, testKey, c)
			if !slices.Equal(got, want) {
				t.Fatalf("%d elements: not the permutation of Fisher and Yates", n)
			}
			if a := testing.AllocsPerRun(2, func() { Permutation(got, testKey, c) }); a != 0 {
				t.Errorf("%v allocations", a)
			}
		}
	})
	// All permutations of four are equally likely.
	count := map[[4]uint32]int{}
	const trials = 24000
	for i := range uint64(trials) {
		var p [4]uint32
		Permutation(p[:], testKey, Counter{Row: i})
		count[p]++
	}
	chi := 0.0
	for _, c := range count {
		chi += float64((c-trials/24)*(c-trials/24)) / (trials / 24)
	}
	if len(count) != 24 || chi > 60 { // 23 degrees of freedom: P < 4e-5
		t.Errorf("%d permutations of four, chi-squared %.1f", len(count), chi)
	}
}

// TestShuffler: a word is passed over exactly if it would make some number likelier than another.
func TestShuffler(t *testing.T) {
	for _, c := range []struct {
		w    uint32
		left int
	}{{0, 3}, {1 << 30, 2}, {1<<30 + 1, 2}, {1, 2}, {1<<32 - 1, 2}} {
		x := shuffler{dst: make([]uint32, 3), left: 3}
		x.step([]uint32{c.w})
		if x.left != c.left {
			t.Errorf("word %d of three: %d places are left, want %d", c.w, x.left, c.left)
		}
	}
}

func ExampleBernoulli() {
	k := NewKey(1, 0) // seed 1, stream 0
	x := make([]float64, 6)
	Bernoulli(x, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}, k, Counter{Row: 17})
	fmt.Println(x)
	// Output: [0 0 1 0 1 1]
}

func ExamplePermutation() {
	k := NewKey(1, 0) // seed 1, stream 0
	order := make([]uint32, 8)
	Permutation(order, k, Counter{Step: 3}) // of epoch 3
	fmt.Println(order)
	// Output: [6 2 1 3 5 0 4 7]
}
