//go:build !purego && !race

package kernels

// packedRowF16AVX2 is packedRowF32AVX2 for panels of binary16, of 32 bytes; bStep counts bytes too.
//
//go:noescape
func packedRowF16AVX2(t *packedArgs)

// packedEnd2F16AVX2 is packedEnd2F32AVX2 for panels of binary16.
//
//go:noescape
func packedEnd2F16AVX2(t *packedArgs)

// packedEnd3F16AVX2 is packedEnd3F32AVX2 for panels of binary16.
//
//go:noescape
func packedEnd3F16AVX2(t *packedArgs)

// packedRowF16AVX512 is packedRowF32AVX512 for panels of binary16, of 64 bytes.
//
//go:noescape
func packedRowF16AVX512(t *packedArgs)

// packedEnd2F16AVX512 is packedEnd2F32AVX512 for panels of binary16.
//
//go:noescape
func packedEnd2F16AVX512(t *packedArgs)

// packedEnd3F16AVX512 is packedEnd3F32AVX512 for panels of binary16.
//
//go:noescape
func packedEnd3F16AVX512(t *packedArgs)

// narrowAVX2: for i < n, a multiple of 8: dst[i] = src[i], rounded to nearest even.
//
//go:noescape
func narrowAVX2(dst *Float16, src *float32, n int)

// widenAVX2: for i < n, a multiple of 8: dst[i] = src[i].
//
//go:noescape
func widenAVX2(dst *float32, src *Float16, n int)

// narrowAVX512 is narrowAVX2 for a multiple of 16.
//
//go:noescape
func narrowAVX512(dst *Float16, src *float32, n int)

// widenAVX512 is widenAVX2 for a multiple of 16.
//
//go:noescape
func widenAVX512(dst *float32, src *Float16, n int)

// float16Width is the bytes of a panel's row once it is widened. One row has AVX2's panels and routines where AVX-512 works in halves: the conversions
// take the time, and those to 512 bits take half as long again.
func float16Width() int {
	if halves {
		return 64
	}
	return packWidth(0)
}

// float16Lanes is of how many elements narrow and widen take a multiple.
func float16Lanes(isa ISA) int {
	if isa == AVX512 {
		return 16
	}
	return 8
}

func narrow(dst *Float16, src *float32, n int, isa ISA) {
	if isa == AVX512 {
		narrowAVX512(dst, src, n)
	} else {
		narrowAVX2(dst, src, n)
	}
}

func widen(dst *float32, src *Float16, n int, isa ISA) {
	if isa == AVX512 {
		widenAVX512(dst, src, n)
	} else {
		widenAVX2(dst, src, n)
	}
}
