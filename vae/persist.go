package vae

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
)

// MaxFile is the largest model file that Load reads, in bytes.
const MaxFile = 1 << 30

// format is the version of the metadata's layout.
const format = "1"

var (
	activationNames = [...]string{nn.Identity: "identity", nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid", nn.Softplus: "softplus"}
	initNames       = [...]string{nn.Uniform: "uniform", nn.Glorot: "glorot", nn.He: "he"}
)

// Save writes the model as a safetensors file: the tensors enc.0.weight (in×out), enc.0.bias, …, dec.0.weight, … and,
// for GaussianShared, likelihood.logvar, and columns.center and columns.scale if they are set; the metadata holds the kind "vae" and the configuration. Equal models give
// equal bytes.
func (v *VAE[T]) Save(w io.Writer) error {
	var tensors []safetensors.Tensor
	add := func(name string, m kernels.Matrix[T]) {
		tensors = append(tensors, safetensors.New(name, m.Data, shape(name, m)...))
	}
	for name, m := range v.enc.Tensors("enc") {
		add(name, m)
	}
	for name, m := range v.dec.Tensors("dec") {
		add(name, m)
	}
	if len(v.shared) == 1 {
		add(sharedName, kernels.MatrixOf(1, 1, v.shared))
	}
	if v.frame != nil {
		tensors = append(tensors, safetensors.New(centerName, v.cfg.Center, v.cfg.In), safetensors.New(scaleName, v.cfg.Scale, v.cfg.In))
	}
	if err := safetensors.Write(w, v.metadata(), tensors); err != nil {
		return fmt.Errorf("vae: %w", err)
	}
	return nil
}

// sharedName is the tensor of GaussianShared's log-variance.
const sharedName = "likelihood.logvar"

// centerName and scaleName are the tensors of Config.Center and Config.Scale, float64 in every file.
const centerName, scaleName = "columns.center", "columns.scale"

// shape is a tensor's shape in the file: weights are matrices, the others vectors.
func shape[T kernels.Float](name string, m kernels.Matrix[T]) []int {
	if strings.HasSuffix(name, ".weight") {
		return []int{m.Rows, m.Cols}
	}
	return []int{m.Cols}
}

func (v *VAE[T]) metadata() map[string]string {
	c := v.cfg
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	return map[string]string{
		"kind": v.Kind(), "format": format,
		"in": strconv.Itoa(c.In), "latent": strconv.Itoa(c.Latent), "standardised": strconv.FormatBool(c.Center != nil),
		"encoder": formatLayers(c.Encoder), "decoder": formatLayers(c.Decoder), "head": initNames[c.HeadInit],
		"likelihood": c.Likelihood.String(), "variance": number(c.Variance),
		"logvar_min": number(c.LogVarMin), "logvar_max": number(c.LogVarMax), "seed": strconv.FormatUint(c.Seed, 10),
	}
}

// formatLayers writes hidden layers as "400:relu:uniform,200:tanh:glorot".
func formatLayers(layers []nn.Layer) string {
	parts := make([]string, len(layers))
	for i, l := range layers {
		parts[i] = strconv.Itoa(l.Out) + ":" + activationNames[l.Act] + ":" + initNames[l.Init]
	}
	return strings.Join(parts, ",")
}

func parseLayers(s string) ([]nn.Layer, error) {
	if s == "" {
		return nil, nil
	}
	var layers []nn.Layer
	for part := range strings.SplitSeq(s, ",") {
		f := strings.Split(part, ":")
		if len(f) != 3 || len(layers) == maxLayers {
			return nil, fmt.Errorf("%q is not a list of at most %d layers", s, maxLayers)
		}
		out, err := strconv.Atoi(f[0])
		if err != nil {
			return nil, fmt.Errorf("layer %q: %w", part, err)
		}
		act, err := parseName("activation", activationNames[:], f[1])
		if err != nil {
			return nil, err
		}
		init, err := parseName("initialisation", initNames[:], f[2])
		if err != nil {
			return nil, err
		}
		layers = append(layers, nn.Layer{Out: out, Act: nn.Activation(act), Init: nn.Init(init)})
	}
	return layers, nil
}

// maxLayers bounds the hidden layers of a network in a file.
const maxLayers = 1000

// metaReader parses metadata and keeps the first error.
type metaReader struct {
	meta map[string]string
	err  error
}

func (m *metaReader) parse(key string, f func(s string) error) {
	s, ok := m.meta[key]
	if m.err != nil {
		return
	}
	if !ok {
		m.err = fmt.Errorf("metadata %q is missing", key)
	} else if err := f(s); err != nil {
		m.err = fmt.Errorf("metadata %q: %w", key, err)
	}
}

func (m *metaReader) int(key string) (v int) {
	m.parse(key, func(s string) (err error) { v, err = strconv.Atoi(s); return })
	return v
}

func (m *metaReader) float(key string) (v float64) {
	m.parse(key, func(s string) (err error) { v, err = strconv.ParseFloat(s, 64); return })
	return v
}

func (m *metaReader) layers(key string) (v []nn.Layer) {
	m.parse(key, func(s string) (err error) { v, err = parseLayers(s); return })
	return v
}

func readConfig(meta map[string]string) (Config, error) {
	m := &metaReader{meta: meta}
	m.parse("kind", func(s string) error {
		if s != "vae" {
			return fmt.Errorf("the file holds a %q, want a \"vae\"", s)
		}
		return nil
	})
	m.parse("format", func(s string) error {
		if s != format {
			return fmt.Errorf("version %q is not known, want %q", s, format)
		}
		return nil
	})
	c := Config{In: m.int("in"), Latent: m.int("latent"), Encoder: m.layers("encoder"), Decoder: m.layers("decoder"),
		Variance: m.float("variance"), LogVarMin: m.float("logvar_min"), LogVarMax: m.float("logvar_max")}
	m.parse("likelihood", func(s string) (err error) { c.Likelihood, err = ParseLikelihood(s); return })
	m.parse("head", func(s string) error {
		i, err := parseName("initialisation", initNames[:], s)
		c.HeadInit = nn.Init(i)
		return err
	})
	m.parse("seed", func(s string) (err error) { c.Seed, err = strconv.ParseUint(s, 10, 64); return })
	return c, m.err
}

// Load reads a model that Save wrote, of element type T. The bytes may come from anywhere: a wrong file is an error that
// says what is wrong, nothing panics, and no more memory is used than a small multiple of the file's, at most MaxFile.
func Load[T kernels.Float](r io.Reader) (*VAE[T], error) {
	f, err := safetensors.Read(r, MaxFile)
	if err != nil {
		return nil, fmt.Errorf("vae: %w", err)
	}
	v, err := load[T](&f)
	if err != nil {
		return nil, fmt.Errorf("vae: model file: %w", err)
	}
	return v, nil
}

func load[T kernels.Float](f *safetensors.File) (*VAE[T], error) {
	c, err := readConfig(f.Metadata)
	if err != nil {
		return nil, err
	}
	extra := 0 // bytes of float64 tensors
	if f.Metadata["standardised"] == "true" {
		if c.In < 1 || c.In > maxRows {
			return nil, fmt.Errorf("metadata \"in\" is %d", c.In)
		}
		if c.Center, err = safetensors.Values[float64](f, centerName, c.In); err != nil {
			return nil, err
		}
		if c.Scale, err = safetensors.Values[float64](f, scaleName, c.In); err != nil {
			return nil, err
		}
		extra = 2 * 8 * c.In
	}
	c, nEnc, nDec, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	want, tensors := nEnc+nDec, 2*(len(c.Encoder)+len(c.Decoder)+2)
	if c.Likelihood == GaussianShared {
		want, tensors = want+1, tensors+1
	}
	if extra > 0 {
		tensors += 2
	}
	// Before a network of the described size is made, the file must have shown that it holds one.
	have, size := int64(0), int64(8)
	for _, t := range f.Tensors {
		have += int64(len(t.Data))
	}
	if _, f32 := any(T(0)).(float32); f32 {
		size = 4
	}
	if have != int64(want)*size+int64(extra) || len(f.Tensors) != tensors {
		return nil, fmt.Errorf("%d tensors of %d bytes, want %d of %d: the configuration has %d parameters of %d bytes", len(f.Tensors), have, tensors, int64(want)*size+int64(extra), want, size)
	}
	v, err := New[T](c)
	if err != nil {
		return nil, err
	}
	read := func(name string, m kernels.Matrix[T]) error {
		values, err := safetensors.Values[T](f, name, shape(name, m)...)
		if err != nil {
			return err
		}
		for i, x := range values {
			if x-x != 0 {
				return fmt.Errorf("tensor %q: element %d is %v: want a finite number", name, i, x)
			}
		}
		copy(m.Data, values)
		return nil
	}
	for name, m := range v.enc.Tensors("enc") {
		if err := read(name, m); err != nil {
			return nil, err
		}
	}
	for name, m := range v.dec.Tensors("dec") {
		if err := read(name, m); err != nil {
			return nil, err
		}
	}
	if len(v.shared) == 1 {
		if err := read(sharedName, kernels.MatrixOf(1, 1, v.shared)); err != nil {
			return nil, err
		}
	}
	return v, nil
}
