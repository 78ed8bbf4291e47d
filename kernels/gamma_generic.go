package kernels

type gammaConsts[T Float] struct {
	lgammaNear   []T // ln Γ(2 + t)/t, fitted for -9/16 ≤ t ≤ ½
	lgammaCut    T   // from here on t = x − 2, below x − 1: where both are as good, to the last place
	lgammaTail   []T // (ln Γ(w + ½) - w ln w + w - ½ ln 2π)·w/2 in 1/w², w ≥ 2
	digammaNear  []T // ψ(3/2 + t)/(3/2 + t - root), |t| ≤ ½
	digammaTail  []T // (ψ(w + ½) - ln w)·w² in 1/w², w ≥ 5/2
	expNear      []T // e^ψ(3/2 + t), |t| ≤ ½
	expTail      []T // (e^ψ(w + ½) - w)·w in 1/w², w ≥ 5/2
	trigammaTail []T // (ψ′(w + ½)·w - 1)·w² in 1/w², w ≥ 5/2
	cot          []T // (πf cot πf - 1)/f² in f², |f| ≤ ½
	csc          []T // π²/sin² πf - 1/f² in f², |f| ≤ ½
	sin          []T // sin(πf)/(πf) in f², |f| ≤ ½

	rootHi, rootLo T // the zero of ψ at 1.4616… less 3/2
	quarterLog2Pi  T
	least          T // e^ψ rounds to 0 below
	integers       T // all numbers from here on are integers
}

var gammaF32 = gammaConsts[float32]{
	lgammaCut: 1.43359375,
	lgammaNear: []float32{
		0x1.b0ee6p-2, 0x1.4a34bcp-2, -0x1.13e088p-4, 0x1.515506p-6, -0x1.e3031cp-8, 0x1.715e1ap-9, -0x1.55c8f6p-10,
		0x1.7462bcp-11,
	},
	lgammaTail: []float32{-0x1.555554p-6, 0x1.3e8b04p-10, -0x1.8f26dap-12, 0x1.06ef38p-12, -0x1.44db0ep-13},
	digammaNear: []float32{
		0x1.e6f0ccp-1, -0x1.b1cb68p-2, 0x1.eca13cp-3, -0x1.2febc4p-3, 0x1.851ccap-4, -0x1.fc5c12p-5, 0x1.4dabd6p-5,
		-0x1.a68292p-6, 0x1.1ff476p-6, -0x1.0c3fccp-6, 0x1.4fddaap-7,
	},
	digammaTail: []float32{0x1.555554p-5, -0x1.ddd53p-8, 0x1.f49c68p-9, -0x1.e02466p-9, 0x1.b1f4a6p-9},
	expNear: []float32{
		0x1.098392p0, 0x1.f067fp-1, 0x1.7ee14cp-6, -0x1.16522cp-6, 0x1.822de6p-7, -0x1.064cc2p-7, 0x1.5740fp-8,
		-0x1.5b564ap-9, 0x1.0378c2p-9, -0x1.27f84ep-9,
	},
	expTail:       []float32{0x1.555554p-5, -0x1.a4f1cp-8, 0x1.ce6d8p-9, -0x1.c9aeeep-9, 0x1.a30032p-9},
	trigammaTail:  []float32{-0x1.555552p-4, 0x1.ddcc16p-6, -0x1.7610e2p-6, 0x1.cf8188p-6, -0x1.e2155p-6},
	cot:           []float32{-0x1.a51a66p1, -0x1.1512d6p1, -0x1.048ap1, -0x1.fcf376p0, -0x1.1dc3e8p1, -0x1.6e5b0cp-1, -0x1.4d9c1ap2},
	csc:           []float32{0x1.a51a66p1, 0x1.9f9d0ap2, 0x1.457ce8p3, 0x1.c3e248p3, 0x1.101634p4, 0x1.e61df2p4, -0x1.51c1ccp3, 0x1.a0d63ep6},
	sin:           []float32{0x1p0, -0x1.a51a5ap0, 0x1.9f993cp-1, -0x1.8607dp-3, 0x1.950198p-6},
	rootHi:        -0x1.3a4f400000000p-5,
	rootLo:        0x1.ab5f200000000p-27,
	quarterLog2Pi: 0x1.d67f1cp-2,
	least:         0x1p-7,
	integers:      0x1p23,
}

