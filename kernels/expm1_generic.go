package kernels

import "math"

// The scalar functions of Expm1, Log1p, SiLU and what Erf, GELU and the gamma functions share with them. One text
// defines the bits of both types: fma has one rounding, mul and what stands alone has its own.

type expm1Consts[T Float] struct {
	poly                []T // (e^r - 1 - r - r²/2)/r³, |r| ≤ ln(2)/2
	least, most, expMax T
}

var expm1F32 = expm1Consts[float32]{
	poly:   []float32{0x1.555556p-3, 0x1.55551ap-5, 0x1.110fbp-7, 0x1.6d100cp-10, 0x1.a2ff98p-13},
	least:  -20,
	most:   89,
	expMax: 127,
}

var expm1F64 = expm1Consts[float64]{
	poly: []float64{
		0x1.5555555555556p-3, 0x1.5555555555554p-5, 0x1.1111111110709p-7, 0x1.6c16c16c179fep-10, 0x1.a01a01a90438dp-13,
		0x1.a01a019c4e292p-16, 0x1.71de0a3401c0cp-19, 0x1.27e4f8293c7dep-22, 0x1.af3f1d1634e16p-26,
		0x1.1f3e5ee4a3368p-29,
	},
	least:  -40,
	most:   710,
	expMax: 1023,
}

// poly is c[0] + c[1]·x + …: the even and the odd powers by Horner's rule in x², one chain each.
func poly[T Float](x T, c []T) T {
	x2 := mul(x, x)
	i := len(c) - 1
	u, v := c[i], c[i-1]
	for i -= 2; i > 0; i -= 2 {
		u, v = fma(u, x2, c[i]), fma(v, x2, c[i-1])
	}
	if i == 0 { // u has the even powers
		return fma(v, x, fma(u, x2, c[0]))
	}
	return fma(u, x, v)
}

// constant is the number of either type that has its own constant in each.
func constant[T Float](a float32, b float64) T {
	if is32[T]() {
		return T(a)
	}
	return T(b)
}

func abs[T Float](x T) T {
	if is32[T]() {
		return T(absF32(float32(x)))
	}
	return T(math.Abs(float64(x)))
}

// withSign is |y| with the sign of x where y is not negative, and y where it is.
func withSign[T Float](y, x T) T {
	if math.Signbit(float64(x)) {
		return -abs(y)
	}
	return y
}

func inf[T Float]() T { return T(math.Inf(1)) }
func nan[T Float]() T { return T(math.NaN()) }

// expReduce returns n and what x - n·ln 2 is in two roundings: near without the low part of ln 2, and r.
func expReduce[T Float](x T) (n, near, r, t T) {
	magic := constant[T](magicF32, magicF64)
	t = fma(x, constant[T](log2eF32, log2eF64), magic)
	n = t - magic
	near = fma(n, constant[T](-ln2HiF32, -ln2HiF64), x)
	return n, near, fma(n, constant[T](-ln2LoF32, -ln2LoF64), near), t
}

// expSlope is (e^r - 1)/r for |r| ≤ ln(2)/2: Exp's e^r is fma(expSlope(r), r, 1).
func expSlope[T Float](r T) T {
	if is32[T]() {
		x := float32(r)
		q := float32(0x1.694c8ep-10)
		q = fma32(q, x, 0x1.12397ep-7)
		q = fma32(q, x, 0x1.555a26p-5)
		q = fma32(q, x, 0x1.555492p-3)
		q = fma32(q, x, 0x1.fffffap-2)
		return T(fma32(q, x, 1))
	}
	q, _ := expPolyF64(float64(r))
	return T(math.FMA(q, float64(r), 1))
}

// timesExp is a·e^r, |r| ≤ ln(2)/2.
func timesExp[T Float](a, r T) T { return fma(mul(a, expSlope(r)), r, a) }

// scale is p·2^n, n = t - magic, with one rounding.
func scale[T Float](p, t T) T {
	if is32[T]() {
		return T(scaleF32(float32(p), float32(t)))
	}
	return T(scaleF64(float64(p), float64(t)))
}

// power is 2^n, n = t - magic, where that is a normal number.
func power[T Float](t T) T {
	if is32[T]() {
		return T(math.Float32frombits(math.Float32bits(float32(t))<<23 + 0x3f800000))
	}
	return T(math.Float64frombits(math.Float64bits(float64(t))<<52 + 0x3ff0000000000000))
}

// logParts returns s and l with s + l = ln(v·2^-shift + c) for positive, normal, finite v, |l| ≪ |s| where s is not 0.
// c is less than the last place of v.
func logParts[T Float](v, shift, c T) (s, l T) {
	if is32[T]() {
		a, b := logPartsF32(float32(v), float32(shift), float32(c))
		return T(a), T(b)
	}
	a, b := logPartsF64(float64(v), float64(shift), float64(c))
	return T(a), T(b)
}

