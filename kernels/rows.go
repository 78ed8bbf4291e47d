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
	softmaxRows(Matrix[T]{}, dst, x)
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
// there, 0 elsewhere; a row that holds NaN gives NaN throughout. With K = 0 every logZ is −Inf.
// Responsibilities panics if the shapes differ.
func Responsibilities[T Float](r Matrix[T], logZ []T, logJoint Matrix[T]) {
	logJoint.check("Responsibilities", "logJoint")
	r.check("Responsibilities", "r")
	if r.Rows != logJoint.Rows || r.Cols != logJoint.Cols {
		panic(fmt.Sprintf("kernels: Responsibilities: r is %d×%d, logJoint is %d×%d", r.Rows, r.Cols, logJoint.Rows, logJoint.Cols))
	}
	checkLen("Responsibilities", "logZ", len(logZ), logJoint.Rows)
	softmaxRows(r, logZ, logJoint)
}

// softmaxRows is both kernels: r.Data is nil where only logZ is wanted.
func softmaxRows[T Float](r Matrix[T], logZ []T, x Matrix[T]) {
	switch {
	case x.Rows == 0:
	case x.Cols == 0:
		for i := range logZ {
			logZ[i] = T(math.Inf(-1))
		}
	case x.Cols > pieceLen:
		for i := range logZ {
			var ri []T
			if r.Data != nil {
				ri = r.Row(i)
			}
			logZ[i] = softmaxRow(ri, x.Row(i))
		}
	case is32[T]():
		softmaxRowsF32(matrixF32(r), f32(logZ), matrixF32(x))
	default:
		softmaxRowsF64(matrixF64(r), f64(logZ), matrixF64(x))
	}
}

func matrixF32[T Float](m Matrix[T]) Matrix[float32] {
	return Matrix[float32]{Rows: m.Rows, Cols: m.Cols, Data: f32(m.Data), Stride: m.Stride}
}

func matrixF64[T Float](m Matrix[T]) Matrix[float64] {
	return Matrix[float64]{Rows: m.Rows, Cols: m.Cols, Data: f64(m.Data), Stride: m.Stride}
}

// softmaxRow does one row of any length; r may be nil.
func softmaxRow[T Float](r, x []T) T {
	m := Max(x)
	if isSpecial(m) {
		if r != nil {
			specialRow(r, x, m)
		}
		return m
	}
	s := sumExp(r, x, m)
	if r != nil {
		Scale(r, r, 1/s)
	}
	return m + logPos(s)
}

// specialRow writes the responsibilities of a row whose maximum m is NaN or infinite: shared by the elements that
// equal m.
func specialRow[T Float](r, x []T, m T) {
	n := 0
	for _, v := range x {
		if v == m {
			n++
		}
	}
	share := 1 / T(n)
	if m != m {
		share = m
	}
	for i, v := range x {
		r[i] = 0
		if v == m || m != m {
			r[i] = share
		}
	}
}
