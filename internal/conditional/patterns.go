package conditional

import (
	"cmp"
	"slices"

	"example.com/elbo/kernels"
)

// Sort takes the rows of a block, N×D, and sorts them by their patterns, rows of one pattern by position. It copies them.
func (b *Block[T]) Sort(x kernels.Matrix[T]) {
	b.n = x.Rows
	order, keys := b.order[:b.n], b.keys[:b.n*b.words]
	clear(keys)
	whole, others := 0, b.n // complete rows come first; the others are for now last, in the inverse order
	for i := range x.Rows {
		key, missing := keys[i*b.words:][:b.words], false
		for j, v := range x.Row(i) {
			if v != v {
				key[j/64] |= 1 << (j % 64)
				missing = true
			}
		}
		if missing {
			others--
			order[others] = int32(i)
		} else {
			order[whole] = int32(i)
			whole++
		}
	}
	slices.Reverse(order[others:])
	slices.SortFunc(order[others:], func(i, j int32) int {
		if c := cmp.Compare(b.keys[int(i)*b.words], b.keys[int(j)*b.words]); c != 0 {
			return c
		}
		if c := slices.Compare(b.key(i), b.key(j)); c != 0 {
			return c
		}
		return cmp.Compare(i, j)
	})
	b.runs = b.runs[:0]
	for i, from := range order {
		copy(b.x.Row(i), x.Row(int(from)))
		if i > 0 && slices.Equal(b.key(from), b.key(order[i-1])) {
			b.runs[len(b.runs)-1].hi++
		} else {
			b.runs = append(b.runs, run{lo: int32(i), hi: int32(i + 1), slot: complete})
		}
	}
	b.lo, b.hi = 0, 0
}

// key returns the pattern of the row at a position before sorting.
func (b *Block[T]) key(i int32) []uint64 { return b.keys[int(i)*b.words:][:b.words] }

// Next goes on to the next rows in sorted order and makes the factors of their patterns: of as many as there is room for. It
// reports whether there are any rows. Which they are depends on the block alone, not on earlier ones.
func (b *Block[T]) Next() bool {
	b.lo = b.hi
	b.hi = min(b.lo+len(b.cache.slots), len(b.runs))
	fresh := 0
	for i := b.lo; i < b.hi; i++ {
		r := &b.runs[i]
		if r.slot = b.cache.find(b.key(b.order[r.lo])); r.slot == absent {
			fresh++
		}
	}
	if fresh > len(b.cache.slots)-b.cache.used {
		b.cache.flush()
	}
	for i := b.lo; i < b.hi; i++ {
		r := &b.runs[i]
		key := b.key(b.order[r.lo])
		if r.slot = b.cache.find(key); r.slot == absent {
			r.slot = b.cache.add(key)
			b.todo = append(b.todo, r.slot)
		}
	}
	b.factor()
	b.gatherObserved()
	return b.lo < b.hi
}

// Range returns the rows that Next has made ready, in sorted order.
func (b *Block[T]) Range() (lo, hi int) { return int(b.runs[b.lo].lo), int(b.runs[b.hi-1].hi) }

// Observed returns how many of the rows that Next has made ready, the first ones, have an entry that is not missing.
func (b *Block[T]) Observed() int {
	first, _ := b.Range()
	last := b.runs[b.hi-1]
	if last.slot != complete && b.cache.slots[last.slot].seen == 0 {
		return int(last.lo) - first
	}
	return int(last.hi) - first
}

// Rows returns the rows [lo, hi) in sorted order.
func (b *Block[T]) Rows(lo, hi int) kernels.Matrix[T] { return b.x.SliceRows(lo, hi) }

// Order returns, for each row in sorted order, its place before.
func (b *Block[T]) Order() []int32 { return b.order[:b.n] }

// Complete returns how many rows, the first ones in sorted order, have no missing entry.
func (b *Block[T]) Complete() int {
	if b.n > 0 && zero(b.key(b.order[0])) {
		return int(b.runs[0].hi)
	}
	return 0
}

func zero(key []uint64) bool {
	for _, w := range key {
		if w != 0 {
			return false
		}
	}
	return true
}

// The slots of runs that have none.
const (
	complete = -1 // nothing is missing
	absent   = -2 // of no slot yet
)

// cache keeps the slots of the latest patterns.
type cache[T kernels.Float] struct {
	slots []slot[T]
	used  int
	table []int32 // slots by the hashes of their keys, open addressing, 1 added
}

func (c *cache[T]) init(k, own, d, words int) {
	elems := own*d*d + k*d + k
	numbers := own*d*d + k
	bytes := 16 * max(elems, numbers)
	n := max(1, min(cacheSlots, cacheBytes/bytes))
	c.slots = make([]slot[T], n)
	t, f := make([]T, n*elems), make([]float64, n*numbers)
	keys, columns := make([]uint64, n*words), make([]int32, n*d)
	for i := range c.slots {
		c.slots[i] = slot[T]{
			key: keys[i*words:][:words], columns: columns[i*d:][:d],
			mean: t[i*elems:][:k*d], c: t[i*elems+k*d:][:k], room: t[i*elems+k*d+k:][:own*d*d],
			entropy: f[i*numbers:][:k], cov: f[i*numbers+k:][:own*d*d],
		}
	}
	size := 4
	for size < 2*n {
		size *= 2
	}
	c.table = make([]int32, size)
}

func (c *cache[T]) flush() {
	c.used = 0
	clear(c.table)
}

// place returns where in the table a key is or belongs.
func (c *cache[T]) place(key []uint64) int {
	h := uint64(0)
	for _, w := range key {
		h = (h ^ w) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	mask := len(c.table) - 1
	at := int(h) & mask
	for c.table[at] != 0 && !slices.Equal(c.slots[c.table[at]-1].key, key) {
		at = (at + 1) & mask
	}
	return at
}

// find returns the slot of a pattern, complete or absent.
func (c *cache[T]) find(key []uint64) int32 {
	switch at := c.table[c.place(key)]; {
	case zero(key):
		return complete
	case at == 0:
		return absent
	default:
		return at - 1
	}
}

// add returns a new slot for a pattern.
func (c *cache[T]) add(key []uint64) int32 {
	i := c.used
	c.used++
	s := &c.slots[i]
	c.table[c.place(key)] = int32(i + 1)
	copy(s.key, key)
	s.seen = 0
	for missing := range 2 {
		at := s.seen
		for j := range s.columns {
			if int(key[j/64]>>(j%64)&1) == missing {
				s.columns[at] = int32(j)
				at++
			}
		}
		if missing == 0 {
			s.seen = at
		}
	}
	own := len(s.room) / (len(s.columns) * len(s.columns))
	o := s.seen
	s.factor, s.weights = s.room[:own*o*o], s.room[own*o*o:own*o*len(s.columns)]
	return int32(i)
}
