package kernels

import "math"

type geluConsts[T Float] struct {
	near      []T // (Φ(x) - ½)/x in x², where that is below cut
	mills     []T // e^{a²/2} Φ(-a)·(a + shift) in (a - shift)/(a + shift)
	shift     T
	cut, most T
}

// erfF32 has what erf32 needs of the intervals whose middles are the multiples of 1/scale.
var erfF32 = struct {
	scale, most   float32
	centre, value [8]float32    // a point near the middle where erf is nearly a float32 number, and that
	slope         [7][8]float32 // (erf(centre + t) - value)/t in t, lowest power first; of the first interval less 1
}{
	scale: 0x1.e8p0,
	most:  0x1.f7p1,
	centre: [8]float32{
		0, 0x1.0ca8b8p-1, 0x1.0ca518p0, 0x1.92e1f4p0, 0x1.0c9162p1, 0x1.4fba02p1, 0x1.92e994p1, 0x1.d8788p1,
	},
	value: [8]float32{
		0, 0x1.157b5cp-1, 0x1.b97374p-1, 0x1.f2ab0cp-1, 0x1.fe7634p-1, 0x1.ffe4c2p-1, 0x1.fffee2p-1, 0x1.fffffap-1,
	},
	slope: [7][8]float32{
		{
			0x1.06eba8p-3, 0x1.b6ae26p-1, 0x1.8025b4p-2, 0x1.8451a6p-4, 0x1.c4de68p-7, 0x1.304cf4p-10, 0x1.d6faf8p-15,
			0x1.6e8798p-20,
		},
		{
			0x1.82587cp-24, -0x1.cc5f48p-2, -0x1.931f4ap-2, -0x1.318f84p-3, -0x1.db19a8p-6, -0x1.8f11b2p-9, -0x1.72a55ap-13,
			-0x1.524b9ap-18,
		},
		{
			-0x1.8127dap-2, -0x1.06d0bcp-3, 0x1.33f216p-3, 0x1.ffbba8p-4, 0x1.268b68p-5, 0x1.438a92p-8, 0x1.7144c2p-12,
			0x1.912a76p-17,
		},
		{
			0x1.3934b2p-16, 0x1.77c45ep-3, 0x1.ace878p-5, -0x1.8de038p-5, -0x1.cbc43cp-6, -0x1.65cf3p-8, -0x1.0368bap-11,
			-0x1.549446p-16,
		},
		{
			0x1.ce170cp-4, -0x1.f26b6cp-18, -0x1.12a82ap-4, -0x1.c51bc8p-8, 0x1.a2262p-7, 0x1.166914p-8, 0x1.0f7608p-11,
			0x1.b72aecp-16,
		},
		{
			-0x1.b629a4p-12, -0x1.86ba3p-5, 0x1.2047acp-7, 0x1.0ccb8p-6, -0x1.485f7p-10, -0x1.2710ep-9, -0x1.be17ecp-12,
			-0x1.e6b918p-16,
		},
		{
			-0x1.9d470ep-6, 0x1.c9bd5ep-8, 0x1.a501a4p-7, -0x1.6cf204p-8, -0x1.21fa8cp-9, 0x1.57021p-11, 0x1.0770a2p-12,
			0x1.b6681ep-16,
		},
	},
}

// erfSeries[k] in r², times -r if k is odd, is the coefficient of erf'(r)·d^(k+3) in erf(r + d): (-1)^k H(r)/(k+3)! with
// Hermite's polynomial H of degree k+2.
var erfSeries = [5][]float64{
	{-0x1.5555555555555p-2, 0x1.5555555555555p-1},
	{-0x1p-1, 0x1.5555555555555p-2},
	{0x1.999999999999ap-4, -0x1.999999999999ap-2, 0x1.1111111111111p-3},
	{0x1.5555555555555p-3, -0x1.c71c71c71c71cp-3, 0x1.6c16c16c16c17p-5},
	{-0x1.8618618618618p-6, 0x1.2492492492492p-3, -0x1.8618618618618p-4, 0x1.a01a01a01a01ap-7},
}

var geluF32 = geluConsts[float32]{
	near: []float32{0x1.988454p-2, -0x1.1058a2p-4, 0x1.46f0fap-7, -0x1.3b5a7p-10, 0x1.2b719cp-13, -0x1.bb3322p-16},
	mills: []float32{
		0x1.82b4bcp-1, -0x1.373e3ap-1, 0x1.8c6d8cp-2, -0x1.7dffb2p-3, 0x1.eed906p-5, -0x1.ed511ep-8, -0x1.cd89bep-9,
		0x1.9b97a8p-10, 0x1.8f7a32p-13, -0x1.083532p-13,
	},
	shift: 4,
	cut:   0.5625,
	most:  14.75,
}

