package em

import (
	"fmt"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// negligible is the responsibility, of a row of weight 1, up to which a row is left out of a component.
const negligible = 0x1p-64

// mfaLayout is where the statistics of one component stand. P = Q + 1; z̃ is z with a 1 behind it; a symmetric P×P matrix is given by
// the rows of its upper triangle, P(P+1)/2 numbers. All sums are over rows times weight times responsibility, and expectations given
// the observed entries:
//
//	complete    Σ E[z̃z̃ᵀ] over complete rows
//	incomplete  Σ E[z̃z̃ᵀ] over the others
//	observed    for each column, Σ E[z̃z̃ᵀ] over those of the others in which the column is observed; D of them
//	cross       for each column, Σ t E[z̃], t the deviation from the mean of the E-step, over rows in which it is observed; D×P
//	square      for each column, Σ t²; D
type mfaLayout struct{ d, p, tri int }

func (m *MFA[T]) layout() mfaLayout { return mfaLayout{m.d, m.q + 1, (m.q + 1) * (m.q + 2) / 2} }

func (l mfaLayout) stride() int { return 2*l.tri + l.d*(l.tri+l.p+1) }

func (l mfaLayout) split(st []float64) (complete, incomplete, observed, cross, square []float64) {
	complete, st = st[:l.tri], st[l.tri:]
	incomplete, st = st[:l.tri], st[l.tri:]
	observed, st = st[:l.d*l.tri], st[l.d*l.tri:]
	cross, square = st[:l.d*l.p], st[l.d*l.p:]
	return complete, incomplete, observed, cross, square
}

// StatsLen returns the length of the statistics, K·((2 + D)·(Q+1)(Q+2)/2 + D(Q + 2)): for each component what the regressions of the
// columns on the factors need. A column's are over the rows in which it is observed. They are about the means that the E-step
// used, in the frame.
func (m *MFA[T]) StatsLen() int { return m.k * m.layout().stride() }

// mfaStep is the E-step of one goroutine.
type mfaStep[T kernels.Float] struct {
	m              *MFA[T]
	c              *conditioner[T]
	tables         []*patterns       // of the components
	joint          kernels.Matrix[T] // n×K
	zs             []T               // K×n×Q
	missing        []bool            // of rows
	factorEntropy  []T               // n×K, H[z | x, k]
	logZ, entropy  []T
	r              []T // responsibilities times weights of one component, 0 where a row does not count
	kept, rest     []T // of the rows that count, and of the complete ones among them
	z, rz          []T // n×Q, of the rows that count
	zero           []T
	s0, s1, s2     []T // moments of a block
	work           []T
	cross          []T // D×Q
	observed       []T // n×D, 1 where a row has the column, of rows with missing entries
	outer, product []T // n×tri and D×tri
}

// NewEStep returns the E-step under the model's parameters, with scratch of its own:
//
//	r_nk = π_k N(x_n; μ_k, W_k W_kᵀ + Ψ_k)/Z_n,  Z_n = Σ_k π_k N(x_n; μ_k, W_k W_kᵀ + Ψ_k) = p(x_n)
//
// over the observed entries of a row, and given a component the Gaussian posterior of z. It adds what StatsLen describes.
func (m *MFA[T]) NewEStep() elbo.EStep[T] {
	const n = elbo.BlockRows
	d, q, l := m.d, m.q, m.layout()
	e := &mfaStep[T]{
		m: m, c: newConditioner(m.cur.parts[0], false), joint: kernels.NewMatrix[T](n, m.k), zs: make([]T, m.k*n*q), factorEntropy: make([]T, n*m.k),
		logZ: make([]T, n), entropy: make([]T, n), missing: make([]bool, n), r: make([]T, n), kept: make([]T, n), rest: make([]T, n), z: make([]T, n*q), rz: make([]T, n*q), zero: make([]T, max(d, q)),
		s0: make([]T, 1), s1: make([]T, max(d, q)), s2: make([]T, max(d, q*q)), cross: make([]T, d*q),
		observed: make([]T, n*d), outer: make([]T, n*l.tri), product: make([]T, d*l.tri),
	}
	for range m.k {
		e.tables = append(e.tables, newPatterns(d, q, m.k))
	}
	e.work = make([]T, max(kernels.MomentsDiagWork[T](1, d), kernels.MomentsFullWork[T](q),
		kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, d, q, n), kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, d, l.tri, n)))
	return e
}

// EStep adds the statistics of the rows and returns Σ_n w_n ln p(x_n), of the observed entries, and Σ_n w_n times the entropy of the
// component and its factors.
func (e *mfaStep[T]) EStep(stats []float64, rows elbo.Rows[T]) elbo.Local {
	m, n := e.m, rows.X.Rows
	if n > elbo.BlockRows || rows.X.Cols != m.d || len(stats) != m.StatsLen() {
		panic(fmt.Sprintf("em: EStep: %d×%d rows and %d statistics, the model takes at most %d×%d and %d",
			n, rows.X.Cols, len(stats), elbo.BlockRows, m.d, m.StatsLen()))
	}
	c, p, joint := e.c, m.cur, e.joint.SliceRows(0, n)
	c.load(&m.frame, rows.X)
	for k, a := range p.parts {
		c.a, c.table = a, e.tables[k]
		c.evaluate(n, sink[T]{})
		copy(e.zs[k*elbo.BlockRows*m.q:], c.z[:n*m.q])
		half := float64(0.5 * float64(float64(m.q)*(1+log2Pi)))
		for i := range n {
			joint.Row(i)[k] = c.logZ[i] + T(p.logs[k])
			e.factorEntropy[i*m.k+k] = T(half - float64(0.5*c.logDet[i]))
		}
	}
	logZ, entropy := e.logZ[:n], e.entropy[:n]
	kernels.ResponsibilitiesEntropy(joint, logZ, entropy, joint)
	for i := range n {
		entropy[i] += kernels.Dot(joint.Row(i), e.factorEntropy[i*m.k:][:m.k])
	}
	rows.Scale(joint)
	clear(e.missing[:n])
	for _, row := range c.rows {
		e.missing[row.row] = true
	}
	l := m.layout()
	for k := range p.parts {
		e.add(stats[k*l.stride():][:l.stride()], l, k, n, negligible*rows.MaxWeight())
	}
	return local(rows, logZ, entropy)
}

