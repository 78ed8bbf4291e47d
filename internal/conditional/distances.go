package conditional

import "example.com/elbo/kernels"

// Distances writes −½ times the squared Mahalanobis distances of the observed entries of the rows that Next has made ready to q,
// and what else their log-densities have to c: LogJoint writes the sums of both. Rows without a missing entry are left out.
func (b *Block[T]) Distances(q, c kernels.Matrix[T]) {
	b.each(q, func(s *slot[T]) []T { return b.zero })
	first, _ := b.Range()
	for _, r := range b.runs[b.lo:b.hi] {
		for i := int(r.lo) - first; i < int(r.hi)-first && r.slot != complete; i++ {
			copy(c.Row(i), b.cache.slots[r.slot].c)
		}
	}
}
