//go:build !purego && !race

package kernels

// hmmForwardF32NEON is hmmForwardGeneric for a.lanes sequences, lanes > 0, rows > 0: y is alpha, u logb, v b, x prev. The
// sums are given in y if xBytes is 0.
//
//go:noescape
func hmmForwardF32NEON(a *hmmArgs)

//go:noescape
func hmmForwardF64NEON(a *hmmArgs)

// hmmBackwardF32NEON is hmmBackwardGeneric, likewise: y is beta, u next, v b, x w. Without a chain rows is 0.
//
//go:noescape
func hmmBackwardF32NEON(a *hmmArgs)

//go:noescape
func hmmBackwardF64NEON(a *hmmArgs)

// hmmViterbiF32NEON is hmmViterbiGeneric, likewise: y is delta, u logb, v psi, x prev, t logTrans.
//
//go:noescape
func hmmViterbiF32NEON(a *hmmArgs)

//go:noescape
func hmmViterbiF64NEON(a *hmmArgs)

func hmmForwardAsmF32(a *hmmArgs) { hmmForwardF32NEON(a) }

func hmmForwardAsmF64(a *hmmArgs) { hmmForwardF64NEON(a) }

func hmmBackwardAsmF32(a *hmmArgs) { hmmBackwardF32NEON(a) }

func hmmBackwardAsmF64(a *hmmArgs) { hmmBackwardF64NEON(a) }

func hmmViterbiAsmF32(a *hmmArgs) { hmmViterbiF32NEON(a) }

func hmmViterbiAsmF64(a *hmmArgs) { hmmViterbiF64NEON(a) }
