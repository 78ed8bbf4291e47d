//go:build !purego && !race

package kernels

import "unsafe"

// momentsMarksF32AVX2 marks the rows that count for each of a vector of components, tail bytes of them in r; rows is a positive
// multiple of 8:
//
//	for n < rows, k in the lanes, if not r[n][k] ≤ skip: t[8⌊n/8⌋+k] |= 1 << n%8
//
// where t are bytes, all of which it writes but for the last four of eight if there are four components.
//
//go:noescape
func momentsMarksF32AVX2(a *momentsTile)

//go:noescape
func momentsMarksF64AVX2(a *momentsTile)

// momentsListedF32AVX2 sums cols bytes of dimensions of comps components, at most 8, over the rows that are marked in t, of rows marks, a
// positive multiple of 32, at most 256:
//
//	for k < comps, n < rows where t[8⌊n/8⌋+k]>>n%8 is odd:
//		t = x[n] − mean[k]; z = r[n][k]·t; s0[k] += r[n][k]; s1[k] += z; s2[k] = fma(t, z, s2[k])
//
// where all sums are +0 before, s1 and s2 whole vectors, z scratch of momentsScratch bytes, and at momentsBytes.
//
//go:noescape
func momentsListedF32AVX2(a *momentsList)

//go:noescape
func momentsListedF64AVX2(a *momentsList)

// momentsMasked4F32AVX2 sums a vector of dimensions, tail bytes of it in x, of four components:
//
//	for n < rows, k < 4, if not r[n][k] ≤ skip, where x[n] is a number:
//		t = x[n] − mean[k]; z = r[n][k]·t; s0[k] += r[n][k]; s1[k] += z; s2[k] = fma(t, z, s2[k])
//
//go:noescape
func momentsMasked4F32AVX2(a *momentsTile)

//go:noescape
func momentsMasked4F64AVX2(a *momentsTile)

// momentsMasked1F32AVX2 is momentsMasked4F32AVX2 with k < 1.
//
//go:noescape
func momentsMasked1F32AVX2(a *momentsTile)

//go:noescape
func momentsMasked1F64AVX2(a *momentsTile)

// momentsPickF32AVX2 lists the rows that count:
//
//	found = 0; for n < rows: at[found] = n·xStep; w[found] = r[n][0]; if not r[n][0] ≤ skip: found++
//
//go:noescape
func momentsPickF32AVX2(a *momentsTile)

//go:noescape
func momentsPickF64AVX2(a *momentsTile)

// momentsCentreF32AVX2 centres a column of 64 bytes, tail bytes of it in x; in t and z a row has 64 bytes:
//
//	for n < rows: t[n] = x[at[n]] − mean; z[n] = w[n]·t[n]; s1 += z[n]; s0 += w[n]
//
//go:noescape
func momentsCentreF32AVX2(a *momentsTile)

//go:noescape
func momentsCentreF64AVX2(a *momentsTile)

// momentsProductsF32AVX2 adds the products of two columns of 64 bytes to found rows of s2, or some more up to the next
// multiple of four:
//
//	for i < found, j in the lanes, n < rows: s2[i][j] = fma(t[n][i], z[n][j], s2[i][j])
//
// where s2 is +0 before if fresh is not 0.
//
//go:noescape
func momentsProductsF32AVX2(a *momentsTile)

//go:noescape
func momentsProductsF64AVX2(a *momentsTile)

// momentsProductsWideF32AVX2 is momentsProductsF32AVX2 for two columns of z side by side, 8192 bytes apart; the rows are
// found, or one more if that is odd.
//
//go:noescape
func momentsProductsWideF32AVX2(a *momentsTile)

//go:noescape
func momentsProductsWideF64AVX2(a *momentsTile)

// momentsTriangleF32AVX2 is momentsProductsF32AVX2 for a column with itself: of s2 it leaves out whole vectors below the diagonal.
//
//go:noescape
func momentsTriangleF32AVX2(a *momentsTile)

//go:noescape
func momentsTriangleF64AVX2(a *momentsTile)

// momentsDiag4F32AVX512 sums a vector of 64 bytes of dimensions, tail bytes of it in x, of four components:
//
//	for n < rows, k < 4, if not r[n][k] ≤ skip: t = x[n] − mean[k]; z = r[n][k]·t; s1[k] += z; s2[k] = fma(t, z, s2[k])
//
//go:noescape
func momentsDiag4F32AVX512(a *momentsTile)

//go:noescape
func momentsDiag4F64AVX512(a *momentsTile)

// momentsDiag1F32AVX512 is momentsDiag4F32AVX512 with k < 1.
//
//go:noescape
func momentsDiag1F32AVX512(a *momentsTile)

//go:noescape
func momentsDiag1F64AVX512(a *momentsTile)

// momentsMasked4F32AVX512 is momentsMasked4F32AVX2 for a vector of 64 bytes.
//
//go:noescape
func momentsMasked4F32AVX512(a *momentsTile)

//go:noescape
func momentsMasked4F64AVX512(a *momentsTile)

