// Package lockstep lets another process say when a benchmark measures, so that programs can be timed in turns on one core.
//
// Without the variable STEP a benchmark runs as usual. With STEP=list it writes its name to descriptor 4 and does not run.
// With another value it warms up, writes "ready", and answers each byte 't' that it reads from descriptor 3 by the time per call
// of one repetition in nanoseconds, with a quarter of one, or one call of less than 0.1 s, before it to warm up again; anything else ends it with "ok". BENCHTIME is the length of a repetition
// in seconds; with CLOCK=cpu, on Linux, it is time of the process and not of the wall. The programs of bench/peers speak the same.
package lockstep

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	begin    = time.Now()
	mode     = os.Getenv("STEP")
	in, out  = sync.OnceValue(func() *os.File { return os.NewFile(3, "in") }), sync.OnceValue(func() *os.File { return os.NewFile(4, "out") })
	duration = sync.OnceValue(func() time.Duration {
		s, err := strconv.ParseFloat(os.Getenv("BENCHTIME"), 64)
		if err != nil || s <= 0 {
			s = 0.2
		}
		return time.Duration(s * 1e9)
	})
)

// Listed writes the name that b's benchmark of that name has, if names are asked for, and tells whether they are: it is
// then not to be run.
func Listed(b *testing.B, name string) bool {
	if mode != "list" {
		return false
	}
	say(b, strings.TrimPrefix(b.Name(), "Benchmark")+"/"+name)
	return true
}

// Run times f as b.Loop does, or in lock step, and returns nanoseconds per call. In lock step what it answers is the time
// per unit, of which a call has that many: where programs are compared that do not do equally much in one call.
func Run(b *testing.B, units float64, f func()) float64 {
	if mode == "" {
		for b.Loop() {
			f()
		}
		return float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	}
	timed := func(n int) time.Duration {
		t := clock()
		for range n {
			f()
		}
		return max(since(t), 1)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	f()
	n, d := 1, timed(1)
	for d < duration()/2 && n < 1<<30 {
		n = max(n+1, int(0.6*float64(duration())*float64(n)/float64(max(d, duration()/1000))))
		d = timed(n)
	}
	per := float64(d) / float64(n)
	n = max(1, int(1.05*float64(duration())/per))
	say(b, "ready")
	ns := per
	for c := make([]byte, 1); ; {
		if _, err := in().Read(c); err != nil || c[0] != 't' {
			break
		}
		switch { // brings back what the others have pushed out
		case n > 3:
			timed(n / 4)
		case per < 1e8:
			timed(1)
		}
		ns = float64(timed(n)) / float64(n)
		say(b, strconv.FormatFloat(ns/units, 'g', 9, 64))
	}
	say(b, "ok")
	return ns
}

func say(b *testing.B, s string) {
	if _, err := fmt.Fprintln(out(), s); err != nil {
		b.Fatal(err)
	}
}
