package kernels

// momentsDiagGeneric defines the bits of MomentsDiag.
func momentsDiagGeneric[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	d := x.Cols
	a, b := work[:d], work[d:2*d]
	for k := range centre.Rows {
		var sum T
		clear(work[:2*d])
		m := centre.Row(k)
		for n := range x.Rows {
			w := r.Data[n*r.Stride+k]
			if w <= skip {
				continue
			}
			sum += w
			for j, v := range x.Row(n) {
				t := v - m[j]
				z := T(w * t)
				a[j] += z
				b[j] = fma(t, z, b[j])
			}
		}
		if add {
			sum += s0[k]
		}
		s0[k] = sum
		momentsPut(s1.Row(k), a, add)
		momentsPut(s2.Row(k), b, add)
	}
}

// momentsDiagMaskedGeneric defines the bits of MomentsDiagMasked.
func momentsDiagMaskedGeneric[T Float](s0, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	d := x.Cols
	c, a, b := work[:d], work[d:2*d], work[2*d:3*d]
	for k := range centre.Rows {
		clear(work[:3*d])
		m := centre.Row(k)
		for n := range x.Rows {
			w := r.Data[n*r.Stride+k]
			if w <= skip {
				continue
			}
			for j, v := range x.Row(n) {
				if v != v {
					continue
				}
				t := v - m[j]
				z := T(w * t)
				c[j] += w
				a[j] += z
				b[j] = fma(t, z, b[j])
			}
		}
		momentsPut(s0.Row(k), c, add)
		momentsPut(s1.Row(k), a, add)
		momentsPut(s2.Row(k), b, add)
	}
}

// momentsFullGeneric defines the bits of MomentsFull.
func momentsFullGeneric[T Float](s0 []T, s1, s2, x, r, centre Matrix[T], skip T, work []T, add bool) {
	d := x.Cols
	t, z, a, b := work[:d], work[d:2*d], work[2*d:3*d], work[3*d:3*d+d*d]
	for k := range centre.Rows {
		var sum T
		found := false
		clear(a)
		clear(b)
		m := centre.Row(k)
		for n := range x.Rows {
			w := r.Data[n*r.Stride+k]
			if w <= skip {
				continue
			}
			found = true
			sum += w
			for j, v := range x.Row(n) {
				t[j] = v - m[j]
				z[j] = T(w * t[j])
				a[j] += z[j]
			}
			for i, v := range t {
				fmaRow(b[i*d+i:i*d+d], v, z[i:])
			}
		}
		if add {
			if !found {
				continue
			}
			sum += s0[k]
		}
		s0[k] = sum
		momentsPut(s1.Row(k), a, add)
		for i := range d {
			momentsPut(s2.Row(k*d + i)[i:], b[i*d+i:i*d+d], add)
		}
	}
}
