package kernels

import (
	"math"
	"math/bits"
	"unsafe"
)

// The order of every sum of this file is rules 9 and 11 of docs/numerics.md, the same on every ISA:
//
//   - Up to 8192 elements: L lanes (32 for float32, 16 for float64). Element i belongs to lane i mod L; a lane
//     starts at +0 and folds its elements in increasing i. The last partial group is padded with +0. Then
//     lane j += lane j+h for h = L/2, L/4, …, 1; the sum is lane 0.
//   - More: chunks of 8192 elements by position, each summed so; the chunks' sums are added along a binary
//     tree over the chunk index (neighbours in pairs; a chunk without a neighbour moves up unchanged).

// treeSplit returns the length of the left subtree of n > pieceLen elements: the largest power of two of
// chunks that leaves something for the right one.
func treeSplit(n int) int {
	return pieceLen << (bits.Len(uint((n-1)/pieceLen)) - 1)
}

// reduction names the sums that share their order.
type reduction uint8

const (
	ofElements      reduction      = iota // Σ x[i]
	ofSquares                             // Σ x[i]²
	ofSquaresScaled                       // Σ (a·x[i])², the product rounded
	ofProducts                            // Σ x[i]·y[i]
	groupLen        = 8 * pieceLen        // elements of one call of an assembly routine
)

// reduce is a sum of any length. y is of no concern but to ofProducts, a but to ofSquaresScaled.
func reduce[T Float](op reduction, x, y []T, a T) T {
	if len(x) > pieceLen {
		return reduceLong(op, x, y, a)
	}
	if is32[T]() {
		var s float32
		reduceF32(op, &s, f32(x), f32(y), float32(a))
		return T(s)
	}
	var s float64
	reduceF64(op, &s, f64(x), f64(y), float64(a))
	return T(s)
}

// reduceLong adds the chunks' sums along the binary tree.
func reduceLong[T Float](op reduction, x, y []T, a T) T {
	if len(x) > groupLen {
		h := treeSplit(len(x))
		if op != ofProducts {
			return reduceLong(op, x[:h], nil, a) + reduceLong(op, x[h:], nil, a)
		}
		return reduceLong(op, x[:h], y[:h], a) + reduceLong(op, x[h:], y[h:], a)
	}
	var s [groupLen / pieceLen]T
	if is32[T]() {
		reduceF32(op, (*float32)(unsafe.Pointer(&s[0])), f32(x), f32(y), float32(a))
	} else {
		reduceF64(op, (*float64)(unsafe.Pointer(&s[0])), f64(x), f64(y), float64(a))
	}
	for n := (len(x) + pieceLen - 1) / pieceLen; n > 1; n = (n + 1) / 2 {
		for i := range n / 2 {
			s[i] = s[2*i] + s[2*i+1]
		}
		if n%2 == 1 {
			s[n/2] = s[n-1]
		}
	}
	return s[0]
}

// Sum returns Σ x[i], +0 if x is empty. NaN in x, or infinities of both signs, give NaN. The error is at most
// (n/L + log₂L + 1)·u·Σ|x[i]| for n ≤ 8192 elements, and log₂ of the number of chunks more beyond
// (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §4.2), u = 2⁻²⁴ or 2⁻⁵³.
func Sum[T Float](x []T) T {
	return sum(x)
}

// SumSquares returns Σ x[i]², +0 if x is empty: a lane adds an element by s = fma(x[i], x[i], s). NaN in x gives
// NaN; squares that overflow give +Inf.
func SumSquares[T Float](x []T) T {
	return reduce(ofSquares, x, nil, 0)
}

// Dot returns Σ x[i]·y[i]: a lane adds an element by s = fma(x[i], y[i], s). A result of zero is +0, also where
// products underflow to −0 and where both are empty. NaN and
// ±Inf follow IEEE-754. x and y may overlap. Dot panics if the lengths differ.
func Dot[T Float](x, y []T) T {
	checkLen("Dot", "y", len(y), len(x))
	return dot(x, y) + 0 // −0 becomes +0: a lane without elements may hold either
}

