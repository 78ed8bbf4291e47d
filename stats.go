package elbo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"example.com/elbo/kernels"
)

// What stands in a vector of values behind the model's own statistics.
const (
	weightAt    = iota // the total weight of the rows, times what Scale made of it
	logLikAt           // Σ w_n log Z_n
	entropyAt          // Σ w_n H[q(z_n)]
	magnitudeAt        // Σ |Σ log Z_n of a block|
	extra              // how many there are
)

// The errors of statistics that do not belong together; errors.Is finds them.
var (
	ErrMissingRows = errors.New("elbo: rows are missing from the statistics")
	ErrDoubledRows = errors.New("elbo: rows are in the statistics twice")
	ErrStale       = errors.New("elbo: the statistics were made under other parameters")
	ErrMismatch    = errors.New("elbo: the statistics do not belong to this model")
)

// Stats are the expected sufficient statistics of rows of a data set under one setting of a model's parameters: one flat
// vector of float64 that adds up over rows, and with it the sum of the rows' log Z and their number.
//
// Stats know the rows that they cover and, by a fingerprint, the parameters that they were made under; so a shard that was
// lost, counted twice or made under old parameters is an error and not a wrong model. Sums over chunks of ChunkRows rows
// are kept as nodes of the one binary tree over all chunks and are added only to their siblings: any cutting of the rows
// into shards, at multiples of ChunkRows, and any order of Merge give the same bits. That is what lets an engine
// like MapReduce carry the E-step:
//
//	s := elbo.NewStats(m)                              // each worker, with the same m
//	err := elbo.Accumulate(ctx, s, m, shard, first, o) // its Rows
//	err = total.Merge(s)                               // anywhere, in any order
//	bound, err := elbo.Update(m, total, rows)          // the M-step, once
//
// A Stats is not safe for concurrent use.
type Stats struct {
	kind        string
	length      int   // of the model's statistics
	chunk       int64 // the rows or sequences of a chunk
	fingerprint [sha256.Size]byte
	nodes       []node // by first row, disjoint, no two full siblings
	blended     bool   // made by Add, Sub or Scale: nodes has one element, which has no place
	free        [][]float64
}

// node holds the sum over the chunks [index·2^level, (index+1)·2^level). rows is less than they have room for if the data
// end within: such a node has no right sibling.
type node struct {
	level  uint8
	index  uint64
	rows   int64
	values []float64
}

// maxLevel and maxChunk bound a node's place: row numbers stay below 2⁵³.
const (
	maxLevel = 40
	maxChunk = 1 << maxLevel
)

func (n *node) first() uint64 { return n.index << n.level }       // the first chunk
func (n *node) end() uint64   { return (n.index + 1) << n.level } // the first chunk after it

// full reports whether n has all the rows that it has room for; firstRow and endRow are the rows covered.
func (s *Stats) full(n *node) bool      { return n.rows == s.chunk<<n.level }
func (s *Stats) firstRow(n *node) int64 { return int64(n.first()) * s.chunk }
func (s *Stats) endRow(n *node) int64   { return s.firstRow(n) + n.rows }

// NewStats returns the statistics of no rows, bound to the model's present parameters.
func NewStats[T kernels.Float](m Model[T]) *Stats {
	return &Stats{kind: m.Kind(), length: m.StatsLen(), chunk: chunkOf(m), fingerprint: fingerprint(m)}
}

// chunkOf returns the rows, or sequences, of a chunk.
func chunkOf[T kernels.Float](m Model[T]) int64 {
	if _, ok := m.(Sequential); ok {
		return ChunkSequences
	}
	return ChunkRows
}

// fingerprint returns the SHA-256 of the model's kind, shape and parameters.
func fingerprint[T kernels.Float](m Model[T]) [sha256.Size]byte {
	b := fmt.Appendf(nil, "%s %d %d %T\n", m.Kind(), m.Dim(), m.StatsLen(), T(0))
	return sha256.Sum256(m.AppendParameters(b))
}

