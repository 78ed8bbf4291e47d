package em

import (
	"math"
	"math/bits"
	"slices"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// conditioner evaluates a factor analyser on blocks of rows that may have missing entries: z and the missing entries given those that
// are there. It is the scratch of one goroutine. For a row with the observed columns o,
//
//	M_o = I + W_oᵀ Ψ_o⁻¹ W_o,  ẑ = M_o⁻¹ W_oᵀ Ψ_o⁻¹ (x_o − μ_o),  ln p(x_o) as for complete rows, over o
//	E[x_m | x_o] = μ_m + W_m ẑ,  Cov[x_m | x_o] = Ψ_m + W_m M_o⁻¹ W_mᵀ
//
// M_o depends on the pattern alone: rows of a block with the same one share it, and factors are kept from block to block in a table
// of bounded size. That changes no bit.
type conditioner[T kernels.Float] struct {
	a             *analyser[T]
	x, t          []T // n×D: the rows in the frame, missing entries replaced by their expectations; deviations, then residuals
	z, b          []T // n×Q
	logZ, entropy []T
	half, halfZ   []T
	base, logDet  []float64 // constants of log-densities; ln|M| of the observed columns
	zero, one     []T
	work, gauss   []T

	words   int
	mask    []uint64                // n×words: bit j of a row is set if column j is missing
	rows    []masked                // those with missing entries, by pattern
	table   *patterns               // of a
	masked  kernels.Matrix[float64] // D×Q, v with rows of 0
	inverse kernels.Matrix[float64]
	g       kernels.Matrix[float64]
	zRow    []float64
	work64  []float64
	missing []int
	wm, ym  kernels.Matrix[float64] // D×Q
	cov     []float64               // D×D
}

// masked is a row with missing entries.
type masked struct {
	hash uint64 // of its pattern
	row  int
}

// pattern is what rows with the same missing columns share.
type pattern struct {
	known  bool
	mask   []uint64
	root   kernels.Matrix[float64] // the Cholesky factor of M_o
	logDet float64                 // ln|M_o|
	base   float64                 // Σ_o term − ½ ln|M_o|
	h      float64                 // the entropy of the missing entries, nats
}

// patterns is a table of bounded size of what was computed for patterns under one set of parameters.
type patterns struct {
	slots  []pattern
	serial uint64 // of the parameters
}

// tableBytes bounds the tables of patterns of a conditioner.
const tableBytes = 1 << 20

// newPatterns returns an empty table, one of several.
func newPatterns(d, q, several int) *patterns {
	words := (d + 63) / 64
	slots := 1
	for slots < 1024 && 16*slots*several*(q*q+words+8) <= tableBytes {
		slots *= 2
	}
	t := &patterns{slots: make([]pattern, slots)}
	for i := range t.slots {
		t.slots[i].mask, t.slots[i].root = make([]uint64, words), kernels.NewMatrix[float64](q, q)
	}
	return t
}

// newConditioner returns the scratch for analysers of a's size; covariances says whether a sink with s2 will come.
func newConditioner[T kernels.Float](a *analyser[T], covariances bool) *conditioner[T] {
	const n = elbo.BlockRows
	d, q := a.d, a.q
	c := &conditioner[T]{
		a: a, x: make([]T, n*d), t: make([]T, n*d), z: make([]T, n*q), b: make([]T, n*q), logZ: make([]T, n), entropy: make([]T, n),
		half: make([]T, n), halfZ: make([]T, n), base: make([]float64, n), logDet: make([]float64, n), zero: make([]T, max(d, q)), one: make([]T, q),
		work:  make([]T, max(kernels.GemmWork[T](kernels.NoTrans, kernels.NoTrans, n, q, d), kernels.GemmWork[T](kernels.NoTrans, kernels.Trans, n, d, q))),
		gauss: make([]T, max(kernels.GaussDiagWork[T](d), kernels.GaussDiagWork[T](q))),
		words: (d + 63) / 64, mask: make([]uint64, n*((d+63)/64)), rows: make([]masked, 0, n), table: newPatterns(d, q, 1),
		masked: kernels.NewMatrix[float64](d, q), inverse: kernels.NewMatrix[float64](q, q), g: kernels.NewMatrix[float64](q, q), zRow: make([]float64, q),
		missing: make([]int, 0, d),
	}
	kernels.Fill(c.one, 1)
	work := max(kernels.GemmWork[float64](kernels.Trans, kernels.NoTrans, q, q, d), kernels.GemmWork[float64](kernels.NoTrans, kernels.Trans, q, q, q))
	if covariances {
		c.wm, c.ym, c.cov = kernels.NewMatrix[float64](d, q), kernels.NewMatrix[float64](d, q), make([]float64, d*d)
		work = max(work, kernels.GemmWork[float64](kernels.NoTrans, kernels.NoTrans, d, q, q), kernels.GemmWork[float64](kernels.NoTrans, kernels.Trans, d, d, q))
	}
	c.work64 = make([]float64, work)
	return c
}

// sink is what a conditioner adds covariances to, each optional.
type sink[T kernels.Float] struct {
	s2      []float64         // D×D: its upper triangle gets Σ_n w_n Cov[x_n | its observed entries], in the frame
	weights []float64         // w, nil for ones
	cov     kernels.Matrix[T] // (N·Q)×Q: row block n becomes Cov[z | x_n]
}

// setCov sets the covariance of z of row n.
func (s *sink[T]) setCov(n int, g kernels.Matrix[float64]) {
	for i := range g.Rows {
		for j, v := range g.Row(i) {
			s.cov.Row(n*g.Rows + i)[j] = T(v)
		}
	}
}

// run evaluates the rows, at most elbo.BlockRows, and sets x, z, logZ and entropy for them.
func (c *conditioner[T]) run(f *frame[T], rows kernels.Matrix[T], to sink[T]) {
	c.load(f, rows)
	c.evaluate(rows.Rows, to)
}

// load brings the rows into the frame and finds what is missing.
func (c *conditioner[T]) load(f *frame[T], rows kernels.Matrix[T]) {
	n, d := rows.Rows, c.a.d
	f.apply(c.x[:n*d], rows)
	incomplete := false
	for i := range n {
		most := kernels.Max(c.x[i*d:][:d])
		incomplete = incomplete || most != most
	}
	c.rows = c.rows[:0]
	if incomplete {
		c.find(n)
	}
}

// deviation sets t to the deviations of row i from the mean, 0 for missing entries.
func (c *conditioner[T]) deviation(t []T, i int, incomplete bool) {
	d := c.a.d
	kernels.Sub(t, c.x[i*d:][:d], c.a.muT)
	if !incomplete {
		return
	}
	for w, mask := range c.maskOf(i) {
		for ; mask != 0; mask &= mask - 1 {
			t[w*64+bits.TrailingZeros64(mask)] = 0
		}
	}
}

// deviate sets t to the deviations of the n rows from the mean.
func (c *conditioner[T]) deviate(n int) kernels.Matrix[T] {
	d := c.a.d
	for i := range n {
		c.deviation(c.t[i*d:][:d], i, false)
	}
	for _, m := range c.rows {
		c.deviation(c.t[m.row*d:][:d], m.row, true)
	}
	return kernels.MatrixOf(n, d, c.t[:n*d])
}

// evaluate evaluates the n rows that were loaded under c.a. It puts imputed entries into x, which do not count if it is called again.
func (c *conditioner[T]) evaluate(n int, to sink[T]) {
	a := c.a
	d, q := a.d, a.q
	t, z := c.deviate(n), kernels.MatrixOf(n, q, c.z[:n*q])
	kernels.Gemm(kernels.NoTrans, kernels.NoTrans, z, t, a.bT, kernels.Epilogue[T]{}, c.work)
	base := a.terms - float64(0.5*a.logDet)
	for i := range n {
		c.base[i], c.entropy[i], c.logDet[i] = base, 0, a.logDet
	}
	if to.cov.Data != nil {
		for i := range n {
			to.setCov(i, a.g)
		}
	}
	if len(c.rows) > 0 {
		b := kernels.MatrixOf(n, q, c.b[:n*q])
		kernels.Gemm(kernels.NoTrans, kernels.NoTrans, b, t, a.vT, kernels.Epilogue[T]{}, c.work)
		c.groups(to)
	}
	kernels.Gemm(kernels.NoTrans, kernels.Trans, t, z, a.negative, kernels.Epilogue[T]{Accumulate: true}, c.work)
	for _, m := range c.rows {
		x, r := c.x[m.row*d:][:d], c.t[m.row*d:][:d]
		for w, mask := range c.maskOf(m.row) {
			for ; mask != 0; mask &= mask - 1 {
				j := w*64 + bits.TrailingZeros64(mask)
				x[j], r[j] = a.muT[j]-r[j], 0
			}
		}
	}
	kernels.GaussDiag(kernels.MatrixOf(n, 1, c.half), t, kernels.MatrixOf(1, d, c.zero), a.precision, c.zero[:1], c.gauss)
	kernels.GaussDiag(kernels.MatrixOf(n, 1, c.halfZ), z, kernels.MatrixOf(1, q, c.zero), kernels.MatrixOf(1, q, c.one), c.zero[:1], c.gauss)
	for i := range n {
		v := T(c.base[i] + (float64(c.half[i]) + float64(c.halfZ[i])))
		if v != v { // an infinite entry, or overflow
			v = T(math.Inf(-1))
		}
		c.logZ[i] = v
	}
}

// find lists the rows with missing entries, by pattern.
func (c *conditioner[T]) find(n int) {
	d := c.a.d
	clear(c.mask[:n*c.words])
	for i := range n {
		mask := c.maskOf(i)
		for j, v := range c.x[i*d:][:d] {
			if v != v {
				mask[j/64] |= 1 << (j % 64)
			}
		}
		hash, any := uint64(0), uint64(0)
		for _, m := range mask {
			any |= m
			hash = (hash ^ m) * 0x9e3779b97f4a7c15 // the golden ratio, Knuth's multiplicative hash
			hash ^= hash >> 29
		}
		if any != 0 {
			c.rows = append(c.rows, masked{hash, i})
		}
	}
	slices.SortFunc(c.rows, func(a, b masked) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return a.row - b.row
	})
}

