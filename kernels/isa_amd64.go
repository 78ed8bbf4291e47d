//go:build !purego && !race

package kernels

import "golang.org/x/sys/cpu"

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