// Accumulate adds the expected sufficient statistics of the rows under the model's parameters to s: an E-step.
// The rows are the rows first, first+1, … of the whole data set; first must be a multiple of ChunkRows, and only the
// last rows of the data set may end within a chunk. For a Sequential model first counts sequences, in multiples of
// ChunkSequences. Of o only Workers counts.
//
// Errors leave s as it was: ErrStale if the model has changed since NewStats, ErrDoubledRows, data that Rows.Check
// refuses, and context.Cause(ctx).
func Accumulate[T kernels.Float](ctx context.Context, s *Stats, m Model[T], rows Rows[T], first int64, o Options) error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	rows, err = prepare(m, rows)
	if err != nil {
		return err
	}
	chunk := chunkOf(m)
	if first < 0 || first%chunk != 0 || first/chunk > maxChunk-int64(rows.units())/chunk-1 {
		return fmt.Errorf("elbo: a shard begins at row %d: shards begin at multiples of %d below 2⁵³", first, chunk)
	}
	e := newEngine(m, rows, uint64(first/chunk), o.Workers)
	if err := s.fits(m.Kind(), m.StatsLen()); err != nil {
		return err
	}
	if e.stats.fingerprint = fingerprint(m); e.stats.fingerprint != s.fingerprint {
		return ErrStale
	}
	if err := e.run(ctx); err != nil {
		return err
	}
	return s.Merge(e.stats)
}

// Update makes the M-step from the statistics of all rows of a data set, and returns the bound, in nats, at the parameters
// that the statistics were made under. With Accumulate it is an iteration of Fit, to the bit.
//
// Errors leave the model as it was: ErrStale if its parameters are not those of the statistics; ErrMissingRows or
// ErrDoubledRows unless the rows 0 … rows−1 are covered, each once; and what MStep returns.
func Update[T kernels.Float](m Model[T], s *Stats, rows int64) (bound float64, err error) {
	if err := s.fits(m.Kind(), m.StatsLen()); err != nil {
		return 0, err
	}
	if err := s.Covers(rows); err != nil {
		return 0, err
	}
	if fingerprint(m) != s.fingerprint {
		return 0, ErrStale
	}
	bound = s.LogLik() + m.GlobalBound()
	return bound, m.MStep(s.Values(), s.Weight())
}

// fits returns an error if the statistics are not of the kind and length.
func (s *Stats) fits(kind string, length int) error {
	if s.kind != kind || s.length != length {
		return fmt.Errorf("%w: they are %d numbers of kind %q, not %d of %q", ErrMismatch, s.length, s.kind, length, kind)
	}
	return nil
}

// Covers returns nil if the statistics cover the rows 0 … rows−1, each once, and no others. Else the error says which rows are
// missing or too many. Blended statistics cover no rows.
func (s *Stats) Covers(rows int64) error {
	at := int64(0)
	if !s.blended {
		for i := range s.nodes {
			n := &s.nodes[i]
			if s.firstRow(n) != at {
				break
			}
			at = s.endRow(n)
		}
	}
	switch {
	case at > rows || len(s.nodes) > 0 && !s.blended && s.endRow(&s.nodes[len(s.nodes)-1]) > rows:
		return fmt.Errorf("elbo: the statistics cover rows from %d on: the data have %d", max(rows, 0), rows)
	case at < rows:
		return fmt.Errorf("%w: row %d is the first", ErrMissingRows, at)
	}
	return nil
}

// Merge adds the statistics of other rows under the same parameters: afterwards s covers the rows of both. The order of
// merging does not matter, to the bit. Errors leave s as it was: ErrMismatch for another model, ErrStale for other
// parameters, ErrDoubledRows if a row is in both. o is unchanged.
func (s *Stats) Merge(o *Stats) error {
	if err := o.fits(s.kind, s.length); err != nil {
		return err
	}
	if s.chunk != o.chunk {
		return fmt.Errorf("%w: the chunks of one have %d rows, of the other %d", ErrMismatch, s.chunk, o.chunk)
	}
	if s.fingerprint != o.fingerprint {
		return ErrStale
	}
	if s.blended || o.blended {
		return fmt.Errorf("%w: statistics that were added, subtracted or scaled have no rows to merge", ErrMismatch)
	}
	for i, j := 0, 0; i < len(s.nodes) && j < len(o.nodes); {
		a, b := &s.nodes[i], &o.nodes[j]
		switch {
		case a.end() <= b.first():
			i++
		case b.end() <= a.first():
			j++
		default:
			return fmt.Errorf("%w: row %d is in both", ErrDoubledRows, max(s.firstRow(a), s.firstRow(b)))
		}
	}
	for _, n := range o.nodes {
		values := s.take()
		copy(values, n.values)
		n.values = values
		s.insert(n)
	}
	return nil
}