// maskOf returns the pattern of row i.
func (c *conditioner[T]) maskOf(i int) []uint64 { return c.mask[i*c.words:][:c.words] }

// groups evaluates the rows with missing entries, pattern by pattern.
func (c *conditioner[T]) groups(to sink[T]) {
	for lo := 0; lo < len(c.rows); {
		hi := c.same(lo)
		c.group(c.lookup(c.rows[lo]), c.rows[lo:hi], to)
		lo = hi
	}
}

// same returns the end of the rows of one pattern that begin at lo.
func (c *conditioner[T]) same(lo int) (hi int) {
	mask := c.maskOf(c.rows[lo].row)
	for hi = lo + 1; hi < len(c.rows) && slices.Equal(c.maskOf(c.rows[hi].row), mask); hi++ {
	}
	return hi
}

// lookup returns what rows with the pattern of m share.
func (c *conditioner[T]) lookup(m masked) *pattern {
	if t := c.table; t.serial != c.a.serial {
		for i := range t.slots {
			t.slots[i].known = false
		}
		t.serial = c.a.serial
	}
	mask := c.maskOf(m.row)
	p := &c.table.slots[m.hash%uint64(len(c.table.slots))]
	if p.known && slices.Equal(p.mask, mask) {
		return p
	}
	a := c.a
	p.known = true
	copy(p.mask, mask)
	p.base, p.h = a.terms, 0
	c.missing = c.missing[:0]
	for w, mask := range p.mask {
		for ; mask != 0; mask &= mask - 1 {
			j := w*64 + bits.TrailingZeros64(mask)
			p.base -= a.term[j]
			p.h -= a.term[j]
			c.missing = append(c.missing, j)
		}
	}
	missing := len(c.missing)
	if 4*missing <= a.d && a.most <= mostSubtracted {
		p.logDet = a.without(p.root, c.missing)
	} else {
		copy(c.masked.Data, a.v.Data)
		for _, j := range c.missing {
			clear(c.masked.Row(j))
		}
		p.logDet = a.factor(p.root, c.masked, c.work64)
	}
	if missing == a.d {
		p.base = 0
	}
	p.base -= float64(0.5 * p.logDet)
	p.h += float64(0.5 * (float64(missing) + (a.logDet - p.logDet)))
	return p
}

