//go:build (!amd64 && !arm64) || purego || race

package kernels

func gaussDiag[T Float](dst, x, mean, prec Matrix[T], c, _, _ []T) {
	gaussDiagGeneric(dst, x, mean, prec, c)
}

func gaussFull[T Float](dst, x, mean, p Matrix[T], c []T, work []T) {
	gaussFullGeneric(dst, x, mean, p, c, work)
}

func gaussDiagMasked[T Float](dst, x, mean, prec, logNorm Matrix[T], c []T, _ []T) {
	gaussDiagMaskedGeneric(dst, x, mean, prec, logNorm, c)
}
