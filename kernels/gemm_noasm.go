//go:build (!amd64 && !arm64) || purego || race

package kernels

func gemmF32(p *gemmBlock[float32]) { gemmGenericF32(p) }
func gemmF64(p *gemmBlock[float64]) { gemmGenericF64(p) }

// pairs tells whether two blocks are to be summed at a time: never in pure Go.
func (p *gemmBlock[T]) pairs() bool { return false }

// gemmDirect would be Gemm in one call of assembly.
func gemmDirect[T Float](_, _ Op, _, _, _ *Matrix[T], _ *Epilogue[T], _ int, _ ISA) bool {
	return false
}

// gemmFor is the ISA for so many bytes of columns.
func gemmFor(isa ISA, _ int) ISA { return isa }
