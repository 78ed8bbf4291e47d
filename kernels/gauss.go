package kernels

import "fmt"

// GaussDiag writes the log-densities of every row of x under K Gaussians with diagonal covariance, in nats:
//
//	t = x[n][d] − mean[k][d]; q = fma(t·prec[k][d], t, q), d ascending from q = +0
//	dst[n][k] = fma(−½, q, c[k])
//
// dst is N×K, x N×D, mean and prec (1/variance) K×D, c has length K and holds what does not depend on x:
// ½(Σ_d log prec[k][d] − D·log 2π), plus a log weight or an expectation if the caller wants one.
//
// The squared distance is never expanded into x² − 2xμ + μ², whose error grows with the square of the distance
// of the data from the origin (at 10⁴ standard deviations a float32 log-density would be off by 500 nats; here
// it is right to 10⁻⁵). NaN and ±Inf follow IEEE-754: a NaN in a row makes that row of dst NaN, an infinite x
// has log-density −Inf under a finite mean and a positive precision.
//
// work is scratch, at least GaussDiagWork(D) elements. GaussDiag panics if the shapes do not fit.
func GaussDiag[T Float](dst, x, mean, prec Matrix[T], c []T, work []T) {
	gaussDiagCheck("GaussDiag", dst, x, mean, prec, c, work, nil)
}

// GaussDiagAhead is GaussDiag, which it equals bit for bit, for a caller that goes through rows from afar: meanwhile it may fetch the
// elements of next, of which dst is no function, into the second cache. They are best as many as x has.
func GaussDiagAhead[T Float](dst, x, mean, prec Matrix[T], c, next, work []T) {
	gaussDiagCheck("GaussDiagAhead", dst, x, mean, prec, c, work, next)
}

// gaussDiagCheck is GaussDiagAhead under the name of the function that is called.
func gaussDiagCheck[T Float](name string, dst, x, mean, prec Matrix[T], c, work, next []T) {
	dst.check(name, "dst")
	x.check(name, "x")
	mean.check(name, "mean")
	prec.check(name, "prec")
	n, k, d := x.Rows, mean.Rows, x.Cols
	if dst.Rows != n || dst.Cols != k || mean.Cols != d || prec.Rows != k || prec.Cols != d || len(c) != k || len(work) < GaussDiagWork[T](d) {
		panic(fmt.Sprintf("kernels: %s: dst %d×%d, x %d×%d, mean %d×%d, prec %d×%d, c %d, work %d of %d do not fit",
			name, dst.Rows, dst.Cols, n, d, k, mean.Cols, prec.Rows, prec.Cols, len(c), len(work), GaussDiagWork[T](d)))
	}
	switch {
	case n == 0 || k == 0:
	case d == 0:
		for i := range n {
			copy(dst.Row(i), c)
		}
	default:
		gaussDiag(dst, x, mean, prec, c, work, next)
	}
}

// GaussDiagWork returns the number of elements of scratch that GaussDiag needs for rows of length d.
func GaussDiagWork[T Float](d int) int {
	return gaussBlock(d) * gaussLanes[T]() * (d + gaussGroup)
}

// GaussDiagMasked is GaussDiag where a NaN in x says that the entry is missing: it is integrated out, which leaves the
// Gaussian of the dimensions that are there:
//
//	a = c[k]; q = +0
//	for d ascending: t = x[n][d] − mean[k][d]; q = fma(t·prec[k][d], t, q); a += logNorm[k][d]
//	                 or, if x[n][d] is NaN: q stays; a += +0
//	dst[n][k] = fma(−½, q, a)
//
// logNorm, K×D, holds what an entry adds whatever its value: ½(log prec[k][d] − log 2π); c, of length K, what does not
// depend on the dimensions, a log weight or 0. So a row that is missing entirely has the log-densities c, and a row
// without a missing entry those of GaussDiag with the sums of c and logNorm, in this order, as constants, at little more than
// its cost. ±Inf is a value and follows IEEE-754.
//
// work is scratch, at least GaussDiagMaskedWork(K, D) elements. GaussDiagMasked panics if the shapes do not fit.
func GaussDiagMasked[T Float](dst, x, mean, prec, logNorm Matrix[T], c []T, work []T) {
	dst.check("GaussDiagMasked", "dst")
	x.check("GaussDiagMasked", "x")
	mean.check("GaussDiagMasked", "mean")
	prec.check("GaussDiagMasked", "prec")
	logNorm.check("GaussDiagMasked", "logNorm")
	n, k, d := x.Rows, mean.Rows, x.Cols
	if dst.Rows != n || dst.Cols != k || mean.Cols != d || prec.Rows != k || prec.Cols != d || logNorm.Rows != k || logNorm.Cols != d ||
		len(c) != k || len(work) < GaussDiagMaskedWork[T](k, d) {
		panic(fmt.Sprintf("kernels: GaussDiagMasked: dst %d×%d, x %d×%d, mean %d×%d, prec %d×%d, logNorm %d×%d, c %d, work %d of %d do not fit",
			dst.Rows, dst.Cols, n, d, k, mean.Cols, prec.Rows, prec.Cols, logNorm.Rows, logNorm.Cols, len(c), len(work), GaussDiagMaskedWork[T](k, d)))
	}
	switch {
	case n == 0 || k == 0:
	case d == 0:
		for i := range n {
			copy(dst.Row(i), c)
		}
	default:
		gaussDiagMasked(dst, x, mean, prec, logNorm, c, work)
	}
}

