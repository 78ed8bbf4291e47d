package em

import (
	"math"

	"example.com/elbo/internal/special"
	"example.com/elbo/kernels"
)

// uniforms is a stream of uniform variates in [0, 1): those of a key and counter, two to a block.
type uniforms struct {
	key  kernels.Key
	at   kernels.Counter
	next [2]float64
	left int

	normals uint32
}

func (s *uniforms) draw() float64 {
	if s.left == 0 {
		kernels.Uniform(s.next[:], s.key, s.at)
		s.at.Block++
		s.left = 2
	}
	s.left--
	return s.next[1-s.left]
}

// poisson returns a Poisson variate of rate λ: by inversion below 10 (Devroye, Non-Uniform Random Variate Generation, 1986,
// §X.3.3), above by the algorithm PTRS (Hörmann, "The transformed rejection method for generating Poisson random
// variables", Insurance: Mathematics and Economics 12, 1993).
func (s *uniforms) poisson(rate float64) float64 {
	if rate < 10 {
		u, x := s.draw(), 0.0
		p := special.Exp(-rate)
		for u >= p && p > 0 {
			u -= float64(p)
			x++
			p = float64(p * (rate / x))
		}
		return x
	}
	logRate, root := special.Log(rate), math.Sqrt(rate)
	b := math.FMA(2.53, root, 0.931)
	a := math.FMA(0.02483, b, -0.059)
	inverseAlpha := 1.1239 + 1.1328/(b-3.4)
	vr := 0.9277 - 3.6224/(b-2)
	for {
		u, v := s.draw()-0.5, 1-s.draw()
		us := 0.5 - math.Abs(u)
		x := math.Floor(math.FMA(2*a/us+b, u, rate+0.43))
		if us >= 0.07 && v <= vr {
			return x
		}
		if x < 0 || us < 0.013 && v > us {
			continue
		}
		if special.Log(v*inverseAlpha/(a/float64(us*us)+b)) <= math.FMA(x, logRate, -rate)-special.Lgamma(x+1) {
			return x
		}
	}
}

// normal returns a standard normal variate: that of the step after, so that uniforms stay apart.
func (s *uniforms) normal() float64 {
	var z [1]float64
	at := s.at
	at.Step++
	at.Block = s.normals
	s.normals++
	kernels.Normal(z[:], s.key, at)
	return z[0]
}

// gamma returns a variate of the Gamma distribution of shape a and rate 1 (Marsaglia and Tsang, "A simple method for generating
// gamma variables", ACM TOMS 26, 2000; for a < 1 that of a + 1 times u^(1/a)).
func (s *uniforms) gamma(a float64) float64 {
	factor := 1.0
	if a < 1 {
		factor = special.Exp(special.Log(1-s.draw()) / a)
		a++
	}
	d := a - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.normal()
		v := math.FMA(c, x, 1)
		if v <= 0 {
			continue
		}
		v = float64(v * v * v)
		u := 1 - s.draw()
		if special.Log(u) < math.FMA(0.5*x, x, d-float64(d*v))+float64(d*special.Log(v)) {
			return float64(factor * float64(d*v))
		}
	}
}

func (f *poisson[T]) sample(row []T, k int, key kernels.Key, at kernels.Counter) {
	s := uniforms{key: key, at: at}
	for j, rate := range f.cur.value[k*f.d:][:f.d] {
		row[j] = T(s.poisson(rate))
	}
}
