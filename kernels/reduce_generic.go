package kernels

import (
	"math"
	"unsafe"
)

// The numbers of virtual lanes of a reduction: 128 bytes on every ISA.
const (
	lanesF32 = 32
	lanesF64 = 16
)

// halve adds the lanes pairwise: lane j += lane j+h for h = len(s)/2 … 1.
func halve[T Float](s []T) T {
	for h := len(s) / 2; h > 0; h /= 2 {
		for j := range h {
			s[j] += s[j+h]
		}
	}
	return s[0]
}

func sumGenericF32(x []float32) float32 {
	var s [lanesF32]float32
	for ; len(x) >= lanesF32; x = x[lanesF32:] {
		for j := range s {
			s[j] += x[j]
		}
	}
	for j, v := range x {
		s[j] += v
	}
	return halve(s[:])
}

func sumGenericF64(x []float64) float64 {
	var s [lanesF64]float64
	for ; len(x) >= lanesF64; x = x[lanesF64:] {
		for j := range s {
			s[j] += x[j]
		}
	}
	for j, v := range x {
		s[j] += v
	}
	return halve(s[:])
}

func dotGenericF32(x, y []float32) float32 {
	var s [lanesF32]float32
	y = y[:len(x)]
	for i, v := range x {
		// fma32, pasted: it is too long for the compiler to inline.
		j := i % lanesF32
		t := float64(float64(v)*float64(y[i])) + float64(s[j])
		if math.Float64bits(t)<<36 != 0 {
			s[j] = float32(t)
		} else {
			s[j] = fma32Tie(v, y[i], s[j])
		}
	}
	padLanes(s[:], len(x))
	return halve(s[:])
}

// padLanes adds to the lanes that the last group of n elements leaves out the +0 with which it is padded: it turns −0,
// which a product leaves that underflows, to +0.
func padLanes[T Float](s []T, n int) {
	if n %= len(s); n > 0 {
		for j := range s[n:] {
			s[n+j] += 0
		}
	}
}

func dotGenericF64(x, y []float64) float64 {
	var s [lanesF64]float64
	y = y[:len(x)]
	for i, v := range x {
		s[i%lanesF64] = math.FMA(v, y[i], s[i%lanesF64])
	}
	padLanes(s[:], len(x))
	return halve(s[:])
}

// squaresScaledGeneric has the lanes of dotGeneric.
func squaresScaledGeneric[T Float](x []T, a T) T {
	var lanes [lanesF32]T
	s := lanes[:lanesOf[T]()]
	for i, v := range x {
		v = mul(a, v)
		j := i & (len(s) - 1)
		s[j] = fma(v, v, s[j])
	}
	return halve(s)
}

// lanesOf is the number of virtual lanes of a reduction in T.
func lanesOf[T Float]() int {
	if is32[T]() {
		return lanesF32
	}
	return lanesF64
}

// reduceGenericF32 writes the sum of each chunk.
func reduceGenericF32(op reduction, sums *float32, x, y []float32, a float32) {
	out := unsafe.Slice(sums, max(1, (len(x)+pieceLen-1)/pieceLen))
	for i := range out {
		lo, hi := i*pieceLen, min(len(x), (i+1)*pieceLen)
		switch c := x[lo:hi]; op {
		case ofElements:
			out[i] = sumGenericF32(c)
		case ofSquares:
			out[i] = dotGenericF32(c, c)
		case ofSquaresScaled:
			out[i] = squaresScaledGeneric(c, a)
		default:
			out[i] = dotGenericF32(c, y[lo:hi])
		}
	}
}

func reduceGenericF64(op reduction, sums *float64, x, y []float64, a float64) {
	out := unsafe.Slice(sums, max(1, (len(x)+pieceLen-1)/pieceLen))
	for i := range out {
		lo, hi := i*pieceLen, min(len(x), (i+1)*pieceLen)
		switch c := x[lo:hi]; op {
		case ofElements:
			out[i] = sumGenericF64(c)
		case ofSquares:
			out[i] = dotGenericF64(c, c)
		case ofSquaresScaled:
			out[i] = squaresScaledGeneric(c, a)
		default:
			out[i] = dotGenericF64(c, y[lo:hi])
		}
	}
}

func maxGeneric[T Float](x []T) T {
	m, nan := T(math.Inf(-1)), false
	for _, v := range x {
		if v > m {
			m = v
		}
		nan = nan || v != v
	}
	if nan {
		return T(math.NaN())
	}
	return m + 0 // −0 becomes +0
}

func minGeneric[T Float](x []T) T {
	m, nan := T(math.Inf(1)), false
	for _, v := range x {
		if v < m {
			m = v
		}
		nan = nan || v != v
	}
	if nan {
		return T(math.NaN())
	}
	return m + 0 // −0 becomes +0
}

// indexGeneric returns the index of the first element that is v or NaN, len(x) if there is none. (The assembly wants a v
// that is a number.)
func indexGeneric[T Float](x []T, v T) int {
	for i, e := range x {
		if e == v || e != e {
			return i
		}
	}
	return len(x)
}

// expNeg and logPos are the scalar functions of either type.
func expNeg[T Float](x T) T {
	if is32[T]() {
		return T(expNegF32(float32(x)))
	}
	return T(expNegF64(float64(x)))
}

func logPos[T Float](x T) T {
	if is32[T]() {
		return T(logPosF32(float32(x)))
	}
	return T(logPosF64(float64(x)))
}

// sumExpGeneric sums at most pieceLen terms; e may be nil.
func sumExpGeneric[T Float](e, x []T, m T) T {
	var lanes [lanesF32]T
	s := lanes[:lanesOf[T]()]
	for i, v := range x {
		v = expNeg(v - m)
		s[i&(len(s)-1)] += v
		if e != nil {
			e[i] = v
		}
	}
	return halve(s)
}
