// Package conditional conditions Gaussians with full covariance matrices on the entries of a row that were observed. A NaN is a missing
// entry. Rows are sorted by their patterns of missing entries, and each pattern's factors are made once for all of its
// rows, of this block and of later ones.
//
// With o and m the observed and the missing entries of a row under the Gaussian (μ, Σ),
//
//	log N(x_o; μ_o, Σ_oo),  x̂_m = μ_m + Σ_mo Σ_oo⁻¹ (x_o − μ_o),  C = Σ_mm − Σ_mo Σ_oo⁻¹ Σ_om
//
// (Ghahramani and Jordan, "Supervised learning from incomplete data via an EM approach", NIPS 1994.)
package conditional

import (
	"math"

	"example.com/elbo/kernels"
)

// Gaussians are K Gaussians in D dimensions. Cov has K matrices D×D, of which the upper triangles count, or one for all. They
// are in other units than the means: element (i, j) counts times Scale[i]·Scale[j].
type Gaussians[T kernels.Float] struct {
	Mean  kernels.Matrix[T] // K×D
	Cov   []float64         // K×D×D or D×D
	Scale []float64         // D, powers of two
	Log   []float64         // K, added to the log-densities: log weights
	// Unit, D, is added to a log-density for each observed column: the logarithms of Scale, if a density in the units of Cov is
	// wanted.
	Unit []float64
}

// The cache is bounded by its bytes and by the number of its patterns.
const (
	cacheBytes = 4 << 20
	cacheSlots = 1024
)

// Block conditions the Gaussians on the rows of one block after another. It holds the scratch and the cache of one goroutine.
// The order of use for a block:
//
//	b.Sort(x)
//	for b.Next() {
//		lo, hi := b.Range()  // rows [lo, hi) in sorted order
//		b.LogJoint(joint)    // of them
//		b.Deviations(t, k, r, skip)
//	}
type Block[T kernels.Float] struct {
	k, d, words int
	shared      bool // one covariance matrix for all
	g           Gaussians[T]

	// The rows, sorted by pattern; complete ones, if any, come first.
	n     int
	order []int32  // the position of row i before sorting
	keys  []uint64 // n×words, bit j of a row's is set where column j is missing; before sorting
	x     kernels.Matrix[T]
	runs  []run

	lo, hi    int // the runs that Next has made ready
	cache     cache[T]
	todo      []int32   // slots to be factored
	cov       []float64 // of g, in the units of the means, both triangles
	chol, inv kernels.Matrix[float64]
	ok        []bool
	product   kernels.Matrix[float64]
	logs      []float64 // D
	zero      []T       // K
	observed  []T       // entries of the runs that are ready, each from its first row's place on
	filled    []T       // what is expected of the missing ones of a run
	// x − μ of a run, and μ of some rows.
	differences, means []T
	work               []T
	work64             []float64
}

// run is rows of one pattern.
type run struct {
	lo, hi int32
	slot   int32 // −1: complete
}

// slot is what is known of a pattern.
type slot[T kernels.Float] struct {
	key     []uint64
	columns []int32 // the observed ones, then the missing ones, both ascending
	seen    int     // number of observed ones

	mean    []T       // K×o
	factor  []T       // (K·o)×o, upper triangular, of Σ_oo⁻¹
	weights []T       // (K·o)×m, Σ_oo⁻¹ Σ_om
	c       []T       // K, what a log-density has that does not depend on the row
	room    []T       // of factor and weights
	cov     []float64 // K×m×m, C
	entropy []float64 // K, of N(·; x̂_m, C) in nats
}

// New returns the scratch for k Gaussians in d dimensions and blocks of at most the given number of rows. If shared they have one
// covariance matrix.
func New[T kernels.Float](k, d, rows int, shared bool) *Block[T] {
	words := (d + 63) / 64
	own := k // matrices
	if shared {
		own = 1
	}
	b := &Block[T]{
		k: k, d: d, words: words, shared: shared,
		order: make([]int32, rows), keys: make([]uint64, rows*words), x: kernels.NewMatrix[T](rows, d), runs: make([]run, 0, rows),
		zero: make([]T, k), observed: make([]T, rows*d), filled: make([]T, rows*d),
		differences: make([]T, rows*d), means: make([]T, 512),
	}
	work := kernels.GemmWork[T](kernels.NoTrans, kernels.NoTrans, rows, d, d)
	for o := range d + 1 {
		work = max(work, kernels.GaussFullWork[T](o)) // which is not the largest for the largest o
	}
	b.work = make([]T, work)
	b.cache.init(k, own, d, words)
	b.todo = make([]int32, 0, len(b.cache.slots))
	batch := max(1, min(64, 1<<15/(d*d))) // matrices
	patterns := max(1, batch/own)
	b.chol, b.inv = kernels.NewMatrix[float64](patterns*own*d, d), kernels.NewMatrix[float64](patterns*own*d, d)
	b.ok, b.cov = make([]bool, patterns*own), make([]float64, own*d*d)
	b.product, b.logs = kernels.NewMatrix[float64](d, d), make([]float64, d)
	b.work64 = make([]float64, kernels.GemmWork[float64](kernels.NoTrans, kernels.NoTrans, d, d, d))
	return b
}