func logPartsF32(v, shift, c float32) (s, l float32) {
	b := int32(math.Float32bits(v))
	n := (b - 0x3f2aaaab) >> 23
	f := math.Float32frombits(uint32(b-n<<23)) - 1
	e := float32(n) - shift
	if c != 0 {
		c = float32(c * math.Float32frombits(uint32(0x3f800000-n<<23)))
	}
	g := f + c
	g2 := float32(g * g)
	p, q := float32(0x1.1e73ap-3), float32(-0x1.080c9ep-3)
	p, q = fma32(p, g2, 0x1.1ed424p-3), fma32(q, g2, -0x1.f30e36p-4)
	p, q = fma32(p, g2, 0x1.99d05ep-3), fma32(q, g2, -0x1.559de4p-3)
	p, q = fma32(p, g2, 0x1.555506p-2), fma32(q, g2, -0x1.fffefp-3)
	p = fma32(fma32(q, g, p), g, -0.5)
	h := float32(e * ln2HiF32) // exact
	s = h + f
	l = fma32(p, g2, float32(e*ln2LoF32))
	l = fma32(-(c - (g - f)), g-g2, l) // what the sum g lacks, times ln'(1+g) - 1
	return s, ((f - (s - h)) + c) + l
}

func logPartsF64(v, shift, c float64) (s, l float64) {
	b := int64(math.Float64bits(v))
	n := (b - 0x3fe6a09e667f3bcd) >> 52
	f := math.Float64frombits(uint64(b-n<<52)) - 1
	e := float64(n) - shift
	if c != 0 {
		c = float64(c * math.Float64frombits(uint64(0x3ff0000000000000-n<<52)))
	}
	g := f + c
	q := g / (2 + g)
	z := float64(q * q)
	p := 0x1.2b58bfd81518p-3
	p = math.FMA(p, z, 0x1.39fe59b326cfap-3)
	p = math.FMA(p, z, 0x1.7462b4b7deac3p-3)
	p = math.FMA(p, z, 0x1.c71c62e659d66p-3)
	p = math.FMA(p, z, 0x1.2492492deee3cp-2)
	p = math.FMA(p, z, 0x1.9999999995322p-2)
	p = math.FMA(p, z, 0x1.5555555555558p-1)
	k := float64(0.5 * g * g)
	h := float64(e * ln2HiF64) // exact
	s = h + f
	l = math.FMA(q, k+float64(p*z), float64(e*ln2LoF64)) - k
	return s, ((f - (s - h)) + c) + l
}

// expm1 is e^x - 1.
func expm1[T Float](x T, k *expm1Consts[T]) T {
	if x != x {
		return x
	}
	n, near, r, t := expReduce(lesser(greater(x, k.least), k.most))
	rest := fma(n, constant[T](-ln2LoF32, -ln2LoF64), near-r)
	rest = fma(rest, r, rest) // times e^r, to first order
	r2 := mul(r, r)
	s := fma(r2, fma(poly(r, k.poly), r, 0.5), rest) // e^r - 1 - r
	m := lesser(t, constant[T](magicF32, magicF64)+k.expMax)
	e := power(m)
	z := e - 1
	h := fma(e, r, z)
	y := h + fma(e, s, fma(e, r, z-h)+((e-z)-1)) // z lacks what its rounding took
	return withSign(mul(y, 1+(t-m)), x)
}

// log1p is ln(1 + x).
func log1p[T Float](x T) T {
	switch {
	case !(x < inf[T]()):
		return x
	case x < -1:
		return nan[T]()
	case x == -1:
		return -inf[T]()
	}
	u := 1 + x
	v := u - 1
	var c T // what u lacks of 1 + x
	if x < 0x1p40 {
		c = (1 - (u - v)) + (x - v)
	}
	s, l := logParts(u, 0, c)
	return withSign(s+l, x)
}

// silu is x/(1 + e^-x).
func silu[T Float](x T) T {
	switch {
	case x != x || x > 64:
		return x
	}
	a := greater(x, constant[T](-120, -760))
	_, _, r, t := expReduce(-abs(a))
	p := fma(expSlope(r), r, 1)
	e := mul(p, power(greater(t, constant[T](magicF32-64, magicF64-64))))
	n := T(1)
	if x < 0 {
		n = p
	} else {
		t = constant[T](magicF32, magicF64)
	}
	d := 1 + e
	q := n / d
	rest := fma(-(e - (d - 1)), q, fma(-d, q, n)) // what the roundings of d and q left of n
	c := fma(-0.5, e, 1)                          // 1/d, to a tenth
	return scale(fma(a, q, mul(mul(a, c), rest)), t)
}

func expm1GenericF32(dst, x []float32) {
	apply(dst, x, func(x float32) float32 { return expm1(x, &expm1F32) })
}
func expm1GenericF64(dst, x []float64) {
	apply(dst, x, func(x float64) float64 { return expm1(x, &expm1F64) })
}
func log1pGenericF32(dst, x []float32) { apply(dst, x, log1p[float32]) }
func log1pGenericF64(dst, x []float64) { apply(dst, x, log1p[float64]) }
func siluGenericF32(dst, x []float32)  { apply(dst, x, silu[float32]) }
func siluGenericF64(dst, x []float64)  { apply(dst, x, silu[float64]) }
func sqrtGenericF32(dst, x []float32) {
	apply(dst, x, func(x float32) float32 { return float32(math.Sqrt(float64(x))) })
}
func sqrtGenericF64(dst, x []float64)       { apply(dst, x, math.Sqrt) }
func reciprocalGenericF32(dst, x []float32) { apply(dst, x, func(x float32) float32 { return 1 / x }) }
func reciprocalGenericF64(dst, x []float64) { apply(dst, x, func(x float64) float64 { return 1 / x }) }
