package kernels

import (
	"fmt"
	"math"
	"unsafe"
)

// Float16 is the bits of an IEEE-754 binary16 number: 11 bits of significand, from 2^−24 to 65504. Weights may be stored
// so; nothing is computed in it.
type Float16 uint16

// Float32 returns the number itself: every binary16 is a binary32. A signalling NaN becomes quiet.
func (h Float16) Float32() float32 {
	sign, exp, frac := uint32(h>>15)<<31, uint32(h>>10&31), uint32(h&0x3ff)
	switch {
	case exp == 31 && frac != 0:
		return math.Float32frombits(sign | 0x7fc00000 | frac<<13)
	case exp == 31:
		return math.Float32frombits(sign | 0x7f800000)
	case exp == 0: // frac·2^−24, exactly
		f := float32(frac) * 0x1p-24
		return math.Float32frombits(sign | math.Float32bits(f))
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// float16Of returns x rounded to nearest even.
func float16Of(x float32) Float16 {
	b := math.Float32bits(x)
	sign, b := Float16(b>>16&0x8000), b&^(1<<31)
	switch {
	case b > 0x7f800000: // NaN: quiet, with the upper bits of the payload
		return sign | 0x7e00 | Float16(b>>13&0x3ff)
	case b >= 0x477ff000: // from 65520 on
		return sign | 0x7c00
	case b < 0x38800000: // below 2^−14: the addition rounds to a multiple of 2^−24
		f := math.Float32frombits(b) + 0.5
		return sign | Float16(math.Float32bits(f)-0x3f000000)
	}
	b += 0xfff + b>>13&1
	return sign | Float16(b>>13-112<<10)
}

// ToFloat16 converts: dst[i] is src[i] rounded to the nearest binary16, ties to even; 65520 and more in absolute value
// give infinities, values below 2^−14 subnormals, NaN a quiet NaN. It panics if the lengths differ.
func ToFloat16(dst []Float16, src []float32) {
	checkLen("ToFloat16", "dst", len(dst), len(src))
	toFloat16(dst, src)
}

// FromFloat16 converts, exactly: dst[i] is the number src[i]. It panics if the lengths differ.
func FromFloat16(dst []float32, src []Float16) {
	checkLen("FromFloat16", "dst", len(dst), len(src))
	fromFloat16(dst, src)
}

func toFloat16Generic(dst []Float16, src []float32) {
	for i, v := range src {
		dst[i] = float16Of(v)
	}
}

func fromFloat16Generic(dst []float32, src []Float16) {
	for i, v := range src {
		dst[i] = v.Float32()
	}
}

// PackedFloat16 is a Packed of float32 whose op(B) is kept in binary16, and its bias in float32: half the memory, which
// is what one row waits for. It is made by PackFloat16 or PackFloat16Into.
type PackedFloat16 struct {
	k, n   int
	width  int // of a panel, in elements
	biased bool
	bias   []float32 // filled up to whole panels
	data   []Float16
}

// Rows returns k, the rows of op(B).
func (p *PackedFloat16) Rows() int { return p.k }

// Cols returns n, the columns of op(B).
func (p *PackedFloat16) Cols() int { return p.n }

// block returns the panels of the block of k that begins at k0.
func (p *PackedFloat16) block(k0 int) []Float16 { return p.data[k0*len(p.bias):] }

// PackFloat16 returns op(B), rounded as by ToFloat16, and the bias, nil or one element per column, packed.
func PackFloat16(opB Op, b Matrix[float32], bias []float32) *PackedFloat16 {
	k, n := packShape("PackFloat16", opB, &b, bias)
	p := PackFloat16Into(make([]float32, PackFloat16Len(k, n)), opB, b, bias)
	return &p
}

// PackFloat16Len returns the length of the memory in which PackFloat16Into packs a k×n matrix. It does not depend on the ISA.
func PackFloat16Len(k, n int) int {
	if k < 0 || n <= 0 {
		return 0
	}
	columns := max((n+31)/32*32, (n+11)/12*12)
	return columns + (k*columns+1)/2 + packAlign/2
}

// PackFloat16Into is PackFloat16 in the caller's memory, of length PackFloat16Len at least. It allocates nothing.
func PackFloat16Into(memory []float32, opB Op, b Matrix[float32], bias []float32) PackedFloat16 {
	k, n := packShape("PackFloat16Into", opB, &b, bias)
	if want := PackFloat16Len(k, n); len(memory) < want {
		panic(fmt.Sprintf("kernels: PackFloat16Into: the memory has length %d, want %d for %d×%d", len(memory), want, k, n))
	}
	p := PackedFloat16{k: k, n: n, width: float16Width() / 4, biased: bias != nil}
	if n == 0 {
		return p
	}
	columns := (n + p.width - 1) / p.width * p.width
	memory = memory[aligned(memory):]
	p.bias, memory = memory[:columns], memory[columns:]
	clear(p.bias[copy(p.bias, bias):])
	if k == 0 {
		return p
	}
	memory = memory[aligned(memory):]
	p.data = unsafe.Slice((*Float16)(unsafe.Pointer(&memory[0])), k*columns)
	var part [gemmMaxCut * 32]float32 // one panel
	q := gemmBlock[float32]{bK: b.Stride, bCol: 1}
	if opB == Trans {
		q.bK, q.bCol = 1, b.Stride
	}
	for k0 := 0; k0 < k; k0 += q.k {
		q.k = gemmCut(k - k0)
		panels := p.block(k0)
		for j := 0; j < n; j += p.width {
			q.n = min(p.width, n-j)
			q.b, q.work = b.Data[k0*q.bK+j*q.bCol:], part[:q.k*p.width]
			if q.n < p.width {
				clear(q.work)
			}
			packBlock(&q, p.width, false)
			toFloat16(panels[j*q.k:(j+p.width)*q.k], q.work)
		}
	}
	return p
}

// aligned returns how many elements lie before the first whole line of the cache.
func aligned[T Float](x []T) int { return int(-uintptr(unsafe.Pointer(&x[0]))%packAlign) / sizeOf[T]() }

// GemmPackedFloat16 is GemmPacked for weights that are kept in binary16: its bits are those of Gemm on the numbers that
// the binary16 are. Everything is computed in float32.
func GemmPackedFloat16(opA Op, c, a Matrix[float32], p *PackedFloat16, e Epilogue[float32]) {
	checkPacked("GemmPackedFloat16", opA, &c, &a, p.k, p.n, p.biased, &e)
	if c.Rows == 0 || c.Cols == 0 {
		return
	}
	q := halfProduct{packed: p, gemmBlock: gemmBlock[float32]{m: c.Rows, n: c.Cols, c: c.Data, cRow: c.Stride, isa: Active()}}
	q.aRow, q.aK = a.Stride, 1
	if opA == Trans {
		q.aRow, q.aK = 1, a.Stride
	}
	switch {
	case e.Accumulate:
		q.init, q.initRow = c.Data, c.Stride
	case p.biased:
		q.init = p.bias
	}
	if p.k == 0 {
		q.empty()
		activate(c, e.Act)
		return
	}
	q.k, q.a, q.relu = p.k, a.Data, e.Act == ActReLU
	gemmPackedFloat16(&q)
	if e.Act != ActReLU {
		activate(c, e.Act)
	}
}

// halfProduct is packedProduct for weights in binary16.
type halfProduct struct {
	gemmBlock[float32]
	packed *PackedFloat16
}

// widened runs the product by widening one panel after the other and what does a product with that.
func (p *halfProduct) widened() {
	var panel [gemmMaxCut * 32]float32
	width := p.packed.width
	one := Packed[float32]{width: width}
	whole := packedProduct[float32]{gemmBlock: p.gemmBlock, packed: &one}
	for k0, kc := 0, 0; k0 < p.k; k0 += kc {
		kc = gemmCut(p.k - k0)
		panels := p.packed.block(k0)
		for j := 0; j < p.n; j += width {
			fromFloat16(panel[:kc*width], panels[j*kc:(j+width)*kc])
			q := whole.panel(k0, kc, j, min(width, p.n-j), panel[:kc*width])
			gemmF32(&q)
		}
	}
}
