package kernels

import (
	"fmt"
	"math"
)

// The factorisations and the solves take cholBlock rows at a time. What earlier blocks contribute is a product of Gemm,
// accumulated (its chains of fused multiply-adds, cut along k); within a block each element is one chain. So the
// result does not depend on the ISA, and large matrices run at the speed of products (the left-looking variant of
// Golub and Van Loan, Matrix Computations, 4th ed., §4.2.9).
const cholBlock = 32

// Cholesky factors a symmetric positive definite matrix A = UᵀU in place and reports whether A was positive definite.
// On entry the upper triangle of u holds A's, on return it holds U (so Uᵀ is the usual lower factor L). The
// strictly lower triangle is neither read nor written. For blocks of 32 rows, b the first row of a block, i ascending in
// it, and j ≥ i:
//
//	acc = −(−a_ij + Σ_{k<b} u_ki·u_kj), the sum as Gemm accumulates it; a_ij in the first block
//	acc = fma(−u_ki, u_kj, acc), k = b … i−1 ascending; u_ii = √acc; u_ij = acc/u_ii
//
// If a pivot is not positive and finite (A is not positive definite to working precision, or holds NaN or Inf)
// Cholesky returns false and the upper triangle is NaN. The factor is backward stable without pivoting (Golub and Van
// Loan, §4.2.6; Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., theorem 10.3). Cholesky panics if u is
// not square.
func Cholesky[T Float](u Matrix[T]) bool {
	checkSquare("Cholesky", "u", &u)
	switch d := u.Cols; { // the run-time system clears what is on the stack: small matrices take little of it
	case d <= 4:
		var buf [4 * cholBlock]T
		return factor(u, buf[:])
	case d <= 16:
		var buf [16 * cholBlock]T
		return factor(u, buf[:])
	default:
		var buf [cholBlock * cholBlock]T
		return factor(u, buf[:])
	}
}

// factor is Cholesky; buf has room for the block on the diagonal, of which u lends only a triangle.
func factor[T Float](u Matrix[T], buf []T) bool {
	d := u.Cols
	for b := 0; b < d; b += cholBlock {
		e := min(b+cholBlock, d)
		above, diag := block(u, 0, b, b, e), Matrix[T]{Rows: e - b, Cols: e - b, Data: buf, Stride: cholBlock}
		for i := b; i < e; i++ {
			copy(diag.Row(i - b)[i-b:], u.Data[i*u.Stride+i:i*u.Stride+e])
		}
		if b > 0 {
			subtract(diag, Trans, above, above)
		}
		if !factorBlock(diag) {
			notDefinite(u)
			return false
		}
		for i := b; i < e; i++ {
			copy(u.Data[i*u.Stride+i:i*u.Stride+e], diag.Row(i - b)[i-b:])
		}
		if e < d {
			right := block(u, b, e, e, d)
			if b > 0 {
				subtract(right, Trans, above, block(u, 0, b, e, d))
			}
			forward(right, diag)
		}
	}
	return true
}

// factorBlock factors a block, whose rows lie cholBlock apart, in place; below the diagonal it leaves numbers without
// meaning.
func factorBlock[T Float](a Matrix[T]) bool {
	bytes := cholPanel(0)
	width := bytes / sizeOf[T]()
	for b := 0; b < a.Rows && width > 0; b += width {
		panel := a.Data[b:]
		if b > 0 {
			forwardPanels(panel, a.Stride, a.Data, a.Stride, b, 1, bytes)
		}
		diagonalPanel(panel, a.Data, a.Stride, b, min(b+width, a.Rows), bytes)
	}
	for i := range a.Rows {
		row := a.Row(i)[i:]
		if width == 0 {
			chain(row, a.Data[i:], a.Stride, a.Data[i:], a.Stride, i, chainFrom|chainNeg)
			root := sqrt(row[0])
			divide(row, root)
			row[0] = root
		}
		if !(row[0] > 0) || isSpecial(row[0]) {
			return false
		}
	}
	return true
}

// notDefinite fills the upper triangle with NaN.
func notDefinite[T Float](u Matrix[T]) {
	nan := T(math.NaN())
	for i := range u.Rows {
		row := u.Row(i)[i:]
		for j := range row {
			row[j] = nan
		}
	}
}

// subtract is c = −(−c + op(a)·b).
func subtract[T Float](c Matrix[T], opA Op, a, b Matrix[T]) {
	negate(c)
	Gemm(opA, NoTrans, c, a, b, Epilogue[T]{Accumulate: true}, nil)
	negate(c)
}

func negate[T Float](m Matrix[T]) {
	for i := range m.Rows {
		Scale(m.Row(i), m.Row(i), -1)
	}
}

