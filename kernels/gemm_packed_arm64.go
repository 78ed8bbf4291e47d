//go:build !purego && !race

package kernels

// packedRowF32NEON is one block of k of a packed product for one row and t.groups times four panels of 48 bytes:
//
//	for j over the columns: s = +0; for k ascending: s = fma(a[k·aK], b[…][k][j], s)
//		c[j] = s, or init[j] + s; then, if relu, 0 where it is negative
//
//go:noescape
func packedRowF32NEON(t *packedArgs)

//go:noescape
func packedRowF64NEON(t *packedArgs)

// packedEnd2F32NEON is packedRowF32NEON for two panels, and for one block or two, whose sums are added in their order.
//
//go:noescape
func packedEnd2F32NEON(t *packedArgs)

//go:noescape
func packedEnd2F64NEON(t *packedArgs)

// packedEnd3F32NEON is packedEnd2F32NEON for three panels.
//
//go:noescape
func packedEnd3F32NEON(t *packedArgs)

//go:noescape
func packedEnd3F64NEON(t *packedArgs)

// packsFlat tells whether one panel is best for k rows of so many bytes: never, one row has routines for panels alone.
func packsFlat(_, _ int) bool { return false }

func gemmPackedF32(p *packedProduct[float32]) {
	switch isa := Active(); isa {
	case NEON:
		gemmPackedTiled(p, isa)
	default:
		gemmPackedGenericF32(p)
	}
}

func gemmPackedF64(p *packedProduct[float64]) {
	switch isa := Active(); isa {
	case NEON:
		gemmPackedTiled(p, isa)
	default:
		gemmPackedGenericF64(p)
	}
}

// packedFor is the ISA for panels of so many bytes a row.
func packedFor(isa ISA, _ int) ISA { return isa }

// packedMost returns how many panels go side by side at most.
func packedMost(ISA) int { return packedAbreast }

// packedRow runs the routine for groups of panels whose elements take so many bytes.
func packedRow(t *packedArgs, bytes int, _ ISA) {
	switch bytes {
	case 2:
		packedRowF16NEON(t)
	case 4:
		packedRowF32NEON(t)
	default:
		packedRowF64NEON(t)
	}
}

// packedEnd runs the routine for two or three panels.
func packedEnd(t *packedArgs, panels, bytes int, _ ISA) {
	switch {
	case panels == 3 && bytes == 2:
		packedEnd3F16NEON(t)
	case panels == 3 && bytes == 4:
		packedEnd3F32NEON(t)
	case panels == 3:
		packedEnd3F64NEON(t)
	case bytes == 2:
		packedEnd2F16NEON(t)
	case bytes == 4:
		packedEnd2F32NEON(t)
	default:
		packedEnd2F64NEON(t)
	}
}
