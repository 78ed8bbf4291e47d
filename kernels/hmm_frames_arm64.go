//go:build !purego && !race

package kernels

// hmmForwardFramesF32NEON is hmmForwardFramesGeneric for a.frames frames, frames > 0, k > 0, alpha of the frame before in the scratch: so is
// that of the last frame afterwards. y is alpha.
//
//go:noescape
func hmmForwardFramesF32NEON(a *hmmFramesArgs)

//go:noescape
func hmmForwardFramesF64NEON(a *hmmFramesArgs)

// hmmBackwardFramesF32NEON is hmmBackwardFramesGeneric, likewise: the rows are the last ones, y is beta, t the transpose.
//
//go:noescape
func hmmBackwardFramesF32NEON(a *hmmFramesArgs)

//go:noescape
func hmmBackwardFramesF64NEON(a *hmmFramesArgs)

// hmmViterbiFramesF32NEON is hmmViterbiFramesGeneric, likewise, delta of the frame before in the scratch: y is delta, w psi, c most, and t -Inf
// beyond the states. It ends before a frame where delta, the maximum not yet out of it, holds NaN, +Inf or -Inf alone, and leaves in a.frames how many are left.
//
//go:noescape
func hmmViterbiFramesF32NEON(a *hmmFramesArgs)

//go:noescape
func hmmViterbiFramesF64NEON(a *hmmFramesArgs)

func hmmForwardFramesAsmF32(a *hmmFramesArgs) { hmmForwardFramesF32NEON(a) }

func hmmForwardFramesAsmF64(a *hmmFramesArgs) { hmmForwardFramesF64NEON(a) }

func hmmBackwardFramesAsmF32(a *hmmFramesArgs) { hmmBackwardFramesF32NEON(a) }

func hmmBackwardFramesAsmF64(a *hmmFramesArgs) { hmmBackwardFramesF64NEON(a) }

func hmmViterbiFramesAsmF32(a *hmmFramesArgs) { hmmViterbiFramesF32NEON(a) }

func hmmViterbiFramesAsmF64(a *hmmFramesArgs) { hmmViterbiFramesF64NEON(a) }
