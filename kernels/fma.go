package kernels

import "math"

// fma32 returns a·b + c with one rounding to nearest even, bit for bit the hardware's instruction.
//
// float32(math.FMA(…)) would round twice. Here the product is exact in float64 (24+24 ≤ 53 bits), so s is the
// sum rounded to 53 bits. Every boundary between two float32 neighbours, normal or subnormal, has its low 28 bits
// clear; where s is not of that form it lies on the same side of all boundaries as the exact sum.
// (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd",
// IEEE Trans. Computers 57(4), 2008.)
func fma32(a, b, c float32) float32 {
	s := float64(a)*float64(b) + float64(c) // the product is exact: fused or not, s is the same
	if math.Float64bits(s)<<36 != 0 {
		return float32(s)
	}
	return fma32Tie(a, b, c)
}

// fma32Tie rounds the 53-bit sum to odd, which makes the second rounding innocuous.
//
//go:noinline
func fma32Tie(a, b, c float32) float32 {
	p, q := float64(float64(a)*float64(b)), float64(c)
	s := p + q
	v := s - p
	e := (p - (s - v)) + (q - v) // the exact rest of p + q - s (TwoSum)
	u := math.Float64bits(s)
	if u&1 == 0 && e != 0 && e == e {
		if (e > 0) == (s > 0) {
			u++
		} else {
			u--
		}
	}
	return float32(math.Float64frombits(u))
}

// fma is the fused multiply-add of either type.
func fma[T Float](a, b, c T) T {
	if is32[T]() {
		return T(fma32(float32(a), float32(b), float32(c)))
	}
	return T(math.FMA(float64(a), float64(b), float64(c)))
}

// mul is a product that is rounded before anything is added to it: the conversion forbids a compiler to fuse.
func mul[T Float](a, b T) T {
	if is32[T]() {
		return T(float32(float32(a) * float32(b)))
	}
	return T(float64(float64(a) * float64(b)))
}