// add adds the statistics of component k, over the rows whose responsibility times weight is above skip.
func (e *mfaStep[T]) add(st []float64, l mfaLayout, k, rows int, skip T) {
	m, c := e.m, e.c
	c.a, c.table = m.cur.parts[k], e.tables[k]
	d, q, n, complete := m.d, m.q, 0, 0
	for i := range rows {
		e.r[i] = e.joint.Row(i)[k]
		if !(e.r[i] > skip) {
			e.r[i] = 0
			continue
		}
		// The rows that count move together, in order.
		e.kept[n], e.rest[n] = e.r[i], e.r[i]
		if e.missing[i] {
			e.rest[n] = 0
		} else {
			complete++
		}
		copy(e.z[n*q:][:q], e.zs[(k*elbo.BlockRows+i)*q:])
		kernels.Scale(e.rz[n*q:][:q], e.z[n*q:][:q], e.r[i])
		c.deviation(c.t[n*d:][:d], i, e.missing[i])
		n++
	}
	if n == 0 {
		return
	}
	all, incomplete, observed, cross, square := l.split(st)
	z, rz, t := kernels.MatrixOf(n, q, e.z), kernels.MatrixOf(n, q, e.rz), kernels.MatrixOf(n, d, c.t)
	kernels.MomentsDiag(e.s0, kernels.MatrixOf(1, d, e.s1), kernels.MatrixOf(1, d, e.s2), t, kernels.MatrixOf(n, 1, e.kept), kernels.MatrixOf(1, d, e.zero), 0, e.work)
	xz := kernels.MatrixOf(d, q, e.cross)
	kernels.Gemm(kernels.Trans, kernels.NoTrans, xz, t, rz, kernels.Epilogue[T]{}, e.work)
	for j := range d {
		to := cross[j*l.p:][:l.p]
		for i, v := range xz.Row(j) {
			to[i] += float64(v)
		}
		to[q] += float64(e.s1[j])
		square[j] += float64(e.s2[j])
	}
	if complete > 0 {
		outer := kernels.MatrixOf(q, q, e.s2[:q*q])
		kernels.MomentsFull(e.s0, kernels.MatrixOf(1, q, e.s1), outer, z, kernels.MatrixOf(n, 1, e.rest), kernels.MatrixOf(1, q, e.zero), 0, e.work)
		addMoments(all, q, float64(e.s0[0]), e.s1, outer, c.a.g)
	}
	if complete < n {
		e.addIncomplete(incomplete, observed, l, k)
	}
}

// addMoments adds the upper triangle of Σ E[z̃z̃ᵀ]: G times the weight, and the outer products of means whose sum is sum.
func addMoments[T kernels.Float](dst []float64, q int, weight float64, sum []T, outer kernels.Matrix[T], g kernels.Matrix[float64]) {
	at := 0
	for i := range q {
		for j := i; j < q; j++ {
			dst[at] += float64(outer.Row(i)[j]) + float64(weight*g.Row(i)[j])
			at++
		}
		dst[at] += float64(sum[i])
		at++
	}
	dst[at] += weight
}

// addIncomplete adds E[z̃z̃ᵀ] of the rows with missing entries, to the sum over all of them and to those of the columns that they have.
func (e *mfaStep[T]) addIncomplete(incomplete, observed []float64, l mfaLayout, k int) {
	c, q, n := e.c, e.m.q, 0
	for lo := 0; lo < len(c.rows); {
		hi, known := c.same(lo), false
		for i := lo; i < hi; i++ {
			row := c.rows[i].row
			r := float64(e.r[row])
			if r == 0 {
				continue
			}
			if !known {
				known = true
				kernels.TriInverse(c.inverse, c.lookup(c.rows[lo]).root)
				kernels.Gemm(kernels.NoTrans, kernels.Trans, c.g, c.inverse, c.inverse, kernels.Epilogue[float64]{}, c.work64)
			}
			z, to, at := e.zs[(k*elbo.BlockRows+row)*q:][:q], e.outer[n*l.tri:][:l.tri], 0
			for a, za := range z {
				g := c.g.Row(a)
				for b := a; b < q; b++ {
					v := T(r * (float64(float64(za)*float64(z[b])) + g[b]))
					to[at] = v
					incomplete[at] += float64(v)
					at++
				}
				to[at] = T(r * float64(za))
				incomplete[at] += float64(to[at])
				at++
			}
			to[at] = T(r)
			incomplete[at] += r
			mask := c.maskOf(row)
			for j := range l.d {
				e.observed[n*l.d+j] = T(^mask[j/64] >> (j % 64) & 1)
			}
			n++
		}
		lo = hi
	}
	product := kernels.MatrixOf(l.d, l.tri, e.product)
	kernels.Gemm(kernels.Trans, kernels.NoTrans, product, kernels.MatrixOf(n, l.d, e.observed), kernels.MatrixOf(n, l.tri, e.outer), kernels.Epilogue[T]{}, e.work)
	for i, v := range product.Data {
		observed[i] += float64(v)
	}
}
