package elbo

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// statsMagic and statsVersion begin the binary form of Stats.
const (
	statsMagic   = "elbostat"
	statsVersion = 2
)

// AppendBinary appends the binary form of s: equal statistics have equal bytes on every machine. All numbers are
// little-endian.
//
//	8 bytes   "elbostat"
//	4, 4      format version, numerics version
//	1, …      length of the kind, kind
//	32        SHA-256 of the parameters
//	1         1 if blended, else 0
//	4         the rows, or sequences, of a chunk
//	8, 8      length of the model's statistics, number of nodes
//	nodes:    level (1), index (8), rows (8), values (8 each)
//	32        SHA-256 of all that
func (s *Stats) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	if len(s.kind) > math.MaxUint8 {
		return nil, fmt.Errorf("elbo: the name of a kind of model has %d bytes: the most is %d", len(s.kind), math.MaxUint8)
	}
	le := binary.LittleEndian
	b = append(b, statsMagic...)
	b = le.AppendUint32(b, statsVersion)
	b = le.AppendUint32(b, kernels.NumericsVersion)
	b = append(b, byte(len(s.kind)))
	b = append(b, s.kind...)
	b = append(b, s.fingerprint[:]...)
	flag := byte(0)
	if s.blended {
		flag = 1
	}
	b = append(b, flag)
	b = le.AppendUint32(b, uint32(s.chunk))
	b = le.AppendUint64(b, uint64(s.length))
	b = le.AppendUint64(b, uint64(len(s.nodes)))
	for _, n := range s.nodes {
		b = append(b, n.level)
		b = le.AppendUint64(b, n.index)
		b = le.AppendUint64(b, uint64(n.rows))
		for _, v := range n.values {
			b = le.AppendUint64(b, math.Float64bits(v))
		}
	}
	sum := sha256.Sum256(b[start:])
	return append(b, sum[:]...), nil
}

// MarshalBinary returns the binary form that AppendBinary describes.
func (s *Stats) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary sets s to what the bytes hold. Damaged, truncated or hostile bytes are an error, which leaves s as it
// was; so are another format and another numerics version, whose sums would not be these. It allocates no more than
// a small multiple of len(b).
func (s *Stats) UnmarshalBinary(b []byte) error {
	bad := func(what string) error { return fmt.Errorf("elbo: these bytes are no statistics: %s", what) }
	le := binary.LittleEndian
	if len(b) < len(statsMagic)+8 || string(b[:len(statsMagic)]) != statsMagic {
		return bad("they do not begin with " + statsMagic)
	}
	if v := le.Uint32(b[8:]); v != statsVersion {
		return bad(fmt.Sprintf("format version %d, this library reads %d", v, statsVersion))
	}
	if v := le.Uint32(b[12:]); v != kernels.NumericsVersion {
		return bad(fmt.Sprintf("numerics version %d, this library has %d", v, kernels.NumericsVersion))
	}
	end := len(b) - sha256.Size
	if end < 16 || sha256.Sum256(b[:end]) != [sha256.Size]byte(b[end:]) {
		return bad("the checksum is wrong, they are damaged or truncated")
	}
	b = b[16:end]
	if len(b) < 1 || len(b) < 1+int(b[0])+sha256.Size+1+20 {
		return bad("truncated")
	}
	var t Stats
	t.kind, b = string(b[1:1+int(b[0])]), b[1+int(b[0]):]
	copy(t.fingerprint[:], b)
	flag := b[sha256.Size]
	t.blended = flag == 1
	t.chunk = int64(le.Uint32(b[sha256.Size+1:]))
	length, nodes := le.Uint64(b[sha256.Size+5:]), le.Uint64(b[sha256.Size+13:])
	b = b[sha256.Size+21:]
	if flag > 1 || t.chunk != ChunkRows && t.chunk != ChunkSequences || t.blended && nodes != 1 || length > math.MaxInt32 {
		return bad("a count is out of range")
	}
	size := 17 + 8*(length+extra)
	if nodes > uint64(len(b))/size || nodes*size != uint64(len(b)) {
		return bad("truncated, or longer than the nodes")
	}
	t.length = int(length)
	for range nodes {
		n := node{level: b[0], index: le.Uint64(b[1:]), rows: int64(le.Uint64(b[9:])), values: make([]float64, length+extra)}
		for i := range n.values {
			n.values[i] = math.Float64frombits(le.Uint64(b[17+8*i:]))
		}
		b = b[size:]
		if t.blended {
			if n.level != 0 || n.index != 0 || n.rows != 0 {
				return bad("blended statistics with rows")
			}
			t.nodes = append(t.nodes, n)
			continue
		}
		if n.level > maxLevel || n.index >= maxChunk>>n.level || n.rows < 1 || n.rows > t.chunk<<n.level {
			return bad("a node lies out of range")
		}
		if k := len(t.nodes); k > 0 && t.nodes[k-1].end() > n.first() {
			return bad("nodes overlap or are out of order")
		}
		if t.insert(n); t.nodes[len(t.nodes)-1].index != n.index || t.nodes[len(t.nodes)-1].level != n.level {
			return bad("two siblings have not been added")
		}
	}
	*s = t
	return nil
}
