package elbo_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// accumulate returns the statistics of chunks [lo, hi) of x under m.
func accumulate(t testing.TB, m *share, x kernels.Matrix[float64], lo, hi int) *elbo.Stats {
	t.Helper()
	s := elbo.NewStats(m)
	shard := x.SliceRows(lo*elbo.ChunkRows, min(hi*elbo.ChunkRows, x.Rows))
	if err := elbo.Accumulate(context.Background(), s, m, elbo.Of(shard), int64(lo)*elbo.ChunkRows, elbo.Options{Workers: 2}); err != nil {
		t.Fatal(err)
	}
	return s
}

func marshal(t testing.TB, s *elbo.Stats) []byte {
	t.Helper()
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMergeInAnyOrderEqualsFit(t *testing.T) {
	x := rows(11*elbo.ChunkRows + 99) // 12 chunks
	m := &share{w: 0.9}
	r, err := elbo.Fit(context.Background(), m, elbo.Of(x), elbo.Options{MaxIter: 2, Tol: -1})
	if err != nil {
		t.Fatal(err)
	}
	var whole []byte
	for _, cuts := range [][]int{{0, 12}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {0, 7, 8, 12}, {0, 3, 6, 9, 12}} {
		for order := range 3 {
			n := &share{w: 0.9}
			for i := range 2 {
				total := elbo.NewStats(n)
				at := make([]int, len(cuts)-1)
				for j := range at {
					at[j] = (j*5 + order) % len(at) // a permutation unless 5 divides len(at)
				}
				if order == 2 {
					slices.Reverse(at)
				}
				for _, j := range at {
					var s elbo.Stats
					if err := s.UnmarshalBinary(marshal(t, accumulate(t, n, x, cuts[j], cuts[j+1]))); err != nil {
						t.Fatal(err)
					}
					if err := total.Merge(&s); err != nil {
						t.Fatal(err)
					}
				}
				if b := marshal(t, total); i == 0 && whole == nil {
					whole = b
				} else if i == 0 && !bytes.Equal(b, whole) {
					t.Errorf("cuts %v, order %d: other bytes", cuts, order)
				}
				bound, err := elbo.Update(n, total, int64(x.Rows))
				if err != nil || bound != r.Bounds[i] {
					t.Errorf("cuts %v, order %d: bound %v of iteration %d, want %v (%v)", cuts, order, bound, i, r.Bounds[i], err)
				}
			}
			if n.w != m.w {
				t.Errorf("cuts %v, order %d: share %v, want %v", cuts, order, n.w, m.w)
			}
		}
	}
}

func TestShardsThatDoNotFit(t *testing.T) {
	x := rows(4*elbo.ChunkRows + 9)
	m := &share{w: 0.9}
	total := accumulate(t, m, x, 0, 3)
	before := marshal(t, total)
	check := func(what string, err, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
		if !bytes.Equal(marshal(t, total), before) || m.w != 0.9 {
			t.Errorf("%s: the refused operation changed something", what)
		}
	}
	check("doubled", total.Merge(accumulate(t, m, x, 2, 5)), elbo.ErrDoubledRows)
	_, err := elbo.Update(m, total, int64(x.Rows))
	check("lost", err, elbo.ErrMissingRows)
	_, err = elbo.Update(m, accumulate(t, m, x, 1, 5), int64(x.Rows))
	check("lost at the front", err, elbo.ErrMissingRows)
	check("stale", total.Merge(accumulate(t, &share{w: 0.8}, x, 3, 5)), elbo.ErrStale)
	_, err = elbo.Update(&share{w: 0.8}, total, 3*elbo.ChunkRows)
	check("stale model", err, elbo.ErrStale)
	check("stale model", elbo.Accumulate(context.Background(), total, &share{w: 0.8}, elbo.Of(x), 3*elbo.ChunkRows, elbo.Options{}), elbo.ErrStale)
	check("empty of another kind", total.Merge(&elbo.Stats{}), elbo.ErrMismatch)
	blend := accumulate(t, m, x, 3, 5)
	blend.Scale(2)
	check("blended", total.Merge(blend), elbo.ErrMismatch)
	check("blended", blend.Covers(9), elbo.ErrMissingRows)
	if err := total.Covers(2 * elbo.ChunkRows); err == nil {
		t.Error("more rows than the data have: no error")
	}
	if err := elbo.Accumulate(context.Background(), total, m, elbo.Of(x), 100, elbo.Options{}); err == nil {
		t.Error("a shard that begins within a chunk: no error")
	}
	// A shard that ends within a chunk leaves a gap.
	ragged := elbo.NewStats(m)
	for _, cut := range [][2]int{{0, 5000}, {elbo.ChunkRows, 2 * elbo.ChunkRows}} {
		if err := elbo.Accumulate(context.Background(), ragged, m, elbo.Of(x.SliceRows(cut[0], cut[1])), int64(cut[0]), elbo.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	check("gap within a chunk", ragged.Covers(2*elbo.ChunkRows), elbo.ErrMissingRows)
}

func TestVectorAlgebra(t *testing.T) {
	x := rows(3 * elbo.ChunkRows)
	m := &share{w: 0.4}
	a, b := accumulate(t, m, x, 0, 1), accumulate(t, m, x, 1, 3)
	sum := accumulate(t, m, x, 0, 1)
	if err := sum.Add(b); err != nil {
		t.Fatal(err)
	}
	if got, want := sum.Values()[0], a.Values()[0]+b.Values()[0]; got != want {
		t.Errorf("sum %v, want %v", got, want)
	}
	if sum.Weight() != 3*elbo.ChunkRows || sum.LogLik() != a.LogLik()+b.LogLik() {
		t.Errorf("weight %v, log-likelihood %v", sum.Weight(), sum.LogLik())
	}
	var back elbo.Stats
	if err := back.UnmarshalBinary(marshal(t, sum)); err != nil {
		t.Fatal(err)
	}
	if err := back.Sub(b); err != nil {
		t.Fatal(err)
	}
	if got, want := back.Values()[0], a.Values()[0]+b.Values()[0]-b.Values()[0]; got != want {
		t.Errorf("difference %v, want %v", got, want)
	}
	back.Scale(0.5)
	if back.Weight() != elbo.ChunkRows/2 {
		t.Errorf("scaled weight %v", back.Weight())
	}
	if err := back.Add(&elbo.Stats{}); !errors.Is(err, elbo.ErrMismatch) {
		t.Errorf("statistics of nothing: %v", err)
	}
}

func TestDamagedStats(t *testing.T) {
	good := marshal(t, accumulate(t, &share{w: 0.4}, rows(3*elbo.ChunkRows), 0, 3))
	for i := range good {
		b := bytes.Clone(good)
		b[i] ^= 4
		if err := new(elbo.Stats).UnmarshalBinary(b); err == nil {
			t.Errorf("byte %d damaged: no error", i)
		}
		if err := new(elbo.Stats).UnmarshalBinary(good[:i]); err == nil {
			t.Errorf("truncated to %d bytes: no error", i)
		}
	}
	if err := new(elbo.Stats).UnmarshalBinary(append(bytes.Clone(good), 0)); err == nil {
		t.Error("a byte too many: no error")
	}
}
