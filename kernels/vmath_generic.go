package kernels

import "math"

// The scalar functions below define the bits. Where they say fma, one rounding happens; a product in float32(…)
// or float64(…) is rounded before it is added to.

// greater and lesser are max and min as the x86 instructions have them: b if either is NaN or both are zero.
func greater[T Float](a, b T) T {
	if a > b {
		return a
	}
	return b
}

func lesser[T Float](a, b T) T {
	if a < b {
		return a
	}
	return b
}

func absF32(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

const (
	magicF32 = 0x1.8p23 // adding it leaves the nearest integer in the low bits
	log2eF32 = 0x1.715476p0
	ln2HiF32 = 0x1.62e4p-1 // 15 bits: n·ln2Hi is exact for |n| < 2^9
	ln2LoF32 = 0x1.7f7d1cp-20

	expNegMinF32 = -0x1.5d589ep6 // the least x whose e^x is normal

	magicF64 = 0x1.8p52
	log2eF64 = 0x1.71547652b82fep0
	ln2HiF64 = 0x1.62e42fefa38p-1
	ln2LoF64 = 0x1.ef35793c7673p-45

	expNegMinF64 = -0x1.6232bdd7abcd2p9
)

// expPartsF32 returns p and t such that e^x = p·2^n, where n = t - magicF32 and p = e^(x - n·ln 2).
func expPartsF32(x float32) (p, t float32) {
	t = fma32(x, log2eF32, magicF32)
	n := t - magicF32
	r := fma32(n, -ln2HiF32, x)
	r = fma32(n, -ln2LoF32, r)
	q := float32(0x1.694c8ep-10)
	q = fma32(q, r, 0x1.12397ep-7)
	q = fma32(q, r, 0x1.555a26p-5)
	q = fma32(q, r, 0x1.555492p-3)
	q = fma32(q, r, 0x1.fffffap-2)
	return fma32(fma32(q, r, 1), r, 1), t
}

// scaleF32 is p·2^n in two steps, the first of them exact: one rounding where the result is subnormal.
func scaleF32(p, t float32) float32 {
	n := int32(math.Float32bits(t)) - 0x4b400000
	h := n >> 1
	p = float32(p * math.Float32frombits(uint32(h+127)<<23))
	return float32(p * math.Float32frombits(uint32(n-h+127)<<23))
}

// expF32 is e^x.
func expF32(x float32) float32 {
	switch {
	case x > 0x1.62e42ep6:
		return float32(math.Inf(1))
	case x < -104:
		return 0
	}
	return scaleF32(expPartsF32(x))
}

// expNegF32 is e^x for x ≤ 0, with results below the normal range flushed to +0 by definition: the terms of a
// log-sum-exp. NaN gives NaN.
func expNegF32(x float32) float32 {
	if x < expNegMinF32 {
		return 0
	}
	p, t := expPartsF32(x)
	return float32(p * math.Float32frombits(math.Float32bits(t)<<23+0x3f800000))
}

// logF32 is ln x.
func logF32(x float32) float32 {
	switch {
	case x == 0:
		return float32(math.Inf(-1))
	case x < 0:
		return float32(math.NaN())
	case !(x < float32(math.Inf(1))):
		return x
	case x < 0x1p-126:
		return logScaledF32(x*0x1p23, 23)
	}
	return logScaledF32(x, 0)
}

// logPosF32 is ln x for normal, finite x > 0. For any other x the result is unspecified.
func logPosF32(x float32) float32 { return logScaledF32(x, 0) }

// logScaledF32 is ln(x·2^-shift).
func logScaledF32(x, shift float32) float32 {
	b := int32(math.Float32bits(x))
	n := (b - 0x3f2aaaab) >> 23 // x = 2^n·m, 2/3 ≤ m < 4/3
	f := math.Float32frombits(uint32(b-n<<23)) - 1
	e := float32(n) - shift
	f2 := float32(f * f)
	u, v := float32(0x1.1e73ap-3), float32(-0x1.080c9ep-3)
	u, v = fma32(u, f2, 0x1.1ed424p-3), fma32(v, f2, -0x1.f30e36p-4)
	u, v = fma32(u, f2, 0x1.99d05ep-3), fma32(v, f2, -0x1.559de4p-3)
	u, v = fma32(u, f2, 0x1.555506p-2), fma32(v, f2, -0x1.fffefp-3)
	p := fma32(v, f, u)
	q := fma32(p, f, -0.5)
	q = fma32(e, -0x1.05c61p-29, float32(q*f2)) // ln 2 = 0x1.62e43p-1 - 0x1.05c61p-29
	return fma32(e, 0x1.62e43p-1, q+f)
}

// tanhF32 is tanh x.
func tanhF32(x float32) float32 {
	if x != x {
		return x
	}
	a := lesser(absF32(x), 10)
	var y float32
	if a < 0.5625 {
		z := float32(a * a)
		p := float32(-0x1.94bf44p-8)
		p = fma32(p, z, 0x1.58226p-6)
		p = fma32(p, z, -0x1.b9075ap-5)
		p = fma32(p, z, 0x1.110c64p-3)
		p = fma32(p, z, -0x1.555548p-2)
		y = fma32(float32(p*z), a, a)
	} else {
		y = 1 - 2/(expMidF32(a+a)+1)
	}
	return math.Float32frombits(math.Float32bits(y) | math.Float32bits(x)&(1<<31))
}

// expMidF32 is e^x where that is normal.
func expMidF32(x float32) float32 {
	p, t := expPartsF32(x)
	return math.Float32frombits(math.Float32bits(p) + math.Float32bits(t)<<23)
}

// sigmoidF32 is 1/(1 + e^-x).
func sigmoidF32(x float32) float32 {
	if x != x {
		return x
	}
	e := scaleF32(expPartsF32(-lesser(absF32(x), 104)))
	n := float32(1)
	if x < 0 {
		n = e
	}
	d := 1 + e
	y := n / d
	return fma32(-y, e-(d-1), y) // what the rounding of d left, to first order
}

// softplusF32 is ln(1 + e^x).
func softplusF32(x float32) float32 {
	if x != x {
		return x
	}
	y := scaleF32(expPartsF32(-lesser(absF32(x), 104)))
	s := y / (2 + y)
	z := float32(s * s)
	p := float32(0x1.1ec906p-2)
	p = fma32(p, z, 0x1.1ec07p-2)
	p = fma32(p, z, 0x1.99d1cap-2)
	p = fma32(p, z, 0x1.555502p-1)
	c := fma32(p, z, -y)
	return greater(x, 0) + fma32(s, c, y)
}

// expReduceF64 returns r and t such that x = n·ln 2 + r, where n = t - magicF64.
func expReduceF64(x float64) (r, t float64) {
	t = math.FMA(x, log2eF64, magicF64)
	n := t - magicF64
	r = math.FMA(n, -ln2HiF64, x)
	return math.FMA(n, -ln2LoF64, r), t
}

// expPolyF64 returns q ≈ (e^r - 1 - r)/r², for |r| ≤ ln(2)/2, and r².
func expPolyF64(r float64) (q, r2 float64) {
	r2 = float64(r * r)
	u, v := 0x1.28adfccab85d4p-22, 0x1.ad92e88f87de4p-26
	u, v = math.FMA(u, r2, 0x1.a019995efb56cp-16), math.FMA(v, r2, 0x1.71df18ef7a9d3p-19)
	u, v = math.FMA(u, r2, 0x1.6c16c18477082p-10), math.FMA(v, r2, 0x1.a01a012fee98bp-13)
	u, v = math.FMA(u, r2, 0x1.55555555506bcp-5), math.FMA(v, r2, 0x1.1111111126b36p-7)
	u, v = math.FMA(u, r2, 0x1.000000000000ap-1), math.FMA(v, r2, 0x1.55555555554fep-3)
	return math.FMA(v, r, u), r2
}

// expPartsF64 returns p and t such that e^x = p·2^n, where n = t - magicF64.
func expPartsF64(x float64) (p, t float64) {
	r, t := expReduceF64(x)
	q, _ := expPolyF64(r)
	return math.FMA(math.FMA(q, r, 1), r, 1), t
}

// scaleF64 is p·2^n in two steps, the first of them exact: one rounding where the result is subnormal.
func scaleF64(p, t float64) float64 {
	n := int64(math.Float64bits(t)) - 0x4338000000000000
	h := n >> 1
	p = float64(p * math.Float64frombits(uint64(h+1023)<<52))
	return float64(p * math.Float64frombits(uint64(n-h+1023)<<52))
}

// expF64 is e^x.
func expF64(x float64) float64 {
	if x != x {
		return x
	}
	return scaleF64(expPartsF64(lesser(greater(x, -746), 710)))
}

// expNegF64 is e^x for x ≤ 0, with results below the normal range flushed to +0 by definition: the terms of a
// log-sum-exp. NaN gives NaN.
func expNegF64(x float64) float64 {
	if x < expNegMinF64 {
		return 0
	}
	p, t := expPartsF64(x)
	return float64(p * math.Float64frombits(math.Float64bits(t)<<52+0x3ff0000000000000))
}

// logF64 is ln x.
func logF64(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x < 0:
		return math.NaN()
	case !(x < math.Inf(1)):
		return x
	case x < 0x1p-1022:
		return logScaledF64(x*0x1p54, 54)
	}
	return logScaledF64(x, 0)
}

