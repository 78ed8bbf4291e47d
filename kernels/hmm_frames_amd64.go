//go:build !purego && !race

package kernels

// hmmForwardFramesF32AVX2 is hmmForwardFramesGeneric for a.frames frames, frames > 0, k > 0, alpha of the frame before in the scratch: so is
// that of the last frame afterwards. y is alpha.
//
//go:noescape
func hmmForwardFramesF32AVX2(a *hmmFramesArgs)

//go:noescape
func hmmForwardFramesF64AVX2(a *hmmFramesArgs)

// hmmBackwardFramesF32AVX2 is hmmBackwardFramesGeneric, likewise: the rows are the last ones, y is beta, t the transpose.
//
//go:noescape
func hmmBackwardFramesF32AVX2(a *hmmFramesArgs)

//go:noescape
func hmmBackwardFramesF64AVX2(a *hmmFramesArgs)

// hmmViterbiFramesF32AVX2 is hmmViterbiFramesGeneric, likewise, delta of the frame before in the scratch: y is delta, w psi, c most, and t -Inf
// beyond the states. It ends before a frame where delta, the maximum not yet out of it, holds NaN, +Inf or -Inf alone, and leaves in a.frames how many are left.
//
//go:noescape
func hmmViterbiFramesF32AVX2(a *hmmFramesArgs)

//go:noescape
func hmmViterbiFramesF64AVX2(a *hmmFramesArgs)

// What takes the time is one chain of dependent instructions, whose latencies are those of AVX2 under AVX-512: wider registers gain nothing.

func hmmForwardFramesAsmF32(a *hmmFramesArgs) { hmmForwardFramesF32AVX2(a) }

func hmmForwardFramesAsmF64(a *hmmFramesArgs) { hmmForwardFramesF64AVX2(a) }

func hmmBackwardFramesAsmF32(a *hmmFramesArgs) { hmmBackwardFramesF32AVX2(a) }

func hmmBackwardFramesAsmF64(a *hmmFramesArgs) { hmmBackwardFramesF64AVX2(a) }

func hmmViterbiFramesAsmF32(a *hmmFramesArgs) { hmmViterbiFramesF32AVX2(a) }

func hmmViterbiFramesAsmF64(a *hmmFramesArgs) { hmmViterbiFramesF64AVX2(a) }
