// Package peak holds loops that measure the machine's limits, for benchmarks to divide by: multiply-adds in registers,
// and copies and triads through memory. No other package needs it.
package peak

import "example.com/elbo/kernels"

// fmaRound is the number of multiply-adds of a round, as vectors: independent ones, more than any processor has in flight.
const fmaRound = 24

// fmaRounds and streamed bound one call of assembly to some tens of microseconds.
const (
	fmaRounds = 2048
	streamed  = 8192 // elements
)

// lanes is how many float32 a vector of the ISA holds; 0 where there is no loop.
func lanes(isa kernels.ISA) int {
	switch isa {
	case kernels.AVX2:
		return 8
	case kernels.AVX512:
		return 16
	case kernels.NEON:
		return 4
	}
	return 0
}

// FMA runs rounds of 24 independent multiply-adds of float32 or float64 vectors, all in registers, and returns the floating-point
// operations it did: two for each lane. That is 0 for an ISA that this build has no loop for.
func FMA[T kernels.Float](isa kernels.ISA, rounds int) float64 {
	if !have(isa) {
		return 0
	}
	var t T
	_, single := any(t).(float32)
	for r := rounds; r > 0; r -= fmaRounds {
		fma(isa, single, min(r, fmaRounds))
	}
	n := lanes(isa)
	if !single {
		n /= 2
	}
	return 2 * fmaRound * float64(n) * float64(rounds)
}

// Triad is dst[i] = a[i] + s·b[i], with plain stores. The length is a multiple of 32. It tells whether the ISA has the loop.
func Triad(isa kernels.ISA, dst, a, b []float64, s float64) bool {
	n := len(dst)
	if !have(isa) || n%32 != 0 || len(a) != n || len(b) != n {
		return false
	}
	for i := 0; i < n; i += streamed {
		triad(isa, &dst[i], &a[i], &b[i], s, min(streamed, n-i))
	}
	return true
}

// Copy is dst[i] = src[i], with plain stores. The length is a multiple of 32. It tells whether the ISA has the loop.
func Copy(isa kernels.ISA, dst, src []float64) bool {
	n := len(dst)
	if !have(isa) || n%32 != 0 || len(src) != n {
		return false
	}
	for i := 0; i < n; i += streamed {
		move(isa, &dst[i], &src[i], min(streamed, n-i))
	}
	return true
}

func have(isa kernels.ISA) bool {
	if lanes(isa) == 0 {
		return false
	}
	for _, a := range kernels.Available() {
		if a == isa {
			return true
		}
	}
	return false
}