// Reset takes other Gaussians, which must not change until the next Reset.
func (b *Block[T]) Reset(g Gaussians[T]) {
	b.g = g
	d := b.d
	for at := 0; at < len(b.cov); at += d * d {
		for p := range d {
			for q := p; q < d; q++ {
				v := g.Cov[at+p*d+q] * g.Scale[p] * g.Scale[q]
				b.cov[at+p*d+q], b.cov[at+q*d+p] = v, v
			}
		}
	}
	b.cache.flush()
}

// matrix returns which of the covariance matrices component k has.
func (b *Block[T]) matrix(k int) int {
	if b.shared {
		return 0
	}
	return k
}

// matrices is the number of covariance matrices.
func (b *Block[T]) matrices() int { return b.matrix(b.k-1) + 1 }

// factor makes the slots in b.todo ready.
func (b *Block[T]) factor() {
	own, d := b.matrices(), b.d
	for todo := b.todo; len(todo) > 0; {
		n := min(len(todo), b.chol.Rows/(own*d))
		chol, inv := b.chol.SliceRows(0, n*own*d), b.inv.SliceRows(0, n*own*d)
		for i, s := range todo[:n] {
			b.gather(chol.SliceRows(i*own*d, (i+1)*own*d), &b.cache.slots[s])
		}
		kernels.CholeskyBatch(chol, b.ok[:n*own])
		kernels.TriInverseBatch(inv, chol)
		for i, s := range todo[:n] {
			lo, hi := i*own*d, (i+1)*own*d
			b.set(&b.cache.slots[s], chol.SliceRows(lo, hi), inv.SliceRows(lo, hi))
		}
		todo = todo[n:]
	}
	b.todo = b.todo[:0]
}

// gather writes the covariance matrices, the observed columns first, to the upper triangles of a.
func (b *Block[T]) gather(a kernels.Matrix[float64], s *slot[T]) {
	d := b.d
	for k := range b.matrices() {
		cov := b.cov[k*d*d:][:d*d]
		for i, p := range s.columns {
			row, from := a.Row(k*d + i)[i:], cov[int(p)*d:][:d]
			for j, q := range s.columns[i:] {
				row[j] = from[q]
			}
		}
	}
}

const log2Pi = 1.83787706640934548356 // ln 2π

// set derives a slot's parts from the factors U = [U_oo U_om; 0 U_mm] of its matrices and their inverses:
//
//	Σ_oo⁻¹ = U_oo⁻¹ U_oo⁻ᵀ,  Σ_oo⁻¹ Σ_om = U_oo⁻¹ U_om,  C = U_mmᵀ U_mm
func (b *Block[T]) set(s *slot[T], chol, inv kernels.Matrix[float64]) {
	d, o := b.d, s.seen
	m := d - o
	for k := range b.k {
		for j, p := range s.columns[:o] {
			s.mean[k*o+j] = b.g.Mean.Row(k)[p]
		}
	}
	unit, lost := 0.0, 0.0 // of the observed columns, of the missing ones
	for j, p := range s.columns {
		if j < o {
			unit += b.g.Unit[p]
		} else {
			lost += b.g.Unit[p]
		}
	}
	for k := range b.matrices() {
		u, p := chol.SliceRows(k*d, k*d+d), inv.SliceRows(k*d, k*d+d)
		logRoot, logDet := 0.0, 0.0
		for i := range o {
			to, from := s.factor[(k*o+i)*o:][i:o], p.Row(i)[i:o]
			for j, v := range from {
				to[j] = T(v)
			}
			b.logs[i] = float64(to[0])
		}
		for i := o; i < d; i++ {
			b.logs[i] = u.Row(i)[i]
		}
		kernels.Log(b.logs, b.logs)
		for _, v := range b.logs[:o] {
			logRoot += v
		}
		for _, v := range b.logs[o:] {
			logDet += v
		}
		product := kernels.MatrixOf(o, m, b.product.Data[:o*m])
		right := kernels.Matrix[float64]{Rows: o, Cols: m, Data: u.Data[min(o, len(u.Data)):], Stride: u.Stride}
		if o > 0 && m > 0 {
			left := kernels.Matrix[float64]{Rows: o, Cols: o, Data: p.Data, Stride: p.Stride}
			kernels.Gemm(kernels.NoTrans, kernels.NoTrans, product, left, right, kernels.Epilogue[float64]{}, b.work64)
			weights := s.weights[k*o*m:][:o*m]
			for i, v := range product.Data {
				weights[i] = T(v)
			}
		}
		cov := s.cov[k*m*m:][:m*m]
		for i := range m {
			for j := i; j < m; j++ {
				sum := 0.0
				for l := range i + 1 {
					row := u.Row(o + l)[o:]
					sum = math.FMA(row[i], row[j], sum)
				}
				cov[i*m+j], cov[j*m+i] = sum, sum
			}
		}
		c := logRoot - float64(0.5*float64(float64(o)*log2Pi)) + unit
		h := logDet + float64(0.5*float64(float64(m)*(1+log2Pi))) - lost
		lo, hi := k, k+1 // the components that have this matrix
		if b.shared {
			hi = b.k
		}
		for i := lo; i < hi; i++ {
			s.c[i], s.entropy[i] = T(b.g.Log[i]+c), h
		}
	}
}
