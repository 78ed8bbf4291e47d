package kmeans

import "example.com/elbo/kernels"

// RandomResponsibilities fills the rows of r, which are the rows first, first+1, … of the data, with draws from the flat
// Dirichlet distribution,
//
//	r_k = e_k/Σ_j e_j,  e_k = −ln u_k,
//
// u Philox uniforms of the key, counted by the row. (Devroye, Non-Uniform Random Variate Generation, 1986, §XI.4.1.)
func RandomResponsibilities[T kernels.Float](r kernels.Matrix[T], key kernels.Key, first int64) {
	e := make([]float64, r.Cols)
	for i := range r.Rows {
		kernels.Uniform(e, key, kernels.Counter{Row: uint64(first) + uint64(i)})
		for k, u := range e {
			e[k] = 1 - u
		}
		kernels.Log(e, e)
		sum := 0.0
		for _, v := range e {
			sum -= v
		}
		for k, v := range e {
			if sum > 0 {
				r.Row(i)[k] = T(-v / sum)
			} else {
				r.Row(i)[k] = T(1 / float64(r.Cols))
			}
		}
	}
}
