//go:build !purego && !race

package kernels

// packedRowF32AVX2 is one block of k of a packed product for one row and t.groups times four, five or six panels of 64 bytes:
//
//	for j over the columns: s = +0; for k ascending: s = fma(a[k·aK], b[…][k][j], s)
//		c[j] = s, or init[j] + s; then, if relu, 0 where it is negative
//
//go:noescape
func packedRowF32AVX2(t *packedArgs)

//go:noescape
func packedRowF64AVX2(t *packedArgs)

// packedEnd2F32AVX2 is packedRowF32AVX2 for two panels, and for one block or two, whose sums are added in their order.
//
//go:noescape
func packedEnd2F32AVX2(t *packedArgs)

//go:noescape
func packedEnd2F64AVX2(t *packedArgs)

// packedEnd3F32AVX2 is packedEnd2F32AVX2 for three panels.
//
//go:noescape
func packedEnd3F32AVX2(t *packedArgs)

//go:noescape
func packedEnd3F64AVX2(t *packedArgs)

// packedRowF32AVX512 is packedRowF32AVX2 for four panels of 128 bytes.
//
//go:noescape
func packedRowF32AVX512(t *packedArgs)

//go:noescape
func packedRowF64AVX512(t *packedArgs)

// packedEnd2F32AVX512 is packedEnd2F32AVX2 for panels of 128 bytes.
//
//go:noescape
func packedEnd2F32AVX512(t *packedArgs)

//go:noescape
func packedEnd2F64AVX512(t *packedArgs)

// packedEnd3F32AVX512 is packedEnd2F32AVX512 for three panels.
//
//go:noescape
func packedEnd3F32AVX512(t *packedArgs)

//go:noescape
func packedEnd3F64AVX512(t *packedArgs)

// packsFlat tells whether one panel is best for k rows of so many bytes: they are near, or short.
func packsFlat(k, bytes int) bool {
	return Active() != Generic && (bytes <= gemmLine || k*bytes <= gemmNear)
}

func gemmPackedF32(p *packedProduct[float32]) {
	switch isa := Active(); isa {
	case AVX512, AVX2:
		gemmPackedTiled(p, isa)
	default:
		gemmPackedGenericF32(p)
	}
}

func gemmPackedF64(p *packedProduct[float64]) {
	switch isa := Active(); isa {
	case AVX512, AVX2:
		gemmPackedTiled(p, isa)
	default:
		gemmPackedGenericF64(p)
	}
}

// packedFor is the ISA for panels of so many bytes a row: those of 64 are AVX2's.
func packedFor(isa ISA, bytes int) ISA {
	if isa == AVX512 && bytes == 64 {
		return AVX2
	}
	return isa
}

// packedMost returns how many panels go side by side at most.
func packedMost(isa ISA) int {
	if isa == AVX512 {
		return packedAbreast
	}
	return 6
}

// packedRow runs the routine for groups of panels whose elements take so many bytes.
func packedRow(t *packedArgs, bytes int, isa ISA) {
	switch {
	case isa == AVX512 && bytes == 2:
		packedRowF16AVX512(t)
	case isa == AVX512 && bytes == 4:
		packedRowF32AVX512(t)
	case isa == AVX512:
		packedRowF64AVX512(t)
	case bytes == 2:
		packedRowF16AVX2(t)
	case bytes == 4:
		packedRowF32AVX2(t)
	default:
		packedRowF64AVX2(t)
	}
}

// packedEnd runs the routine for two or three panels.
func packedEnd(t *packedArgs, panels, bytes int, isa ISA) {
	if isa == AVX512 {
		packedEndAVX512(t, panels, bytes)
	} else {
		packedEndAVX2(t, panels, bytes)
	}
}

func packedEndAVX512(t *packedArgs, panels, bytes int) {
	switch {
	case panels == 3 && bytes == 2:
		packedEnd3F16AVX512(t)
	case panels == 3 && bytes == 4:
		packedEnd3F32AVX512(t)
	case panels == 3:
		packedEnd3F64AVX512(t)
	case bytes == 2:
		packedEnd2F16AVX512(t)
	case bytes == 4:
		packedEnd2F32AVX512(t)
	default:
		packedEnd2F64AVX512(t)
	}
}

func packedEndAVX2(t *packedArgs, panels, bytes int) {
	switch {
	case panels == 3 && bytes == 2:
		packedEnd3F16AVX2(t)
	case panels == 3 && bytes == 4:
		packedEnd3F32AVX2(t)
	case panels == 3:
		packedEnd3F64AVX2(t)
	case bytes == 2:
		packedEnd2F16AVX2(t)
	case bytes == 4:
		packedEnd2F32AVX2(t)
	default:
		packedEnd2F64AVX2(t)
	}
}