// momentsMasked1F32AVX512 is momentsMasked4F32AVX512 with k < 1.
//
//go:noescape
func momentsMasked1F32AVX512(a *momentsTile)

//go:noescape
func momentsMasked1F64AVX512(a *momentsTile)

// momentsCountF32AVX512 sums the weights of tail bytes of components, a vector at most:
//
//	for n < rows, if not r[n][k] ≤ skip: s0[k] += r[n][k]
//
//go:noescape
func momentsCountF32AVX512(a *momentsTile)

//go:noescape
func momentsCountF64AVX512(a *momentsTile)

// momentsCentreF32AVX512 centres a column of 64 bytes, tail bytes of it in x; in t and z a row has 64 bytes:
//
//	for n < rows: t[n] = x[at[n]] − mean; z[n] = w[n]·t[n]; s1 += z[n]; s0 += w[n]
//
//go:noescape
func momentsCentreF32AVX512(a *momentsTile)

//go:noescape
func momentsCentreF64AVX512(a *momentsTile)

// momentsProductsF32AVX512 is momentsProductsF32AVX2 with multiples of eight.
//
//go:noescape
func momentsProductsF32AVX512(a *momentsTile)

//go:noescape
func momentsProductsF64AVX512(a *momentsTile)

// momentsVector is the number of bytes of dimensions that momentsDiag4 takes.
func momentsVector(isa ISA) int {
	if isa == AVX512 {
		return 64
	}
	return 32
}

// momentsCounts sums the weights of each component.
func momentsCounts[T Float](s0 []T, r Matrix[T], skip T, isa ISA) {
	size := sizeOf[T]()
	width := momentsVector(isa) / size
	a := momentsTile{skip: unsafe.Pointer(&skip), rStep: r.Stride * size, rows: r.Rows}
	for k := 0; k < len(s0); k += width {
		a.r, a.s0, a.tail = ptr(r.Data[k:]), ptr(s0[k:]), min(width, len(s0)-k)*size
		momentsCount[T](&a, isa)
	}
}

func momentsDiag4[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsDiag4F32AVX512(a)
	} else {
		momentsDiag4F64AVX512(a)
	}
}

func momentsDiag1[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsDiag1F32AVX512(a)
	} else {
		momentsDiag1F64AVX512(a)
	}
}

func momentsMasked4[T Float](a *momentsTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		momentsMasked4F32AVX512(a)
	case avx512:
		momentsMasked4F64AVX512(a)
	case is32[T]():
		momentsMasked4F32AVX2(a)
	default:
		momentsMasked4F64AVX2(a)
	}
}

func momentsMasked1[T Float](a *momentsTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		momentsMasked1F32AVX512(a)
	case avx512:
		momentsMasked1F64AVX512(a)
	case is32[T]():
		momentsMasked1F32AVX2(a)
	default:
		momentsMasked1F64AVX2(a)
	}
}

func momentsCount[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsCountF32AVX512(a)
	} else {
		momentsCountF64AVX512(a)
	}
}

func momentsCentre[T Float](a *momentsTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		momentsCentreF32AVX512(a)
	case avx512:
		momentsCentreF64AVX512(a)
	case is32[T]():
		momentsCentreF32AVX2(a)
	default:
		momentsCentreF64AVX2(a)
	}
}

func momentsProducts[T Float](a *momentsTile, isa ISA) {
	switch avx512 := isa == AVX512; {
	case avx512 && is32[T]():
		momentsProductsF32AVX512(a)
	case avx512:
		momentsProductsF64AVX512(a)
	case is32[T]():
		momentsProductsF32AVX2(a)
	default:
		momentsProductsF64AVX2(a)
	}
}

func momentsPick[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsPickF32AVX2(a)
	} else {
		momentsPickF64AVX2(a)
	}
}

// momentsTriangle adds the upper triangle of the products of a column with itself, or all of some rows where they are few.
func momentsTriangle[T Float](a *momentsTile) {
	switch single := is32[T](); {
	case a.found <= 32/sizeOf[T]():
		momentsProducts[T](a, AVX2)
	case single:
		momentsTriangleF32AVX2(a)
	default:
		momentsTriangleF64AVX2(a)
	}
}

// momentsProducts2 adds the products with two columns of z side by side.
func momentsProducts2[T Float](a *momentsTile) {
	if is32[T]() {
		momentsProductsWideF32AVX2(a)
	} else {
		momentsProductsWideF64AVX2(a)
	}
}

// momentsByLists tells whether rows that count are to be listed: on AVX-512, whose tiles of all rows take less than a list of all, if
// less than two thirds of the first rows count for the first components.
func momentsByLists[T Float](isa ISA, r Matrix[T], skip T) bool {
	if isa != AVX512 {
		return isa == AVX2
	}
	rows, group := min(64, r.Rows), min(32/sizeOf[T](), r.Cols)
	count := 0
	for n := range rows {
		for _, w := range r.Row(n)[:group] {
			if !(w <= skip) {
				count++
			}
		}
	}
	return 3*count < 2*rows*group
}
