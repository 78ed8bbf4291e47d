//go:build (!amd64 && !arm64) || purego || race

package peak

import "example.com/elbo/kernels"

// No ISA but pure Go is available here, and that has no loops: these are not reached.

func fma(kernels.ISA, bool, int) {}

func triad(kernels.ISA, *float64, *float64, *float64, float64, int) {}

func move(kernels.ISA, *float64, *float64, int) {}
