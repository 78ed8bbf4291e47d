package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
	"example.com/elbo/vae"
)

// vaeRows is the peers' workload: rows of ten classes of 784 binary columns.
func vaeRows[T kernels.Float](n int) kernels.Matrix[T] {
	const d = 784
	p := make([]float64, 10*d)
	for i := range p {
		p[i] = 0.05
		if uniform(41, uint64(i)) < 0.2 {
			p[i] = 0.9
		}
	}
	x := kernels.NewMatrix[T](n, d)
	for i := range n {
		for j := range d {
			if uniform(42, uint64(i*d+j)) < p[i%10*d+j] {
				x.Data[i*d+j] = 1
			}
		}
	}
	return x
}

// mnistNet is the network of the peers, 784-400-20-400-784.
func mnistNet[T kernels.Float](b *testing.B) *vae.VAE[T] {
	hidden := []nn.Layer{{Out: 400, Act: nn.ReLU}}
	v, err := vae.New[T](vae.Config{In: 784, Latent: 20, Encoder: hidden, Decoder: hidden})
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// train runs steps of training until the benchmark has enough, and returns the last one's progress.
func train[T kernels.Float](b *testing.B, x kernels.Matrix[T], steps int) (last vae.Progress) {
	v := mnistNet[T](b)
	b.ReportAllocs()
	n := 0
	for p, err := range v.Steps(context.Background(), x, vae.TrainOptions{Epochs: 1 << 30, Batch: 128}) {
		if err != nil {
			b.Fatal(err)
		}
		last = p
		if n--; n <= 0 { // the first step, which warms up, is not timed
			if !b.Loop() {
				break
			}
			n = steps
		}
	}
	return last
}

// BenchmarkVAETrainStep times one step of training: forward, backward, Adam, with the noise drawn inside.
func BenchmarkVAETrainStep(b *testing.B) {
	benchTrainStep[float32](b, "f32")
	benchTrainStep[float64](b, "f64")
}

func benchTrainStep[T kernels.Float](b *testing.B, typ string) {
	x := vaeRows[T](128)
	const products = 784*400 + 400*40 + 20*400 + 400*784 // forward; the backward pass has twice as many but for the input's gradient
	eachISA(b, fmt.Sprintf("type=%s/batch=128", typ), func(b *testing.B) {
		train(b, x, 1)
		b.ReportMetric(2*128*(3*products-784*400)/(float64(b.Elapsed().Nanoseconds())/float64(b.N)), "GFLOP/s")
	})
}

// BenchmarkVAEEpoch times 468 steps on 59904 rows in a new order each time. In pure Go that takes minutes: it is left out.
func BenchmarkVAEEpoch(b *testing.B) {
	var x kernels.Matrix[float32]
	eachISA(b, "type=f32/rows=60000/batch=128", func(b *testing.B) {
		if kernels.Active() == kernels.Generic {
			b.Skip("too slow in pure Go")
		}
		if x.Rows == 0 {
			x = vaeRows[float32](60000 / 128 * 128)
		}
		last := train(b, x, 60000/128)
		b.ReportMetric(float64(x.Rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		b.ReportMetric(-last.Bound, "loss")
	})
}

// BenchmarkVAEEncode times one row to its mean and log-variance, call by call.
func BenchmarkVAEEncode(b *testing.B) {
	x := vaeRows[float32](1)
	eachISA(b, "type=f32/batch=1", func(b *testing.B) {
		s, err := mnistNet[float32](b).NewScorer(vae.ScoreOptions{})
		if err != nil {
			b.Fatal(err)
		}
		w, err := s.NewScratch()
		if err != nil {
			b.Fatal(err)
		}
		mean, logVar := make([]float32, 20), make([]float32, 20)
		times := make([]time.Duration, 0, 1<<20)
		b.ReportAllocs()
		for b.Loop() {
			t := time.Now()
			if err := s.Encode(w, mean, logVar, x.Row(0)); err != nil {
				b.Fatal(err)
			}
			if len(times) < cap(times) {
				times = append(times, time.Since(t))
			}
		}
		percentiles(b, "", times)
	})
}
