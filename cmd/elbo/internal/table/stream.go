package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"time"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// Stream is a file that is read anew in each pass over its rows, in blocks: an elbo.Source of rows that need not fit into
// memory.
type Stream struct {
	path  string
	o     Options
	names []string
	size  int64
	time  time.Time
}

// StreamError is the error of a pass over a stream: of the file, not of what reads it.
type StreamError struct{ error }

// Unwrap returns what went wrong.
func (e *StreamError) Unwrap() error { return e.error }

// streamEntries is about how many entries a block has.
const streamEntries = 1 << 18

// NewStream returns the file as a stream. It must be a regular file, for it is read more than once, and stay as it is.
func NewStream(path string, o Options) (*Stream, error) {
	s := &Stream{path: path, o: o}
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	s.names = r.Names()
	return s, r.Close()
}

// Names returns the names of the columns of the data.
func (s *Stream) Names() []string { return s.names }

// Path returns the path of the file.
func (s *Stream) Path() string { return s.path }

// open opens the file, and returns an error if it is not as it was.
func (s *Stream) open() (*Reader, error) {
	info, err := os.Stat(s.path)
	switch {
	case err != nil:
		return nil, FileError("read the data", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: is not a regular file, and a stream is read once for each iteration: save the data in a file, or leave --stream out", s.path)
	case s.names == nil:
		s.size, s.time = info.Size(), info.ModTime()
	case info.Size() != s.size || !info.ModTime().Equal(s.time):
		return nil, fmt.Errorf("%s: has changed since it was first read: leave it alone while it is in use", s.path)
	}
	return Open(s.path, s.o)
}

// Tables ranges over the rows once, in tables, each of which is valid until the next is asked for.
func (s *Stream) Tables(ctx context.Context) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		r, err := s.open()
		if err != nil {
			yield(nil, err)
			return
		}
		defer r.Close()
		for t, err := range r.Tables(ctx, max(elbo.BlockRows, min(elbo.ChunkRows, streamEntries/len(r.chosen)))) {
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// Blocks implements elbo.Source.
func (s *Stream) Blocks() iter.Seq2[elbo.Rows[float64], error] {
	if s.o.Groups != "" {
		return s.sequences()
	}
	return func(yield func(elbo.Rows[float64], error) bool) {
		for b, err := range s.Tables(context.Background()) {
			if err != nil {
				yield(elbo.Rows[float64]{}, &StreamError{err})
				return
			}
			if !yield(elbo.Rows[float64]{X: b.X, Weights: b.Weights}, nil) {
				return
			}
		}
	}
}

// Tables ranges over the rows of r in tables of this number of rows, but for the last. A table is valid until the next is
// asked for.
func (r *Reader) Tables(ctx context.Context, rows int) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		b := r.NewBlock(rows)
		for {
			err := r.Next(ctx, b)
			if errors.Is(err, io.EOF) {
				return
			}
			t := &Table{Path: r.path, Names: r.names, X: b.X, Weights: b.Weights, Groups: b.Groups, At: b.At, r: r}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// sequences is Blocks for sequences, of which a block has whole ones.
func (s *Stream) sequences() iter.Seq2[elbo.Rows[float64], error] {
	return func(yield func(elbo.Rows[float64], error) bool) {
		q := gathered{cols: len(s.names)}
		for b, err := range s.Tables(context.Background()) {
			if err == nil {
				err = q.add(b)
				q.data = append(q.data, b.X.Data...)
			}
			if err != nil {
				yield(elbo.Rows[float64]{}, &StreamError{err})
				return
			}
			// The last sequence may go on in the next block.
			if rows := q.whole(max(0, len(q.Lengths)-1)); len(rows.Lengths) >= elbo.ChunkSequences || len(rows.Lengths) > 0 && len(q.data) >= streamEntries {
				if !yield(rows, nil) {
					return
				}
				q.drop(len(rows.Lengths))
			}
		}
		yield(q.whole(len(q.Lengths)), nil)
	}
}

// gathered are rows as sequences, by the numbers in their Groups.
type gathered struct {
	Lengths []int
	Weights []float64 // of the sequences, or nil
	data    []float64
	cols    int
	last    float64
}

// add adds the rows of a table, but not their data.
func (q *gathered) add(b *Table) error {
	for i, g := range b.Groups {
		n := len(q.Lengths)
		if n == 0 || g != q.last {
			q.last = g
			q.Lengths = append(q.Lengths, 1)
			if b.Weights != nil {
				q.Weights = append(q.Weights, b.Weights[i])
			}
			continue
		}
		q.Lengths[n-1]++
		if b.Weights != nil && b.Weights[i] != q.Weights[n-1] {
			return fmt.Errorf("%s: %s has the weight %v, and its sequence began with %v: give all rows of a sequence its weight",
				b.Path, b.Row(i), b.Weights[i], q.Weights[n-1])
		}
	}
	return nil
}

// frames returns the number of frames of the first n sequences.
func (q *gathered) frames(n int) int {
	sum := 0
	for _, l := range q.Lengths[:n] {
		sum += l
	}
	return sum
}

// whole returns the first n sequences.
func (q *gathered) whole(n int) elbo.Rows[float64] {
	frames := q.frames(n)
	r := elbo.Rows[float64]{X: kernels.MatrixOf(frames, q.cols, q.data[:frames*q.cols]), Lengths: q.Lengths[:n:n]}
	if q.Weights != nil {
		r.Weights = q.Weights[:n:n]
	}
	return r
}

// drop forgets the first n sequences.
func (q *gathered) drop(n int) {
	frames := q.frames(n)
	q.data = append(q.data[:0], q.data[frames*q.cols:]...)
	q.Lengths = append(q.Lengths[:0], q.Lengths[n:]...)
	if q.Weights != nil {
		q.Weights = append(q.Weights[:0], q.Weights[n:]...)
	}
}

// Rows returns the table as the library takes it: with Groups, as sequences.
func (t *Table) Rows() (elbo.Rows[float64], error) {
	if t.Groups == nil {
		return elbo.Rows[float64]{X: t.X, Weights: t.Weights}, nil
	}
	var q gathered
	if err := q.add(t); err != nil {
		return elbo.Rows[float64]{}, err
	}
	return elbo.Rows[float64]{X: t.X, Weights: q.Weights, Lengths: q.Lengths}, nil
}

// Sample returns the number of rows and a table of at most most of them, each chosen with the same probability (Vitter,
// "Random sampling with a reservoir", ACM Trans. Math. Softw. 11, 1985, algorithm R). The rows depend on the seed and the file
// alone. Of sequences it takes the first ones, whole, until there are most rows.
func (s *Stream) Sample(ctx context.Context, most int, seed uint64) (rows int64, t *Table, err error) {
	const stream = 0x7461626c65 // of the seed
	key := kernels.NewKey(seed, stream)
	r, err := s.open()
	if err != nil {
		return 0, nil, err
	}
	defer r.Close()
	t = &Table{Path: s.path, Names: s.names, r: r}
	d := len(s.names)
	t.Most = make([]float64, d)
	for j := range t.Most {
		t.Most[j] = math.Inf(-1)
	}
	var data []float64
	var u [2]float64
	full := false // of sequences
	for b, err := range s.Tables(ctx) {
		if err != nil {
			return rows, nil, err
		}
		for i := range b.X.Rows {
			for j, v := range b.X.Row(i) {
				if v > t.Most[j] {
					t.Most[j] = v
				}
			}
			if rows%2 == 0 {
				kernels.Uniform(u[:], key, kernels.Counter{Row: uint64(rows / 2)})
			}
			at := int(rows)
			if rows >= int64(most) {
				at = int(u[rows%2] * float64(rows+1))
			}
			rows++
			if b.Groups != nil {
				n := len(t.Groups)
				full = full || n >= most && b.Groups[i] != t.Groups[n-1]
				if full {
					continue
				}
				t.Groups = append(t.Groups, b.Groups[i])
				at = n
			}
			switch {
			case at >= most && b.Groups == nil:
				continue
			case len(t.At) <= at:
				data = append(data, b.X.Row(i)...)
				t.At = append(t.At, b.At[i])
				if b.Weights != nil {
					t.Weights = append(t.Weights, b.Weights[i])
				}
				continue
			}
			copy(data[at*d:], b.X.Row(i))
			t.At[at] = b.At[i]
			if b.Weights != nil {
				t.Weights[at] = b.Weights[i]
			}
		}
	}
	t.X = kernels.MatrixOf(len(t.At), d, data)
	return rows, t, nil
}
