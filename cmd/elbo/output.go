package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// output remembers the first error of a writer, which fmt and cobra drop.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.err = cause(err)
	return n, o.err
}

// cause strips an error of a file of the name of the file, which the message gives by itself.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	return err
}

func writeError(path string, err error) error {
	mend := "name another file"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		mend = "make its folder first"
	case errors.Is(err, fs.ErrPermission):
		mend = "check the permissions of its folder"
	}
	return fmt.Errorf("cannot write %s: %w: %s", path, cause(err), mend)
}

// target is a file to be written: whole, or not at all.
type target struct {
	path string // as given
	real string // with symbolic links followed
	mode fs.FileMode
}

// newTarget returns an error if the file could not be written. It is for asking before long work.
func newTarget(path string) (target, error) {
	t := target{path: path, real: path}
	switch s, err := os.Stat(path); {
	case err == nil && s.IsDir():
		return t, writeError(path, errors.New("it is a folder"))
	case err == nil && !s.Mode().IsRegular():
		return t, writeError(path, errors.New("it is not a regular file"))
	case err == nil:
		t.mode = s.Mode().Perm()
		if t.real, err = filepath.EvalSymlinks(path); err != nil {
			return t, writeError(path, err)
		}
	case filepath.Base(path) == "." || os.IsPathSeparator(path[len(path)-1]):
		return t, writeError(path, errors.New("it names a folder"))
	}
	f, err := t.temporary()
	if err != nil {
		return t, writeError(path, err)
	}
	f.Close()
	if err := os.Remove(f.Name()); err != nil {
		return t, writeError(path, err)
	}
	return t, nil
}

// temporary makes a file beside the target, with the permissions that the target is to have.
func (t target) temporary() (*os.File, error) {
	for {
		name := filepath.Join(filepath.Dir(t.real), "."+filepath.Base(t.real)+"."+strconv.FormatUint(rand.Uint64(), 36))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil && t.mode != 0 {
			if err = f.Chmod(t.mode); err != nil {
				f.Close()
				os.Remove(name)
			}
		}
		return f, err
	}
}

// write writes a temporary file, which then takes the target's name.
func (t target) write(write func(io.Writer) error) (err error) {
	f, err := t.temporary()
	if err != nil {
		return writeError(t.path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = writeError(t.path, err)
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), t.real)
}

// progress shows how far a fit has come, from its second second on: a bar on a terminal, elsewhere one plain line a second.
type progress struct {
	w     io.Writer
	what  string
	unit  string // of the bound
	total int
	bar   *mpb.Bar
	pool  *mpb.Progress
	bound atomic.Uint64 // the bits of the bound: the bar is drawn by a goroutine of its own
	last  time.Time
}

// newProgress starts to show total steps of what on w.
func newProgress(w io.Writer, what, unit string, total int) *progress {
	return &progress{w: w, what: what, unit: unit, total: total, last: time.Now()}
}

// step reports that n steps are done and that the bound is b.
func (p *progress) step(n int, b float64) {
	p.bound.Store(math.Float64bits(b))
	if p.bar != nil {
		p.bar.SetCurrent(int64(n))
		return
	}
	now := time.Now()
	if now.Sub(p.last) < time.Second {
		return
	}
	p.last = now
	if wideTerminal(p.w) {
		p.pool = mpb.New(mpb.WithOutput(p.w), mpb.WithWidth(40), mpb.WithRefreshRate(100*time.Millisecond))
		p.bar = p.pool.AddBar(int64(p.total),
			mpb.PrependDecorators(decor.Name(p.what), decor.CountersNoUnit(" %d/%d")),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return p.label() })))
		p.bar.SetCurrent(int64(n))
		return
	}
	fmt.Fprintf(p.w, "%s %d/%d %s\n", p.what, n, p.total, p.label())
}

// wideTerminal reports whether w is a terminal with room for a bar.
func wideTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return err == nil && width >= 60
}

func (p *progress) label() string {
	return fmt.Sprintf("elbo %s %s", nats(math.Float64frombits(p.bound.Load())), p.unit)
}

// done ends the display and takes the bar away: a fit may take fewer steps than it was allowed.
func (p *progress) done() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.pool.Wait()
	}
}
