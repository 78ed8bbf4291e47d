package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"example.com/elbo/kernels"
)

// The size of a plot, and the colours of components, in order (Okabe and Ito's palette, readable by the colour-blind).
const plotWidth, plotHeight = 5 * vg.Inch, 3.75 * vg.Inch

var palette = []color.RGBA{
	{0x00, 0x72, 0xb2, 0xff}, {0xd5, 0x5e, 0x00, 0xff}, {0x00, 0x9e, 0x73, 0xff},
	{0xcc, 0x79, 0xa7, 0xff}, {0xe6, 0x9f, 0x00, 0xff}, {0x56, 0xb4, 0xe9, 0xff},
}

// component is one Gaussian of a picture.
type component struct {
	weight float64
	mean   []float64
	cov    kernels.Matrix[float64]
}

// scatterPlot draws the first two columns of x, each row in the colour of its component, and over them each
// component's mean and its covariance's ellipses of one and two standard deviations.
func scatterPlot(title string, names []string, x kernels.Matrix[float64], label []int, comps []component) ([]byte, error) {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text, p.Y.Label.Text = names[0], names[1]
	for k := range comps {
		var pts plotter.XYs
		for i := range x.Rows {
			if label[i] == k {
				pts = append(pts, plotter.XY{X: x.Row(i)[0], Y: x.Row(i)[1]})
			}
		}
		if len(pts) == 0 {
			continue
		}
		s, err := plotter.NewScatter(pts)
		if err != nil {
			return nil, err
		}
		s.GlyphStyle = draw.GlyphStyle{Color: palette[k%len(palette)], Radius: vg.Points(1.8), Shape: draw.CircleGlyph{}}
		p.Add(s)
	}
	for k, c := range comps {
		for _, sd := range []float64{1, 2} {
			l, err := plotter.NewLine(ellipse(c, sd))
			if err != nil {
				return nil, err
			}
			l.Color = palette[k%len(palette)]
			l.Width = vg.Points(1.6)
			if sd == 2 {
				l.Width = vg.Points(0.8)
			}
			p.Add(l)
		}
	}
	return plotPNG(p)
}

// ellipse returns the curve of the points at sd standard deviations: mean + sd·L·(cos t, sin t), Σ = LLᵀ.
func ellipse(c component, sd float64) plotter.XYs {
	a, b, d := c.cov.Row(0)[0], c.cov.Row(1)[0], c.cov.Row(1)[1]
	l00 := math.Sqrt(a)
	l10 := b / l00
	l11 := math.Sqrt(math.Max(d-l10*l10, 0))
	pts := make(plotter.XYs, 101)
	for i := range pts {
		s, u := math.Sincos(2 * math.Pi * float64(i) / 100)
		pts[i] = plotter.XY{X: c.mean[0] + sd*l00*u, Y: c.mean[1] + sd*(l10*u+l11*s)}
	}
	return pts
}

// curve is one line of a line plot.
type curve struct {
	name string
	x, y []float64
}

// linePlot draws curves over common axes.
func linePlot(title, xName, yName string, curves ...curve) ([]byte, error) {
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text, p.Y.Label.Text = xName, yName
	p.Add(plotter.NewGrid())
	for k, c := range curves {
		pts := make(plotter.XYs, len(c.y))
		for i := range pts {
			pts[i] = plotter.XY{X: c.x[i], Y: c.y[i]}
		}
		l, s, err := plotter.NewLinePoints(pts)
		if err != nil {
			return nil, err
		}
		l.Color, s.Color = palette[k%len(palette)], palette[k%len(palette)]
		l.Width, s.Radius, s.Shape = vg.Points(1.5), vg.Points(1.5), draw.CircleGlyph{}
		p.Add(l)
		if len(pts) <= 60 {
			p.Add(s)
		}
		if c.name != "" {
			p.Legend.Add(c.name, l)
		}
	}
	p.Legend.Top = false
	return plotPNG(p)
}

// dotPlot draws one dot a name, on a logarithmic axis.
func dotPlot(title, yName string, names []string, values []float64) ([]byte, error) {
	p := plot.New()
	p.Title.Text = title
	p.Y.Label.Text = yName
	pts := make(plotter.XYs, len(values))
	for i, v := range values {
		if !(v > 0) {
			return nil, fmt.Errorf("%v has no place on a logarithmic axis", v)
		}
		pts[i] = plotter.XY{X: float64(i), Y: v}
	}
	s, err := plotter.NewScatter(pts)
	if err != nil {
		return nil, err
	}
	s.GlyphStyle = draw.GlyphStyle{Color: palette[0], Radius: vg.Points(5), Shape: draw.CircleGlyph{}}
	p.Add(plotter.NewGrid(), s)
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	p.Y.Min = math.Pow(10, math.Floor(math.Log10(p.Y.Min)))
	p.Y.Max = math.Pow(10, math.Ceil(math.Log10(p.Y.Max)))
	p.NominalX(names...)
	p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
	return plotPNG(p)
}

func plotPNG(p *plot.Plot) ([]byte, error) {
	c := vgimg.NewWith(vgimg.UseWH(plotWidth, plotHeight), vgimg.UseDPI(144))
	const margin = 6 // points
	p.Draw(draw.Crop(draw.New(c), margin, -margin, margin, -margin))
	var b bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// digitGrid draws images of side×side values in [0, 1], one a row of x, cols beside each other, each pixel
// enlarged twice, ink dark on white.
func digitGrid(x kernels.Matrix[float32], side, cols int) ([]byte, error) {
	const zoom, gap = 2, 3
	cell := side*zoom + gap
	rows := (x.Rows + cols - 1) / cols
	img := image.NewGray(image.Rect(0, 0, cols*cell+gap, rows*cell+gap))
	for i := range img.Pix {
		img.Pix[i] = 0xe0
	}
	for n := range x.Rows {
		left, top := gap+n%cols*cell, gap+n/cols*cell
		r := x.Row(n)
		for i := range side * zoom {
			for j := range side * zoom {
				v := min(max(r[i/zoom*side+j/zoom], 0), 1)
				img.SetGray(left+j, top+i, color.Gray{Y: uint8(255 - math.Round(float64(v)*255))})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
