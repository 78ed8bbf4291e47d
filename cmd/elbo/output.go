package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// writeFile writes a file whole or not at all: into a temporary one beside it, which then takes its name.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fileError("write "+path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := f.Chmod(0o644); err != nil {
		return fileError("write "+path, err)
	}
	if err := f.Close(); err != nil {
		return fileError("write "+path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fileError("write "+path, err)
	}
	return nil
}

// progress shows how far a fit has come: a bar on a terminal, elsewhere one plain line a second.
type progress struct {
	w     io.Writer
	what  string
	total int
	pool  *mpb.Progress
	bar   *mpb.Bar
	bound atomic.Uint64 // the bits of the bound: the bar is drawn by a goroutine of its own
	last  time.Time
}

// newProgress starts to show total steps of what on w.
func newProgress(w io.Writer, what string, total int) *progress {
	p := &progress{w: w, what: what, total: total, last: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.pool = mpb.New(mpb.WithOutput(w), mpb.WithWidth(40), mpb.WithRefreshRate(100*time.Millisecond))
		p.bar = p.pool.AddBar(int64(total),
			mpb.PrependDecorators(decor.Name(what), decor.CountersNoUnit(" %d/%d")),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return fmt.Sprintf("elbo %.4f", math.Float64frombits(p.bound.Load())) })))
	}
	return p
}

// step reports that n steps are done and that the bound is b nats.
func (p *progress) step(n int, b float64) {
	if p.bar != nil {
		p.bound.Store(math.Float64bits(b))
		p.bar.SetCurrent(int64(n))
		return
	}
	if now := time.Now(); now.Sub(p.last) >= time.Second {
		p.last = now
		fmt.Fprintf(p.w, "%s %d/%d elbo %.4f\n", p.what, n, p.total, b)
	}
}

// done ends the display; a fit may take fewer steps than it was allowed.
func (p *progress) done() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(false)
	p.pool.Wait()
}
