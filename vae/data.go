package vae

import (
	"fmt"

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

// gatherBinary is gather with every entry, of [0, 1] or NaN, replaced by a draw of kernels.Bernoulli: 1 with the entry's
// probability, else 0. Entry i is 1 if it is above the uniform variate i counted by (id, step).
func gatherBinary[T kernels.Float](dst, row []T, key kernels.Key, id uint64, step uint32) []T {
	kernels.Bernoulli(dst, row, key, kernels.Counter{Row: id, Step: step})
	if n := kernels.Sum(dst); n == n {
		return nil
	}
	gather(dst, dst)
	return row
}
