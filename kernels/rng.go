package kernels

import "fmt"

// Key selects one of 2⁶⁴ independent streams of random numbers. NewKey derives one from a seed.
type Key [2]uint32

// NewKey derives the key of a stream of a seed: the first two words of Philox4x32-10 at counter
// (seed low, seed high, stream low, stream high) under the fixed key (0x6f626c65, 0x656c626f). Different
// purposes (initialisation, sampling, shuffling) should use different streams of the user's one seed.
func NewKey(seed, stream uint64) Key {
	w := philox([4]uint32{uint32(seed), uint32(seed >> 32), uint32(stream), uint32(stream >> 32)}, Key{0x6f626c65, 0x656c626f})
	return Key{w[0], w[1]}
}

// Counter is a position in a stream: the words of Philox's counter are (Block, Step, low half of Row, high half
// of Row). Row and Step are the caller's: usually the row of the data and the iteration. A fill of n elements
// uses the blocks Block, Block+1, … of its Row and Step.
type Counter struct {
	Row         uint64
	Step, Block uint32
}

// Uniform fills dst with uniform variates in [0, 1). They come from Philox4x32-10 (Salmon, Moraes, Dror and Shaw,
// "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011, with its constants), which maps (key, counter) to a block of
// four 32-bit words w:
//
//	float32: dst[i] = (w[i mod 4] >> 8)·2⁻²⁴ of block c.Block + i/4
//	float64: dst[i] = ((w[2j+1]·2³² + w[2j]) >> 11)·2⁻⁵³, j = i mod 2, of block c.Block + i/2
//
// So an element depends on key, counter and its index alone: a long fill is the same as several that start at the
// right blocks. Uniform panics if the blocks run over 2³².
func Uniform[T Float](dst []T, k Key, c Counter) {
	if is32[T]() {
		checkBlocks("Uniform", c.Block, len(dst), 4)
		uniformF32(f32(dst), k, c)
	} else {
		checkBlocks("Uniform", c.Block, len(dst), 2)
		uniformF64(f64(dst), k, c)
	}
}

// Normal fills dst with standard normal variates. They come from the blocks that Uniform would use, by Box and Muller's
// transform ("A note on the generation of random normal deviates", Ann. Math. Stat. 29(2), 1958) of pairs of words (a, b):
//
//	r = √(−2 log u), u in (0, 1] from a;  (r cos 2πv, r sin 2πv), v in [0, 1) from b
//
// A float32 block holds four variates, made of the 32-bit words (w₀, w₁) and (w₂, w₃); its u is (a + 1)·2⁻³², rounded, and its
// v is b·2⁻³², so that no variate exceeds 6.661. A float64 block holds two, made of its two 64-bit words (low half first);
// its u is (⌊a/2¹¹⌋ + 1)·2⁻⁵³ and its v is ⌊b/2¹¹⌋·2⁻⁵³, so that none exceeds 8.572. The logarithm is that of Log; sine and
// cosine are reduced to the octant exactly and are polynomials there. A variate is within 4 ULP of the exact transform of
// its u and v.
//
// An element depends on key, counter and its index alone. Normal panics if the blocks run over 2³².
func Normal[T Float](dst []T, k Key, c Counter) {
	if is32[T]() {
		checkBlocks("Normal", c.Block, len(dst), 4)
		normalF32(f32(dst), k, c)
	} else {
		checkBlocks("Normal", c.Block, len(dst), 2)
		normalF64(f64(dst), k, c)
	}
}

func checkBlocks(kernel string, block uint32, n, per int) {
	if uint64(block)+(uint64(n)+uint64(per)-1)/uint64(per) > 1<<32 {
		panic(fmt.Sprintf("kernels: %s: %d elements from block %d run over the 2³² blocks of a counter", kernel, n, block))
	}
}
