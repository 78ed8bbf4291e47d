package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/elbo"
	"example.com/elbo/cmd/elbo/internal/table"
	"example.com/elbo/em"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
	"example.com/elbo/vae"
)

// fitted is a model that a fit has made.
type fitted interface {
	Dim() int
	AppendParameters([]byte) []byte
	Save(io.Writer) error
}

// model is a model that elbo.Fit fits.
type model interface {
	fitted
	elbo.Model[float64]
}

// kind is a kind of model: all that the commands know of it.
type kind struct {
	name, what, long string
	file             string   // the kind in files
	latent           string   // what --components counts
	flags            []string // of fitFlags
	covariances      []string // the values of --covariance, the default first
	priors           []string // the values of --prior, the default first
	policies         []string // the values of --policy, the default first

	// check, unless it is nil, returns an error if a flag is out of range.
	check func(o *fitOptions) error
	// fit fits a model to data, from start unless that is nil.
	fit func(ctx context.Context, k *kind, o *fitOptions, d *dataset, start fitted, progress io.Writer) (fitted, fitReport, error)
	// begin, of the kinds whose fit is fitModel, returns the model of the first start, and best the best of o.restarts fits.
	begin func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, error)
	best  func(ctx context.Context, rows elbo.Rows[float64], o *fitOptions) (model, elbo.Result, error)
	// spec, of the kinds whose parameters are a point, says what best fits.
	spec func(o *fitOptions) em.Spec
	// suits returns an error if data cannot be fitted.
	suits      func(k *kind, o *fitOptions, d *dataset) error
	sequential bool // rows are frames of sequences
	clusters   bool // the latent variables are discrete, so that ICL asks for separate clusters
	// direct: best does what begin and elbo.Steps do, but for rounding, and faster.
	direct bool
	// point: the parameters are a point, and so the data have a log-likelihood.
	point bool
	// describe sets the components, the parameters and the details of a report.
	describe func(m fitted, r *fitReport)
	// load reads a file that Save wrote.
	load func(r io.Reader) (fitted, error)
	// scorer returns how rows are scored.
	scorer func(m fitted, o *scoreOptions) scorer
	// sample draws rows.
	sample func(m fitted, n int, seed uint64) (kernels.Matrix[float64], error)
	// impute, unless it is nil, returns rows with their missing entries filled in.
	impute func(m fitted, rows elbo.Rows[float64]) (kernels.Matrix[float64], error)
}

// kinds are the kinds that elbo fit knows.
var kinds []*kind

func init() {
	kinds = []*kind{gmmKind(), vbgmmKind(), bernoulliKind(), categoricalKind(), poissonKind(), studentKind(), faKind(), ppcaKind(), mfaKind(), hmmKind(), vaeKind()}
}

// fitModel is the fit of the kinds that elbo.Fit fits.
func fitModel(ctx context.Context, k *kind, o *fitOptions, d *dataset, start fitted, w io.Writer) (fitted, fitReport, error) {
	var r fitReport
	m, _ := start.(model)
	if h, ok := m.(*em.HMM[float64]); ok {
		o.emission = h.Emission().String()
	}
	if err := k.suits(k, o, d); err != nil {
		return nil, r, err
	}
	var last elbo.Progress
	if m == nil && (o.restarts > 1 || k.direct && d.stream == nil) {
		best, res, err := k.fromStarts(ctx, o, d)
		if err != nil {
			return nil, r, err
		}
		m = best
		last = elbo.Progress{Iter: res.Iterations, Bound: res.Bound, LogLik: res.LogLik, Reason: res.Reason}
	} else {
		var err error
		if m == nil {
			if m, err = k.begin(ctx, d.rows, o); err != nil {
				return nil, r, explain(d.Table, err)
			}
		}
		if last, err = climb(ctx, k, m, d, o, w); err != nil {
			return nil, r, err
		}
	}
	state := "converged"
	if last.Reason != elbo.Converged {
		state = "stopped"
	}
	r.Iterations, r.Converged, r.Bound = last.Iter, last.Reason == elbo.Converged, last.Bound
	if k.point {
		r.LogLik = &last.LogLik
	}
	k.describe(m, &r)
	r.how = fmt.Sprintf("%s, %s after %s", counted(r.Components, k.latent), state, counted(last.Iter, "iteration"))
	return m, r, nil
}

// fromStarts returns the best of o.restarts fits. Those to a stream start from the sample of its rows, each under a seed of its own.
func (k *kind) fromStarts(ctx context.Context, o *fitOptions, d *dataset) (model, elbo.Result, error) {
	if d.stream == nil {
		m, r, err := k.best(ctx, d.rows, o)
		return m, r, d.explain(err)
	}
	var failed error
	m, r, err := elbo.FitBest(ctx, d.source(), o.engine(), o.starts(), func(restart int) (m model, err error) {
		s := *o
		s.seed += uint64(restart) << 32
		m, failed = k.begin(ctx, d.rows, &s)
		return m, failed
	})
	if failed != nil {
		return nil, r, explain(d.Table, failed) // of the sample
	}
	return m, r, d.explain(err)
}