var geluF64 = geluConsts[float64]{
	near: []float64{
		0x1.9884533d43651p-2, -0x1.1058377e2cf9ep-4, 0x1.46d0429774974p-7, -0x1.37403f70add9fp-10, 0x1.e42b0fb9ffcdcp-14,
		-0x1.3ce950c87cf79p-17, 0x1.65989989cf2fbp-21, -0x1.6391789c7d639p-25, 0x1.4be66e7173c4ap-29,
		-0x1.5be5f87f3113cp-33,
	},
	mills: []float64{
		0x1.89d3abe1f95aep-1, -0x1.54ad03f27ca16p-1, 0x1.fb31653876f75p-2, -0x1.410ed5f875b15p-2, 0x1.51f6329f01ecdp-3,
		-0x1.1b1c254c95228p-4, 0x1.54b4d4f4866f5p-6, -0x1.88590eb480946p-9, -0x1.a2503795b63a5p-11,
		0x1.1daf1e88f453ap-11, -0x1.f2147735c079fp-15, -0x1.a1713705bde9p-15, 0x1.17dd995b538bcp-16,
		0x1.0b311b2603f86p-18, -0x1.73b271c6f26a5p-19, -0x1.6aa9ab014e589p-22, 0x1.d103a0ed999f2p-22,
		0x1.775f222488a43p-25, -0x1.19c693066bc4fp-24, -0x1.628eafa75a803p-27, 0x1.f3c2270e6168ep-28,
		0x1.1b2736bd18c75p-29,
	},
	shift: 5,
	cut:   0.5625,
	most:  38.75,
}

// erf32 is 2/√π ∫₀ˣ e^-t² dt.
func erf32(x float32) float32 {
	if x != x {
		return x
	}
	k := &erfF32
	a := lesser(abs(x), k.most)
	i := math.Float32bits(fma(a, k.scale, 0x1p23)) & 7
	t := a - k.centre[i]
	q := k.slope[6][i]
	for j := 5; j >= 0; j-- {
		q = fma(q, t, k.slope[j][i])
	}
	y := k.value[i]
	if i == 0 {
		y = t
	}
	return withSign(fma(q, t, y), x)
}

// erf64 is 2/√π ∫₀ˣ e^-t² dt.
func erf64(x float64) float64 {
	if x != x {
		return x
	}
	const round = 0x1.8p46 // adding it leaves the nearest multiple of 1/64, r, in the low bits
	a := lesser(abs(x), 381./64)
	n := a + round
	row := &erfRows[math.Float64bits(n)&511]
	s := round - n // -r
	d := a + s
	w := s * s
	horner := func(c []float64) float64 {
		q := c[len(c)-1]
		for i := len(c) - 2; i >= 0; i-- {
			q = fma(q, w, c[i])
		}
		return q
	}
	q := fma(horner(erfSeries[4]), d, mul(s, horner(erfSeries[3])))
	q = fma(q, d, horner(erfSeries[2]))
	q = fma(q, d, mul(s, horner(erfSeries[1])))
	q = fma(q, d, horner(erfSeries[0]))
	q = fma(q, d, s)
	return withSign(fma(fma(mul(d, d), q, d), row[1], row[0]), x)
}

// gelu is x·Φ(x), Φ the standard normal distribution.
func gelu[T Float](x T, k *geluConsts[T]) T {
	if x != x {
		return x
	}
	if z := mul(x, x); z < k.cut {
		return withSign(fma(z, poly(z, k.near), mul(x, 0.5)), x)
	}
	a := lesser(abs(x), k.most)
	q := a / (a + k.shift)
	z := fma(2, q, -1)
	g := mul(q, fma(fma(poly(z, k.mills[2:]), z, k.mills[1]), z, k.mills[0])) // a·Φ(-a)·e^{a²/2}
	a2 := mul(a, a)
	_, _, r, t := expReduce(mul(-0.5, a2))
	r = fma(fma(a, a, -a2), -0.5, r) // and what a² was rounded by
	g = scale(timesExp(g, r), t)
	return withSign(greater(x, 0)-g, x)
}

func erfGenericF32(dst, x []float32) { apply(dst, x, erf32) }
func erfGenericF64(dst, x []float64) { apply(dst, x, erf64) }
func geluGenericF32(dst, x []float32) {
	apply(dst, x, func(x float32) float32 { return gelu(x, &geluF32) })
}
func geluGenericF64(dst, x []float64) {
	apply(dst, x, func(x float64) float64 { return gelu(x, &geluF64) })
}