// block is the view of the rows [r0, r1) and the columns [c0, c1) of m.
func block[T Float](m Matrix[T], r0, r1, c0, c1 int) Matrix[T] {
	if r0 == r1 || c0 == c1 {
		return Matrix[T]{Rows: r1 - r0, Cols: c1 - c0, Stride: m.Stride}
	}
	return Matrix[T]{Rows: r1 - r0, Cols: c1 - c0, Data: m.Data[r0*m.Stride+c0 : (r1-1)*m.Stride+c1], Stride: m.Stride}
}

// sqrt is √x: rounding the float64 root once more gives the float32 root (53 ≥ 2·24 + 2).
func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }

// TriInverse writes p = U⁻¹, U upper triangular in u, both D×D. If A = UᵀU then A⁻¹ = p·pᵀ: p is the precision
// Cholesky factor that GaussFull takes. Entries of u below the diagonal are not read; those of p are set to 0. For
// blocks of 32 rows b … e−1 from the last to the first, and i descending in a block:
//
//	within the block, j > i:    acc = +0
//	right of it, f the end of j's block:  acc = Σ_{e≤k<f} u_ik·p_kj, as Gemm adds it
//	acc = fma(u_ik, p_kj, acc), k = i+1 … e−1 ascending; p_ij = acc/(−u_ii); p_ii = 1/u_ii
//
// A zero on U's diagonal gives infinities or NaN. p must not overlap u. TriInverse panics if the shapes do not fit.
func TriInverse[T Float](p, u Matrix[T]) {
	checkSquare("TriInverse", "p", &p)
	checkSquare("TriInverse", "u", &u)
	if p.Cols != u.Cols {
		panic(fmt.Sprintf("kernels: TriInverse: p is %d×%d, u %d×%d", p.Rows, p.Cols, u.Rows, u.Cols))
	}
	d := u.Cols
	for b := (d - 1) / cholBlock * cholBlock; b >= 0 && d > 0; b -= cholBlock {
		e := min(b+cholBlock, d)
		for i := b; i < e; i++ {
			clear(p.Row(i)[:e])
		}
		for f := e; f < d; f += cholBlock {
			g := min(f+cholBlock, d)
			Gemm(NoTrans, NoTrans, block(p, b, e, f, g), block(u, b, e, e, g), block(p, e, g, f, g), Epilogue[T]{}, nil)
		}
		for i := e - 1; i >= b; i-- {
			row, ui := p.Row(i)[i:], u.Data[i*u.Stride+i:i*u.Stride+d]
			if row[0] = 1 / ui[0]; len(row) > 1 {
				if i+1 < e {
					chain(row[1:], p.Data[(i+1)*p.Stride+i+1:], p.Stride, ui[1:], 1, e-i-1, chainFrom)
				}
				divide(row[1:], -ui[0])
			}
		}
	}
}

// SolveLower solves Uᵀy = x for y, which takes x's place: forward substitution with the lower factor Uᵀ. Then Σ y²
// is the squared Mahalanobis length of x. For blocks of 32 elements, b the first of a block, and i ascending in it:
//
//	acc = −(−x_i + Σ_{k<b} x_k·u_ki), the sum as Gemm accumulates it; x_i in the first block
//	acc = fma(−x_k, u_ki, acc), k = b … i−1 ascending; x_i = acc/u_ii
//
// Entries of u below the diagonal are not read. A zero on the diagonal gives infinities or NaN. SolveLower panics
// if u is not square or x has not its length.
func SolveLower[T Float](x []T, u Matrix[T]) {
	checkSquare("SolveLower", "u", &u)
	checkLen("SolveLower", "x", len(x), u.Cols)
	for b := 0; b < len(x); b += cholBlock {
		e := min(b+cholBlock, len(x))
		if b > 0 {
			subtract(MatrixOf(1, e-b, x[b:e]), NoTrans, MatrixOf(1, b, x[:b]), block(u, 0, b, b, e))
		}
		for k := b; k < e; k++ {
			row := u.Data[k*u.Stride+k : k*u.Stride+e]
			x[k] /= row[0]
			Axpy(x[k+1:e], -x[k], row[1:])
		}
	}
}

