package em

import (
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// hmmMissing evaluates Gaussian emissions of full covariance on the rows of a block that have missing entries: rows of one pattern together. With o the observed
// and m the missing columns of a pattern, the columns in the order o, m, and Σ = UᵀU,
//
//	Σ_oo = U_ooᵀ U_oo,  E[x_m | x_o] = μ_m + (U_oo⁻¹ U_om)ᵀ (x_o − μ_o),  Cov[x_m | x_o] = U_mmᵀ U_mm
type hmmMissing[T kernels.Float] struct {
	e             *hmmGauss[T]
	words         int
	masks         []uint64 // of each row of the block: the columns that are there
	rows          []int    // with missing entries but not without any, those of one pattern side by side
	empty         []int    // rows without an entry
	columns       []int    // of the present pattern: those that are there, then the others
	seen          int      // how many are there
	u, p          kernels.Matrix[float64]
	gain          kernels.Matrix[float64]
	mean          []T // the means of the columns that are there, by state
	factor        []T // U_oo⁻¹, by state
	regress       []T // U_oo⁻¹ U_om of one state
	c             []T
	x, fill, step []T
	joint, r      []T
	work          []T
}

func newHMMMissing[T kernels.Float](e *hmmGauss[T]) *hmmMissing[T] {
	const n = elbo.BlockRows
	k, d := e.k, e.d
	words := (d + 63) / 64
	return &hmmMissing[T]{
		e: e, words: words, masks: make([]uint64, n*words), rows: make([]int, 0, n), empty: make([]int, 0, n), columns: make([]int, d),
		u: kernels.NewMatrix[float64](d, d), p: kernels.NewMatrix[float64](d, d), gain: kernels.NewMatrix[float64](d, d),
		mean: make([]T, k*d), factor: make([]T, k*d*d), regress: make([]T, d*d), c: make([]T, k),
		x: make([]T, n*d), fill: make([]T, n*d), step: make([]T, n*d), joint: make([]T, n*k), r: make([]T, n*k), work: make([]T, gaussWork[T](Full, d)),
	}
}

// scan looks for the rows with missing entries, and reports whether there are any.
func (m *hmmMissing[T]) scan(x kernels.Matrix[T]) bool {
	m.rows, m.empty = m.rows[:0], m.empty[:0]
	for i := range x.Rows {
		mask := m.masks[i*m.words:][:m.words]
		clear(mask)
		there := 0
		for j, v := range x.Row(i) {
			if v == v {
				mask[j/64] |= 1 << (j % 64)
				there++
			}
		}
		switch there {
		case x.Cols:
		case 0:
			m.empty = append(m.empty, i)
		default:
			m.rows = append(m.rows, i)
			for at := len(m.rows) - 1; at > 0 && m.less(m.rows[at], m.rows[at-1]); at-- {
				m.rows[at], m.rows[at-1] = m.rows[at-1], m.rows[at]
			}
		}
	}
	return len(m.rows)+len(m.empty) > 0
}

// less orders rows by pattern.
func (m *hmmMissing[T]) less(a, b int) bool {
	for w := range m.words {
		if x, y := m.masks[a*m.words+w], m.masks[b*m.words+w]; x != y {
			return x < y
		}
	}
	return false
}

// pattern returns the end of the run of rows of one pattern that begins at lo, and sets columns.
func (m *hmmMissing[T]) pattern(lo int) (hi int) {
	for hi = lo + 1; hi < len(m.rows) && !m.less(m.rows[lo], m.rows[hi]); hi++ {
	}
	mask := m.masks[m.rows[lo]*m.words:][:m.words]
	m.seen = 0
	for _, there := range []uint64{1, 0} {
		at := m.seen
		for j := range m.e.d {
			if mask[j/64]>>(j%64)&1 == there {
				m.columns[at] = j
				at++
			}
		}
		if there == 1 {
			m.seen = at
		}
	}
	return hi
}

// factorise sets u, of state k, and p, the inverse of its observed part.
func (m *hmmMissing[T]) factorise(k int) (observed kernels.Matrix[float64]) {
	f := &m.e.frame
	for a, i := range m.columns {
		for b := a; b < m.e.d; b++ {
			j := m.columns[b]
			m.u.Row(a)[b] = m.e.cur.at(k, i, j) * f.scale[i] * f.scale[j]
		}
	}
	kernels.Cholesky(m.u)
	observed = kernels.MatrixOf(m.seen, m.seen, m.p.Data[:m.seen*m.seen])
	kernels.TriInverse(observed, kernels.Matrix[float64]{Rows: m.seen, Cols: m.seen, Data: m.u.Data, Stride: m.u.Stride})
	return observed
}

// compact returns the observed entries of the rows [lo, hi) of a pattern.
func (m *hmmMissing[T]) compact(x kernels.Matrix[T], lo, hi int) kernels.Matrix[T] {
	rows := kernels.MatrixOf(hi-lo, m.seen, m.x[:(hi-lo)*m.seen])
	for i, n := range m.rows[lo:hi] {
		for a, j := range m.columns[:m.seen] {
			rows.Row(i)[a] = x.Row(n)[j]
		}
	}
	return rows
}

// logDensity writes log p(x_o | k) of the rows with missing entries.
func (m *hmmMissing[T]) logDensity(dst, x kernels.Matrix[T]) {
	for _, i := range m.empty {
		clear(dst.Row(i))
	}
	e := m.e
	for lo := 0; lo < len(m.rows); {
		hi := m.pattern(lo)
		o := m.seen
		mean, factor := kernels.MatrixOf(e.k, o, m.mean[:e.k*o]), kernels.MatrixOf(e.k*o, o, m.factor[:e.k*o*o])
		for k := range e.k {
			p := m.factorise(k)
			logRoot := 0.0
			for a, j := range m.columns[:o] {
				mean.Row(k)[a] = e.cur.mean.Row(k)[j]
				for b, v := range p.Row(a) {
					factor.Row(k*o + a)[b] = T(v)
				}
				logRoot += logOf(float64(factor.Row(k*o + a)[a])) + e.frame.logScale(j)
			}
			m.c[k] = T(logRoot - float64(0.5*float64(float64(o)*log2Pi)))
		}
		rows := m.compact(x, lo, hi)
		joint := kernels.MatrixOf(hi-lo, e.k, m.joint[:(hi-lo)*e.k])
		kernels.GaussFull(joint, rows, mean, factor, m.c, m.work)
		for i, n := range m.rows[lo:hi] {
			copy(dst.Row(n), joint.Row(i))
		}
		lo = hi
	}
}

// conditional writes E[x | x_o, k] of the rows [lo, hi) of a pattern to fill, whose columns are those of the data; factorise(k) has been called.
func (m *hmmMissing[T]) conditional(x kernels.Matrix[T], k, lo, hi int, p kernels.Matrix[float64]) kernels.Matrix[T] {
	e, o, n := m.e, m.seen, hi-lo
	gone := e.d - o
	regress := kernels.MatrixOf(o, gone, m.regress[:o*gone])
	for a := range o {
		for b := range gone {
			s := 0.0
			for c := a; c < o; c++ {
				s = math.FMA(p.Row(a)[c], m.u.Row(c)[o+b], s)
			}
			regress.Row(a)[b] = T(s)
		}
	}
	rows := m.compact(x, lo, hi)
	mean := e.cur.mean.Row(k)
	for i := range n {
		for a, j := range m.columns[:o] {
			rows.Row(i)[a] -= mean[j]
		}
	}
	steps := kernels.MatrixOf(n, gone, m.step[:n*gone])
	kernels.Gemm(kernels.NoTrans, kernels.NoTrans, steps, rows, regress, kernels.Epilogue[T]{}, nil)
	fill := kernels.MatrixOf(n, e.d, m.fill[:n*e.d])
	for i, row := range m.rows[lo:hi] {
		copy(fill.Row(i), x.Row(row))
		for b, j := range m.columns[o:] {
			fill.Row(i)[j] = mean[j] + steps.Row(i)[b]
		}
	}
	return fill
}

// add adds the statistics of the rows with missing entries, and returns the responsibilities of the others: r with zeros for these.
func (m *hmmMissing[T]) add(stats []float64, x, r kernels.Matrix[T], weight T, w *hmmGaussWork[T]) kernels.Matrix[T] {
	e, d := m.e, m.e.d
	for lo := 0; lo < len(m.rows); {
		hi := m.pattern(lo)
		for k := range e.k {
			total := 0.0
			column := kernels.MatrixOf(hi-lo, 1, m.r[:hi-lo])
			for i, n := range m.rows[lo:hi] {
				column.Data[i] = r.Row(n)[k]
				total += float64(column.Data[i])
			}
			if total == 0 {
				continue
			}
			p := m.factorise(k)
			fill := m.conditional(x, k, lo, hi, p)
			size := len(stats) / e.k
			st := stats[k*size:][:size]
			w.full.Add(st, fill, column, e.cur.mean.SliceRows(k, k+1), weight)
			s2 := st[1+d:]
			for a := m.seen; a < d; a++ {
				for b := a; b < d; b++ {
					cov := 0.0
					for c := m.seen; c <= a; c++ {
						cov = math.FMA(m.u.Row(c)[a], m.u.Row(c)[b], cov)
					}
					at := m.columns[a]*d + m.columns[b]
					s2[at] = math.FMA(total, cov, s2[at])
				}
			}
		}
		lo = hi
	}
	rest := kernels.MatrixOf(r.Rows, e.k, w.r[:r.Rows*e.k])
	copy(rest.Data, r.Data[:r.Rows*e.k])
	for _, rows := range [][]int{m.rows, m.empty} {
		for _, i := range rows {
			clear(rest.Row(i))
		}
	}
	return rest
}

// impute writes Σ_k r_nk E[x | x_o, k] to the missing entries of the rows of x that have observed ones; rows is x in the frame.
func (m *hmmMissing[T]) impute(x, rows, r kernels.Matrix[T]) {
	e := m.e
	for lo := 0; lo < len(m.rows); {
		hi := m.pattern(lo)
		for _, n := range m.rows[lo:hi] {
			for _, j := range m.columns[m.seen:] {
				x.Row(n)[j] = 0
			}
		}
		for k := range e.k {
			fill := m.conditional(rows, k, lo, hi, m.factorise(k))
			for i, n := range m.rows[lo:hi] {
				for _, j := range m.columns[m.seen:] {
					v := e.frame.centre[j] + float64(float64(fill.Row(i)[j])/e.frame.scale[j])
					x.Row(n)[j] = T(math.FMA(float64(r.Row(n)[k]), v, float64(x.Row(n)[j])))
				}
			}
		}
		lo = hi
	}
}