// suitsMixture returns an error if a mixture of densities cannot be fitted to the table.
func suitsMixture(k *kind, o *fitOptions, d *dataset) error {
	if err := enough(o, d); err != nil {
		return err
	}
	return d.Varied()
}

// enough returns an error if there are fewer rows than components.
func enough(o *fitOptions, d *dataset) error {
	if o.init == "" && o.components > d.X.Rows {
		return fmt.Errorf("%s: has %s, fewer than the %d components: lower --components", d.Path, counted(d.X.Rows, "row"), o.components)
	}
	return nil
}

// explain says of an error of the library in which file it arose, and where in the words of the file and the flags.
func (d *dataset) explain(err error) error {
	if err == nil {
		return nil
	}
	if d.stream != nil {
		if e, ok := errors.AsType[*table.StreamError](err); ok {
			return e
		}
		if e, ok := errors.AsType[*elbo.DataError](err); ok && e.Value != e.Value {
			return fmt.Errorf("%s: row %d, %s is missing, and the model needs complete rows: fill the entry in or remove the row", d.Path, e.Row+1, d.Column(e.Col))
		}
	}
	return explain(d.Table, err)
}

func explain(t *table.Table, err error) error {
	if e, ok := errors.AsType[*em.CollapseError](err); ok {
		if e.Component < 0 {
			return fmt.Errorf("%s: the common covariance matrix collapsed: given the columns before it, %s has no variance left within the components: "+
				"use --prior default, fewer --components, or leave out a column that the others determine", t.Path, t.Column(e.Column))
		}
		return fmt.Errorf("%s: component %d collapsed: given the columns before it, %s has no variance left over its %.3g rows: "+
			"use --prior default, fewer --components, or leave out a column that the others determine",
			t.Path, e.Component+1, t.Column(e.Column), e.Rows)
	}
	if e, ok := errors.AsType[*vae.NonFiniteError](err); ok {
		at := ""
		if e.Row >= 0 {
			at = ", " + t.Row(e.Row)
		}
		return fmt.Errorf("%s: epoch %d, step %d%s: the %s is not finite: lower --rate or leave out extreme rows", t.Path, e.Epoch+1, e.Step+1, at, e.What)
	}
	if e, ok := errors.AsType[*elbo.DataError](err); ok && e.Value != e.Value {
		return fmt.Errorf("%s: %s is missing, and the model needs complete rows: fill the entry in or remove the row", t.Path, t.Place(e.Row, e.Col))
	}
	return fmt.Errorf("%s: %w", t.Path, err)
}

func rowsOf(m kernels.Matrix[float64]) [][]float64 {
	r := make([][]float64, m.Rows)
	for i := range r {
		r[i] = m.Row(i)
	}
	return r
}

// few prints the first of many numbers.
func few(v []float64) string {
	const most = 8
	more := ""
	if len(v) > most {
		v, more = v[:most], " …"
	}
	return strings.Trim(fmt.Sprintf("%.5g", v), "[]") + more
}

// loadModel reads a model of whatever kind its file names.
func loadModel(path string) (fitted, *kind, error) {
	const most = 1 << 30 // bytes, as the packages' own limit
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, table.FileError("read the model", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, nil, table.FileError("read the model", err)
	}
	if len(b) > most {
		return nil, nil, fmt.Errorf("%s: is larger than 1 GiB: give a file that elbo fit --out wrote", path)
	}
	raw, err := safetensors.Read(bytes.NewReader(b), most)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: give a file that elbo fit --out wrote", path, err)
	}
	for _, k := range kinds {
		if k.file != raw.Metadata["kind"] {
			continue
		}
		m, err := k.load(bytes.NewReader(b))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w: fit the model anew with elbo fit --out", path, err)
		}
		return m, k, nil
	}
	return nil, nil, fmt.Errorf("%s: is a safetensors file, but its kind is %q, none that elbo fit writes: give a file that elbo fit --out wrote",
		path, table.Shorten(raw.Metadata["kind"]))
}

// loadKind reads a model of the kind.
func loadKind(path string, want *kind) (fitted, error) {
	m, k, err := loadModel(path)
	if err != nil {
		return nil, err
	}
	if k != want {
		return nil, fmt.Errorf("%s: holds a model of the kind %s, not %s: give a file that elbo fit %s --out wrote", path, k.name, want.name, want.name)
	}
	return m, nil
}
