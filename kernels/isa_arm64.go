//go:build !purego && !race

package kernels

// Every arm64 processor that Go runs on has ASIMD.
var available = []ISA{Generic, NEON}
