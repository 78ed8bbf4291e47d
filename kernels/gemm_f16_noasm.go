//go:build (!amd64 && !arm64) || purego || race

package kernels

func gemmPackedFloat16(p *halfProduct) { p.widened() }

func toFloat16(dst []Float16, src []float32)   { toFloat16Generic(dst, src) }
func fromFloat16(dst []float32, src []Float16) { fromFloat16Generic(dst, src) }

// float16Width is the bytes of a panel's row once it is widened.
func float16Width() int { return 64 }
