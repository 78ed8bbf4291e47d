package main

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"example.com/elbo/kernels"
)

// TestDemo runs the parts of the demonstration that need no MNIST, with noise in its place.
func TestDemo(t *testing.T) {
	noise := kernels.NewMatrix[float32](200, mnistSide*mnistSide)
	kernels.Uniform(noise.Data, kernels.NewKey(1, 1), kernels.Counter{})
	var out bytes.Buffer
	d := &demo{ctx: t.Context(), out: &out, workers: 2, page: page{Title: "A <title>", Intro: "1 < 2"}}
	for _, part := range []func() error{d.oldFaithfulEM, d.oldFaithfulVB, func() error { return d.sameBits(noise) }} {
		if err := part(); err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range []string{
		"EM, Old Faithful, 2 components: ", "log-likelihood -1130.3", "2 components live, 4 died",
		"same bits, em.GMM: ", "same bits, vem.GMM: ", "same bits, vae.VAE: ", "ran on " + kernels.Active().String() + "; the models' bits agree on each available ISA [generic",
	} {
		if !strings.Contains(out.String(), w) {
			t.Errorf("it says %q, without %q", out.String(), w)
		}
	}

	var html bytes.Buffer
	if err := d.page.render(&html); err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{"<h1>A &lt;title&gt;</h1>", "<p>1 &lt; 2</p>", "Azzalini and Bowman"} {
		if !strings.Contains(html.String(), w) {
			t.Errorf("the page is without %q", w)
		}
	}
	pictures := regexp.MustCompile(`<img src="data:image/png;base64,([^"]*)" alt="([^"]+)">`).FindAllStringSubmatch(html.String(), -1)
	if len(pictures) != 4 {
		t.Fatalf("the page has %d pictures, want 4", len(pictures))
	}
	for _, p := range pictures {
		b, err := base64.StdEncoding.DecodeString(strings.NewReplacer("&#43;", "+", "%2b", "+").Replace(p[1]))
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if s := img.Bounds().Size(); s.X < 300 || s.Y < 200 {
			t.Errorf("%s: a picture of %v", p[2], s)
		}
	}
}

// TestDigitGrid: each image has its place, ink is dark.
func TestDigitGrid(t *testing.T) {
	x := kernels.MatrixOf(3, 4, []float32{1, 0, 0, 0, 0, 0, 0, 0, 2, -1, 0, 1})
	b, err := digitGrid(x, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if s := img.Bounds().Size(); s.X != 17 || s.Y != 17 {
		t.Fatalf("the picture has the size %v", s)
	}
	for _, c := range []struct {
		x, y int
		dark bool
	}{{3, 3, true}, {4, 4, true}, {5, 3, false}, {10, 3, false}, {3, 10, true}, {5, 10, false}, {6, 13, true}, {3, 13, false}} {
		if r, _, _, _ := img.At(c.x, c.y).RGBA(); (r == 0) != c.dark {
			t.Errorf("pixel (%d, %d) is %#x, dark: %v", c.x, c.y, r, c.dark)
		}
	}
}

func TestDotPlot(t *testing.T) {
	if _, err := dotPlot("", "", []string{"a", "b"}, []float64{1, 0}); err == nil {
		t.Error("0 has a place on a logarithmic axis")
	}
	if _, err := dotPlot("", "", []string{"a", "b"}, []float64{3, 0.02}); err != nil {
		t.Error(err)
	}
}

// TestDemoFails before it computes anything.
func TestDemoFails(t *testing.T) {
	dir := t.TempDir()
	bad(t, 1, "cannot make the folder", "demo", "--out", file(t, "f", ""))
	code, _, err := cli(t, "demo", "--out", dir, "--mnist", dir)
	if code != 1 || !strings.HasPrefix(err, "elbo: cannot read MNIST in "+dir) || strings.Count(err, "\n") != 1 {
		t.Errorf("status %d, %q", code, err)
	}
	left(t, dir)
}