// logPosF64 is ln x for normal, finite x > 0. For any other x the result is unspecified.
func logPosF64(x float64) float64 { return logScaledF64(x, 0) }

// logScaledF64 is ln(x·2^-shift).
func logScaledF64(x, shift float64) float64 {
	b := int64(math.Float64bits(x))
	n := (b - 0x3fe6a09e667f3bcd) >> 52 // x = 2^n·m, √½ ≤ m < √2
	f := math.Float64frombits(uint64(b-n<<52)) - 1
	e := float64(n) - shift
	s := f / (2 + f)
	z := float64(s * s)
	p := 0x1.2b58bfd81518p-3
	p = math.FMA(p, z, 0x1.39fe59b326cfap-3)
	p = math.FMA(p, z, 0x1.7462b4b7deac3p-3)
	p = math.FMA(p, z, 0x1.c71c62e659d66p-3)
	p = math.FMA(p, z, 0x1.2492492deee3cp-2)
	p = math.FMA(p, z, 0x1.9999999995322p-2)
	p = math.FMA(p, z, 0x1.5555555555558p-1)
	h := float64(0.5 * f * f)
	lo := math.FMA(s, h+float64(p*z), float64(e*ln2LoF64))
	return math.FMA(e, ln2HiF64, f-(h-lo))
}

