package kernels

import (
	"fmt"
	"math"
)

// LogSumExpRows sets dst[i] to the log-sum-exp of row i of x, in nats: the bits of LogSumExp(x.Row(i)). x is N×K
// and dst has length N. With K = 0 every result is −Inf. A row that holds NaN gives NaN, one that holds +Inf gives
// +Inf. LogSumExpRows panics if dst has another length.
func LogSumExpRows[T Float](dst []T, x Matrix[T]) {
	x.check("LogSumExpRows", "x")
	checkLen("LogSumExpRows", "dst", len(dst), x.Rows)
	softmaxRows(Matrix[T]{}, dst, nil, x)
}

// Responsibilities turns log joint densities log p(x_i, z = k) into posteriors p(z = k | x_i) and the log-densities
// log p(x_i), in nats: the E-step of a mixture (Bishop, Pattern Recognition and Machine Learning, eq. 9.23). For each row i of
// logJoint, with K columns:
//
//	m       = max over k of logJoint[i][k]
//	e[k]    = e(logJoint[i][k] − m)
//	s       = Σ e[k], in the order of Sum
//	logZ[i] = m + log s
//	r[i][k] = e[k] · (1/s)
//
// Every line is rounded once; e is the exponential of Exp, but +0 where its result would be subnormal: a
// responsibility is 0 where the log joint is more than 87.3 (float32) or 708.4 (float64) nats below the largest.
//
// r has the shape of logJoint and may be the same matrix (same data and stride); logZ has length N, the number of
// rows. A row of −Inf alone gives logZ −Inf and r = 1/K; a row that holds n times +Inf gives logZ +Inf and r = 1/n
// there, 0 elsewhere; a row that holds NaN gives NaN throughout. With K = 0 every logZ is −Inf (and an entropy 0).
// Responsibilities panics if the shapes differ.
func Responsibilities[T Float](r Matrix[T], logZ []T, logJoint Matrix[T]) {
	checkPosterior("Responsibilities", r, len(logZ), nil, logJoint, logJoint.Rows)
	softmaxRows(r, logZ, nil, logJoint)
}

// ResponsibilitiesEntropy is Responsibilities, and sets entropy[i] to the entropy of row i of r in nats, unless entropy is nil:
//
//	q          = Σ e[k]·max(logJoint[i][k] − m, c), in the order of Dot
//	entropy[i] = fma(−q, 1/s, log s)
//
// c is the least number whose exponential is normal, so that a responsibility of 0 adds 0: this is −Σ r log r without
// cancellation, as every term of −q and log s is at least 0. A row that Responsibilities gives n equal shares has the entropy
// log n; a row that holds NaN has NaN.
//
// It returns the number of degenerate rows, those of −Inf alone: no component gives them a density above 0, and their
// logZ is −Inf. It panics if the shapes differ.
func ResponsibilitiesEntropy[T Float](r Matrix[T], logZ, entropy []T, logJoint Matrix[T]) (degenerate int) {
	checkPosterior("ResponsibilitiesEntropy", r, len(logZ), entropy, logJoint, logJoint.Rows)
	softmaxRows(r, logZ, entropy, logJoint)
	return countDegenerate(logZ)
}

// ResponsibilitiesCols is ResponsibilitiesEntropy for matrices that lie component by component: r and logJoint are K×N, a column
// to a sample, and logZ and entropy have length N. The results have the bits that the transposed matrices give.
func ResponsibilitiesCols[T Float](r Matrix[T], logZ, entropy []T, logJoint Matrix[T]) (degenerate int) {
	checkPosterior("ResponsibilitiesCols", r, len(logZ), entropy, logJoint, logJoint.Cols)
	softmaxCols(r, logZ, entropy, logJoint)
	return countDegenerate(logZ)
}

// LogSumExpCols sets dst[i] to the log-sum-exp of column i of x, in nats, with the bits that LogSumExpRows gives for the transposed
// matrix. x is K×N and dst has length N, else LogSumExpCols panics.
func LogSumExpCols[T Float](dst []T, x Matrix[T]) {
	x.check("LogSumExpCols", "x")
	checkLen("LogSumExpCols", "dst", len(dst), x.Cols)
	softmaxCols(Matrix[T]{}, dst, nil, x)
}

// LogSoftmaxRows sets dst[i][k] = (x[i][k] − m) − log s for each row i of x, m and s as in Responsibilities: the logarithms of the
// responsibilities, but without the loss of those that are too small for the type (Blanchard, Higham and Higham, see
// LogSumExp, §3). dst has the shape of x and may be the same matrix.
//
// A row of −Inf alone gives −log K; a row that holds n times +Inf gives −log n there, −Inf elsewhere; a row that holds
// NaN gives NaN throughout. LogSoftmaxRows panics if the shapes differ.
func LogSoftmaxRows[T Float](dst, x Matrix[T]) {
	x.check("LogSoftmaxRows", "x")
	dst.check("LogSoftmaxRows", "dst")
	if dst.Rows != x.Rows || dst.Cols != x.Cols {
		panic(fmt.Sprintf("kernels: LogSoftmaxRows: dst is %d×%d, x is %d×%d", dst.Rows, dst.Cols, x.Rows, x.Cols))
	}
	if x.Rows > 0 && x.Cols > 0 {
		logSoftmaxRowsFast(dst, x)
	}
}

// checkPosterior checks the operands of the responsibilities of n samples.
func checkPosterior[T Float](name string, r Matrix[T], logZ int, entropy []T, logJoint Matrix[T], n int) {
	logJoint.check(name, "logJoint")
	r.check(name, "r")
	if r.Rows != logJoint.Rows || r.Cols != logJoint.Cols {
		panic(fmt.Sprintf("kernels: %s: r is %d×%d, logJoint is %d×%d", name, r.Rows, r.Cols, logJoint.Rows, logJoint.Cols))
	}
	checkLen(name, "logZ", logZ, n)
	if entropy != nil {
		checkLen(name, "entropy", len(entropy), n)
	}
}

// countDegenerate counts the elements that are −Inf.
func countDegenerate[T Float](logZ []T) (n int) {
	inf := T(math.Inf(-1))
	if Min(logZ) > inf {
		return 0
	}
	for _, z := range logZ {
		if z == inf {
			n++
		}
	}
	return n
}

// softmaxRows is the kernels of rows: r.Data is nil where only logZ is wanted, h where the entropy is not.
func softmaxRows[T Float](r Matrix[T], logZ, h []T, x Matrix[T]) {
	if x.Rows > 0 && x.Cols > 0 {
		softmaxRowsFast(r, logZ, h, x)
	} else {
		noComponents(logZ, h)
	}
}

func softmaxCols[T Float](r Matrix[T], logZ, h []T, x Matrix[T]) {
	if x.Rows > 0 && x.Cols > 0 {
		softmaxColsFast(r, logZ, h, x)
	} else {
		noComponents(logZ, h)
	}
}

// noComponents is the result for K = 0.
func noComponents[T Float](logZ, h []T) {
	for i := range logZ {
		logZ[i] = T(math.Inf(-1))
	}
	clear(h)
}
