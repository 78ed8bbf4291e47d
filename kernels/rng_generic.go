package kernels

import "math/bits"

// philox is Philox4x32-10: ten rounds of two 32×32→64-bit products; the key moves by a Weyl sequence.
func philox(c [4]uint32, k Key) [4]uint32 {
	for range 10 {
		h0, l0 := bits.Mul32(0xD2511F53, c[0])
		h1, l1 := bits.Mul32(0xCD9E8D57, c[2])
		c = [4]uint32{h1 ^ c[1] ^ k[0], l1, h0 ^ c[3] ^ k[1], l0}
		k[0] += 0x9E3779B9
		k[1] += 0xBB67AE85
	}
	return c
}

func (c Counter) words(block int) [4]uint32 {
	return [4]uint32{c.Block + uint32(block), c.Step, uint32(c.Row), uint32(c.Row >> 32)}
}

func uniformGenericF32(dst []float32, k Key, c Counter) {
	for i := 0; i < len(dst); i += 4 {
		w := philox(c.words(i/4), k)
		for j := range min(4, len(dst)-i) {
			dst[i+j] = float32(w[j]>>8) * 0x1p-24
		}
	}
}

func uniformGenericF64(dst []float64, k Key, c Counter) {
	for i := 0; i < len(dst); i += 2 {
		w := philox(c.words(i/2), k)
		for j := range min(2, len(dst)-i) {
			dst[i+j] = float64(word64(w, j)>>11) * 0x1p-53
		}
	}
}

// word64 is the j-th of the two 64-bit words of a block.
func word64(w [4]uint32, j int) uint64 {
	return uint64(w[2*j+1])<<32 | uint64(w[2*j])
}