// tanhF64 is tanh x.
func tanhF64(x float64) float64 {
	if x != x {
		return x
	}
	a := lesser(math.Abs(x), 20)
	r, t := expReduceF64(a + a)
	q, r2 := expPolyF64(r)
	e := math.Float64frombits(math.Float64bits(t)<<52 + 0x3ff0000000000000)
	n := math.FMA(e, math.FMA(r2, q, r), e-1)
	return math.Copysign(n/(n+2), x)
}

// sigmoidF64 is 1/(1 + e^-x).
func sigmoidF64(x float64) float64 {
	if x != x {
		return x
	}
	e := scaleF64(expPartsF64(-lesser(math.Abs(x), 746)))
	n := float64(1)
	if x < 0 {
		n = e
	}
	d := 1 + e
	y := n / d
	rest := math.FMA(-(e - (d - 1)), y, math.FMA(-d, y, n)) // what the roundings of d and y left of n
	return y + rest
}

// softplusF64 is ln(1 + e^x).
func softplusF64(x float64) float64 {
	if x != x {
		return x
	}
	y := scaleF64(expPartsF64(-lesser(math.Abs(x), 746)))
	s := y / (2 + y)
	z := float64(s * s)
	z2 := float64(z * z)
	u, v := 0x1.55c870e04365cp-4, 0x1.5c62242f698e6p-3
	u, v = math.FMA(u, z2, 0x1.1068112711b1bp-3), math.FMA(v, z2, 0x1.efd33f51f835bp-4)
	u, v = math.FMA(u, z2, 0x1.745cb438b4b19p-3), math.FMA(v, z2, 0x1.3b1dd62630701p-3)
	u, v = math.FMA(u, z2, 0x1.249249208e892p-2), math.FMA(v, z2, 0x1.c71c741b15a32p-3)
	u, v = math.FMA(u, z2, 0x1.5555555555535p-1), math.FMA(v, z2, 0x1.99999999a0725p-2)
	c := math.FMA(math.FMA(v, z, u), z, -y)
	return greater(x, 0) + math.FMA(s, c, y)
}

// The loops that run where there is no assembly.

func expGenericF32(dst, x []float32)      { apply(dst, x, expF32) }
func logGenericF32(dst, x []float32)      { apply(dst, x, logF32) }
func tanhGenericF32(dst, x []float32)     { apply(dst, x, tanhF32) }
func sigmoidGenericF32(dst, x []float32)  { apply(dst, x, sigmoidF32) }
func softplusGenericF32(dst, x []float32) { apply(dst, x, softplusF32) }
func expGenericF64(dst, x []float64)      { apply(dst, x, expF64) }
func logGenericF64(dst, x []float64)      { apply(dst, x, logF64) }
func tanhGenericF64(dst, x []float64)     { apply(dst, x, tanhF64) }
func sigmoidGenericF64(dst, x []float64)  { apply(dst, x, sigmoidF64) }
func softplusGenericF64(dst, x []float64) { apply(dst, x, softplusF64) }

func apply[T Float](dst, x []T, f func(T) T) {
	for i, v := range x {
		dst[i] = f(v)
	}
}
