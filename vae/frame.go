package vae

import (
	"fmt"
	"math"
	"slices"

	"example.com/elbo"
	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// frame is the units in which the networks see the columns, u = (x − center)·(1/scale); nil stands for those of the data.
// A density of x is that of u divided by the product of the scales. Missing entries are 0 in u, the center in x.
type frame[T kernels.Float] struct {
	center, scale, inverse []T
	logScale               []float64
	logScales              float64 // their sum
}

func newFrame[T kernels.Float](c Config) *frame[T] {
	if c.Center == nil {
		return nil
	}
	f := &frame[T]{logScale: make([]float64, c.In)}
	for j, s := range c.Scale {
		f.center = append(f.center, T(c.Center[j]))
		f.scale = append(f.scale, T(s))
		f.inverse = append(f.inverse, T(1/s))
		f.logScale[j] = special.Log(s)
		f.logScales += f.logScale[j]
	}
	return f
}

// gather copies a row to dst in the frame's units, with 0 for missing entries, and returns the row itself if there are
// any, else nil.
func (f *frame[T]) gather(dst, row []T) []T {
	raw := gather(dst, row)
	if f != nil {
		kernels.Sub(dst, dst, f.center)
		kernels.Mul(dst, dst, f.inverse)
		clearMissing(dst, raw)
	}
	return raw
}

// volume is log ∏ scale over the observed columns.
func (f *frame[T]) volume(raw []T) float64 {
	if f == nil {
		return 0
	}
	if raw == nil {
		return f.logScales
	}
	var s float64
	for j, v := range raw {
		if v == v {
			s += f.logScale[j]
		}
	}
	return s
}

// restore turns means in the frame's units into the data's.
func (f *frame[T]) restore(mean []T) {
	if f != nil {
		kernels.Mul(mean, mean, f.scale)
		kernels.Add(mean, mean, f.center)
	}
}

// widen turns variances in the frame's units into the data's.
func (f *frame[T]) widen(variance []T) {
	if f != nil {
		kernels.Mul(variance, variance, f.scale)
		kernels.Mul(variance, variance, f.scale)
	}
}

// The scales that a frame takes: their squares and inverses are normal float32.
const minScale, maxScale = 0x1p-60, 0x1p60

// checkFrame validates Center and Scale.
func (c *Config) checkFrame() error {
	if c.Center == nil && c.Scale == nil {
		return nil
	}
	if c.Likelihood == Bernoulli {
		return fmt.Errorf("vae: Center and Scale are for the Gaussian likelihoods: the model's is %v", c.Likelihood)
	}
	if len(c.Center) != c.In || len(c.Scale) != c.In {
		return fmt.Errorf("vae: Center and Scale have lengths %d and %d: want %d, the number of columns", len(c.Center), len(c.Scale), c.In)
	}
	for j, s := range c.Scale {
		if !(s >= minScale && s <= maxScale) || !(math.Abs(c.Center[j]) <= maxScale) {
			return fmt.Errorf("vae: column %d has the center %v and the scale %v: want |center| ≤ 2^60 and 2^−60 ≤ scale ≤ 2^60", j, c.Center[j], s)
		}
	}
	c.Center, c.Scale = slices.Clone(c.Center), slices.Clone(c.Scale)
	return nil
}

// Standardise returns for Config.Center and Config.Scale the means and the standard deviations (divisor N) of the columns
// of x over the entries that are not missing. A column without two different values has scale 1, one without values the
// center 0. It refuses ±Inf with row and column.
func Standardise[T kernels.Float](x kernels.Matrix[T]) (center, scale []float64, err error) {
	if err := elbo.CheckData(x, x.Cols, true); err != nil {
		return nil, nil, err
	}
	center, scale = make([]float64, x.Cols), make([]float64, x.Cols)
	count, first, varies := make([]float64, x.Cols), make([]float64, x.Cols), make([]bool, x.Cols)
	for pass := range 2 {
		for i := range x.Rows {
			for j, e := range x.Row(i) {
				v := float64(e)
				switch {
				case v != v:
				case pass == 0:
					if count[j] == 0 {
						first[j] = v
					}
					varies[j] = varies[j] || v != first[j]
					center[j] += v
					count[j]++
				default:
					d := v - center[j]
					scale[j] += float64(d * d)
				}
			}
		}
		for j, n := range count {
			switch {
			case pass == 0:
				center[j] /= max(n, 1)
			case varies[j] && scale[j] > 0:
				scale[j] = math.Sqrt(scale[j] / n)
			default:
				scale[j] = 1
			}
		}
	}
	return center, scale, nil
}
