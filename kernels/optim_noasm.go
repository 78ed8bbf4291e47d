//go:build !amd64 || purego || race

package kernels

func adamF32(p, m, v, g []float32, c *adamCoef[float32]) { adamGeneric(p, m, v, g, *c) }
func adamF64(p, m, v, g []float64, c *adamCoef[float64]) { adamGeneric(p, m, v, g, *c) }
