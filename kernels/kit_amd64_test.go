//go:build !purego && !race

package kernels

// setHalves lets the kernels work as on a processor that has 512 bits in halves, or not, until restore is called.
func setHalves(now bool) (restore func()) {
	old := halves
	halves = now
	return func() { halves = old }
}
