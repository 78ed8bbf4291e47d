package vae

import (
	"encoding/binary"
	"fmt"
	"math"

	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

// Likelihood is the family of p(x|z) per column, with the decoder's output a as its parameter.
type Likelihood uint8

const (
	// Bernoulli with logits a: log p = x·a − softplus(a), for x in [0, 1]. For x strictly between, it is the
	// cross-entropy of the grey value, not a density: training with TrainOptions.Binarize makes it one.
	Bernoulli Likelihood = iota
	// GaussianFixed has mean a and variance Config.Variance in every column.
	GaussianFixed
	// GaussianShared has mean a and one variance e^t for all columns, t being learned like a weight. Its best
	// value is the mean squared error, so that a linear network is probabilistic PCA (Lucas, Tucker, Grosse and
	// Norouzi, "Don't Blame the ELBO!", NeurIPS 2019). Config.Variance is where it starts.
	GaussianShared
	// GaussianNetwork has a mean and a log-variance per column and row, both from the decoder.
	GaussianNetwork
)

var likelihoodNames = [...]string{"bernoulli", "gaussian-fixed", "gaussian-shared", "gaussian-network"}

// String returns the name under which the likelihood is saved.
func (l Likelihood) String() string { return nameOf(likelihoodNames[:], int(l)) }

// ParseLikelihood is the inverse of String.
func ParseLikelihood(name string) (Likelihood, error) {
	i, err := parseName("likelihood", likelihoodNames[:], name)
	return Likelihood(i), err
}

// Config describes a model. The encoder's head (2·Latent units: means, then log-variances) and the decoder's (In units,
// twice as many for GaussianNetwork) are added to the hidden layers.
type Config struct {
	In, Latent       int        // columns of the data, dimensions of z
	Encoder, Decoder []nn.Layer // hidden layers; none makes a linear map
	HeadInit         nn.Init    // of the two heads
	Likelihood       Likelihood
	Variance         float64 // GaussianFixed: the variance; GaussianShared: its start. 0: 1
	// LogVarMin and LogVarMax clamp every log-variance that a network gives, s_φ(x) and the decoder's; beyond them its
	// gradient is 0. Both 0: −20 and 20.
	LogVarMin, LogVarMax float64
	Seed                 uint64 // of the initial parameters
	// Center and Scale, one per column, are for Gaussian likelihoods of data that are not on one scale of order 1: the
	// networks see (x − Center)/Scale. Data, bounds, samples and reconstructions stay in the data's units, and a missing
	// entry is Center to the encoder. See Standardise. Both nil: the data as they are.
	Center, Scale []float64
}

// withDefaults validates the configuration, fills in the defaults, and counts the parameters of the networks.
func (c Config) withDefaults() (full Config, enc, dec int, err error) {
	if c.In < 1 || c.Latent < 1 {
		return c, 0, 0, fmt.Errorf("vae: In is %d and Latent is %d: want at least 1", c.In, c.Latent)
	}
	if c.Likelihood > GaussianNetwork {
		return c, 0, 0, fmt.Errorf("vae: unknown likelihood %d", c.Likelihood)
	}
	if c.Variance == 0 {
		c.Variance = 1
	}
	if !(c.Variance > 0) || math.IsInf(c.Variance, 0) {
		return c, 0, 0, fmt.Errorf("vae: Variance is %v: want a positive number", c.Variance)
	}
	if c.LogVarMin == 0 && c.LogVarMax == 0 {
		c.LogVarMin, c.LogVarMax = -20, 20
	}
	if !(c.LogVarMin < c.LogVarMax) || c.LogVarMin < -80 || c.LogVarMax > 80 {
		return c, 0, 0, fmt.Errorf("vae: log-variances clamped to [%v, %v]: want an interval within [-80, 80]", c.LogVarMin, c.LogVarMax)
	}
	if err := c.checkFrame(); err != nil {
		return c, 0, 0, err
	}
	if enc, err = nn.Size(c.In, c.encoder()); err != nil {
		return c, 0, 0, fmt.Errorf("vae: encoder: %w", err)
	}
	if dec, err = nn.Size(c.Latent, c.decoder()); err != nil {
		return c, 0, 0, fmt.Errorf("vae: decoder: %w", err)
	}
	return c, enc, dec, nil
}

func (c Config) encoder() []nn.Layer { return withHead(c.Encoder, 2*c.Latent, c.HeadInit) }

func (c Config) decoder() []nn.Layer { return withHead(c.Decoder, c.outputs(), c.HeadInit) }

// outputs is the number of the decoder's outputs.
func (c Config) outputs() int {
	if c.Likelihood == GaussianNetwork {
		return 2 * c.In
	}
	return c.In
}

func withHead(hidden []nn.Layer, out int, init nn.Init) []nn.Layer {
	layers := append([]nn.Layer(nil), hidden...)
	return append(layers, nn.Layer{Out: out, Act: nn.Identity, Init: init})
}

// The streams of random numbers, one per purpose.
const (
	streamEncoder = iota + 0x76616500
	streamDecoder
	streamShuffle
	streamBinarize
	streamNoise
	streamScore
	streamScoreBinarize
	streamPrior
	streamObserve
	streamVariance
)

// VAE is a variational autoencoder with its parameters. Its methods may be called from any number of goroutines, except
// that nothing else may run on a model while Steps or Fit trains it; a Scorer is a copy that may.
type VAE[T kernels.Float] struct {
	cfg      Config
	params   []T // the encoder's, the decoder's, and t of GaussianShared
	enc, dec *nn.MLP[T]
	shared   []T // the last parameter, if there is t; else empty
	frame    *frame[T]
}

// New returns a model with drawn parameters. It validates the whole configuration and says what is wrong with it.
func New[T kernels.Float](c Config) (*VAE[T], error) {
	c, nEnc, nDec, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	n := nEnc + nDec
	if c.Likelihood == GaussianShared {
		n++
	}
	params := make([]T, 0, n)
	enc, err := nn.NewMLP[T](c.In, c.encoder(), kernels.NewKey(c.Seed, streamEncoder))
	if err != nil {
		return nil, fmt.Errorf("vae: encoder: %w", err)
	}
	dec, err := nn.NewMLP[T](c.Latent, c.decoder(), kernels.NewKey(c.Seed, streamDecoder))
	if err != nil {
		return nil, fmt.Errorf("vae: decoder: %w", err)
	}
	params = append(append(params, enc.Params()...), dec.Params()...)
	if c.Likelihood == GaussianShared {
		t := [1]float64{c.Variance}
		kernels.Log(t[:], t[:])
		params = append(params, T(t[0]))
	}
	v := &VAE[T]{cfg: c, enc: enc, dec: dec, frame: newFrame[T](c)}
	return v.with(params)
}

// with returns a model of the same shape on other parameters, which it does not copy.
func (v *VAE[T]) with(params []T) (*VAE[T], error) {
	nEnc, nDec := v.enc.Len(), v.dec.Len()
	enc, err := v.enc.WithParams(params[:nEnc])
	if err != nil {
		return nil, fmt.Errorf("vae: encoder: %w", err)
	}
	dec, err := v.dec.WithParams(params[nEnc : nEnc+nDec])
	if err != nil {
		return nil, fmt.Errorf("vae: decoder: %w", err)
	}
	return &VAE[T]{cfg: v.cfg, params: params, enc: enc, dec: dec, shared: params[nEnc+nDec:], frame: v.frame}, nil
}

// Kind returns "vae": how the model's files name it.
func (v *VAE[T]) Kind() string { return "vae" }

// Config returns the model's configuration, defaults filled in.
func (v *VAE[T]) Config() Config { return v.cfg }

// Dim returns the number of columns of the data.
func (v *VAE[T]) Dim() int { return v.cfg.In }

// Params returns the parameters themselves, in one vector: the encoder's, the decoder's (each layer W, then b), and for
// GaussianShared the log-variance t.
func (v *VAE[T]) Params() []T { return v.params }

// AppendParameters appends the parameters' raw little-endian bytes to dst, for a fingerprint, and those of Center and
// Scale if they are set.
func (v *VAE[T]) AppendParameters(dst []byte) []byte {
	switch p := any(v.params).(type) {
	case []float32:
		for _, x := range p {
			dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(x))
		}
	case []float64:
		for _, x := range p {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(x))
		}
	}
	for _, c := range [][]float64{v.cfg.Center, v.cfg.Scale} {
		for _, x := range c {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(x))
		}
	}
	return dst
}

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func parseName(what string, names []string, name string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("vae: unknown %s %q: want one of %v", what, name, names)
}
