//go:build (!amd64 && !arm64) || purego || race

package kernels

func hmmForwardF32(alpha, b Matrix[float32], c, logc []float32, prev, trans, logb Matrix[float32], given bool) {
	hmmForwardGeneric(alpha, b, c, logc, prev, trans, logb, given)
}

func hmmForwardF64(alpha, b Matrix[float64], c, logc []float64, prev, trans, logb Matrix[float64], given bool) {
	hmmForwardGeneric(alpha, b, c, logc, prev, trans, logb, given)
}

func hmmBackwardF32(beta, w, next, trans, b Matrix[float32], c []float32, chain bool) {
	hmmBackwardGeneric(beta, w, next, trans, b, c, chain)
}

func hmmBackwardF64(beta, w, next, trans, b Matrix[float64], c []float64, chain bool) {
	hmmBackwardGeneric(beta, w, next, trans, b, c, chain)
}

func hmmViterbiF32(delta, psi, prev, logTrans, logb Matrix[float32]) {
	hmmViterbiGeneric(delta, psi, prev, logTrans, logb)
}

func hmmViterbiF64(delta, psi, prev, logTrans, logb Matrix[float64]) {
	hmmViterbiGeneric(delta, psi, prev, logTrans, logb)
}
