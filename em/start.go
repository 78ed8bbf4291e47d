package em

import (
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/moments"
	"example.com/elbo/kernels"
)

// assign makes an M-step from the responsibilities of a start; centres, K×D, are in the frame.
func (m *GMM[T]) assign(data elbo.Rows[T], centres kernels.Matrix[T], start begins) error {
	m.setMeans(centres)
	a := &assignment[T]{e: m.newEStep(), data: data, start: start}
	stats := make([]float64, m.StatsLen())
	if m.covariance.whole() {
		fill, variance := m.guess(a)
		a.each(func(x, r kernels.Matrix[T], weight T) { a.add(stats, x, r, weight, fill, variance) })
	} else {
		a.each(func(x, r kernels.Matrix[T], weight T) {
			if anyMissing(x.Data) {
				a.e.diag.AddMissing(stats, x, r, m.cur.mean, weight)
			} else {
				a.e.diag.Add(stats, x, r, m.cur.mean, weight)
			}
		})
	}
	return m.MStep(stats, data.Weight())
}

// setMeans sets the means to centres, K×D, in the frame.
func (m *GMM[T]) setMeans(centres kernels.Matrix[T]) {
	for k := range m.k {
		for j, v := range centres.Row(k) {
			m.cur.mean.Row(k)[j] = v
			m.cur.means[k*m.d+j] = m.frame.centre[j] + float64(float64(v)/m.frame.scale[j])
		}
	}
}

// assignment is rows with the responsibilities of a start.
type assignment[T kernels.Float] struct {
	e      *eStep[T]
	data   elbo.Rows[T]
	start  begins
	filled kernels.Matrix[T]
}

// each calls f for the blocks of rows, in the frame, with their responsibilities times their weights.
func (a *assignment[T]) each(f func(x, r kernels.Matrix[T], weight T)) {
	m := a.e.m
	for at := 0; at < a.data.X.Rows; at += elbo.BlockRows {
		n := min(elbo.BlockRows, a.data.X.Rows-at)
		block := a.data.Slice(at, at+n)
		x, r := kernels.MatrixOf(n, m.d, a.e.x[:n*m.d]), kernels.MatrixOf(n, m.k, a.e.joint[:n*m.k])
		m.frame.apply(x.Data, block.X)
		fillBegins(a.start, r, at)
		block.Scale(r)
		f(x, r, block.MaxWeight())
	}
}

// guess returns, if an entry is missing, the means and variances of the columns within the components, in the frame, K×D.
func (m *GMM[T]) guess(a *assignment[T]) (mean, variance kernels.Matrix[float64]) {
	missing := false
	diag, stats := moments.NewDiag[T](m.k, m.d), make([]float64, moments.DiagLen(m.k, m.d))
	a.each(func(x, r kernels.Matrix[T], weight T) { missing = missing || anyMissing(x.Data) })
	if !missing {
		return mean, variance
	}
	a.each(func(x, r kernels.Matrix[T], weight T) { diag.AddMissing(stats, x, r, m.cur.mean, weight) })
	mean, variance = kernels.NewMatrix[float64](m.k, m.d), kernels.NewMatrix[float64](m.k, m.d)
	for k := range m.k {
		st := stats[k*moments.DiagStride(m.d):][:moments.DiagStride(m.d)]
		for j, centre := range m.cur.mean.Row(k) {
			s1, s2, n := st[1+j], st[1+m.d+j], st[1+2*m.d+j]
			psi := float64(m.scale[j] * m.frame.scale[j] * m.frame.scale[j])
			mean.Row(k)[j], variance.Row(k)[j] = float64(centre), psi
			if n > 0 {
				shift := s1 / n
				mean.Row(k)[j] += shift
				variance.Row(k)[j] = (psi + (s2 - float64(s1*shift))) / (n + 5)
			}
		}
	}
	return mean, variance
}

// add adds full statistics, with a guess at what is missing.
func (a *assignment[T]) add(stats []float64, x, r kernels.Matrix[T], weight T, mean, variance kernels.Matrix[float64]) {
	m := a.e.m
	if !anyMissing(x.Data) {
		a.e.full.Add(stats, x, r, m.cur.mean, weight)
		return
	}
	if a.filled.Data == nil {
		a.filled = kernels.NewMatrix[T](elbo.BlockRows, m.d)
	}
	filled := a.filled.SliceRows(0, x.Rows)
	for k := range m.k {
		st := stats[k*m.stride():][:m.stride()]
		for i := range x.Rows {
			for j, v := range x.Row(i) {
				if v != v {
					v = T(mean.Row(k)[j])
					st[1+m.d+j*(m.d+1)] += float64(float64(r.Row(i)[k]) * variance.Row(k)[j])
				}
				filled.Row(i)[j] = v
			}
		}
		a.e.full.AddComponent(st, filled, r, k, m.cur.mean.SliceRows(k, k+1), weight)
	}
}

// columns returns the weighted means and variances of the columns over the rows in which they are there, or an error for one of
// which no variance can be computed.
func columns[T kernels.Float](rows elbo.Rows[T]) (mean, variance []float64, err error) {
	x := rows.X
	total := make([]float64, x.Cols)
	mean, variance = make([]float64, x.Cols), make([]float64, x.Cols)
	first, constant := make([]T, x.Cols), make([]bool, x.Cols)
	each := func(f func(j int, v T, w float64)) {
		for i := range x.Rows {
			w := 1.0
			if rows.Weights != nil {
				w = rows.Weights[i]
			}
			if w == 0 {
				continue
			}
			for j, v := range x.Row(i) {
				if v == v {
					f(j, v, w)
				}
			}
		}
	}
	each(func(j int, v T, w float64) {
		if total[j] == 0 {
			first[j], constant[j] = v, true
		}
		total[j] += w
		mean[j] += float64(w * float64(v))
	})
	for j, w := range total {
		if w == 0 {
			return nil, nil, fmt.Errorf("em: column %d is missing in every row that counts: leave it out", j)
		}
		mean[j] /= w
	}
	each(func(j int, v T, w float64) {
		t := float64(v) - mean[j]
		variance[j] += float64(w * float64(t*t))
		constant[j] = constant[j] && v == first[j]
	})
	for j := range variance {
		variance[j] /= total[j]
		switch v := variance[j]; {
		case constant[j]:
			return nil, nil, fmt.Errorf("em: column %d is %v in every row: it has no density, leave it out", j, first[j])
		case !(v >= 0x1p-900 && v <= 0x1p900):
			return nil, nil, fmt.Errorf("em: the variance of column %d is %v: rescale the column", j, v)
		}
	}
	return mean, variance, nil
}
