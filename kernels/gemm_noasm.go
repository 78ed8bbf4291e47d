//go:build (!amd64 && !arm64) || purego || race

package kernels

func gemmF32(p *gemmBlock[float32]) { gemmGenericF32(p) }
func gemmF64(p *gemmBlock[float64]) { gemmGenericF64(p) }
