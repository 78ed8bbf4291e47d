//go:build (amd64 || arm64) && !purego && !race

package kernels

import "unsafe"

func gemmPackedFloat16(p *halfProduct) {
	isa := packedFor(Active(), p.packed.width*4)
	if p.isa = isa; p.m == 1 && isa != Generic && p.packed.width*4 == gemmWidth(isa) {
		r := packedRows[float32]{p.gemmBlock, p.packed.width, len(p.packed.bias), unsafe.Pointer(unsafe.SliceData(p.packed.data)), 2}
		r.row(isa)
		return
	}
	p.widened()
}

const float16Piece = 1 << 14 // elements of one call: about 3 µs

func toFloat16(dst []Float16, src []float32) {
	at, isa := 0, Active()
	lanes := float16Lanes(isa)
	for isa != Generic && len(src)-at >= lanes {
		n := min(len(src)-at, float16Piece) / lanes * lanes
		narrow(&dst[at], &src[at], n, isa)
		at += n
	}
	toFloat16Generic(dst[at:], src[at:])
}

func fromFloat16(dst []float32, src []Float16) {
	at, isa := 0, Active()
	lanes := float16Lanes(isa)
	for isa != Generic && len(src)-at >= lanes {
		n := min(len(src)-at, float16Piece) / lanes * lanes
		widen(&dst[at], &src[at], n, isa)
		at += n
	}
	fromFloat16Generic(dst[at:], src[at:])
}
