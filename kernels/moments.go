package kernels

import "fmt"

// momentsPiece is the number of rows whose moments are summed on their own.
const momentsPiece = 256

// MomentsDiag writes the weighted moments of the rows of x about K centres, of the second ones the diagonals:
//
//	t = x[n][d] − centre[k][d]; z = r[n][k]·t
//	s0[k] = Σ_n r[n][k]; s1[k][d] = Σ_n z; s2[k][d] = Σ_n t·z
//
// which is what the M-step of a mixture needs: x is N×D, r, the weights, N×K, centre, s1 and s2 K×D, and s0 has
// length K. About a centre in their midst the moments keep the digits that x itself would lose.
//
// The rows are cut, by position, into pieces of 256. In a piece each sum is a chain from +0 over its rows in order: + for
// the first two, fma(t, z, ·) for the third. The first piece's sums are the result, the following ones' are
// added to it in order.
//
// A weight of at most skip is left out, as if its row were not there: neither it nor an infinite t beside it
// reaches a sum. With skip = 0 that leaves all sums as they are. A positive skip leaves out at most N·skip of s0[k]; 2⁻⁶⁴ is
// below the rounding of one row of weight 1. A NaN weight is not left out. NaN and ±Inf follow IEEE-754.
//
// work is scratch, at least MomentsDiagWork(K, D) elements. MomentsDiag panics if the shapes do not fit.
func MomentsDiag[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T) {
	momentsCheck("MomentsDiag", s1, s2, x, r, centre, centre.Rows)
	k, d := centre.Rows, x.Cols
	if len(s0) != k || len(work) < MomentsDiagWork[T](k, d) {
		panic(fmt.Sprintf("kernels: MomentsDiag: s0 %d, work %d of %d do not fit %d components of %d dimensions", len(s0), len(work), MomentsDiagWork[T](k, d), k, d))
	}
	momentsClear(s0, s1, s2, x.Rows)
	for lo := 0; lo < x.Rows && k > 0; lo += momentsPiece {
		hi := min(lo+momentsPiece, x.Rows)
		momentsDiag(s0, s1, s2, x.SliceRows(lo, hi), r.SliceRows(lo, hi), centre, skip, work, lo > 0)
	}
}

// MomentsDiagMasked is MomentsDiag where a NaN in x says that the entry is missing: it adds nothing to the sums of its
// dimension, so that each dimension has a sum of weights of its own:
//
//	s0[k][d] = Σ_n r[n][k], s1[k][d] = Σ_n z, s2[k][d] = Σ_n t·z over the rows n in which x[n][d] is not NaN
//
// s0 is K×D. All else is as in MomentsDiag: without a NaN in x, s1 and s2 have the same bits.
func MomentsDiagMasked[T Float](s0, s1, s2, x, r, centre Matrix[T], skip T, work []T) {
	momentsCheck("MomentsDiagMasked", s1, s2, x, r, centre, centre.Rows)
	s0.check("MomentsDiagMasked", "s0")
	k, d := centre.Rows, x.Cols
	if s0.Rows != k || s0.Cols != d || len(work) < MomentsDiagWork[T](k, d) {
		panic(fmt.Sprintf("kernels: MomentsDiagMasked: s0 %d×%d, work %d of %d do not fit %d components of %d dimensions",
			s0.Rows, s0.Cols, len(work), MomentsDiagWork[T](k, d), k, d))
	}
	momentsClear(nil, s1, s2, x.Rows)
	for i := 0; i < k && x.Rows == 0; i++ {
		clear(s0.Row(i))
	}
	for lo := 0; lo < x.Rows && k > 0 && d > 0; lo += momentsPiece {
		hi := min(lo+momentsPiece, x.Rows)
		momentsDiagMasked(s0, s1, s2, x.SliceRows(lo, hi), r.SliceRows(lo, hi), centre, skip, work, lo > 0)
	}
}

// MomentsDiagWork returns the number of elements of scratch that MomentsDiag and MomentsDiagMasked need for k
// components in d dimensions.
func MomentsDiagWork[T Float](k, d int) int {
	l, pad := gaussLanes[T](), momentsPad[T](d)
	return max(k+4*k*pad+momentsPiece*l/2+l, 3*pad+1+8*momentsPiece*l/64)
}

