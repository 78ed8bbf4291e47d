// Package special has the scalar functions that the models' bounds need, in float64 with the same bits on every platform.
// Go's math package does not promise that: its Exp and Log are assembly on some architectures, and
// its Lgamma is built on them. Here everything is made of +, −, ·, /, math.FMA and the kernels' logarithm.
package special

import (
	"math"

	"example.com/elbo/kernels"
)

// Log returns ln x, as kernels.Log does: within 1 ULP; Log(0) = −Inf, Log(x < 0) = NaN.
//
//go:noinline
func Log(x float64) float64 {
	// Inlined into another package, the array would move to the heap.
	v := [1]float64{x}
	kernels.Log(v[:], v[:])
	return v[0]
}

// Exp returns eˣ, as kernels.Exp does: within 1 ULP, subnormals and overflow exact.
//
//go:noinline
func Exp(x float64) float64 {
	v := [1]float64{x}
	kernels.Exp(v[:], v[:])
	return v[0]
}

const (
	oneMinusGamma  = 0x1.b0ee6072093cep-2 // 1 − γ, Euler's constant
	halfLog2PiLess = 0x1.acfe390c97d69p-2 // ½ ln 2π − ½
	logPi          = 0x1.250d048e7a1bdp+0
)

// zetaLess1 holds ζ(k) − 1 for k = 2, 3, …: the coefficients of ln Γ and ψ about 2.
var zetaLess1 = [...]float64{
	0x1.4a34cc4a60fa6p-1, 0x1.9dd002780310ap-3, 0x1.51322ac7d8483p-4, 0x1.2e831d94f99b7p-5, 0x1.1c26130249124p-6,
	0x1.1196d0a679c47p-7, 0x1.0b36af86396e9p-8, 0x1.073e7b02d6ae0p-9, 0x1.04b8ce96ee5f8p-10, 0x1.0318df2459954p-11,
	0x1.020a5b2cd3042p-12, 0x1.01593a1177bd6p-13, 0x1.00e4af2b4e156p-14, 0x1.0097bcbf11bedp-15, 0x1.0064cdeb22f0fp-16,
	0x1.0043073686681p-17, 0x1.002c9953744ccp-18, 0x1.001db08f9ba4ap-19, 0x1.0013c594466eap-20, 0x1.000d2bab28121p-21,
	0x1.0008c66cec77dp-22, 0x1.0005d8f13858cp-23, 0x1.0003e59ffde12p-24, 0x1.000298ea55633p-25, 0x1.0001bb316ccdap-26,
	0x1.0001276b90845p-27, 0x1.0000c4ed05ae3p-28, 0x1.0000834601a87p-29, 0x1.00005782aaebep-30, 0x1.00003a56719b9p-31,
}

// stirling is where the asymptotic series take over: their first omitted terms are below 2⁻⁵⁸ there.
const stirling = 12

// Lgamma returns ln Γ(x) for x > 0: within 4 ULP, near the zeros at 1 and 2 too. Lgamma(0) = +Inf, Lgamma(x < 0) = NaN.
//
//	x ≥ 12         Stirling's series, Abramowitz and Stegun 6.1.41
//	1.5 ≤ x ≤ 2.5  ln Γ(2 + t) = (1 − γ) t + Σ_{k≥2} (−1)ᵏ (ζ(k) − 1) tᵏ / k, ibid. 6.1.33
//	elsewhere      Γ(x + 1) = x Γ(x)
func Lgamma(x float64) float64 {
	switch {
	case !(x >= 0):
		return math.NaN()
	case x == 0:
		return math.Inf(1)
	case x < 0.5:
		return lgammaAbout2(x) - Log(float64(x*(1+x)))
	case x < 1.5:
		return lgammaAbout2(x-1) - Log(x)
	case x < stirling:
		p := 1.0
		for x > 2.5 {
			x-- // exact
			p *= x
		}
		return Log(p) + lgammaAbout2(x-2)
	}
	r := 1 / x
	z := float64(r * r)
	s := 1.0 / 156
	for _, c := range [...]float64{-691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12} {
		s = math.FMA(s, z, c)
	}
	return math.FMA(x-0.5, Log(x)-1, math.FMA(s, r, halfLog2PiLess))
}

func lgammaAbout2(t float64) float64 {
	s := 0.0
	for i := len(zetaLess1) - 1; i >= 0; i-- {
		c := zetaLess1[i] / float64(i+2)
		if i%2 == 1 {
			c = -c
		}
		s = math.FMA(s, t, c)
	}
	return float64(math.FMA(s, t, oneMinusGamma) * t)
}

// Digamma returns ψ(x) = d/dx ln Γ(x) for x > 0: within 4 ULP, and within 2e−16 near the zero at 1.4616….
// Digamma(0) = −Inf, Digamma(x < 0) = NaN.
//
//	x ≥ 12         Abramowitz and Stegun 6.3.18
//	1.5 ≤ x ≤ 2.5  ψ(2 + t) = (1 − γ) + Σ_{k≥2} (−1)ᵏ (ζ(k) − 1) tᵏ⁻¹, ibid. 6.3.14
//	elsewhere      ψ(x + 1) = ψ(x) + 1/x
func Digamma(x float64) float64 {
	switch {
	case !(x >= 0):
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case x < 0.5:
		return digammaAbout2(x) - (1/(1+x) + 1/x)
	case x < 1.5:
		return digammaAbout2(x-1) - 1/x
	case x < stirling:
		s := 0.0
		for x > 2.5 {
			x--
			s += 1 / x
		}
		return s + digammaAbout2(x-2)
	}
	r := 1 / x
	z := float64(r * r)
	s := 1.0 / 12
	for _, c := range [...]float64{-691.0 / 32760, 1.0 / 132, -1.0 / 240, 1.0 / 252, -1.0 / 120, 1.0 / 12} {
		s = math.FMA(s, z, c)
	}
	return Log(x) - math.FMA(s, z, float64(0.5*r))
}

func digammaAbout2(t float64) float64 {
	s := 0.0
	for i := len(zetaLess1) - 1; i >= 0; i-- {
		c := zetaLess1[i]
		if i%2 == 1 {
			c = -c
		}
		s = math.FMA(s, t, c)
	}
	return math.FMA(s, t, oneMinusGamma)
}

// LogMultivariateGamma returns ln Γ_d(x) = d(d−1)/4 · ln π + Σ_{i=0}^{d−1} ln Γ(x − i/2), the normaliser
// of the Wishart distribution, for x > (d−1)/2; NaN below. It adds the terms in increasing i.
func LogMultivariateGamma(d int, x float64) float64 {
	s := float64(float64(d) * float64(d-1) / 4 * logPi)
	for i := range d {
		s += Lgamma(x - float64(float64(i)/2))
	}
	return s
}
