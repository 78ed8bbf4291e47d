package bench

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"example.com/elbo/internal/lockstep"
	"example.com/elbo/internal/peak"
	"example.com/elbo/kernels"
)

// mix is output i of splitmix64 seeded with seed.
func mix(seed, i uint64) uint64 {
	z := seed + (i+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uniform is mix as a number in [0, 1).
func uniform(seed, i uint64) float64 { return float64(mix(seed, i)>>11) * 0x1p-53 }

// normal is mix as a near-normal variate of variance 1: the sum of its four 16-bit numbers.
func normal(seed, i uint64) float64 {
	u := mix(seed, i)
	s := int64(u&0xffff) + int64(u>>16&0xffff) + int64(u>>32&0xffff) + int64(u>>48)
	return float64(s-131070) * 2.6429e-05
}

// normals are n of them.
func normals[T kernels.Float](seed uint64, n int) []T {
	x := zeros[T](n)
	for i := range x {
		x[i] = T(normal(seed, uint64(i)))
	}
	return x
}

// zeros returns n numbers that begin at a cache line, as the peers' buffers do.
func zeros[T kernels.Float](n int) []T {
	const line = 64
	var t T
	s := make([]T, n+line/int(unsafe.Sizeof(t)))
	if off := uintptr(unsafe.Pointer(&s[0])) % line; off != 0 {
		s = s[(line-off)/unsafe.Sizeof(t):]
	}
	return s[:n:n]
}

// matrix returns a matrix of such numbers, filled by row.
func matrix[T kernels.Float](rows, cols int) kernels.Matrix[T] {
	return kernels.MatrixOf(rows, cols, zeros[T](rows*cols))
}

// work is what one call does. What is not 0 is reported as a rate: flop as GFLOP/s and as the part of the multiply-adds that
// the ISA can do in registers (of-peak), bytes read and written as GB/s and as the part of what a copy of as many bytes
// gets (of-copy), elements as ns/elem, rows as rows/s.
type work struct{ flop, bytes, elems, rows float64 }

// measure runs a benchmark on every ISA: setup makes the operands, once, and returns what is timed; then come more metrics.
func measure(b *testing.B, name string, w work, setup func() func(), more ...func(b *testing.B)) {
	setup = sync.OnceValue(setup)
	eachISA(b, name, func(b *testing.B) {
		f := setup()
		b.ReportAllocs()
		w.report(b, name, lockstep.Run(b, 1, f))
		for _, m := range more {
			m(b)
		}
	})
}

// eachISA runs f as a benchmark on every ISA.
func eachISA(b *testing.B, name string, f func(b *testing.B)) {
	for _, isa := range kernels.Available() {
		name := fmt.Sprintf("%s/impl=elbo-%v", name, isa)
		if lockstep.Listed(b, name) {
			continue
		}
		b.Run(name, func(b *testing.B) {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				b.Fatal(err)
			}
			defer restore()
			f(b)
		})
	}
}

// onEachISA is measure for operands that are there and metrics of one's own.
func onEachISA(b *testing.B, name string, metrics func(b *testing.B, ns float64), f func()) {
	eachISA(b, name, func(b *testing.B) {
		b.ReportAllocs()
		metrics(b, lockstep.Run(b, 1, f))
	})
}

// perISA is onEachISA for the time per element.
func perISA(b *testing.B, name string, elems int, f func()) {
	measure(b, name, work{elems: float64(elems)}, func() func() { return f })
}

func (w work) report(b *testing.B, name string, ns float64) {
	isa := kernels.Active()
	if w.flop > 0 {
		b.ReportMetric(w.flop/ns, "GFLOP/s")
		if top := peakOf(isa, strings.Contains(name, "type=f32")); top > 0 {
			b.ReportMetric(w.flop/ns/top, "of-peak")
		}
	}
	if w.bytes > 0 {
		b.ReportMetric(w.bytes/ns, "GB/s")
		if top := copyOf(isa, w.bytes); top > 0 {
			b.ReportMetric(w.bytes/ns/top, "of-copy")
		}
	}
	if w.elems > 0 {
		b.ReportMetric(ns/w.elems, "ns/elem")
	}
	if w.rows > 0 {
		b.ReportMetric(w.rows/ns*1e9, "rows/s")
	}
}

// best returns the greatest of some rates, each of f for a few milliseconds, where f returns what it did.
func best(f func() float64) float64 {
	r := 0.0
	for range 5 {
		t, done := time.Now(), 0.0
		for time.Since(t) < 3*time.Millisecond {
			done += f()
		}
		r = max(r, done/float64(time.Since(t).Nanoseconds()))
	}
	return r
}

type limit struct {
	isa    kernels.ISA
	single bool
	bytes  int
}

// limits holds what was measured: a ceiling is measured once.
var limits = map[limit]float64{}

func once(l limit, f func() float64) float64 {
	r, ok := limits[l]
	if !ok {
		r = f()
		limits[l] = r
	}
	return r
}

// peakOf returns the GFLOP/s of multiply-adds in registers; 0 for pure Go.
func peakOf(isa kernels.ISA, single bool) float64 {
	return once(limit{isa, single, 0}, func() float64 {
		return best(func() float64 {
			if single {
				return peak.FMA[float32](isa, 10000)
			}
			return peak.FMA[float64](isa, 10000)
		})
	})
}

// copyOf returns the GB/s, read and written, of a copy whose operands have together so many bytes, to a power of 2; 0 for pure Go.
func copyOf(isa kernels.ISA, bytes float64) float64 {
	n := 1 << max(10, min(28, int(math.Round(math.Log2(bytes)))))
	return once(limit{isa, false, n}, func() float64 {
		x, y := zeros[float64](n/16), normals[float64](1, n/16)
		return best(func() float64 {
			if !peak.Copy(isa, x, y) {
				return 0
			}
			return float64(n)
		})
	})
}

// BenchmarkPeak times multiply-adds in registers: the ceiling of the products.
func BenchmarkPeak(b *testing.B) {
	benchPeak[float32](b, "f32")
	benchPeak[float64](b, "f64")
}

func benchPeak[T kernels.Float](b *testing.B, typ string) {
	eachISA(b, "op=fma/type="+typ, func(b *testing.B) {
		isa := kernels.Active()
		flop := peak.FMA[T](isa, 10000)
		if flop == 0 {
			b.Skip("no loop")
		}
		ns := lockstep.Run(b, flop, func() { peak.FMA[T](isa, 10000) })
		b.ReportMetric(flop/ns, "GFLOP/s")
	})
}

// BenchmarkStream times a copy and a triad, from the first cache to memory.
func BenchmarkStream(b *testing.B) {
	for _, kib := range []int{24, 384, 12288, 393216} {
		for _, op := range []string{"copy", "triad"} {
			eachISA(b, fmt.Sprintf("op=%s/kib=%d", op, kib), func(b *testing.B) {
				isa, arrays := kernels.Active(), 2
				if op == "triad" {
					arrays = 3
				}
				n := kib << 10 / 8 / arrays / 32 * 32
				x, y, z := zeros[float64](n), zeros[float64](n), zeros[float64](n)
				run := func() bool { return peak.Copy(isa, x, y) }
				if op == "triad" {
					run = func() bool { return peak.Triad(isa, x, y, z, 3) }
				}
				if !run() {
					b.Skip("no loop")
				}
				ns := lockstep.Run(b, 1, func() { run() })
				b.ReportMetric(float64(8*arrays*n)/ns, "GB/s")
			})
		}
	}
}

// configuration prints what a reader of the results must know, as lines of the benchmark format.
func configuration() {
	c := kernels.CPU()
	fmt.Printf("cpu-family: %d model %d, caches %d KiB, %d KiB, %d MiB\n", c.Family, c.Model, c.L1D>>10, c.L2>>10, c.L3>>20)
	var isas []string
	for _, isa := range c.Available {
		isas = append(isas, isa.String())
	}
	fmt.Printf("isas: %s\n", strings.Join(isas, " "))
	for _, isa := range c.Available[1:] {
		fmt.Printf("peak-%v: %.1f GFLOP/s f32, %.1f GFLOP/s f64\n", isa, peakOf(isa, true), peakOf(isa, false))
	}
	if last := c.Active; last != kernels.Generic {
		fmt.Printf("memory: %.1f GB/s copied, read and written, %.1f GB/s in the first cache\n", copyOf(last, 1<<28), copyOf(last, 1<<14))
	}
	fmt.Printf("numerics: %d\n", c.Numerics)
}

func TestMain(m *testing.M) {
	flag.Parse()
	switch {
	case *compareFlag != "":
		os.Exit(compareMain())
	case flag.Lookup("test.bench").Value.String() != "" && os.Getenv("STEP") == "":
		configuration()
	}
	os.Exit(m.Run())
}
