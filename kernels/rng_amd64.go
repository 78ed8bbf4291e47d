//go:build !purego && !race

package kernels

// The stubs fill n > 0 groups of eight blocks, from the block given, with what the generic kernels make of the
// counter (block, step, row0, row1) under the key (k0, k1).

// uniformF32AVX2 is uniformGenericF32 on 32·n elements.
//
//go:noescape
func uniformF32AVX2(dst *float32, n int, block, step, row0, row1, k0, k1 uint32)

// uniformF64AVX2 is uniformGenericF64 on 16·n elements.
//
//go:noescape
func uniformF64AVX2(dst *float64, n int, block, step, row0, row1, k0, k1 uint32)

// normalF32AVX2 is normalGenericF32 on 32·n elements.
//
//go:noescape
func normalF32AVX2(dst *float32, n int, block, step, row0, row1, k0, k1 uint32)

// normalF64AVX2 is normalGenericF64 on 16·n elements.
//
//go:noescape
func normalF64AVX2(dst *float64, n int, block, step, row0, row1, k0, k1 uint32)

func uniformF32(dst []float32, k Key, c Counter) {
	switch Active() {
	case AVX512, AVX2:
		const group = 32
		for len(dst) >= group {
			n := min(len(dst), pieceLen) / group
			uniformF32AVX2(&dst[0], n, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			dst = dst[n*group:]
			c.Block += uint32(n) * 8
		}
		if len(dst) > 0 {
			var last [group]float32
			uniformF32AVX2(&last[0], 1, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			copy(dst, last[:])
		}
	default:
		uniformGenericF32(dst, k, c)
	}
}

func uniformF64(dst []float64, k Key, c Counter) {
	switch Active() {
	case AVX512, AVX2:
		const group = 16
		for len(dst) >= group {
			n := min(len(dst), pieceLen) / group
			uniformF64AVX2(&dst[0], n, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			dst = dst[n*group:]
			c.Block += uint32(n) * 8
		}
		if len(dst) > 0 {
			var last [group]float64
			uniformF64AVX2(&last[0], 1, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			copy(dst, last[:])
		}
	default:
		uniformGenericF64(dst, k, c)
	}
}

func normalF32(dst []float32, k Key, c Counter) {
	switch Active() {
	case AVX512, AVX2:
		const group = 32
		for len(dst) >= group {
			n := min(len(dst), pieceLen) / group
			normalF32AVX2(&dst[0], n, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			dst = dst[n*group:]
			c.Block += uint32(n) * 8
		}
		if len(dst) > 0 {
			var last [group]float32
			normalF32AVX2(&last[0], 1, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			copy(dst, last[:])
		}
	default:
		normalGenericF32(dst, k, c)
	}
}

func normalF64(dst []float64, k Key, c Counter) {
	switch Active() {
	case AVX512, AVX2:
		const group = 16
		for len(dst) >= group {
			n := min(len(dst), pieceLen) / group
			normalF64AVX2(&dst[0], n, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			dst = dst[n*group:]
			c.Block += uint32(n) * 8
		}
		if len(dst) > 0 {
			var last [group]float64
			normalF64AVX2(&last[0], 1, c.Block, c.Step, uint32(c.Row), uint32(c.Row>>32), k[0], k[1])
			copy(dst, last[:])
		}
	default:
		normalGenericF64(dst, k, c)
	}
}
