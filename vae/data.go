package vae

import (
	"fmt"
	"math"

	"example.com/elbo"
	"example.com/elbo/kernels"
)

// checkData refuses, with row and column, what the model cannot use: what elbo.CheckData refuses, NaN being a missing
// entry, and for the Bernoulli likelihood values outside [0, 1].
func (v *VAE[T]) checkData(x kernels.Matrix[T]) error {
	if err := elbo.CheckData(x, v.cfg.In, true); err != nil {
		return err
	}
	if v.cfg.Likelihood != Bernoulli {
		return nil
	}
	for r := range x.Rows {
		for c, e := range x.Row(r) {
			if e < 0 || e > 1 {
				return fmt.Errorf("vae: row %d, column %d is %v: the Bernoulli likelihood takes values from 0 to 1: rescale the data or choose a Gaussian likelihood", r, c, e)
			}
		}
	}
	return nil
}

// gather copies a row as given to dst, with 0 for missing entries, and returns the row itself if there are any, else nil.
func gather[T kernels.Float](dst, row []T) []T {
	holes := false
	for i, v := range row {
		if v != v {
			v, holes = 0, true
		}
		dst[i] = v
	}
	if holes {
		return row
	}
	return nil
}

// gatherBinary is gather with every entry, of [0, 1] or NaN, replaced by a draw: 1 with the entry's probability, else 0.
// Entry i is 1 if it is above the uniform variate i counted by (id, step).
func gatherBinary[T kernels.Float](dst, row []T, key kernels.Key, id uint64, step uint32) []T {
	kernels.Uniform(dst, key, kernels.Counter{Row: id, Step: step})
	holes := false
	switch u := any(dst).(type) {
	case []float32:
		holes = binarize32(u, any(row).([]float32))
	case []float64:
		holes = binarize64(u, any(row).([]float64))
	}
	if holes {
		return row
	}
	return nil
}

// binarize32 sets u[i] to 1 where row[i] > u[i], else to 0, and reports whether there is a NaN. The order of non-negative
// floats is that of their bits; a comparison of floats would be a branch, and grey values are a coin toss to it.
func binarize32(u, row []float32) (holes bool) {
	const one, inf = 0x3f800000, 0x7f800000
	u = u[:len(row)]
	for i, v := range row {
		b := int32(math.Float32bits(v) &^ (1 << 31))
		set := uint32((int32(math.Float32bits(u[i]))-b)>>31) & one
		if b > inf {
			holes, set = true, 0
		}
		u[i] = math.Float32frombits(set)
	}
	return holes
}

// binarize64 is binarize32 for float64.
func binarize64(u, row []float64) (holes bool) {
	const one, inf = 0x3ff0000000000000, 0x7ff0000000000000
	u = u[:len(row)]
	for i, v := range row {
		b := int64(math.Float64bits(v) &^ (1 << 63))
		set := uint64((int64(math.Float64bits(u[i]))-b)>>63) & one
		if b > inf {
			holes, set = true, 0
		}
		u[i] = math.Float64frombits(set)
	}
	return holes
}

// shuffle fills perm with the epoch's order of the rows: Fisher and Yates's permutation of 0, 1, …, driven by uniforms
// counted by the epoch. u is scratch of even length.
func shuffle(perm []uint32, u []float64, key kernels.Key, epoch uint32) {
	for i := range perm {
		perm[i] = uint32(i)
	}
	block := uint32(0)
	for i := len(perm) - 1; i > 0; {
		kernels.Uniform(u, key, kernels.Counter{Step: epoch, Block: block})
		block += uint32(len(u) / 2)
		for _, v := range u[:min(i, len(u))] {
			j := int(v * float64(i+1))
			perm[i], perm[j] = perm[j], perm[i]
			i--
		}
	}
}