// SolveLowerMatrix solves Uᵀ·Y = X for Y, which takes X's place: column j of x, which is D×N, becomes what SolveLower
// makes of it, with the same bits. x must not overlap u. SolveLowerMatrix panics if u is not square or x has not its
// number of rows.
func SolveLowerMatrix[T Float](x, u Matrix[T]) {
	checkSolve("SolveLowerMatrix", &x, &u)
	if x.Cols == 0 {
		return
	}
	for b := 0; b < x.Rows; b += cholBlock {
		e := min(b+cholBlock, x.Rows)
		if b > 0 {
			subtract(x.SliceRows(b, e), Trans, block(u, 0, b, b, e), x.SliceRows(0, b))
		}
		forward(x.SliceRows(b, e), block(u, b, e, b, e))
	}
}

// forward solves Uᵀ·Y = X within one block, some columns at a time to keep them near.
func forward[T Float](x, u Matrix[T]) {
	if bytes := cholPanel(x.Cols * sizeOf[T]()); bytes > 0 {
		width := bytes / sizeOf[T]()
		whole := x.Cols - x.Cols%width
		for lo := 0; lo < whole; lo += pieceLen {
			forwardPanels(x.Data[lo:], x.Stride, u.Data, u.Stride, x.Rows, min(pieceLen, whole-lo)/width, bytes)
		}
		if whole < x.Cols {
			var buf [cholBlock * maxPanel / 4]T
			for i := range x.Rows {
				copy(buf[i*width:], x.Data[i*x.Stride+whole:i*x.Stride+x.Cols])
			}
			forwardPanels(buf[:], width, u.Data, u.Stride, x.Rows, 1, bytes)
			for i := range x.Rows {
				copy(x.Data[i*x.Stride+whole:i*x.Stride+x.Cols], buf[i*width:])
			}
		}
		return
	}
	for lo := 0; lo < x.Cols; lo += solveCols {
		hi := min(lo+solveCols, x.Cols)
		for i := range x.Rows {
			row := x.Data[i*x.Stride+lo : i*x.Stride+hi]
			chain(row, x.Data[lo:], x.Stride, u.Data[i:], u.Stride, i, chainFrom|chainNeg)
			divide(row, u.Data[i*u.Stride+i])
		}
	}
}

// maxPanel is the most bytes that cholPanel returns.
const maxPanel = 128

// solveCols columns of a block of rows lie in the first-level cache.
const solveCols = 64

// SolveUpper solves Uy = x for y, which takes x's place: back substitution. For blocks of 32 elements b … e−1 from the
// last to the first, and i descending in a block:
//
//	acc = −(−x_i + Σ_{k≥e} u_ik·x_k), the sum as Gemm accumulates it; x_i in the last block
//	acc = fma(−u_ik, x_k, acc), k = i+1 … e−1 ascending; x_i = acc/u_ii
//
// Entries of u below the diagonal are not read. A zero on the diagonal gives infinities or NaN. SolveUpper panics if u
// is not square or x has not its length.
func SolveUpper[T Float](x []T, u Matrix[T]) {
	checkSquare("SolveUpper", "u", &u)
	checkLen("SolveUpper", "x", len(x), u.Cols)
	backward(MatrixOf(len(x), 1, x), u)
}

// SolveUpperMatrix solves U·Y = X for Y, which takes X's place: column j of x, which is D×N, becomes what SolveUpper
// makes of it, with the same bits. x must not overlap u. SolveUpperMatrix panics if u is not square or x has not its
// number of rows.
func SolveUpperMatrix[T Float](x, u Matrix[T]) {
	checkSolve("SolveUpperMatrix", &x, &u)
	if x.Cols == 0 {
		return
	}
	backward(x, u)
}

func backward[T Float](x, u Matrix[T]) {
	d := x.Rows
	for b := (d - 1) / cholBlock * cholBlock; b >= 0 && d > 0; b -= cholBlock {
		e := min(b+cholBlock, d)
		if e < d {
			subtract(x.SliceRows(b, e), NoTrans, block(u, b, e, e, d), x.SliceRows(e, d))
		}
		for lo := 0; lo < x.Cols; lo += solveCols {
			hi := min(lo+solveCols, x.Cols)
			for i := e - 1; i >= b; i-- {
				row := x.Data[i*x.Stride+lo : i*x.Stride+hi]
				if i+1 < e {
					chain(row, x.Data[(i+1)*x.Stride+lo:], x.Stride, u.Data[i*u.Stride+i+1:], 1, e-i-1, chainFrom|chainNeg)
				}
				divide(row, u.Data[i*u.Stride+i])
			}
		}
	}
}

func checkSolve[T Float](kernel string, x, u *Matrix[T]) {
	checkSquare(kernel, "u", u)
	x.check(kernel, "x")
	if x.Rows != u.Rows {
		panic(fmt.Sprintf("kernels: %s: x is %d×%d, u %d×%d", kernel, x.Rows, x.Cols, u.Rows, u.Cols))
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
