package kernels

import (
	"fmt"
	"math"
)

// Cholesky factors a symmetric positive definite matrix A = UᵀU in place and reports whether A was positive definite.
// On entry the upper triangle of u holds A's, on return it holds U (so Uᵀ is the usual lower factor L). The
// strictly lower triangle is neither read nor written. For i ascending, and j ≥ i:
//
//	acc = a_ij; acc = fma(−u_ki, u_kj, acc), k ascending below i; u_ii = √acc; u_ij = acc/u_ii
//
// If a pivot is not positive and finite (A is not positive definite to working precision, or holds NaN or Inf)
// Cholesky returns false and the upper triangle is unspecified. The factor is backward stable without pivoting
// (Golub and Van Loan, Matrix Computations, 4th ed., §4.2.6). Cholesky panics if u is not square.
func Cholesky[T Float](u Matrix[T]) bool {
	checkSquare("Cholesky", "u", &u)
	d := u.Cols
	for i := range d {
		row := u.Data[i*u.Stride+i : i*u.Stride+d]
		chain(row, u.Data[i:], u.Stride, u.Data[i:], u.Stride, i, chainFrom|chainNeg)
		if !(row[0] > 0) || math.IsInf(float64(row[0]), 1) {
			return false
		}
		r := T(math.Sqrt(float64(row[0]))) // rounding √ twice gives the float32 root: 53 ≥ 2·24+2
		row[0] = r
		divide(row[1:], r)
	}
	return true
}

// TriInverse writes p = U⁻¹, U upper triangular in u, both D×D. If A = UᵀU then A⁻¹ = p·pᵀ: p is the precision
// Cholesky factor that GaussFull takes. Entries of u below the diagonal are not read; those of p are set to 0. For
// i descending, and j > i:
//
//	p_ii = 1/u_ii; acc = +0; acc = fma(−u_ik, p_kj, acc), k = i+1 … j ascending; p_ij = acc/u_ii
//
// A zero on U's diagonal gives infinities or NaN. p must not overlap u. TriInverse panics if the shapes do not fit.
func TriInverse[T Float](p, u Matrix[T]) {
	checkSquare("TriInverse", "p", &p)
	checkSquare("TriInverse", "u", &u)
	if p.Cols != u.Cols {
		panic(fmt.Sprintf("kernels: TriInverse: p is %d×%d, u %d×%d", p.Rows, p.Cols, u.Rows, u.Cols))
	}
	d := u.Cols
	for i := d - 1; i >= 0; i-- {
		row, ui := p.Row(i), u.Data[i*u.Stride+i:i*u.Stride+d]
		clear(row[:i])
		row[i] = 1 / ui[0]
		if tail := row[i+1:]; len(tail) > 0 {
			chain(tail, p.Data[(i+1)*p.Stride+i+1:], p.Stride, ui[1:], 1, 0, chainTri|chainNeg)
			divide(tail, ui[0])
		}
	}
}

// SolveLower solves Uᵀy = x for y, which takes x's place: forward substitution with the lower factor Uᵀ. Then Σ y²
// is the squared Mahalanobis length of x. For i ascending:
//
//	acc = x_i; acc = fma(−x_k, u_ki, acc), k ascending below i; x_i = acc/u_ii
//
// Entries of u below the diagonal are not read. A zero on the diagonal gives infinities or NaN. SolveLower panics
// if u is not square or x has not its length.
func SolveLower[T Float](x []T, u Matrix[T]) {
	checkSquare("SolveLower", "u", &u)
	checkLen("SolveLower", "x", len(x), u.Cols)
	const block = 16
	for lo := 0; lo < len(x); lo += block {
		hi := min(lo+block, len(x))
		chain(x[lo:hi], u.Data[lo:], u.Stride, x, 1, lo, chainFrom|chainNeg)
		for k := lo; k < hi; k++ {
			row := u.Row(k)
			x[k] /= row[k]
			for i := k + 1; i < hi; i++ {
				x[i] = fma(-x[k], row[i], x[i])
			}
		}
	}
}

// SolveUpper solves Uy = x for y, which takes x's place: back substitution. For i descending:
//
//	x_i = (x_i − Dot(u[i][i+1:], x[i+1:])) / u_ii
//
// where Dot has the order of the kernel of that name. Entries of u below the diagonal are not read. A zero on the
// diagonal gives infinities or NaN. SolveUpper panics if u is not square or x has not its length.
func SolveUpper[T Float](x []T, u Matrix[T]) {
	checkSquare("SolveUpper", "u", &u)
	checkLen("SolveUpper", "x", len(x), u.Cols)
	for i := len(x) - 1; i >= 0; i-- {
		row := u.Row(i)
		x[i] = (x[i] - Dot(row[i+1:], x[i+1:])) / row[i]
	}
}

// LogDet returns log det(UᵀU) = 2·Σ_i log u_ii, in nats, U upper triangular: the log-determinant of the matrix that
// Cholesky factored. The logarithms are those of Log, added with i ascending from +0; then the sum is doubled. 0 for
// an empty matrix; −Inf if a diagonal entry is 0, NaN if one is negative. LogDet panics if u is not square.
func LogDet[T Float](u Matrix[T]) T {
	checkSquare("LogDet", "u", &u)
	var s T
	for i := range u.Rows {
		if v := u.Data[i*u.Stride+i]; is32[T]() {
			s += T(logF32(float32(v)))
		} else {
			s += T(logF64(float64(v)))
		}
	}
	return 2 * s
}

func checkSquare[T Float](kernel, operand string, m *Matrix[T]) {
	m.check(kernel, operand)
	if m.Rows != m.Cols {
		panic(fmt.Sprintf("kernels: %s: %s is %d×%d, want a square matrix", kernel, operand, m.Rows, m.Cols))
	}
}

// chainMode says how chain starts, runs and ends.
type chainMode int

const (
	chainTri  chainMode = 1 << iota // row k ≥ rows of m reaches the columns j ≥ k − rows alone
	chainNeg                        // the scales are −s
	chainFrom                       // a chain starts from dst[j], not from +0
	chainAdd                        // dst[j] += chain's result, not dst[j] = it
)

// chain is the inner loop of the factorisations, the solves and the transformation of single rows:
//
//	acc = +0 (or dst[j]); acc = fma(±s[k·sStride], m[k·mStride+j], acc), k ascending below rows (or below rows+j+1)
//	dst[j] = acc (or dst[j] + acc), for all j < len(dst)
//
// dst overlaps no element of m and s that is read.
func chain[T Float](dst, m []T, mStride int, s []T, sStride, rows int, mode chainMode) {
	if is32[T]() {
		chainF32(f32(dst), f32(m), mStride, f32(s), sStride, rows, mode)
	} else {
		chainF64(f64(dst), f64(m), mStride, f64(s), sStride, rows, mode)
	}
}

// divide is x[i] /= by.
func divide[T Float](x []T, by T) {
	if is32[T]() {
		divideF32(f32(x), float32(by))
	} else {
		divideF64(f64(x), float64(by))
	}
}
