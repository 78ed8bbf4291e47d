package em

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// studentEvaluator computes the E-step of the family: of the rows of the last logJoint it keeps what add needs.
type studentEvaluator[T kernels.Float] struct {
	f          *student[T]
	x          kernels.Matrix[T] // in the frame
	seen       []int             // observed columns of each row
	incomplete bool
	ratio      kernels.Matrix[T] // N×K: δ_nk/ν_k
	logs       kernels.Matrix[T] // ln(1 + δ_nk/ν_k)
	scaled     kernels.Matrix[T] // w_n r_nk E[u]
	part, norm kernels.Matrix[T] // of the incomplete rows
	work       []T

	full         *moments.Full[T]
	gaps         *studentGaps[T]   // if full, once a row was incomplete
	s0, s1, s2   kernels.Matrix[T] // K×D, if diagonal
	mask         []T
	zero         kernels.Matrix[T] // K×D, zeros; they are not written
	gemm, moment []T
}

func (f *student[T]) newEvaluator() evaluator[T] {
	const n = elbo.BlockRows
	g := f.g
	k, d := g.k, g.d
	rows := func(columns int) kernels.Matrix[T] { return kernels.NewMatrix[T](n, columns) }
	e := &studentEvaluator[T]{f: f, seen: make([]int, n), ratio: rows(k), logs: rows(k), scaled: rows(k)}
	if g.covariance == Full {
		e.work, e.full = make([]T, kernels.GaussFullWork[T](d)), moments.NewFull[T](d)
		return e
	}
	table := func() kernels.Matrix[T] { return kernels.NewMatrix[T](k, d) }
	e.s0, e.s1, e.s2, e.zero = table(), table(), table(), table()
	e.part, e.norm, e.mask = rows(d), rows(k), make([]T, n*d)
	e.work = make([]T, max(kernels.GaussDiagWork[T](d), kernels.GaussDiagMaskedWork[T](k, d)))
	e.moment = make([]T, kernels.MomentsDiagWork[T](k, d))
	e.gemm = make([]T, kernels.GemmWork[T](kernels.Trans, kernels.NoTrans, k, d, n))
	return e
}

// logJoint writes, o_n columns of row n being observed,
//
//	log π_k + ln Γ((ν+o)/2) − ln Γ(ν/2) − ½o ln πν + ½ ln |Σ_oo⁻¹| − ½(ν + o) ln(1 + δ/ν)
func (e *studentEvaluator[T]) logJoint(dst, x kernels.Matrix[T], base []float64) {
	clear(base)
	g, p := e.f.g, e.f.cur
	g.frame.apply(x.Data, x)
	e.x, e.incomplete = x, false
	for i := range x.Rows {
		seen := 0
		for _, v := range x.Row(i) {
			if !missing(v) {
				seen++
			}
		}
		e.seen[i] = seen
		e.incomplete = e.incomplete || seen < g.d
	}
	ratio, logs := top(e.ratio, x.Rows), top(e.logs, x.Rows)
	e.distances(dst, ratio, x)
	for i := range x.Rows {
		row := ratio.Row(i)
		for k, a := range p.inverse[:len(row)] {
			row[k] = max(row[k]*a, 0)
		}
	}
	kernels.Log1p(logs.Data, ratio.Data)
	for i := range x.Rows {
		row, l, o := dst.Row(i), logs.Row(i), e.seen[i]
		half := p.half[o*g.k:][:len(row)]
		l = l[:len(row)]
		if o == g.d {
			for k, c := range p.complete[:len(row)] {
				row[k] = T(float64(c) - float64(half[k]*float64(l[k])))
			}
			continue
		}
		more := 0.0
		if g.covariance == Full {
			more = float64(float64(o) * halfLog2Pi) // which the Gaussians' constants have
		}
		for k, c := range p.constant[o*g.k:][:len(row)] {
			row[k] = T(c + more + float64(row[k]) - float64(half[k]*float64(l[k])))
		}
	}
}

// top returns the first rows of scratch.
func top[T kernels.Float](m kernels.Matrix[T], rows int) kernels.Matrix[T] {
	return kernels.MatrixOf(rows, m.Cols, m.Data[:rows*m.Cols])
}

