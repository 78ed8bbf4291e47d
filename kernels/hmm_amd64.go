//go:build !purego && !race

package kernels

// hmmForwardF32AVX2 is hmmForwardGeneric for a.lanes sequences, lanes > 0, rows > 0: y is alpha, u logb, v b, x prev. The
// sums are given in y if xBytes is 0.
//
//go:noescape
func hmmForwardF32AVX2(a *hmmArgs)

//go:noescape
func hmmForwardF64AVX2(a *hmmArgs)

// hmmBackwardF32AVX2 is hmmBackwardGeneric, likewise: y is beta, u next, v b, x w. Without a chain rows is 0.
//
//go:noescape
func hmmBackwardF32AVX2(a *hmmArgs)

//go:noescape
func hmmBackwardF64AVX2(a *hmmArgs)

// hmmViterbiF32AVX2 is hmmViterbiGeneric, likewise: y is delta, u logb, v psi, x prev, t logTrans.
//
//go:noescape
func hmmViterbiF32AVX2(a *hmmArgs)

//go:noescape
func hmmViterbiF64AVX2(a *hmmArgs)

// hmmForwardF32AVX512 is hmmForwardGeneric for a.lanes sequences, lanes > 0, rows > 0: y is alpha, u logb, v b, x prev. The
// sums are given in y if xBytes is 0.
//
//go:noescape
func hmmForwardF32AVX512(a *hmmArgs)

//go:noescape
func hmmForwardF64AVX512(a *hmmArgs)

// hmmBackwardF32AVX512 is hmmBackwardGeneric, likewise: y is beta, u next, v b, x w. Without a chain rows is 0.
//
//go:noescape
func hmmBackwardF32AVX512(a *hmmArgs)

//go:noescape
func hmmBackwardF64AVX512(a *hmmArgs)

// hmmViterbiF32AVX512 is hmmViterbiGeneric, likewise: y is delta, u logb, v psi, x prev, t logTrans.
//
//go:noescape
func hmmViterbiF32AVX512(a *hmmArgs)

//go:noescape
func hmmViterbiF64AVX512(a *hmmArgs)

// A register of AVX-512 stands for 32 or 16 lanes: for few sequences those of AVX2 are faster.

func hmmForwardAsmF32(a *hmmArgs) {
	if a.lanes > 16 && Active() == AVX512 {
		hmmForwardF32AVX512(a)
	} else {
		hmmForwardF32AVX2(a)
	}
}

func hmmForwardAsmF64(a *hmmArgs) {
	if a.lanes > 8 && Active() == AVX512 {
		hmmForwardF64AVX512(a)
	} else {
		hmmForwardF64AVX2(a)
	}
}

func hmmBackwardAsmF32(a *hmmArgs) {
	if a.lanes > 16 && Active() == AVX512 {
		hmmBackwardF32AVX512(a)
	} else {
		hmmBackwardF32AVX2(a)
	}
}

func hmmBackwardAsmF64(a *hmmArgs) {
	if a.lanes > 8 && Active() == AVX512 {
		hmmBackwardF64AVX512(a)
	} else {
		hmmBackwardF64AVX2(a)
	}
}

func hmmViterbiAsmF32(a *hmmArgs) {
	if a.lanes > 16 && Active() == AVX512 {
		hmmViterbiF32AVX512(a)
	} else {
		hmmViterbiF32AVX2(a)
	}
}

func hmmViterbiAsmF64(a *hmmArgs) {
	if a.lanes > 8 && Active() == AVX512 {
		hmmViterbiF64AVX512(a)
	} else {
		hmmViterbiF64AVX2(a)
	}
}
