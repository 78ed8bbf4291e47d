//go:build !purego && !race

package kernels

import "unsafe"

// momentsDiag4F32NEON sums 32 bytes of dimensions of four components:
//
//	for n < rows, k < 4, if not r[n][k] ≤ skip: t = x[n] − mean[k]; z = r[n][k]·t; s1[k] += z; s2[k] = fma(t, z, s2[k])
//
//go:noescape
func momentsDiag4F32NEON(a *momentsTile)

//go:noescape
func momentsDiag4F64NEON(a *momentsTile)

// momentsDiag1F32NEON is momentsDiag4F32NEON with k < 1.
//
//go:noescape
func momentsDiag1F32NEON(a *momentsTile)

//go:noescape
func momentsDiag1F64NEON(a *momentsTile)

// momentsMasked4F32NEON is momentsDiag4F32NEON where x is a number, and s0[k] += r[n][k] there.
//
//go:noescape
func momentsMasked4F32NEON(a *momentsTile)

//go:noescape
func momentsMasked4F64NEON(a *momentsTile)

// momentsMasked1F32NEON is momentsMasked4F32NEON with k < 1.
//
//go:noescape
func momentsMasked1F32NEON(a *momentsTile)

//go:noescape
func momentsMasked1F64NEON(a *momentsTile)

// momentsCountF32NEON sums the weights of a vector of components:
//
//	for n < rows, if not r[n][k] ≤ skip: s0[k] += r[n][k]
//
//go:noescape
func momentsCountF32NEON(a *momentsTile)

//go:noescape
func momentsCountF64NEON(a *momentsTile)

// momentsPickF32NEON lists the rows that count:
//
//	found = 0; for n < rows: at[found] = n; w[found] = r[n][0]; if not r[n][0] ≤ skip: found++
//
//go:noescape
func momentsPickF32NEON(a *momentsTile)

//go:noescape
func momentsPickF64NEON(a *momentsTile)

// momentsCentreF32NEON centres a column of 64 bytes; in t and z a row has 64 bytes:
//
//	for n < rows: t[n] = x[at[n]] − mean; z[n] = w[n]·t[n]; s1 += z[n]; s0 += w[n]
//
//go:noescape
func momentsCentreF32NEON(a *momentsTile)

//go:noescape
func momentsCentreF64NEON(a *momentsTile)

// momentsProductsF32NEON adds the products of two columns of 64 bytes to found rows of s2, or some more up to the next
// multiple of four:
//
//	for i < found, j in the lanes, n < rows: s2[i][j] = fma(t[n][i], z[n][j], s2[i][j])
//
//go:noescape
func momentsProductsF32NEON(a *momentsTile)

//go:noescape
func momentsProductsF64NEON(a *momentsTile)

// momentsVector is the number of bytes of dimensions that momentsDiag4 takes.
func momentsVector(ISA) int { return 32 }

// momentsCounts sums the weights of each component; the last vector may hold some of those before again.
func momentsCounts[T Float](s0 []T, r Matrix[T], skip T, isa ISA) {
	width := 16 / sizeOf[T]()
	if len(s0) < width {
		for k := range s0 {
			var sum T
			for n := range r.Rows {
				if w := r.Data[n*r.Stride+k]; !(w <= skip) {
					sum += w
				}
			}
			s0[k] = sum
		}
		return
	}
	a := momentsTile{skip: unsafe.Pointer(&skip), rStep: r.Stride * sizeOf[T](), rows: r.Rows}
	for at := 0; at < len(s0); at += width {
		k := min(at, len(s0)-width)
		a.r, a.s0 = ptr(r.Data[k:]), ptr(s0[k:])
		momentsCount[T](&a, isa)
	}
}

func momentsDiag4[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsDiag4F32NEON(a)
	} else {
		momentsDiag4F64NEON(a)
	}
}

func momentsDiag1[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsDiag1F32NEON(a)
	} else {
		momentsDiag1F64NEON(a)
	}
}

func momentsMasked4[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsMasked4F32NEON(a)
	} else {
		momentsMasked4F64NEON(a)
	}
}

func momentsMasked1[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsMasked1F32NEON(a)
	} else {
		momentsMasked1F64NEON(a)
	}
}

func momentsCount[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsCountF32NEON(a)
	} else {
		momentsCountF64NEON(a)
	}
}

func momentsPick[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsPickF32NEON(a)
	} else {
		momentsPickF64NEON(a)
	}
}

func momentsCentre[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsCentreF32NEON(a)
	} else {
		momentsCentreF64NEON(a)
	}
}

func momentsProducts[T Float](a *momentsTile, _ ISA) {
	if is32[T]() {
		momentsProductsF32NEON(a)
	} else {
		momentsProductsF64NEON(a)
	}
}

// momentsProducts2 is not needed: 16 chains are enough.
func momentsProducts2[T Float](*momentsTile) {}

// momentsTriangle is not needed.
func momentsTriangle[T Float](*momentsTile) {}

func momentsByLists[T Float](ISA, Matrix[T], T) bool { return false }

// momentsDiagListed is not needed.
func momentsDiagListed[T Float]([]T, Matrix[T], Matrix[T], Matrix[T], Matrix[T], Matrix[T], T, []T, bool) {
}
