package kernels

import "math"

// gemmCols is the width of a panel of columns in pure Go: so many chains run side by side.
const gemmCols = 8

// gemmPanel holds a panel of op(B), one row of columns per k, widened to float64: for float32 too the products are
// exact in it.
type gemmPanel [gemmMaxCut * gemmCols]float64

// pack fills the panel with the columns j … j+w−1 of op(B); what is beyond them is not used.
func (p *gemmBlock[T]) pack(panel *gemmPanel, j, w int) {
	for k := range p.k {
		row := panel[k*gemmCols : k*gemmCols+gemmCols]
		for u := range w {
			row[u] = float64(p.b[k*p.bK+(j+u)*p.bCol])
		}
	}
}

// store sets w elements of row i of c from column j on.
func (p *gemmBlock[T]) store(s *[gemmCols]T, i, j, w int) {
	out := p.c[i*p.cRow+j : i*p.cRow+j+w]
	if p.init != nil {
		from := p.init[i*p.initRow+j : i*p.initRow+j+w]
		for u := range out {
			out[u] = from[u] + s[u]
		}
	} else {
		copy(out, s[:])
	}
	if p.relu {
		reluRow(out)
	}
}

// row is the product for one row, B in place.
func (p *gemmBlock[T]) row() {
	out, mode := p.c[:p.n], chainMode(0)
	if p.init != nil {
		copy(out, p.init)
		mode = chainAdd
	}
	chainGeneric(out, p.b, p.bK, p.a, p.aK, p.k, mode)
	if p.relu {
		reluRow(out)
	}
}

// gemmGenericF32 defines the bits of Gemm for float32.
func gemmGenericF32(p *gemmBlock[float32]) {
	if p.m == 1 && p.bCol == 1 {
		p.row()
		return
	}
	var panel gemmPanel
	var s [gemmCols]float32
	for j := 0; j < p.n; j += gemmCols {
		w := min(gemmCols, p.n-j)
		p.pack(&panel, j, w)
		for i := range p.m {
			gemmRowF32(&s, p.a[i*p.aRow:], p.aK, panel[:p.k*gemmCols])
			p.store(&s, i, j, w)
		}
	}
}

// gemmGenericF64 defines the bits of Gemm for float64.
func gemmGenericF64(p *gemmBlock[float64]) {
	if p.m == 1 && p.bCol == 1 {
		p.row()
		return
	}
	var panel gemmPanel
	var s [gemmCols]float64
	for j := 0; j < p.n; j += gemmCols {
		w := min(gemmCols, p.n-j)
		p.pack(&panel, j, w)
		for i := range p.m {
			gemmRowF64(&s, p.a[i*p.aRow:], p.aK, panel[:p.k*gemmCols])
			p.store(&s, i, j, w)
		}
	}
}

// gemmRowF64 is s[u] = Σ_k a[k·aK]·panel[k][u], each a chain from +0.
func gemmRowF64(s *[gemmCols]float64, a []float64, aK int, panel []float64) {
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for at := 0; len(panel) >= gemmCols; at += aK {
		b := (*[gemmCols]float64)(panel)
		v := a[at]
		s0 = math.FMA(v, b[0], s0)
		s1 = math.FMA(v, b[1], s1)
		s2 = math.FMA(v, b[2], s2)
		s3 = math.FMA(v, b[3], s3)
		s4 = math.FMA(v, b[4], s4)
		s5 = math.FMA(v, b[5], s5)
		s6 = math.FMA(v, b[6], s6)
		s7 = math.FMA(v, b[7], s7)
		panel = panel[gemmCols:]
	}
	*s = [gemmCols]float64{s0, s1, s2, s3, s4, s5, s6, s7}
}

// gemmRowF32 is gemmRowF64 with fma32, whose body is pasted: it is too long for the compiler to inline.
func gemmRowF32(s *[gemmCols]float32, a []float32, aK int, panel []float64) {
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	for at := 0; len(panel) >= gemmCols; at += aK {
		b := (*[gemmCols]float64)(panel)
		v := float64(a[at])
		t0 := float64(v*b[0]) + float64(s0)
		t1 := float64(v*b[1]) + float64(s1)
		t2 := float64(v*b[2]) + float64(s2)
		t3 := float64(v*b[3]) + float64(s3)
		t4 := float64(v*b[4]) + float64(s4)
		t5 := float64(v*b[5]) + float64(s5)
		t6 := float64(v*b[6]) + float64(s6)
		t7 := float64(v*b[7]) + float64(s7)
		if math.Float64bits(t0)<<36 != 0 {
			s0 = float32(t0)
		} else {
			s0 = fma32Tie(a[at], float32(b[0]), s0)
		}
		if math.Float64bits(t1)<<36 != 0 {
			s1 = float32(t1)
		} else {
			s1 = fma32Tie(a[at], float32(b[1]), s1)
		}
		if math.Float64bits(t2)<<36 != 0 {
			s2 = float32(t2)
		} else {
			s2 = fma32Tie(a[at], float32(b[2]), s2)
		}
		if math.Float64bits(t3)<<36 != 0 {
			s3 = float32(t3)
		} else {
			s3 = fma32Tie(a[at], float32(b[3]), s3)
		}
		if math.Float64bits(t4)<<36 != 0 {
			s4 = float32(t4)
		} else {
			s4 = fma32Tie(a[at], float32(b[4]), s4)
		}
		if math.Float64bits(t5)<<36 != 0 {
			s5 = float32(t5)
		} else {
			s5 = fma32Tie(a[at], float32(b[5]), s5)
		}
		if math.Float64bits(t6)<<36 != 0 {
			s6 = float32(t6)
		} else {
			s6 = fma32Tie(a[at], float32(b[6]), s6)
		}
		if math.Float64bits(t7)<<36 != 0 {
			s7 = float32(t7)
		} else {
			s7 = fma32Tie(a[at], float32(b[7]), s7)
		}
		panel = panel[gemmCols:]
	}
	*s = [gemmCols]float32{s0, s1, s2, s3, s4, s5, s6, s7}
}
