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

// Bernoulli sets dst[i] to 1 with probability p[i], else to 0:
//
//	dst[i] = 1 if u[i] < p[i], else 0
//
// where u is what Uniform gives for the key and the counter, a multiple of 2⁻²⁴ (float32) or 2⁻⁵³ (float64) in [0, 1). The
// comparison is exact: p ≤ 0 always gives 0, p ≥ 1 always gives 1, and the probability of 1 is p rounded up to such a
// multiple. NaN gives NaN. dst and p have the same length and may be the same slice.
//
// An element depends on key, counter, its index and its p alone. Bernoulli panics if the lengths differ or the blocks run
// over 2³².
func Bernoulli[T Float](dst, p []T, k Key, c Counter) {
	checkLen("Bernoulli", "p", len(p), len(dst))
	if is32[T]() {
		checkBlocks("Bernoulli", c.Block, len(dst), 4)
		bernoulliF32(f32(dst), f32(p), k, c)
	} else {
		checkBlocks("Bernoulli", c.Block, len(dst), 2)
		bernoulliF64(f64(dst), f64(p), k, c)
	}
}

// Permutation fills dst with a permutation of 0, 1, …, len(dst)-1, each of them equally likely: Fisher and Yates's
// algorithm (Durstenfeld, "Algorithm 235: Random permutation", CACM 7(7), 1964) from the last place to the second,
//
//	for n := len(dst); n > 1; n-- { j := a number below n; swap dst[n-1] and dst[j] }
//
// on the words w of the blocks c.Block, c.Block + 1, … in turn, by Lemire's multiplication ("Fast Random Integer Generation
// in an Interval", ACM TOMACS 29(1), 2019): j = ⌊w·n/2³²⌋, and a word with w·n mod 2³² < 2³² mod n is passed over, so
// that no j is likelier than another. The permutation depends on key, counter and length alone.
//
// Permutation panics if dst is longer than 2³¹. It uses len(dst)/4 blocks and seldom one more; the block after 2³²-1 is 0.
func Permutation(dst []uint32, k Key, c Counter) {
	if uint64(len(dst)) > 1<<31 {
		panic(fmt.Sprintf("kernels: Permutation: %d elements, want at most 2³¹", len(dst)))
	}
	for i := range dst {
		dst[i] = uint32(i)
	}
	permute(dst, k, c)
}

func checkBlocks(kernel string, block uint32, n, per int) {
	if uint64(block)+(uint64(n)+uint64(per)-1)/uint64(per) > 1<<32 {
		panic(fmt.Sprintf("kernels: %s: %d elements from block %d run over the 2³² blocks of a counter", kernel, n, block))
	}
}
