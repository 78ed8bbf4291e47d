//go:build !purego && !race

package kernels

// packedRowF16NEON is packedRowF32NEON for panels of binary16, of 24 bytes; bStep counts bytes too.
//
//go:noescape
func packedRowF16NEON(t *packedArgs)

// packedEnd2F16NEON is packedEnd2F32NEON for panels of binary16.
//
//go:noescape
func packedEnd2F16NEON(t *packedArgs)

// packedEnd3F16NEON is packedEnd3F32NEON for panels of binary16.
//
//go:noescape
func packedEnd3F16NEON(t *packedArgs)

// narrowNEON: for i < n, a multiple of 8: dst[i] = src[i], rounded to nearest even.
//
//go:noescape
func narrowNEON(dst *Float16, src *float32, n int)

// widenNEON: for i < n, a multiple of 8: dst[i] = src[i].
//
//go:noescape
func widenNEON(dst *float32, src *Float16, n int)

// float16Width is the bytes of a panel's row once it is widened.
func float16Width() int { return packWidth(0) }

// float16Lanes is of how many elements narrow and widen take a multiple.
func float16Lanes(ISA) int { return 8 }

func narrow(dst *Float16, src *float32, n int, _ ISA) { narrowNEON(dst, src, n) }
func widen(dst *float32, src *Float16, n int, _ ISA)  { widenNEON(dst, src, n) }