// MomentsFull writes the weighted moments of the rows of x about K centres:
//
//	t = x[n] − centre[k]; z = r[n][k]·t
//	s0[k] = Σ_n r[n][k]; s1[k] = Σ_n z; S_k = Σ_n t·zᵀ
//
// s2 is (K·D)×D: its rows k·D … k·D+D−1 hold S_k, of which only the upper triangle is written:
// S_k[i][j] is the chain of fma(t_i, z_j, ·), i ≤ j. All else is as in MomentsDiag, whose bits s0, s1 and the diagonals have.
//
// work is scratch, at least MomentsFullWork(D) elements. MomentsFull panics if the shapes do not fit.
func MomentsFull[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T) {
	momentsFullCheck("MomentsFull", s0, s1, s2, x, r, centre, work)
	k, d := centre.Rows, x.Cols
	if x.Rows == 0 {
		clear(s0)
		for i := range k {
			clear(s1.Row(i))
			for j := range d {
				clear(s2.Row(i*d + j)[j:])
			}
		}
	}
	for lo := 0; lo < x.Rows; lo += momentsPiece {
		hi := min(lo+momentsPiece, x.Rows)
		momentsFull(s0, s1, s2, x.SliceRows(lo, hi), r.SliceRows(lo, hi), centre, skip, work, lo > 0)
	}
}

// MomentsFullAdd is MomentsFull but for that it adds the sums of each piece to what s0, s1 and s2 hold. A component of which no row of a
// piece counts stays as it is.
func MomentsFullAdd[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T) {
	momentsFullCheck("MomentsFullAdd", s0, s1, s2, x, r, centre, work)
	for lo := 0; lo < x.Rows; lo += momentsPiece {
		hi := min(lo+momentsPiece, x.Rows)
		momentsFull(s0, s1, s2, x.SliceRows(lo, hi), r.SliceRows(lo, hi), centre, skip, work, true)
	}
}

func momentsFullCheck[T Float](name string, s0 []T, s1, s2, x, r, centre Matrix[T], work []T) {
	momentsCheck(name, s1, s2, x, r, centre, centre.Rows*x.Cols)
	k, d := centre.Rows, x.Cols
	if len(s0) != k || len(work) < MomentsFullWork[T](d) {
		panic(fmt.Sprintf("kernels: %s: s0 %d, work %d of %d do not fit %d components of %d dimensions", name, len(s0), len(work), MomentsFullWork[T](d), k, d))
	}
}

// MomentsFullWork returns the number of elements of scratch that MomentsFull needs for rows of length d.
func MomentsFullWork[T Float](d int) int {
	l, pad := gaussLanes[T](), momentsPad[T](d)
	return pad*(3+pad) + 2*momentsBlock*pad + 3*l + momentsPiece*(3+l)
}

const momentsBlock = 128 // rows that MomentsFull centres at a time

// momentsPad is d rounded up to whole columns of 64 bytes.
func momentsPad[T Float](d int) int {
	l := gaussLanes[T]()
	return (d + l - 1) / l * l
}

// momentsCheck panics if the operands do not fit.
func momentsCheck[T Float](name string, s1, s2, x, r, centre Matrix[T], s2Rows int) {
	s1.check(name, "s1")
	s2.check(name, "s2")
	x.check(name, "x")
	r.check(name, "r")
	centre.check(name, "centre")
	n, k, d := x.Rows, r.Cols, x.Cols
	if r.Rows != n || centre.Rows != k || centre.Cols != d || s1.Rows != k || s1.Cols != d || s2.Rows != s2Rows || s2.Cols != d {
		panic(fmt.Sprintf("kernels: %s: s1 %d×%d, s2 %d×%d, x %d×%d, r %d×%d, centre %d×%d do not fit",
			name, s1.Rows, s1.Cols, s2.Rows, s2.Cols, n, d, r.Rows, k, centre.Rows, centre.Cols))
	}
}

// momentsClear makes the sums of no rows.
func momentsClear[T Float](s0 []T, s1, s2 Matrix[T], rows int) {
	if rows > 0 {
		return
	}
	clear(s0)
	for i := range s1.Rows {
		clear(s1.Row(i))
		clear(s2.Row(i))
	}
}

// momentsPut writes the sums of the first piece, or adds those of a following one.
func momentsPut[T Float](dst, sums []T, add bool) {
	if !add {
		copy(dst, sums)
		return
	}
	Add(dst, dst, sums[:len(dst)])
}
