package kernels

import (
	"testing"
)

// FuzzISAsAgree compares the ISAs on inputs of the fuzzer's making: which kernel, which of its shapes, the seed of
// ordinary inputs and, for kernels that take anything, raw bytes laid over them.
func FuzzISAsAgree(f *testing.F) {
	for i := range registry {
		f.Add(uint16(i), uint16(len(registry[i].shapes)/2), uint64(i), []byte{})
		if registry[i].any {
			f.Add(uint16(i), uint16(3), uint64(i), []byte{0, 0, 0x80, 0x7f, 0, 0, 0xc0, 0x7f, 1, 0, 0, 0, 0, 0, 0xf0, 0xff})
		}
	}
	f.Fuzz(func(t *testing.T, kernel, shape uint16, seed uint64, raw []byte) {
		if len(registry) == 0 {
			t.Fatal("no kernel is registered")
		}
		k := &registry[int(kernel)%len(registry)]
		d := k.shapes[int(shape)%len(k.shapes)]
		ops := k.ops(d)
		want := k.buffers(d, seed, ordinary)
		if k.any && len(raw) > 0 {
			at := 0
			for i, o := range ops {
				if o.role == in || o.role == inout {
					for j := range want[i] {
						want[i][j] ^= raw[at%len(raw)]
						at++
					}
				}
			}
		}
		input := k.stale(ops, want)
		withISA(t, Generic, func() { k.run(d, want) })
		for _, isa := range variants()[1:] {
			got := k.stale(ops, input)
			withISA(t, isa, func() { k.run(d, got) })
			if err := k.compare(ops, got, want); err != nil {
				t.Fatalf("%s, %v, shape %v: %v", k.name, isa, d, err)
			}
		}
	})
}
