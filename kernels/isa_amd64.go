//go:build !purego && !race

package kernels

import (
	"github.com/klauspost/cpuid/v2"
	"golang.org/x/sys/cpu"
)

var available = detect()

func detect() []ISA {
	isas := []ISA{Generic}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasF16C {
		isas = append(isas, AVX2)
		if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
			isas = append(isas, AVX512)
		}
	}
	return isas
}

// activeFor is Active for a function of so many bytes of elements. Of less than a register of AVX-512 the masks cost more than AVX2's.
func activeFor(bytes int) ISA {
	if isa := Active(); isa != AVX512 || bytes >= 64 {
		return isa
	}
	return AVX2
}

// shortFor is Active for functions whose time is that of loads and stores, of so many bytes of elements. The masks of AVX-512 help where there are
// few; where there are more its registers, if they are stored in two halves, take 5 to 15 % longer.
func shortFor(bytes int) ISA {
	if isa := Active(); isa != AVX512 || bytes < 128 || !halves {
		return isa
	}
	return AVX2
}

// halves tells that the processor works on 512 bits in two halves, as AMD's Zen 4 does, the one that AVX-512 was measured on. There many of AVX2's routines
// take less time; each dispatcher says which. Other processors take AVX-512's, by reasoning and not by measurement. Tests try both.
var halves = cpuid.CPU.IsVendor(cpuid.AMD) && cpuid.CPU.Family == 25
