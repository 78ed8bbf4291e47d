package kernels

// softmaxRowsGeneric does rows of at most pieceLen columns; r.Data may be nil.
func softmaxRowsGeneric[T Float](r Matrix[T], logZ []T, x Matrix[T]) {
	for i := range logZ {
		var ri []T
		if r.Data != nil {
			ri = r.Row(i)
		}
		logZ[i] = softmaxRowGeneric(ri, x.Row(i))
	}
}

func softmaxRowGeneric[T Float](r, x []T) T {
	m := maxGeneric(x)
	if isSpecial(m) {
		if r != nil {
			specialRow(r, x, m)
		}
		return m
	}
	s := sumExpGeneric(r, x, m)
	if r != nil {
		scaleGeneric(r, r, 1/s)
	}
	return m + logPos(s)
}
