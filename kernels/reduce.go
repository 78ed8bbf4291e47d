package kernels

import (
	"math"
	"math/bits"
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

// Sum returns Σ x[i], +0 if x is empty. NaN in x, or infinities of both signs, give NaN. The error is at most
// (n/L + log₂L + 1)·u·Σ|x[i]| for n ≤ 8192 elements, and log₂ of the number of chunks more beyond
// (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §4.2), u = 2⁻²⁴ or 2⁻⁵³.
func Sum[T Float](x []T) T {
	if len(x) > pieceLen {
		h := treeSplit(len(x))
		return Sum(x[:h]) + Sum(x[h:])
	}
	if is32[T]() {
		return T(sumF32(f32(x)))
	}
	return T(sumF64(f64(x)))
}

// SumSquares returns Σ x[i]², +0 if x is empty: a lane adds an element by s = fma(x[i], x[i], s). NaN in x gives
// NaN; squares that overflow give +Inf.
func SumSquares[T Float](x []T) T {
	if len(x) > pieceLen {
		h := treeSplit(len(x))
		return SumSquares(x[:h]) + SumSquares(x[h:])
	}
	if is32[T]() {
		return T(sumSquaresF32(f32(x)))
	}
	return T(sumSquaresF64(f64(x)))
}

// Dot returns Σ x[i]·y[i], +0 if both are empty: a lane adds an element by s = fma(x[i], y[i], s). NaN and
// ±Inf follow IEEE-754. x and y may overlap. Dot panics if the lengths differ.
func Dot[T Float](x, y []T) T {
	checkLen("Dot", "y", len(y), len(x))
	if len(x) > pieceLen {
		h := treeSplit(len(x))
		return Dot(x[:h], y[:h]) + Dot(x[h:], y[h:])
	}
	if is32[T]() {
		return T(dotF32(f32(x), f32(y)))
	}
	return T(dotF64(f64(x), f64(y)))
}

// Max returns the largest element, −Inf if x is empty. If any element is NaN, wherever it stands, the result
// is NaN. A largest element of ±0 is returned as +0; so the order of the elements cannot matter.
func Max[T Float](x []T) T {
	m := T(math.Inf(-1))
	for len(x) > 0 {
		n := min(len(x), pieceLen)
		var v T
		if is32[T]() {
			v = T(maxF32(f32(x[:n])))
		} else {
			v = T(maxF64(f64(x[:n])))
		}
		if v != v {
			return v
		}
		m = max(m, v)
		x = x[n:]
	}
	return m
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