// distances writes −½δ_nk to q, and ½ ln |Σ_oo⁻¹| in the units of the data to the incomplete rows of norm.
func (e *studentEvaluator[T]) distances(norm, q, x kernels.Matrix[T]) {
	g := e.f.g
	if g.covariance == Full {
		kernels.GaussFull(q, x, g.cur.mean, g.cur.prec, e.f.zero, e.work)
		if e.incomplete {
			e.conditional().distances(norm, q, x, e.f)
		}
		return
	}
	kernels.GaussDiag(q, x, g.cur.mean, g.cur.prec, e.f.zero, e.work)
	n := 0
	for i := range x.Rows {
		if e.seen[i] < g.d {
			copy(e.part.Row(n), x.Row(i))
			n++
		}
	}
	if n == 0 {
		return
	}
	part, out := top(e.part, n), top(e.norm, n)
	for _, to := range []struct {
		dst        kernels.Matrix[T]
		prec, logs kernels.Matrix[T]
	}{{q, g.cur.prec, e.zero}, {norm, e.zero, e.f.cur.logNorm}} {
		kernels.GaussDiagMasked(out, part, g.cur.mean, to.prec, to.logs, e.f.zero, e.work)
		n := 0
		for i := range x.Rows {
			if e.seen[i] < g.d {
				copy(to.dst.Row(i), out.Row(n))
				n++
			}
		}
	}
}

// add adds the statistics, and returns the entropy of u: of Gamma(½(ν + o), ½(ν + δ)),
//
//	E[u] = (ν + o)/(ν + δ),  E[ln u] = ψ(½(ν + o)) − ln ½(ν + δ)
func (e *studentEvaluator[T]) add(stats []float64, r kernels.Matrix[T], counts []T, weight T) float64 {
	g := e.f.g
	scaled := top(e.scaled, r.Rows)
	entropy, skip := 0.0, moments.Negligible*weight
	for i := range r.Rows {
		entropy += e.addRow(stats, r.Row(i), scaled.Row(i), i, skip)
	}
	switch {
	case g.covariance == Diagonal:
		e.addDiagonal(stats, r, scaled, counts)
	case e.incomplete:
		entropy += e.gaps.add(stats, e.x, r, scaled, weight, e)
	default:
		e.full.Add(stats[:moments.Len(g.k, g.d)], e.x, scaled, g.cur.mean, weight)
	}
	return entropy
}

// addRow adds U, V and L of row i and writes its w_n r_nk E[u] to scaled.
func (e *studentEvaluator[T]) addRow(stats []float64, r, scaled []T, i int, skip T) (entropy float64) {
	g, p, o, n := e.f.g, e.f.cur, e.seen[i], len(r)
	us, vs, ls := e.f.tail(stats)
	us, vs, ls, scaled = us[:n], vs[:n], ls[:n], scaled[:n]
	half, lost := float64(0.5*float64(o)), 0.0 // see studentGaps.add
	if g.covariance == Full {
		half, lost = float64(0.5*float64(g.d)), float64(0.5*float64(g.d-o))
	}
	ratio, logs, at := e.ratio.Row(i)[:n], e.logs.Row(i)[:n], o*g.k
	share, logShare, psi, constant := p.share[at:][:n], p.logShare[at:][:n], p.psi[at:][:n], p.entropy[at:][:n]
	for k, w := range r {
		if scaled[k] = 0; !(w > skip) {
			continue
		}
		s, rw := float64(ratio[k]), float64(w)
		less := (share[k] - s) / (1 + s) // E[u] − 1
		logU := logShare[k] - float64(logs[k])
		expected := psi[k] + logU // E[ln u]
		u := math.FMA(rw, less, rw)
		us[k] += u
		vs[k] = math.FMA(rw, psi[k]+(logU-less), vs[k])
		ls[k] = math.FMA(rw, float64(half*expected), ls[k])
		entropy = math.FMA(rw, constant[k]+logU-float64(lost*expected), entropy)
		scaled[k] = T(u)
	}
	return entropy
}

// addDiagonal adds U, S1, S2 and N of each column.
func (e *studentEvaluator[T]) addDiagonal(stats []float64, r, scaled kernels.Matrix[T], counts []T) {
	g := e.f.g
	all := g.k * g.d
	kernels.MomentsDiagMasked(e.s0, e.s1, e.s2, e.x, scaled, g.cur.mean, 0, e.moment)
	addSums(stats, e.s0.Data)
	addSums(stats[all:], e.s1.Data)
	addSums(stats[2*all:], e.s2.Data)
	if !e.incomplete {
		for k, n := range counts {
			kernels.Fill(e.s0.Row(k), n)
		}
	} else {
		mask := kernels.MatrixOf(e.x.Rows, g.d, e.mask[:e.x.Rows*g.d])
		for i, v := range e.x.Data {
			if mask.Data[i] = 1; missing(v) {
				mask.Data[i] = 0
			}
		}
		kernels.Gemm(kernels.Trans, kernels.NoTrans, e.s0, r, mask, kernels.Epilogue[T]{}, e.gemm)
	}
	addSums(stats[3*all:], e.s0.Data)
}
