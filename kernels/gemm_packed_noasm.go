//go:build (!amd64 && !arm64) || purego || race

package kernels

// packWidth returns the bytes of a panel's row.
func packWidth(int) int { return 64 }

// packsFlat would tell where one panel is best.
func packsFlat(_, _ int) bool { return false }

func packBlock[T Float](p *gemmBlock[T], width int, _ bool) { packGeneric(p, width) }

func gemmPackedF32(p *packedProduct[float32]) { gemmPackedGenericF32(p) }
func gemmPackedF64(p *packedProduct[float64]) { gemmPackedGenericF64(p) }
