//go:build (!amd64 && !arm64) || purego || race

package kernels

func hmmForwardFramesF32(alpha, b Matrix[float32], c, prev []float32, trans Matrix[float32], _ []float32) {
	hmmForwardFramesGeneric(alpha, b, c, prev, trans)
}

func hmmForwardFramesF64(alpha, b Matrix[float64], c, prev []float64, trans Matrix[float64], _ []float64) {
	hmmForwardFramesGeneric(alpha, b, c, prev, trans)
}

func hmmBackwardFramesF32(beta, w Matrix[float32], next []float32, trans, b Matrix[float32], c, _ []float32) {
	hmmBackwardFramesGeneric(beta, w, next, trans, b, c)
}

func hmmBackwardFramesF64(beta, w Matrix[float64], next []float64, trans, b Matrix[float64], c, _ []float64) {
	hmmBackwardFramesGeneric(beta, w, next, trans, b, c)
}

func hmmViterbiFramesF32(delta, psi Matrix[float32], most, prev []float32, logTrans, logb Matrix[float32], _ []float32) {
	hmmViterbiFramesGeneric(delta, psi, most, prev, logTrans, logb)
}

func hmmViterbiFramesF64(delta, psi Matrix[float64], most, prev []float64, logTrans, logb Matrix[float64], _ []float64) {
	hmmViterbiFramesGeneric(delta, psi, most, prev, logTrans, logb)
}
