//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

// The assembly works on groups of eight blocks, 128 bytes of words or of variates: first philox makes the words, then
// each kernel turns them into its variates, in place where it can.

const (
	groupF32   = 32
	groupF64   = 16
	rngPiece   = 64 // groups of one call: 8 KiB
	rngBuffer  = 8  // groups that Bernoulli makes words for at a time
	groupBlock = 8  // blocks of a group
	groupWords = 32 // words of a group
)

// schedule is what the blocks of a fill share: the keys of Philox's rounds, and what the first two rounds make
// of the counter words that do not vary. With a, b, c, d the words of a block, M the multipliers and k the keys:
//
//	round 1: d = M₀·a; c = hi d ^ s₀                      the others are constant
//	round 2: b = M₁·c; c = lo d ^ s₂; a = hi b ^ s₁       d is constant
//	round 3: d = M₀·a; a = b ^ s₄; b = M₁·c; c = hi d ^ s₃; a ^= hi b
//
// and then s₅, s₆, … are the keys of rounds 4 to 10 in turn.
type schedule [19]uint32

func newSchedule(k Key, c Counter) (s schedule) {
	const m0, m1, w0, w1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85
	row0, row1 := uint32(c.Row), uint32(c.Row>>32)
	p := uint64(m1) * uint64(row0)
	a := uint32(p>>32) ^ c.Step ^ k[0] // after round 1
	q := uint64(m0) * uint64(a)
	s[0] = row1 ^ k[1]
	s[1] = uint32(p) ^ (k[0] + w0)
	s[2] = uint32(q>>32) ^ (k[1] + w1)
	k0, k1 := k[0]+w0+w0, k[1]+w1+w1
	s[3] = uint32(q) ^ k1
	s[4] = k0
	for i := 5; i < len(s); i += 2 {
		k0, k1 = k0+w0, k1+w1
		s[i], s[i+1] = k0, k1
	}
	return s
}

func words[T Float](x []T) *uint32 { return (*uint32)(unsafe.Pointer(unsafe.SliceData(x))) }

func uniformF32(dst []float32, k Key, c Counter) {
	if Active() == Generic {
		uniformGenericF32(dst, k, c)
		return
	}
	drawF32(false, dst, k, c)
}

func normalF32(dst []float32, k Key, c Counter) {
	if Active() == Generic {
		normalGenericF32(dst, k, c)
		return
	}
	drawF32(true, dst, k, c)
}

func uniformF64(dst []float64, k Key, c Counter) {
	if Active() == Generic {
		uniformGenericF64(dst, k, c)
		return
	}
	drawF64(false, dst, k, c)
}

func normalF64(dst []float64, k Key, c Counter) {
	if Active() == Generic {
		normalGenericF64(dst, k, c)
		return
	}
	drawF64(true, dst, k, c)
}

// variatesF32 makes words into normal or uniform variates, in place.
func variatesF32(normal bool, dst *float32, n int) {
	if normal {
		boxMullerF32s(dst, n)
	} else {
		unitF32(dst, n)
	}
}

// drawF32 fills dst with normal or uniform variates.
func drawF32(normal bool, dst []float32, k Key, c Counter) {
	s := newSchedule(k, c)
	for block := c.Block; len(dst) > 0; {
		n := min(len(dst)/groupF32, rngPiece)
		if n == 0 {
			var last [groupF32]float32
			philoxWords(words(last[:]), groupBlock, block, &s)
			variatesF32(normal, &last[0], 1)
			copy(dst, last[:])
			return
		}
		philoxWords(words(dst), n*groupBlock, block, &s)
		variatesF32(normal, &dst[0], n)
		dst = dst[n*groupF32:]
		block += uint32(n * groupBlock)
	}
}

// variatesF64 makes words into normal or uniform variates, in place.
func variatesF64(normal bool, dst *float64, n int) {
	if normal {
		boxMullerF64s(dst, n)
	} else {
		unitF64(dst, n)
	}
}

// drawF64 fills dst with normal or uniform variates.
func drawF64(normal bool, dst []float64, k Key, c Counter) {
	s := newSchedule(k, c)
	for block := c.Block; len(dst) > 0; {
		n := min(len(dst)/groupF64, rngPiece)
		if n == 0 {
			var last [groupF64]float64
			philoxWords(words(last[:]), groupBlock, block, &s)
			variatesF64(normal, &last[0], 1)
			copy(dst, last[:])
			return
		}
		philoxWords(words(dst), n*groupBlock, block, &s)
		variatesF64(normal, &dst[0], n)
		dst = dst[n*groupF64:]
		block += uint32(n * groupBlock)
	}
}

// bernoulliF32 makes the words of some groups at a time, for dst may be p.
func bernoulliF32(dst, p []float32, k Key, c Counter) {
	if Active() == Generic {
		bernoulliGenericF32(dst, p, k, c)
		return
	}
	s := newSchedule(k, c)
	var w [rngBuffer * groupWords]uint32
	for block := c.Block; len(dst) > 0; {
		n := min(len(dst)/groupF32, rngBuffer)
		if n == 0 {
			var last [groupF32]float32
			copy(last[:], p)
			philoxWords(&w[0], groupBlock, block, &s)
			coinF32(&last[0], &last[0], &w[0], 1)
			copy(dst, last[:])
			return
		}
		philoxWords(&w[0], n*groupBlock, block, &s)
		coinF32(&dst[0], &p[0], &w[0], n)
		dst, p = dst[n*groupF32:], p[n*groupF32:]
		block += uint32(n * groupBlock)
	}
}

// bernoulliF64 makes the words of some groups at a time, for dst may be p.
func bernoulliF64(dst, p []float64, k Key, c Counter) {
	if Active() == Generic {
		bernoulliGenericF64(dst, p, k, c)
		return
	}
	s := newSchedule(k, c)
	var w [rngBuffer * groupWords]uint32
	for block := c.Block; len(dst) > 0; {
		n := min(len(dst)/groupF64, rngBuffer)
		if n == 0 {
			var last [groupF64]float64
			copy(last[:], p)
			philoxWords(&w[0], groupBlock, block, &s)
			coinF64(&last[0], &last[0], &w[0], 1)
			copy(dst, last[:])
			return
		}
		philoxWords(&w[0], n*groupBlock, block, &s)
		coinF64(&dst[0], &p[0], &w[0], n)
		dst, p = dst[n*groupF64:], p[n*groupF64:]
		block += uint32(n * groupBlock)
	}
}

// permute makes the words of the permutation, one for each place.
func permute(dst []uint32, k Key, c Counter) {
	if Active() == Generic {
		permuteGeneric(dst, k, c)
		return
	}
	s := newSchedule(k, c)
	var w [rngBuffer * groupWords]uint32
	x := shuffler{dst: dst, left: len(dst)}
	for block := c.Block; x.left > 1; block += rngBuffer * groupBlock {
		philoxWords(&w[0], rngBuffer*groupBlock, block, &s)
		x.step(w[:])
	}
}
