package bench

import (
	"context"
	"fmt"
	"os"

	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/lockstep"
	"example.com/elbo/kernels"
)

// BenchmarkGMMIteration is an EM iteration on rows that all belong to all components, so that nothing is left out: half of a fit of two
// E-steps, with the sums over the rows that their M-steps need, and one M-step. A row and a component cost D(D+1) multiply-adds, half of them for
// the densities: of-peak is the part of what registers alone could do.
func BenchmarkGMMIteration(b *testing.B) {
	for _, s := range []struct{ n, k, d int }{{100000, 16, 16}, {50000, 64, 64}} {
		benchIteration[float64](b, "f64", s.n, s.k, s.d)
		benchIteration[float32](b, "f32", s.n, s.k, s.d)
	}
}

func benchIteration[T kernels.Float](b *testing.B, typ string, n, k, d int) {
	name := fmt.Sprintf("cov=full/rows=%d/k=%d/d=%d/kept=1/type=%s", n, k, d, typ)
	flop := 2 * float64(n*k) * float64(d*(d+1))
	data := sync.OnceValue(func() kernels.Matrix[T] { return noise[T](n, d) })
	eachISA(b, name, func(b *testing.B) {
		x := data()
		b.ReportAllocs()
		ns := lockstep.Run(b, 2*flop, func() { iterate(b, x, k) })
		work{flop: 2 * flop}.report(b, name, ns)
		b.ReportMetric(float64(2*n)/ns*1e9, "rows/s")
	})
}

// noise returns n rows without clusters.
func noise[T kernels.Float](n, d int) kernels.Matrix[T] {
	x := matrix[T](n, d)
	for i := range x.Data {
		x.Data[i] = T(normal(11, uint64(i)))
	}
	return x
}

// iterate makes two E-steps and an M-step.
func iterate[T kernels.Float](b *testing.B, x kernels.Matrix[T], k int) {
	if _, err := elbo.Fit(context.Background(), startOf(b, x, k, em.Full)(), elbo.Of(x), elbo.Options{MaxIter: 1, Tol: -1, Workers: 1}); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkGMMMemory is an iteration, and an E-step, on a million rows. Its metric is by how much the process's memory at its peak exceeds that
// of the data, in MiB, the program itself included.
func BenchmarkGMMMemory(b *testing.B) {
	const n, k, d = 1000000, 64, 64
	eachISA(b, fmt.Sprintf("cov=full/type=f64/rows=%d/k=%d/d=%d", n, k, d), func(b *testing.B) {
		if kernels.Active() == kernels.Generic {
			b.Skip("pure Go takes as much memory, and ten minutes")
		}
		x := noise[float64](n, d)
		debug.FreeOSMemory()
		os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // Linux: begins the peak anew
		for b.Loop() {
			iterate(b, x, k)
		}
		if peak := peakMemory(); peak > 0 {
			b.ReportMetric((peak-float64(8*n*d))/(1<<20), "MiB-beyond-data")
		}
	})
}

// peakMemory returns the largest resident set of the process in bytes, or 0 where that is not known.
func peakMemory() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib * 1024
		}
	}
	return 0
}
