//go:build !purego && !race

package kernels

// philoxNEON writes the words of n blocks, n > 0 and a multiple of eight, from the block given:
// for i := range n { copy(dst[4*i:], philox(c.words(i), k)) }
//
//go:noescape
func philoxNEON(dst *uint32, n int, block uint32, s *schedule)

// unitF32NEON is on n > 0 groups, with their words in dst:
// for i := range 32 * n { dst[i] = float32(w[i]>>8) * 0x1p-24 }
//
//go:noescape
func unitF32NEON(dst *float32, n int)

// for i := range 16 * n { dst[i] = float64(w[i]>>11) * 0x1p-53 }, the words being of 64 bits.
//
//go:noescape
func unitF64NEON(dst *float64, n int)

// boxMullerF32NEON is on n > 0 groups, with their words in dst:
// for i := 0; i < 32*n; i += 2 { dst[i], dst[i+1] = boxMullerF32(w[i], w[i+1]) }
//
//go:noescape
func boxMullerF32NEON(dst *float32, n int)

// for i := 0; i < 16*n; i += 2 { dst[i], dst[i+1] = boxMullerF64(w[i], w[i+1]) }, the words being of 64 bits.
//
//go:noescape
func boxMullerF64NEON(dst *float64, n int)

// coinF32NEON is on n > 0 groups: for i := range 32 * n { dst[i] = coin(float32(w[i]>>8)*0x1p-24, p[i]) }
//
//go:noescape
func coinF32NEON(dst, p *float32, w *uint32, n int)

// for i := range 16 * n { dst[i] = coin(float64(w[i]>>11)*0x1p-53, p[i]) }, the words being of 64 bits.
//
//go:noescape
func coinF64NEON(dst, p *float64, w *uint32, n int)

func philoxWords(dst *uint32, n int, block uint32, s *schedule) { philoxNEON(dst, n, block, s) }

func unitF32(dst *float32, n int) { unitF32NEON(dst, n) }

func boxMullerF32s(dst *float32, n int) { boxMullerF32NEON(dst, n) }

func coinF32(dst, p *float32, w *uint32, n int) { coinF32NEON(dst, p, w, n) }

func unitF64(dst *float64, n int) { unitF64NEON(dst, n) }

func boxMullerF64s(dst *float64, n int) { boxMullerF64NEON(dst, n) }

func coinF64(dst, p *float64, w *uint32, n int) { coinF64NEON(dst, p, w, n) }
