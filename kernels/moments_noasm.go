//go:build (!amd64 && !arm64) || purego || race

package kernels

func momentsDiag[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	momentsDiagGeneric(s0, s1, s2, x, r, centre, skip, work, add)
}

func momentsDiagMasked[T Float](s0, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	momentsDiagMaskedGeneric(s0, s1, s2, x, r, centre, skip, work, add)
}

func momentsFull[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	momentsFullGeneric(s0, s1, s2, x, r, centre, skip, work, add)
}
