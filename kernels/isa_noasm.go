//go:build (!amd64 && !arm64) || purego || race

package kernels

// Under the race detector, which does not see assembly's accesses, only pure Go runs.
var available = []ISA{Generic}
