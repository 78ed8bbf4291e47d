package kernels

// CholeskyUpdate turns the factor U of A = UᵀU into that of A + x·xᵀ, in O(D²), by Givens rotations of the rows of U
// against x (Golub and Van Loan, Matrix Computations, 4th ed., §6.5.4; LINPACK's dchud). For k ascending, and j > k:
//
//	r = √fma(u_kk, u_kk, x_k·x_k); c = u_kk/r; s = x_k/r; u_kk = r
//	u_kj, x_j = fma(s, x_j, c·u_kj), fma(c, x_j, −(s·u_kj)), with the old u_kj in both
//
// x, of length D, is used as scratch and left without meaning. Entries of u below the diagonal are neither read nor
// written. CholeskyUpdate reports whether every r is positive and finite; if not, the upper triangle is NaN. It panics if u
// is not square or x has not its length.
func CholeskyUpdate[T Float](u Matrix[T], x []T) bool {
	checkSquare("CholeskyUpdate", "u", &u)
	checkLen("CholeskyUpdate", "x", len(x), u.Cols)
	for k := range x {
		row := u.Row(k)[k:]
		r := sqrt(fma(row[0], row[0], mul(x[k], x[k])))
		if !(r > 0) || isSpecial(r) {
			notDefinite(u)
			return false
		}
		c, s := row[0]/r, x[k]/r
		row[0] = r
		rotate(row[1:], x[k+1:], c, s)
	}
	return true
}

// CholeskyDowndate turns the factor U of A = UᵀU into that of A − x·xᵀ, in O(D²), by hyperbolic rotations in their mixed
// form, which is as stable as the problem allows (Bojanczyk, Brent, Van Dooren and de Hoog, "A note on downdating the
// Cholesky factorization", SIAM J. Sci. Stat. Comput. 8(3), 1987). For k ascending, and j > k:
//
//	s = x_k/u_kk; c = √((1−s)·(1+s)); u_kk = c·u_kk
//	u_kj = fma(−s, x_j, u_kj)/c; x_j = fma(c, x_j, −(s·u_kj)), with the new u_kj
//
// x, of length D, is used as scratch and left without meaning. Entries of u below the diagonal are neither read nor
// written. CholeskyDowndate reports whether A − x·xᵀ is positive definite to working precision, every c·u_kk positive and
// finite; if not, the upper triangle is NaN. It panics if u is not square or x has not its length.
func CholeskyDowndate[T Float](u Matrix[T], x []T) bool {
	checkSquare("CholeskyDowndate", "u", &u)
	checkLen("CholeskyDowndate", "x", len(x), u.Cols)
	for k := range x {
		row := u.Row(k)[k:]
		s := x[k] / row[0]
		c := sqrt(mul(1-s, 1+s))
		pivot := mul(c, row[0]) // rounded, for it is subtracted from itself below
		if !(pivot > 0) || isSpecial(pivot) {
			notDefinite(u)
			return false
		}
		row[0] = pivot
		reflect(row[1:], x[k+1:], c, s)
	}
	return true
}

// rotate and reflect are the loops over j.
func rotate[T Float](u, x []T, c, s T) {
	if is32[T]() {
		rotateF32(f32(u), f32(x), float32(c), float32(s))
	} else {
		rotateF64(f64(u), f64(x), float64(c), float64(s))
	}
}

func reflect[T Float](u, x []T, c, s T) {
	if is32[T]() {
		reflectF32(f32(u), f32(x), float32(c), float32(s))
	} else {
		reflectF64(f64(u), f64(x), float64(c), float64(s))
	}
}
