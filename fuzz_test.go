package elbo

import (
	"bytes"
	"crypto/sha256"
	"testing"
)

// FuzzUnmarshalStats gives bytes with a right checksum to UnmarshalBinary: whatever it takes it writes again.
func FuzzUnmarshalStats(f *testing.F) {
	s := &Stats{kind: "gmm", length: 2, chunk: ChunkRows}
	for _, c := range []uint64{0, 1, 2, 5} {
		s.insert(node{index: c, rows: ChunkRows, values: []float64{1, 2, ChunkRows, -3, 1, 3}})
	}
	b, err := s.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:len(b)-sha256.Size])
	s.Scale(2)
	if b, err = s.MarshalBinary(); err != nil {
		f.Fatal(err)
	}
	f.Add(b[:len(b)-sha256.Size])
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		b := append(bytes.Clone(body), sum[:]...)
		var s Stats
		if s.UnmarshalBinary(b) != nil {
			return
		}
		if again, err := s.MarshalBinary(); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("read and written again the bytes differ (%v)", err)
		}
		if len(s.nodes) == 0 {
			return
		}
		if err := new(Stats).Merge(&s); err == nil && s.kind != "" {
			t.Fatal("merged with statistics of no kind")
		}
		s.Scale(2)
	})
}