// group evaluates rows of one pattern.
func (c *conditioner[T]) group(p *pattern, rows []masked, to sink[T]) {
	a, q := c.a, c.a.q
	weight := 0.0
	for _, m := range rows {
		for k, v := range c.b[m.row*q:][:q] {
			c.zRow[k] = float64(v)
		}
		kernels.SolveLower(c.zRow, p.root)
		kernels.SolveUpper(c.zRow, p.root)
		for k, v := range c.zRow {
			c.z[m.row*q+k] = T(v)
		}
		c.base[m.row], c.entropy[m.row], c.logDet[m.row] = p.base, T(p.h), p.logDet
		if to.weights == nil {
			weight++
		} else {
			weight += to.weights[m.row]
		}
	}
	if to.s2 == nil && to.cov.Data == nil {
		return
	}
	kernels.TriInverse(c.inverse, p.root)
	if to.cov.Data != nil {
		kernels.Gemm(kernels.NoTrans, kernels.Trans, c.g, c.inverse, c.inverse, kernels.Epilogue[float64]{}, c.work64)
		for _, m := range rows {
			to.setCov(m.row, c.g)
		}
	}
	if to.s2 == nil || weight == 0 {
		return
	}
	c.missing = c.missing[:0]
	for j := range a.d {
		if p.mask[j/64]>>(j%64)&1 != 0 {
			copy(c.wm.Row(len(c.missing)), a.w.Row(j))
			c.missing = append(c.missing, j)
		}
	}
	n := len(c.missing)
	y, cov := c.ym.SliceRows(0, n), kernels.MatrixOf(n, n, c.cov)
	kernels.Gemm(kernels.NoTrans, kernels.NoTrans, y, c.wm.SliceRows(0, n), c.inverse, kernels.Epilogue[float64]{}, c.work64)
	kernels.Gemm(kernels.NoTrans, kernels.Trans, cov, y, y, kernels.Epilogue[float64]{}, c.work64)
	for i, r := range c.missing {
		cov.Row(i)[i] += a.psi[r]
		s2 := to.s2[r*a.d:][:a.d]
		for j := i; j < n; j++ {
			s2[c.missing[j]] = math.FMA(weight, cov.Row(i)[j], s2[c.missing[j]])
		}
	}
}
