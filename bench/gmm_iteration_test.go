package bench

import (
	"context"
	"fmt"
	"os"

	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

// BenchmarkGMMIteration is an E-step and an M-step on rows that all belong to all components, so that nothing is left out. A row
// and a component cost D(D+1) multiply-adds, half of them in each step: of-peak is the part of what registers alone could do.
func BenchmarkGMMIteration(b *testing.B) {
	for _, s := range []struct{ n, k, d int }{{50000, 16, 16}, {20000, 64, 64}} {
		benchIteration[float64](b, "f64", s.n, s.k, s.d)
		benchIteration[float32](b, "f32", s.n, s.k, s.d)
	}
}

func benchIteration[T kernels.Float](b *testing.B, typ string, n, k, d int) {
	w := work{flop: 2 * float64(n*k) * float64(d*(d+1)), rows: float64(n)}
	measure(b, fmt.Sprintf("cov=full/type=%s/rows=%d/k=%d/d=%d/kept=1", typ, n, k, d), w, func() func() {
		x := matrix[T](n, d)
		for i := range x.Data {
			x.Data[i] = T(normal(11, uint64(i)))
		}
		return func() { iterate(b, x, startOf(b, x, k, em.Full)) }
	})
}

// iterate makes an E-step and an M-step.
func iterate[T kernels.Float](b *testing.B, x kernels.Matrix[T], m *em.GMM[T]) {
	s := elbo.NewStats(m)
	if err := elbo.Accumulate(context.Background(), s, m, elbo.Of(x), 0, elbo.Options{Workers: 1}); err != nil {
		b.Fatal(err)
	}
	if _, err := elbo.Update(m, s, int64(x.Rows)); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkGMMMemory is an iteration on a million rows. Its metric is by how much the process's memory at its peak exceeds that
// of the data, in MiB, the program itself included.
func BenchmarkGMMMemory(b *testing.B) {
	const n, k, d = 1000000, 64, 64
	eachISA(b, fmt.Sprintf("cov=full/type=f64/rows=%d/k=%d/d=%d", n, k, d), func(b *testing.B) {
		x := kernels.NewMatrix[float64](n, d)
		for i := range x.Data {
			x.Data[i] = normal(11, uint64(i))
		}

		debug.FreeOSMemory()

		os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // Linux: begins the peak anew
		for b.Loop() {
			iterate(b, x, startOf(b, x, k, em.Full))
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