// insert puts a node that overlaps no other in its place, then adds siblings, left + right, into their parent for as
// long as there are two.
func (s *Stats) insert(n node) {
	i, _ := slices.BinarySearchFunc(s.nodes, n.first(), func(m node, first uint64) int {
		if m.first() < first {
			return -1
		}
		return 1
	})
	s.nodes = slices.Insert(s.nodes, i, n)
	for {
		if s.nodes[i].index%2 == 1 {
			i--
		}
		if i < 0 || i+1 >= len(s.nodes) {
			return
		}
		a, b := &s.nodes[i], &s.nodes[i+1]
		if a.level != b.level || a.index^1 != b.index || !s.full(a) {
			return
		}
		addTo(a.values, b.values)
		a.rows += b.rows
		a.level++
		a.index /= 2
		s.free = append(s.free, b.values)
		s.nodes = slices.Delete(s.nodes, i+1, i+2)
	}
}

// take returns a zeroed vector of values.
func (s *Stats) take() []float64 {
	if n := len(s.free); n > 0 {
		v := s.free[n-1]
		s.free = s.free[:n-1]
		clear(v)
		return v
	}
	return make([]float64, s.length+extra)
}

// clear removes all rows.
func (s *Stats) clear() {
	for i := range s.nodes {
		s.free = append(s.free, s.nodes[i].values)
	}
	s.nodes = s.nodes[:0]
}

// fold sets dst to the sum of all nodes, from the right: where the nodes cover rows 0 … n−1 that is the binary tree over
// chunks in which a node without a right child is its left child.
func (s *Stats) fold(dst []float64) {
	clear(dst)
	for i := len(s.nodes) - 1; i >= 0; i-- {
		if i == len(s.nodes)-1 {
			copy(dst, s.nodes[i].values)
		} else {
			addTo(dst, s.nodes[i].values)
		}
	}
}

func addTo(dst, x []float64) { kernels.Add(dst, dst, x) }

// total returns the sum of all nodes in a new vector.
func (s *Stats) total() []float64 {
	v := make([]float64, s.length+extra)
	s.fold(v)
	return v
}

// Values returns the vector of sufficient statistics, the sum over all rows, as MStep takes it. The caller owns it.
func (s *Stats) Values() []float64 { return s.total()[:s.length:s.length] }

// Weight returns the total weight of the rows, their number if they have none, after Add, Sub and Scale that of the combination, as MStep takes it.
func (s *Stats) Weight() float64 { return s.total()[s.length+weightAt] }

// LogLik returns Σ w_n log Z_n over the rows in nats: the part of the bound that belongs to rows.
func (s *Stats) LogLik() float64 { return s.total()[s.length+logLikAt] }

// Entropy returns Σ w_n H[q(z_n)] over the rows in nats.
func (s *Stats) Entropy() float64 { return s.total()[s.length+entropyAt] }

// blend replaces the nodes by one vector that belongs to no rows.
func (s *Stats) blend(v []float64) {
	s.clear()
	s.nodes = append(s.nodes, node{values: v})
	s.blended = true
}

// Add adds o's vector, element by element: S ← S + Sᵒ. The sum of statistics under different parameters, which online and
// incremental fits need, belongs to no set of rows: Covers and Merge refuse it. ErrMismatch if o is of another model.
func (s *Stats) Add(o *Stats) error { return s.combine(o, 1) }

// Sub subtracts o's vector, element by element: S ← S − Sᵒ. See Add.
func (s *Stats) Sub(o *Stats) error { return s.combine(o, -1) }

func (s *Stats) combine(o *Stats, sign float64) error {
	if err := o.fits(s.kind, s.length); err != nil {
		return err
	}
	v := s.total()
	kernels.Axpy(v, sign, o.total())
	s.blend(v)
	return nil
}

// Scale multiplies the vector, and with it the weight, the sum of log Z and the entropy, by a: S ← a·S. See Add.
func (s *Stats) Scale(a float64) {
	v := s.total()
	kernels.Scale(v, v, a)
	s.blend(v)
}
