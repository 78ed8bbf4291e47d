package elbo_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// csvFile is a Source that reads its rows anew on each pass: the data need not fit in memory.
type csvFile struct {
	open func() (io.Reader, error)
	rows int // of a block
}

func (f csvFile) Blocks() iter.Seq2[elbo.Rows[float64], error] {
	return func(yield func(elbo.Rows[float64], error) bool) {
		file, err := f.open()
		if err != nil {
			yield(elbo.Rows[float64]{}, err)
			return
		}
		r := csv.NewReader(file)
		r.ReuseRecord = true
		block := kernels.Matrix[float64]{Cols: 1, Stride: 1}
		for {
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			var v float64
			if err == nil {
				v, err = strconv.ParseFloat(record[0], 64)
			}
			if err != nil {
				yield(elbo.Rows[float64]{}, err)
				return
			}
			block.Data = append(block.Data, v)
			if block.Rows++; block.Rows == f.rows {
				if !yield(elbo.Of(block), nil) {
					return
				}
				block.Rows, block.Data = 0, block.Data[:0]
			}
		}
		yield(elbo.Of(block), nil)
	}
}

// A model is fitted to a file of any size: each iteration reads it once, and how it is cut into blocks does not matter.
func ExampleSource() {
	text := "0.3\n-0.9\n-1.4\n1.2\n-0.7\n-1.1\n0.8\n-0.2\n-1.9\n-0.6\n"
	file := csvFile{open: func() (io.Reader, error) { return strings.NewReader(text), nil }, rows: 4}

	m := &share{w: 0.5}
	r, err := elbo.Fit(context.Background(), m, file, elbo.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v after %d passes: share %.4f, bound %.6f nats\n", r.Reason, r.ESteps, m.w, r.Bound)
	// Output:
	// converged after 16 passes: share 0.1892, bound -14.364192 nats
}
