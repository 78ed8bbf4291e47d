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
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			if v-v != 0 && (v == v || !missing) {
				return &DataError{Row: i, Col: j, Value: float64(v)}
			}
		}
	}
	return nil
}
