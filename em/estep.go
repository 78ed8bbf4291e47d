package em

import (
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// eStep is the E-step of one goroutine.
type eStep[T kernels.Float] struct {
	m       *GMM[T]
	x       []T // the rows in the frame
	joint   []T // log joint densities, then responsibilities
	logZ    []T
	entropy []T
	work    []T
	full    *moments.Full[T] // of full and tied covariances
	diag    *moments.Diag[T] // of the others
	missing *incomplete[T]   // nil until a row with a missing entry comes
}

// NewEStep returns the E-step under the model's parameters, with scratch of its own:
//
//	r_nk = π_k N(x_n; μ_k, Σ_k)/Z_n,  Z_n = Σ_k π_k N(x_n; μ_k, Σ_k) = p(x_n)
//
// with x_n the entries of the row that are not missing. It adds what StatsLen describes. It allocates scratch once more for the
// first row with a missing entry.
func (m *GMM[T]) NewEStep() elbo.EStep[T] { return m.newEStep() }

func (m *GMM[T]) newEStep() *eStep[T] {
	const n = elbo.BlockRows
	e := &eStep[T]{
		m: m, x: make([]T, n*m.d), joint: make([]T, n*m.k), logZ: make([]T, n), entropy: make([]T, n),
		work: make([]T, gaussWork[T](m.covariance, m.d)),
	}
	if m.covariance.whole() {
		e.full = moments.NewFull[T](m.d)
	} else {
		e.diag = moments.NewDiag[T](m.k, m.d)
	}
	return e
}

func gaussWork[T kernels.Float](c Covariance, d int) int {
	switch c {
	case Full:
		return kernels.GaussFullWork[T](d)
	case Tied:
		return whitenedWork[T](d)
	}
	return kernels.GaussDiagWork[T](d)
}

// EStep adds the statistics of the rows and returns Σ_n w_n log p(x_n) and Σ_n w_n H[q(z_n)].
func (e *eStep[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	m, n := e.m, rows.X.Rows
	if n > elbo.BlockRows || rows.X.Cols != m.d || len(stats) != m.StatsLen() {
		panic(fmt.Sprintf("em: EStep: %d×%d rows and %d statistics, the model takes at most %d×%d and %d",
			n, rows.X.Cols, len(stats), elbo.BlockRows, m.d, m.StatsLen()))
	}
	x, joint := kernels.MatrixOf(n, m.d, e.x[:n*m.d]), kernels.MatrixOf(n, m.k, e.joint[:n*m.k])
	logZ, entropy := e.logZ[:n], e.entropy[:n]
	m.frame.apply(x.Data, rows.X)
	if m.covariance.whole() && anyMissing(x.Data) {
		return e.missingEStep(stats, x, rows)
	}
	m.cur.logJoint(joint, x, following(rows.X), e.work)
	missing := !m.covariance.whole() && anyMissingRow(joint)
	if missing {
		m.cur.logJointMasked(joint, x, e.incomplete())
	}
	kernels.ResponsibilitiesEntropy(joint, logZ, entropy, joint)
	rows.Scale(joint)
	switch weight := rows.MaxWeight(); {
	case m.covariance.whole():
		e.full.Add(stats, x, joint, m.cur.mean, weight)
	case missing:
		e.diag.AddMissing(stats, x, joint, m.cur.mean, weight)
	default:
		e.diag.Add(stats, x, joint, m.cur.mean, weight)
	}
	return local(rows, logZ, entropy)
}

// local sums over the rows, as rows.Sum does; both sums in one loop take the time of one.
func local[T kernels.Float](rows elbo.Rows[T], logZ, entropy []T) (l elbo.Local) {
	if rows.Weights != nil {
		return elbo.Local{LogZ: rows.Sum(logZ), Entropy: rows.Sum(entropy)}
	}
	entropy = entropy[:len(logZ)]
	for i, z := range logZ {
		l.LogZ += float64(z)
		l.Entropy += float64(entropy[i])
	}
	return l
}

// incomplete returns the scratch of rows with missing entries.
func (e *eStep[T]) incomplete() *incomplete[T] {
	if e.missing == nil {
		e.missing = newIncomplete[T](e.m.covariance, e.m.k, e.m.d)
	}
	return e.missing
}

// anyMissingRow reports whether a row has a missing entry, by its log joint densities: those of such rows are NaN.
func anyMissingRow[T kernels.Float](joint kernels.Matrix[T]) bool {
	for i := 0; i < len(joint.Data); i += joint.Stride {
		if v := joint.Data[i]; v != v {
			return true
		}
	}
	return false
}

// following returns what lies behind the rows of x in memory, as much as they are if there is so much: the rows that are likely to come next.
func following[T kernels.Float](x kernels.Matrix[T]) []T {
	n := len(x.Data)
	return x.Data[n:min(2*n, cap(x.Data))]
}

// logJoint writes log π_k + log N(x_n; μ_k, Σ_k) for rows in the frame. It may fetch next meanwhile.
func (p *params[T]) logJoint(dst, x kernels.Matrix[T], next, work []T) {
	switch p.covariance {
	case Full:
		kernels.GaussFull(dst, x, p.mean, p.prec, p.c, work)
	case Tied:
		p.white.logDensity(dst, x, p.c, work)
	default:
		kernels.GaussDiagAhead(dst, x, p.mean, p.prec, p.c, next, work)
	}
}
