package vae

import (
	"fmt"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

// ScoreOptions are the settings of an estimate of the bound at fixed parameters.
type ScoreOptions struct {
	Samples  int    // L, noise draws per row; 0: 1
	Seed     uint64 // of the noise and the binarisation
	Binarize bool   // replace every entry once by a draw from {0, 1}, as TrainOptions.Binarize does in every epoch
}

func (o ScoreOptions) withDefaults(l Likelihood) (ScoreOptions, error) {
	if o.Samples == 0 {
		o.Samples = 1
	}
	if o.Samples < 1 || o.Samples > maxRows {
		return o, fmt.Errorf("vae: %d samples: want 1 to %d", o.Samples, maxRows)
	}
	if o.Binarize && l != Bernoulli {
		return o, fmt.Errorf("vae: Binarize is for the Bernoulli likelihood: the model's is %v", l)
	}
	return o, nil
}

// RowScore is the estimate of one row's bound, in nats.
type RowScore struct {
	Bound float64 // Rec − KL
	Rec   float64 // mean over the samples of log p(x|z), over the observed columns
	KL    float64 // KL(q(z|x) ‖ p(z))
}

// Scorer scores rows with a copy of a model's parameters: it never changes, and any number of goroutines may use
// it, each with a Scratch of its own. A score depends on the row, its id and the options alone.
type Scorer[T kernels.Float] struct {
	v        *VAE[T]
	enc, dec network[T]
	o        ScoreOptions
	// the keys of the noise and of the binarisation
	noise, binarize kernels.Key
}

// NewScorer returns a scorer for the model's present parameters. It fails if an option is out of range.
func (v *VAE[T]) NewScorer(o ScoreOptions) (*Scorer[T], error) {
	o, err := o.withDefaults(v.cfg.Likelihood)
	if err != nil {
		return nil, err
	}
	c, err := v.with(append([]T(nil), v.params...))
	if err != nil {
		return nil, err
	}
	s := c.scorer(o)
	s.enc, s.dec = c.enc.Pack(), c.dec.Pack()
	return s, nil
}

// network is an nn.MLP or the same packed, which gives the same bits.
type network[T kernels.Float] interface {
	Forward(ws *nn.Workspace[T], x kernels.Matrix[T]) (kernels.Matrix[T], error)
}

func (v *VAE[T]) scorer(o ScoreOptions) *Scorer[T] {
	return &Scorer[T]{v: v, enc: v.enc, dec: v.dec, o: o, noise: kernels.NewKey(o.Seed, streamScore), binarize: kernels.NewKey(o.Seed, streamScoreBinarize)}
}

// Scratch is the memory that scoring works in. One goroutine uses it at a time.
type Scratch[T kernels.Float] struct {
	v        *VAE[T]
	enc, dec *nn.Workspace[T]
	x, z     kernels.Matrix[T]
	head     kernels.Matrix[T] // the encoder's output, in enc
	raw      [][]T
	logVar   kernels.Matrix[T]
	sigma    kernels.Matrix[T]
	eps      []T
	density  *density[T]
	score    []RowScore
}

// NewScratch returns scratch for one row at a time.
func (s *Scorer[T]) NewScratch() (*Scratch[T], error) { return s.v.newScratch(1) }

func (v *VAE[T]) newScratch(rows int) (*Scratch[T], error) {
	enc, err := v.enc.NewWorkspace(rows)
	if err != nil {
		return nil, err
	}
	dec, err := v.dec.NewWorkspace(rows)
	if err != nil {
		return nil, err
	}
	j := v.cfg.Latent
	return &Scratch[T]{v: v, enc: enc, dec: dec, density: newDensity(v), raw: make([][]T, rows), eps: make([]T, j), score: make([]RowScore, rows),
		x: kernels.NewMatrix[T](rows, v.cfg.In), z: kernels.NewMatrix[T](rows, j), logVar: kernels.NewMatrix[T](rows, j), sigma: kernels.NewMatrix[T](rows, j)}, nil
}

// Score estimates the bound of one row. id is what its random numbers are counted by: with the same id the same row has
// the same score. NaN entries are missing; ±Inf, a value outside [0, 1] under the Bernoulli likelihood, and a wrong
// length are errors. Score allocates nothing unless it fails.
func (s *Scorer[T]) Score(w *Scratch[T], row []T, id uint64) (RowScore, error) {
	if err := s.load(w, row, id); err != nil {
		return RowScore{}, err
	}
	if err := s.block(w, 1, id); err != nil {
		return RowScore{}, err
	}
	return w.score[0], nil
}

// Encode writes the mean and the log-variance of q(z|x) of one row, each of length Latent. Rows are refused as by Score,
// and it allocates nothing unless it fails. It draws nothing: Binarize has no effect.
func (s *Scorer[T]) Encode(w *Scratch[T], mean, logVar, row []T) error {
	if len(mean) != s.v.cfg.Latent || len(logVar) != s.v.cfg.Latent {
		return fmt.Errorf("vae: mean and log-variance of lengths %d and %d: the model has %d latent dimensions", len(mean), len(logVar), s.v.cfg.Latent)
	}
	if err := s.check(w, row); err != nil {
		return err
	}
	w.raw[0] = s.v.frame.gather(w.x.Row(0), row)
	if err := s.v.encode(w, 1, s.enc); err != nil {
		return err
	}
	copy(mean, w.head.Row(0))
	copy(logVar, w.logVar.Row(0))
	return nil
}

func (s *Scorer[T]) check(w *Scratch[T], row []T) error {
	if w.v != s.v {
		return fmt.Errorf("vae: the scratch is of another scorer")
	}
	return s.v.checkData(kernels.Matrix[T]{Rows: 1, Cols: len(row), Stride: len(row), Data: row})
}

func (s *Scorer[T]) load(w *Scratch[T], row []T, id uint64) error {
	if err := s.check(w, row); err != nil {
		return err
	}
	s.gather(w, 0, row, id)
	return nil
}

func (s *Scorer[T]) gather(w *Scratch[T], r int, row []T, id uint64) {
	if s.o.Binarize {
		w.raw[r] = gatherBinary(w.x.Row(r), row, s.binarize, id, 0)
	} else {
		w.raw[r] = s.v.frame.gather(w.x.Row(r), row)
	}
}

// encode runs the encoder on the first n rows of w.x and fills head, logVar, sigma and the KL divergences.
func (v *VAE[T]) encode(w *Scratch[T], n int, enc network[T]) (err error) {
	if w.head, err = enc.Forward(w.enc, w.x.SliceRows(0, n)); err != nil {
		return err
	}
	for r := range n {
		s := w.logVar.Row(r)
		w.density.clamp(s, w.head.Row(r)[len(s):])
		w.score[r] = RowScore{KL: w.sample(r)}
	}
	return nil
}

// sample makes z of row r from the noise that eps holds, and returns the KL divergence, which does not depend on it.
func (w *Scratch[T]) sample(r int) float64 {
	s := w.logVar.Row(r)
	return float64(kernels.Reparameterise(w.z.Row(r), w.sigma.Row(r), w.head.Row(r)[:len(s)], s, w.eps))
}

// block scores the first n rows of w.x, whose ids count from id.
func (s *Scorer[T]) block(w *Scratch[T], n int, id uint64) error {
	if err := s.v.encode(w, n, s.enc); err != nil {
		return err
	}
	for l := range s.o.Samples {
		for r := range n {
			draw(w.eps, noise{key: s.noise}, id+uint64(r), l)
			w.sample(r)
		}
		a, err := s.dec.Forward(w.dec, w.z.SliceRows(0, n))
		if err != nil {
			return err
		}
		for r := range n {
			logp, _ := w.density.row(nil, a.Row(r), w.x.Row(r), w.raw[r], 0)
			w.score[r].Rec += logp
		}
	}
	for r := range n {
		q := &w.score[r]
		q.Rec /= float64(s.o.Samples)
		q.Bound = q.Rec - q.KL
	}
	return nil
}