var gammaF64 = gammaConsts[float64]{
	lgammaCut: 1.4375,
	lgammaNear: []float64{
		0x1.b0ee6072093cep-2, 0x1.4a34cc4a60fb2p-2, -0x1.13e001a5576p-4, 0x1.51322ac7cfbd1p-6, -0x1.e404fc218fcdp-8,
		0x1.7add6ebc604f3p-9, -0x1.38ac5c26238dap-10, 0x1.0b36a9d6871edp-11, -0x1.d3fd54bf96cb7p-13,
		0x1.a12a0c2026063p-14, -0x1.78dc094e4fa0ap-15, 0x1.57c62fa834ffap-16, -0x1.3d1091abee701p-17,
		0x1.2a850ecca4efbp-18, -0x1.0b61aa5f2810cp-19, 0x1.a14d47951d407p-21, -0x1.2e2c1cfdab63fp-21,
		0x1.b940c81a0be49p-22,
	},
	lgammaTail: []float64{
		-0x1.5555555555554p-6, 0x1.3e93e93e8a2dap-10, -0x1.9319315c49a14p-12, 0x1.35a33abe64a56p-12,
		-0x1.b86b8982b25edp-12, 0x1.f57fa0f9b8d01p-11, -0x1.9c6389bed3c25p-9, 0x1.b5f7991d57fd6p-7,
		-0x1.0478928896779p-4, 0x1.2cb06bf6b2e64p-2, -0x1.2d658728aa81dp+0, 0x1.e44b5afbfbdb5p+1, -0x1.23bbcd7ea1cefp+3,
		0x1.e877b92874954p+3, -0x1.f72b014e1d892p+3, 0x1.de3b7e6428a55p+2,
	},
	digammaNear: []float64{
		0x1.e6f0cbb873616p-1, -0x1.b1cb63005ee98p-2, 0x1.eca189b8e719ap-3, -0x1.2feeeb98a7961p-3, 0x1.8512e5901c6e2p-4,
		-0x1.fb44202a1bcdcp-5, 0x1.4de9aa224be01p-5, -0x1.b9f8b11dbc851p-6, 0x1.25646f32cdbf4p-6, -0x1.863563b5c1f6ep-7,
		0x1.03c0f8418af2ap-7, -0x1.5a06ab463b1cbp-8, 0x1.cd13cd5d6899ep-9, -0x1.336d70c0af078p-9, 0x1.9a7d193eaeacp-10,
		-0x1.0fb655e0f5a71p-10, 0x1.644eb34d25a8ep-11, -0x1.fd6e8af3b7e59p-12, 0x1.752c062f8f7b6p-12,
		-0x1.3014f23940f64p-13, 0x1.7b994cb2d7485p-15, -0x1.7578e76ee234cp-13, 0x1.444228be55e0ep-13,
	},
	digammaTail: []float64{
		0x1.5555555555538p-5, -0x1.dddddddd59563p-8, 0x1.f7df7c6c9162bp-9, -0x1.0eee7a4cad1f9p-8, 0x1.ef5f9c419c89ap-8,
		-0x1.57b29918a942cp-6, 0x1.476629a24c6b5p-4, -0x1.75bbf1bc8dd3bp-2, 0x1.ae070f608512cp0, -0x1.a6c4e315ff957p2,
		0x1.33e27bb5e7c94p4, -0x1.1b7ce4d65dc2ep5, 0x1.e5d13b872fdbfp4,
	},
	expNear: []float64{
		0x1.098392de04cafp0, 0x1.f067f40e0531p-1, 0x1.7ed654997ada6p-6, -0x1.166dbac04ffbbp-6, 0x1.8344f386d0c18p-7,
		-0x1.031ba175b6b81p-7, 0x1.4eeae2745fed3p-8, -0x1.a32b9c9f045f9p-9, 0x1.fc616337396dbp-10,
		-0x1.2a78270332f25p-10, 0x1.523856572d7b1p-11, -0x1.6f6ac2c5ce043p-12, 0x1.79e818ca4dca3p-13,
		-0x1.67754bde33f58p-14, 0x1.263b824fe34edp-15, -0x1.1ef51c377b285p-17, -0x1.02a13eccb1bdep-19,
		0x1.97e36229190f7p-20, -0x1.1e5de1a8b597p-18, 0x1.a1199a3f2752bp-17, -0x1.288d75edf5a4ap-17,
	},
	expTail: []float64{
		0x1.5555555555538p-5, -0x1.a4fa4fa476631p-8, 0x1.d1a18a56a0cb5p-9, -0x1.03193bf1e4fefp-8, 0x1.e288ae96c8134p-8,
		-0x1.520212c652adp-6, 0x1.439d8e7feedc3p-4, -0x1.72676664e9bc4p-2, 0x1.aac9d5f26e62fp0, -0x1.a3e5996e2b30fp2,
		0x1.31ecb39dfb8d2p4, -0x1.19c2a0fe0d9bp5, 0x1.e2f2e08b818d9p4,
	},
	trigammaTail: []float64{
		-0x1.5555555555552p-4, 0x1.ddddddddd2042p-6, -0x1.79e79e5edc754p-6, 0x1.0eeee2b86df8ep-5, -0x1.35af8053bee7cp-4,
		0x1.02d8c5f815d49p-2, -0x1.27e7f760d1224p0, 0x1.ad168479c8cebp2, -0x1.62354ed5ca289p5, 0x1.24c826ae27cd9p8,
		-0x1.b0274e7b55432p10, 0x1.04a484ae9dd2ep13, -0x1.dd58c36d174cap14, 0x1.3222fbfe97132p16, -0x1.e59d4e06b5deep16,
		0x1.6495828c3090dp16,
	},
	cot: []float64{
		-0x1.a51a6625307d3p1, -0x1.151322ac7d846p1, -0x1.0470984c0ce69p1, -0x1.010b36ad1a4cap1, -0x1.00412edf79a48p1,
		-0x1.001005d9c003fp1, -0x1.0006a6af7db98p1, -0x1.ffa8c94849347p0, -0x1.020cea4e188e5p1, -0x1.dde57020ea517p0,
		-0x1.649bda78ffdefp1, 0x1.3e7d770650857p0, -0x1.61009bf95eaa7p3, 0x1.b4feb2b15fa25p3, -0x1.fa22bc6922752p3,
	},
	csc: []float64{
		0x1.a51a6625307d3p1, 0x1.9f9cb402bc502p2, 0x1.458cbe5f0513dp3, 0x1.c1d39fb68af02p3, 0x1.20495382320b8p4,
		0x1.601640eb192a3p4, 0x1.a004564c457fdp4, 0x1.e02bd95ac1977p4, 0x1.0ee2502a4bd5ep5, 0x1.3aff389101ed7p5,
		0x1.0141ab1a103efp5, 0x1.841a01930c92ap6, -0x1.13d585e8389fbp7, 0x1.06fbf37623c59p9, -0x1.56491658a255p9,
		0x1.4701359b380dbp9,
	},
	sin: []float64{
		0x1p0, -0x1.a51a6625307d3p0, 0x1.9f9cb402bc428p-1, -0x1.86a8e4720a11fp-3, 0x1.ac6805cc82f08p-6,
		-0x1.33816995d46bcp-9, 0x1.3746a0f040ac4p-13, -0x1.d3e6755150663p-18, 0x1.07408898b38ap-22,
	},
	rootHi:        -0x1.3a4f395283820p-5,
	rootLo:        0x1.b86a722197829p-54,
	quarterLog2Pi: 0x1.d67f1c864beb5p-2,
	least:         0x1p-10,
	integers:      0x1p52,
}

