package em_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// hard returns data of one of five unpleasant kinds.
func hard[T kernels.Float](seed uint64) kernels.Matrix[T] {
	n, d := 20+int(seed*37%300), 1+int(seed%9)
	x := kernels.NewMatrix[T](n, d)
	z := make([]float64, n*d)
	kernels.Normal(z, kernels.NewKey(seed, 9), kernels.Counter{})
	for i, v := range z {
		switch seed % 5 {
		case 1:
			v = v * v * v * v * v // heavy tails
		case 2:
			v = math.Round(v * 2) // ties
		case 3:
			v += 1e6 // far from the origin
		case 4:
			if i%d > 0 {
				v = z[i-1]*3 + v*1e-4 // a chain of columns that nearly determine each other
			}
		}
		x.Data[i] = T(v)
	}
	return x
}

func testHard[T kernels.Float](t *testing.T) {
	for seed := range uint64(45) {
		x := hard[T](seed)
		if seed%3 == 2 { // every fifth entry missing; in some rows all
			x = holes(x, 0.2, seed)
		}
		for _, c := range covariances {
			for _, p := range []em.Prior{em.PriorInverseWishart, em.PriorNone} {
				o := em.GMMOptions{K: 1 + int(seed%7), Covariance: c, Prior: p, Options: elbo.Options{Seed: seed, MaxIter: 50}}
				m, _, err := em.FitGMM(context.Background(), elbo.Of(x), o)
				if err != nil && (p != em.PriorNone || !errors.Is(err, em.ErrCollapsed)) {
					t.Errorf("data %d, %v, %v: %v", seed, c, p, err)
				}
				if m == nil {
					continue
				}
				v := append(m.Weights(), m.Means().Data...)
				for _, s := range m.Covariances() {
					v = append(v, s.Data...)
				}
				for _, x := range v {
					if x-x != 0 {
						t.Fatalf("data %d, %v, %v: a parameter is %v", seed, c, p, x)
					}
				}
			}
		}
	}
}

// On hard data a fit ends well, or with ErrCollapsed if there is no prior.
func TestHardData(t *testing.T) {
	slow(t)
	t.Run("f64", testHard[float64])
	t.Run("f32", testHard[float32])
}
