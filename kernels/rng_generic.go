package kernels

import (
	"math"
	"math/bits"
)

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

func bernoulliGenericF32(dst, p []float32, k Key, c Counter) {
	for i := 0; i < len(dst); i += 4 {
		w := philox(c.words(i/4), k)
		for j := range min(4, len(dst)-i) {
			dst[i+j] = coin(float32(w[j]>>8)*0x1p-24, p[i+j])
		}
	}
}

func bernoulliGenericF64(dst, p []float64, k Key, c Counter) {
	for i := 0; i < len(dst); i += 2 {
		w := philox(c.words(i/2), k)
		for j := range min(2, len(dst)-i) {
			dst[i+j] = coin(float64(word64(w, j)>>11)*0x1p-53, p[i+j])
		}
	}
}

// coin is 1 if u < p, NaN if p is, else 0.
func coin[T Float](u, p T) T {
	switch {
	case u < p:
		return 1
	case p != p:
		return p
	}
	return 0
}

// shuffler is Fisher and Yates's algorithm in progress: places left-1 and below are still to be filled.
type shuffler struct {
	dst  []uint32
	left int
}

// step uses up the words, one for each place, more only where one is refused.
func (x *shuffler) step(words []uint32) {
	dst, n := x.dst, uint32(x.left)
	for _, w := range words {
		if n < 2 {
			break
		}
		m := uint64(w) * uint64(n)
		if lo := uint32(m); lo < n && lo < -n%n { // one of the 2³² mod n words too many
			continue
		}
		n--
		j := m >> 32
		dst[n], dst[j] = dst[j], dst[n]
	}
	x.left = int(n)
}

func permuteGeneric(dst []uint32, k Key, c Counter) {
	x := shuffler{dst: dst, left: len(dst)}
	for block := 0; x.left > 1; block++ {
		w := philox(c.words(block), k)
		x.step(w[:])
	}
}

func normalGenericF32(dst []float32, k Key, c Counter) {
	for i := 0; i < len(dst); i += 4 {
		w := philox(c.words(i/4), k)
		var z [4]float32
		z[0], z[1] = boxMullerF32(w[0], w[1])
		z[2], z[3] = boxMullerF32(w[2], w[3])
		copy(dst[i:], z[:])
	}
}

func normalGenericF64(dst []float64, k Key, c Counter) {
	for i := 0; i < len(dst); i += 2 {
		w := philox(c.words(i/2), k)
		var z [2]float64
		z[0], z[1] = boxMullerF64(word64(w, 0), word64(w, 1))
		copy(dst[i:], z[:])
	}
}

// The polynomials of the sine and cosine of 2πx, |x| ≤ 1/8, are fits of ours: testdata/sincos.sollya.

func boxMullerF32(a, b uint32) (float32, float32) {
	u := fma32(float32(a>>16), 0x1p-16, float32(a&0xffff+1)*0x1p-32)
	r := float32(math.Sqrt(float64(-2 * logPosF32(u))))
	x := float32(int32(b<<2)) * 0x1p-34 // v less the nearest quarter
	z := float32(x * x)
	p := fma32(-0x1.2dbd92p6, z, 0x1.465fc4p6)
	p = fma32(p, z, -0x1.4abbbep5)
	p = fma32(p, z, -0x1.777a5cp-23)
	sin := fma32(x, 0x1.921fb6p2, float32(p*x))
	q := fma32(0x1.d61e28p5, z, -0x1.55b684p6)
	q = fma32(q, z, 0x1.03c1b6p6)
	q = fma32(q, z, -0x1.3bd3ccp4)
	cos := fma32(q, z, 1)
	n := b + 1<<29 // the two upper bits are the quadrant
	if n&(1<<30) != 0 {
		sin, cos = cos, sin
	}
	cos = math.Float32frombits(math.Float32bits(cos) ^ (n+1<<30)&(1<<31))
	sin = math.Float32frombits(math.Float32bits(sin) ^ n&(1<<31))
	return r * cos, r * sin
}

func boxMullerF64(a, b uint64) (float64, float64) {
	u := (float64(a>>11) + 1) * 0x1p-53
	r := math.Sqrt(-2 * logPosF64(u))
	v := float64(b>>11) * 0x1p-53
	t := math.FMA(v, 4, magicF64)
	x := math.FMA(t-magicF64, -0.25, v) // v less the nearest quarter
	z := float64(x * x)
	p := math.FMA(0x1.e3fe157a22827p1, z, -0x1.e3009539b825ap3)
	p = math.FMA(p, z, 0x1.5078300841253p5)
	p = math.FMA(p, z, -0x1.32d2cce31fa29p6)
	p = math.FMA(p, z, 0x1.466bc67758c6ap6)
	p = math.FMA(p, z, -0x1.4abbce625be46p5)
	p = math.FMA(p, z, 0x1.1a62633145c07p-52)
	sin := math.FMA(x, 0x1.921fb54442d18p2, float64(p*x))
	q := math.FMA(-0x1.b14b6a5c54cecp0, z, 0x1.f9c840f8b10b3p2)
	q = math.FMA(q, z, -0x1.a6d1e6b560f58p4)
	q = math.FMA(q, z, 0x1.e1f5067b05ae7p5)
	q = math.FMA(q, z, -0x1.55d3c7e3c2d7cp6)
	q = math.FMA(q, z, 0x1.03c1f081b5a65p6)
	q = math.FMA(q, z, -0x1.3bd3cc9be45dep4)
	cos := math.FMA(q, z, 1)
	n := math.Float64bits(t) // the two lower bits are the quadrant
	if n&1 != 0 {
		sin, cos = cos, sin
	}
	cos = math.Float64frombits(math.Float64bits(cos) ^ (n+1)<<62&(1<<63))
	sin = math.Float64frombits(math.Float64bits(sin) ^ n<<62&(1<<63))
	return r * cos, r * sin
}