// GaussDiagMaskedWork returns the number of elements of scratch that GaussDiagMasked needs for k components in d
// dimensions.
func GaussDiagMaskedWork[T Float](k, d int) int { return k + GaussDiagWork[T](d) }

// GaussFull writes the log-densities of every row of x under K Gaussians with full covariance, in nats:
//
//	t_j = x[n][j] − mean[k][j]
//	z_i = Σ_{j≤i} P_k[j][i]·t_j, a chain of fma(P_k[j][i], t_j, z) over j ascending from +0
//	q = fma(z_i, z_i, q), i ascending from +0
//	dst[n][k] = fma(−½, q, c[k])
//
// dst is N×K, x N×D, mean K×D, c has length K: Σ_i log P_k[i][i] − ½D·log 2π, plus a log weight if the caller
// wants one. p is (K·D)×D: its rows k·D … k·D+D−1 hold P_k, upper triangular with P_k·P_kᵀ the precision
// (TriInverse of the Cholesky factor of the covariance). Entries below a diagonal are never read.
//
// The chain of z_i is cut like a matrix product's: while at least 384 of its i+1 terms remain, 256 of them make a
// chain of their own; the chains' results are added in order. That keeps the rounding error of long rows
// small. As in GaussDiag the form is the difference form: moving data and means together changes nothing beyond
// the rounding of x − mean. NaN and ±Inf follow IEEE-754: a NaN in a row makes that row of dst NaN.
//
// work is scratch, at least GaussFullWork(D) elements. GaussFull panics if the shapes do not fit.
func GaussFull[T Float](dst, x, mean, p Matrix[T], c []T, work []T) {
	dst.check("GaussFull", "dst")
	x.check("GaussFull", "x")
	mean.check("GaussFull", "mean")
	p.check("GaussFull", "p")
	n, k, d := x.Rows, mean.Rows, x.Cols
	if dst.Rows != n || dst.Cols != k || mean.Cols != d || p.Rows != k*d || p.Cols != d || len(c) != k || len(work) < GaussFullWork[T](d) {
		panic(fmt.Sprintf("kernels: GaussFull: dst %d×%d, x %d×%d, mean %d×%d, p %d×%d, c %d, work %d of %d do not fit",
			dst.Rows, dst.Cols, n, d, k, mean.Cols, p.Rows, p.Cols, len(c), len(work), GaussFullWork[T](d)))
	}
	switch {
	case n == 0 || k == 0:
	case d == 0:
		for i := range n {
			copy(dst.Row(i), c)
		}
	default:
		gaussFull(dst, x, mean, p, c, work)
	}
}

// GaussFullWork returns the number of elements of scratch that GaussFull needs for rows of length d.
func GaussFullWork[T Float](d int) int {
	l := gaussLanes[T]()
	return max(gaussFullBlock(d)*l*(d+gaussGroup)+l*(d+gaussMaxPanel), d*(1+gaussRowGroup)+l/2)
}

const (
	gaussGroup    = 4  // components whose results wait in scratch to be written to rows of dst together
	gaussMaxPanel = 12 // the most elements of z that a register tile holds
	gaussRowGroup = 8  // components whose z wait in scratch when a single row is scored
)

// gaussLanes is the number of rows of x that a register tile holds: 64 bytes.
func gaussLanes[T Float]() int {
	if is32[T]() {
		return 16
	}
	return 8
}

// gaussBlock is the number of such tiles that are transposed at a time: about half a first-level cache.
func gaussBlock(d int) int { return min(32, max(1, 512/max(d, 1))) }

// gaussFullBlock is the same for GaussFull, where more tiles make better use of a long P_k that comes from afar.
func gaussFullBlock(d int) int { return max(8, gaussBlock(d)) }

// The rule of the cuts: z_i of i < gaussWhole is one chain; after that a further chain for every gaussCut rows.
const (
	gaussCut   = 256
	gaussWhole = 383
)