// Norm returns √Σ x[i]², the Euclidean norm, +0 if x is empty. Where the sum of squares overflows, or is so small that
// squares may have lost digits, the elements are first scaled by a power of two that makes the largest about 1, so the result is
// finite, and as exact as elsewhere, whenever the norm itself is a number of the type (Blue, "A portable Fortran program to
// find the Euclidean norm of a vector", ACM TOMS 4(1), 1978). The sums have the order of SumSquares. NaN in x gives
// NaN, else ±Inf gives +Inf. The error is half that of the sum of squares, relatively, and one rounding.
func Norm[T Float](x []T) T {
	s := SumSquares(x)
	least := T(0x1p-960)
	if is32[T]() {
		least = 0x1p-100
	}
	if s >= least && !isSpecial(s) || s != s {
		return T(math.Sqrt(float64(s)))
	}
	m := max(Max(x), -Min(x)) // the largest magnitude
	if len(x) == 0 || m == 0 || isSpecial(m) {
		return max(m, 0)
	}
	_, e := math.Frexp(float64(m))
	limit := 1022
	if is32[T]() {
		limit = 126
	}
	e = max(-limit, min(limit, e))
	s = reduce(ofSquaresScaled, x, nil, T(math.Ldexp(1, -e)))
	return T(math.Sqrt(float64(s))) * T(math.Ldexp(1, e))
}

// Max returns the largest element, −Inf if x is empty. If any element is NaN, wherever it stands, the result
// is NaN. A largest element of ±0 is returned as +0; so the order of the elements cannot matter.
func Max[T Float](x []T) T {
	m := T(math.Inf(-1))
	for len(x) > 0 {
		n := min(len(x), groupLen)
		v := maxOf(x[:n])
		if v != v {
			return v
		}
		m = max(m, v)
		x = x[n:]
	}
	return m
}

// Min returns the smallest element, +Inf if x is empty. If any element is NaN, wherever it stands, the result
// is NaN. A smallest element of ±0 is returned as +0; so the order of the elements cannot matter.
func Min[T Float](x []T) T {
	m := T(math.Inf(1))
	for len(x) > 0 {
		n := min(len(x), groupLen)
		v := minOf(x[:n])
		if v != v {
			return v
		}
		m = min(m, v)
		x = x[n:]
	}
	return m
}

// ArgMax returns the least index of a largest element, −1 if x is empty. +0 and −0 are equal. NaN counts as larger than
// all numbers: if x holds any, the result is the index of the first (as in NumPy and PyTorch).
func ArgMax[T Float](x []T) int {
	best, at := T(math.Inf(-1)), 0
	for lo := 0; lo < len(x); lo += pieceLen {
		v := maxOf(x[lo:min(len(x), lo+pieceLen)])
		if v != v {
			return lo + indexGeneric(x[lo:], v)
		}
		if v > best {
			best, at = v, lo
		}
	}
	if len(x) == 0 {
		return -1
	}
	return at + indexOf(x[at:min(len(x), at+pieceLen)], best)
}

// LogSumExp returns log Σ exp(x[i]) in nats, without overflow (Blanchard, Higham and Higham, "Accurately computing the
// log-sum-exp and softmax functions", IMA J. Numer. Anal. 41(4), 2021):
//
//	m + log Σ e(x[i] − m), m = Max(x)
//
// e is the exponential of Exp, but +0 where its result would be subnormal; the sum has the order of Sum. The
// result is −Inf if x is empty or all −Inf, +Inf if some element is +Inf, NaN if any is NaN; it is never NaN otherwise.
func LogSumExp[T Float](x []T) T {
	m := Max(x)
	if isSpecial(m) {
		return m
	}
	return m + logPos(sumExp(nil, x, m))
}

// maxOf, minOf and indexOf are the kernels of either type.
func maxOf[T Float](x []T) T {
	if is32[T]() {
		return T(maxF32(f32(x)))
	}
	return T(maxF64(f64(x)))
}

func minOf[T Float](x []T) T {
	if is32[T]() {
		return T(minF32(f32(x)))
	}
	return T(minF64(f64(x)))
}

func indexOf[T Float](x []T, v T) int {
	if is32[T]() {
		return indexF32(f32(x), float32(v))
	}
	return indexF64(f64(x), float64(v))
}

// isSpecial reports whether m is NaN or infinite.
func isSpecial[T Float](m T) bool { return m-m != 0 }

// sumExp returns Σ e(x[i] − m), m finite and no less than any element, and writes the terms to e unless that is nil.
func sumExp[T Float](e, x []T, m T) T {
	if len(x) > pieceLen {
		h := treeSplit(len(x))
		if e == nil {
			return sumExp(nil, x[:h], m) + sumExp(nil, x[h:], m)
		}
		return sumExp(e[:h], x[:h], m) + sumExp(e[h:], x[h:], m)
	}
	if is32[T]() {
		return T(sumExpF32(f32(e), f32(x), float32(m)))
	}
	return T(sumExpF64(f64(e), f64(x), float64(m)))
}
