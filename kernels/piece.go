//go:build (amd64 || arm64) && !purego && !race

package kernels

// piece is the length of the part of x that one call of an assembly routine handles.
func piece[T Float](x []T) int { return min(len(x), pieceLen) }
