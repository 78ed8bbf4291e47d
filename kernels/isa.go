package kernels

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/klauspost/cpuid/v2"
)

// NumericsVersion names the bits that the kernels give. A result depends on the input bits, the shapes and
// this number alone; any change of a coefficient or of an order of operations raises it.
const NumericsVersion = 2

// ISA is an instruction-set architecture for which the kernels are written.
type ISA uint32

// The ISAs. Generic is pure Go: it runs everywhere and defines the bits of all the others.
const (
	Generic ISA = iota
	AVX2        // x86-64 with AVX2, FMA and F16C
	AVX512      // x86-64 with AVX2, FMA, F16C and AVX-512 F, BW, DQ, VL
	NEON        // arm64 with ASIMD
)

var isaNames = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512", NEON: "neon"}

// String returns the name by which ELBO_ISA selects the ISA.
func (i ISA) String() string {
	if int(i) < len(isaNames) {
		return isaNames[i]
	}
	return fmt.Sprintf("ISA(%d)", uint32(i))
}

// ParseISA is the inverse of String.
func ParseISA(name string) (ISA, error) {
	for i, n := range isaNames {
		if n == name {
			return ISA(i), nil
		}
	}
	return 0, fmt.Errorf("kernels: unknown ISA %q: want one of %s", name, strings.Join(isaNames[:], ", "))
}

// active is the one piece of state that the package holds: it changes speed, never a bit of a result.
var active atomic.Uint32

func init() {
	best := available[len(available)-1]
	if name := os.Getenv("ELBO_ISA"); name != "" {
		i, err := ParseISA(name)
		if err == nil && !has(i) {
			err = fmt.Errorf("kernels: ELBO_ISA=%s is not available here", name)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%v; using %v\n", err, best)
		} else {
			best = i
		}
	}
	active.Store(uint32(best))
}

func has(i ISA) bool {
	for _, a := range available {
		if a == i {
			return true
		}
	}
	return false
}

// Available returns the ISAs that this process can run, slowest first; the first is always Generic. It asks
// golang.org/x/sys/cpu, which honours GODEBUG=cpu.avx2=off and what the operating system saves.
func Available() []ISA { return append([]ISA(nil), available...) }

// Active returns the ISA in use: the best available one, unless ELBO_ISA or SetISA chose another.
func Active() ISA { return ISA(active.Load()) }

// SetISA makes all kernels of the process use the ISA, and returns a function that restores the one before.
// It exists for tests and benchmarks: no result depends on it, not even of kernels that other goroutines run
// meanwhile. An ISA that is not available is an error and changes nothing.
func SetISA(i ISA) (restore func(), err error) {
	if !has(i) {
		return nil, fmt.Errorf("kernels: SetISA: %v is not available here (have %v)", i, available)
	}
	old := active.Swap(uint32(i))
	return func() { active.Store(old) }, nil
}

// CPUInfo describes the processor. Zero means unknown.
type CPUInfo struct {
	Brand, Vendor string
	Family, Model int
	PhysicalCores int
	LogicalCores  int
	L1D, L2, L3   int // data caches, bytes; L1D and L2 of one core
	CacheLine     int // bytes
	Available     []ISA
	Active        ISA
	Numerics      int // NumericsVersion
}

// CPU reports the processor, the ISAs, and the numerics version.
func CPU() CPUInfo {
	c := cpuid.CPU
	pos := func(n int) int { return max(n, 0) }
	return CPUInfo{
		Brand: c.BrandName, Vendor: c.VendorString, Family: c.Family, Model: c.Model,
		PhysicalCores: c.PhysicalCores, LogicalCores: c.LogicalCores,
		L1D: pos(c.Cache.L1D), L2: pos(c.Cache.L2), L3: pos(c.Cache.L3), CacheLine: c.CacheLine,
		Available: Available(), Active: Active(), Numerics: NumericsVersion,
	}
}
