package elbo

import (
	"fmt"
	"math"

	"example.com/elbo/kernels"
)

// DataError reports an entry of the data that a fit cannot take.
type DataError struct {
	Row, Col int     // counted from 0
	Value    float64 // NaN, +Inf or −Inf
}

// Error says what stands where, and the mend.
func (e *DataError) Error() string {
	if math.IsNaN(e.Value) {
		return fmt.Sprintf("elbo: row %d, column %d is NaN, a missing entry, and this model needs complete rows: remove the row or fill the entry in", e.Row, e.Col)
	}
	return fmt.Sprintf("elbo: row %d, column %d is %+v: remove the row or mark the entry missing with NaN", e.Row, e.Col, e.Value)
}

// CheckData returns an error unless x is a matrix of dim columns and at least one row whose entries are all finite or,
// where missing is true, NaN. The first entry that is not is reported as a *DataError. Fits call it before they start.
func CheckData[T kernels.Float](x kernels.Matrix[T], dim int, missing bool) error {
	switch {
	case x.Rows < 1:
		return fmt.Errorf("elbo: the data have %d rows: at least one is needed", x.Rows)
	case x.Cols != dim:
		return fmt.Errorf("elbo: the data have %d columns, the model has %d", x.Cols, dim)
	case x.Stride < x.Cols || len(x.Data) < x.Cols || (len(x.Data)-x.Cols)/max(x.Stride, 1) < x.Rows-1:
		return fmt.Errorf("elbo: a %d×%d matrix of stride %d needs more than its %d elements", x.Rows, x.Cols, x.Stride, len(x.Data))
	}
	if x.Stride == x.Cols {
		return checkEntries(x.Data[:x.Rows*x.Cols], 0, x.Cols, missing)
	}
	for i := range x.Rows {
		if err := checkEntries(x.Row(i), i, x.Cols, missing); err != nil {
			return err
		}
	}
	return nil
}

// checkEntries checks whole rows of cols entries each, of which the first is the given one.
func checkEntries[T kernels.Float](v []T, row, cols int, missing bool) error {
	var zeros [512]T
	for at := 0; at < len(v); at += len(zeros) {
		piece := v[at:min(at+len(zeros), len(v))]
		if kernels.Dot(piece, zeros[:len(piece)]) == 0 {
			continue // 0 times what is not finite is NaN
		}
		for i, v := range piece {
			if v-v != 0 && (v == v || !missing) {
				return &DataError{Row: row + (at+i)/cols, Col: (at + i) % cols, Value: float64(v)}
			}
		}
	}
	return nil
}
