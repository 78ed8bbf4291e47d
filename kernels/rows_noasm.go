//go:build (!amd64 && !arm64) || purego || race

package kernels

func softmaxRowsFast[T Float](r Matrix[T], logZ, h []T, x Matrix[T]) {
	softmaxRowsGeneric(r, logZ, h, x, 0, x.Rows)
}

func logSoftmaxRowsFast[T Float](dst, x Matrix[T]) { logSoftmaxRowsGeneric(dst, x, 0, x.Rows) }

func softmaxColsFast[T Float](r Matrix[T], logZ, h []T, x Matrix[T]) {
	softmaxColsGeneric(r, logZ, h, x, 0, x.Cols)
}