// mirror returns 1 - x and the distance f of -x from the nearest integer for x < 0, x and 0 elsewhere.
func mirror[T Float](x, integers T) (b, f T) {
	if !(x < 0) {
		return x, 0
	}
	a := lesser(-x, integers)
	return 1 - x, a - ((a + integers) - integers)
}

// logAny is logParts for subnormal v too.
func logAny[T Float](v T) (s, l T) {
	if v < constant[T](0x1p-126, 0x1p-1022) {
		return logParts(mul(v, constant[T](0x1p23, 0x1p54)), constant[T](23, 54), 0)
	}
	return logParts(v, 0, 0)
}

// lgamma is ln |Γ(x)|.
func lgamma[T Float](x T, k *gammaConsts[T]) T {
	if x != x {
		return x
	}
	b, f := mirror(x, k.integers)
	if x == 0 || b == inf[T]() || x < 0 && f == 0 {
		return inf[T]()
	}
	w := b - 0.5
	var y T
	if b < 2.5 {
		v, t := b, b
		switch {
		case b < 0.4375:
			v = fma(b, b, b)
		case b < k.lgammaCut:
			t = b - 1
		default:
			v, t = 1, b-2
		}
		s, l := logAny(v)
		y = 0 - (fma(-k.lgammaNear[0], t, s) + fma(-mul(t, t), poly(t, k.lgammaNear[1:]), l))
	} else {
		s, l := logParts(w, 0, 0)
		r := 1 / w
		h := mul(0.5, w) // all terms are halved, for one of them may exceed the sum
		y = mul(2, fma(h, s-1, k.quarterLog2Pi)+fma(h, l, mul(poly(mul(r, r), k.lgammaTail), r)))
	}
	if x < 0 {
		s, l := logAny(mul(abs(f), poly(mul(f, f), k.sin)))
		y = -(s + (l + y))
	}
	return y
}

// digamma is ψ(x), the derivative of ln Γ(x).
func digamma[T Float](x T, k *gammaConsts[T]) T {
	if x != x || x == inf[T]() {
		return x
	}
	b, f := mirror(x, k.integers)
	if x < 0 && f == 0 {
		return nan[T]()
	}
	var y T
	if b < 3 {
		t, e := psiNear(b)
		u := poly(t, k.digammaNear)
		if 1 <= b && b < 2 {
			e = 0
		} else {
			e = 1 / e
		}
		y = fma(-u, k.rootLo, fma(u, t-k.rootHi, e))
	} else {
		w := b - 0.5
		r := 1 / w
		z := mul(r, r)
		s, l := logParts(w, 0, 0)
		y = s + fma(poly(z, k.digammaTail), z, l)
	}
	if x < 0 {
		y += fma(poly(mul(f, f), k.cot), f, 1/f)
	}
	return y
}

// psiNear returns t such that 3/2 + t, in [1, 2], is b + 1, b or b - 1 for 0 ≤ b < 3, and e such that
// ψ(b) = ψ(3/2 + t) + 1/e where the two differ.
func psiNear[T Float](b T) (t, e T) {
	switch {
	case b < 1:
		return b - 0.5, -b
	case b < 2:
		return b - 1.5, b - 1
	}
	return b - 2.5, b - 1
}

// expDigamma is e^ψ(x) for x ≥ 0.
func expDigamma[T Float](x T, k *gammaConsts[T]) T {
	if x != x {
		return x
	}
	if x < 0 {
		return nan[T]()
	}
	if !(x < 3) {
		w := x - 0.5
		r := 1 / w
		return fma(poly(mul(r, r), k.expTail), r, w)
	}
	b := greater(x, k.least)
	t, d := psiNear(b)
	var e, rest T
	if !(1 <= b && b < 2) {
		e = 1 / d
		rest = mul(fma(-d, e, 1), e)
	}
	_, _, r, n := expReduce(e)
	return scale(timesExp(poly(t, k.expNear), r+rest), n)
}

// trigamma is ψ′(x).
func trigamma[T Float](x T, k *gammaConsts[T]) T {
	if x != x {
		return x
	}
	b, f := mirror(x, k.integers)
	w := b - 0.5
	if b < 3 {
		w = b + 2.5
	}
	r := 1 / w
	z := mul(r, r)
	y := fma(poly(z, k.trigammaTail), mul(r, z), r)
	if b < 3 {
		c, d := b+1, b+2
		p := mul(c, d)
		h := 1 / b
		y += fma(c, c, mul(d, d)) / mul(p, p)
		y = fma(h, h, y)
	}
	if x < 0 {
		h := 1 / f
		y = fma(h, h, poly(mul(f, f), k.csc)-y)
	}
	return y
}

func lgammaGenericF32(dst, x []float32) {
	apply(dst, x, func(x float32) float32 { return lgamma(x, &gammaF32) })
}
func lgammaGenericF64(dst, x []float64) {
	apply(dst, x, func(x float64) float64 { return lgamma(x, &gammaF64) })
}
func digammaGenericF32(dst, x []float32) {
	apply(dst, x, func(x float32) float32 { return digamma(x, &gammaF32) })
}
func digammaGenericF64(dst, x []float64) {
	apply(dst, x, func(x float64) float64 { return digamma(x, &gammaF64) })
}
func expDigammaGenericF32(dst, x []float32) {
	apply(dst, x, func(x float32) float32 { return expDigamma(x, &gammaF32) })
}
func expDigammaGenericF64(dst, x []float64) {
	apply(dst, x, func(x float64) float64 { return expDigamma(x, &gammaF64) })
}
func trigammaGenericF32(dst, x []float32) {
	apply(dst, x, func(x float32) float32 { return trigamma(x, &gammaF32) })
}
func trigammaGenericF64(dst, x []float64) {
	apply(dst, x, func(x float64) float64 { return trigamma(x, &gammaF64) })
}
