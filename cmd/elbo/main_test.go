package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/elbo/internal/datasets"
	"example.com/elbo/internal/safetensors"
	"example.com/elbo/kernels"
)

// progressLine is what a slow machine may see of a fit.
var progressLine = regexp.MustCompile(`(?m)^\w+ \d+/\d+ elbo \S+ nats( a row)?\n`)

// cli runs a command line in this process. Its standard error is without lines of progress.
func cli(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, &out, &err)
	return code, out.String(), progressLine.ReplaceAllString(err.String(), "")
}

// ok is cli for a command line that must succeed in silence, and returns its standard output.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	code, out, err := cli(t, args...)
	if code != 0 || err != "" {
		t.Fatalf("elbo %s: status %d, %q", strings.Join(args, " "), code, err)
	}
	return out
}

// bad is cli for one that must fail with the status, nothing on standard output, and one line on standard error that has
// all of the words.
func bad(t *testing.T, status int, words string, args ...string) {
	t.Helper()
	code, out, err := cli(t, args...)
	if code != status || out != "" || !strings.HasPrefix(err, "elbo: ") || strings.Count(err, "elbo: ") != 1 || strings.Count(err, "\n") != 1 || !strings.HasSuffix(err, "\n") {
		t.Errorf("elbo %s: status %d, want %d, standard output %q, standard error %q", strings.Join(args, " "), code, status, out, err)
	}
	for _, w := range strings.Split(words, "|") {
		if !strings.Contains(err, w) {
			t.Errorf("elbo %s: %q does not say %q", strings.Join(args, " "), err, w)
		}
	}
}

// file writes a file to a folder of the test.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func faithful(t *testing.T) string { return file(t, "faithful.csv", datasets.FaithfulCSV) }

type report struct {
	Model      string
	Rows, Cols int
	Components int
	Iterations int
	Converged  bool
	Bound      float64
	LogLik     *float64
	Bits       string
	Parameters struct {
		Weights     []float64
		Means       [][]float64
		Covariances [][][]float64
	}
}

// fit is ok for elbo fit --json, and returns what it prints.
func fit(t *testing.T, args ...string) report {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(ok(t, append([]string{"fit", "--json"}, args...)...)), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestMessage: the names of packages do not stand before an error's words, however often it was handed on.
func TestMessage(t *testing.T) {
	for _, c := range [][2]string{
		{"elbo: row 3", "row 3"},
		{"a.csv: elbo: row 3: em: K is 0", "a.csv: row 3: K is 0"},
		{"a.csv: elbo: em: K is 0: see elbo: it", "a.csv: K is 0: see elbo: it"},
		{"them: a\tb", "them: a b"},
	} {
		if got := message(errors.New(c[0])); got != c[1] {
			t.Errorf("%q is %q, want %q", c[0], got, c[1])
		}
	}
}

func TestUsage(t *testing.T) {
	data := faithful(t)
	for _, c := range []struct{ args, words string }{
		{"", "a command is missing|elbo --help"},
		{"bogus", `unknown command "bogus"|elbo --help`},
		{"--bogus", "unknown flag: --bogus|elbo --help"},
		{"help bogus", `unknown command "bogus"`},
		{"help fit bogus", `unknown command "fit bogus"`},
		{"completion", "wants a shell"},
		{"completion bogus", "unknown command"},
		{"info extra", `info takes no argument, and was given "extra"|elbo info --help`},
		{"demo extra", "demo takes no argument"},
		{"fit", "gmm, vbgmm, |or vae: see elbo fit --help"},
		{"fit bogus DATA", `no model "bogus": want gmm, `},
		{"fit gmm", "fit gmm wants DATA, and was given 0 arguments|elbo fit gmm --help"},
		{"fit gmm DATA DATA", "2 arguments"},
		{"fit gmm DATA --bogus", "unknown flag: --bogus|elbo fit gmm --help"},
		{"fit gmm DATA --estimator score", "unknown flag: --estimator"},
		{"fit gmm DATA --seed", "flag needs an argument"},
		{"fit gmm DATA --seed x", `invalid argument "x"|--seed`},
		{"fit gmm DATA --components 0", "--components is 0: want at least 1"},
		{"fit gmm DATA --components -3", "--components is -3: want at least 1"},
		{"fit gmm DATA --max-iter 0", "--max-iter is 0"},
		{"fit gmm DATA --tol -1", "--tol is -1"},
		{"fit gmm DATA --tol NaN", "--tol is NaN"},
		{"fit gmm DATA --tol +Inf", "--tol is +Inf"},
		{"fit gmm DATA --workers 0", "--workers is 0: want at least 1"},
		{"fit gmm DATA --covariance round", `--covariance is "round": want full, tied, diag or spherical`},
		{"fit gmm DATA --prior flat", `--prior is "flat": want default or none`},
		{"fit gmm DATA --out=", "--out is empty"},
		{"fit gmm DATA --policy x", `--policy is "x": want prior, split, drop or error`},
		{"fit poisson DATA --policy x", `--policy is "x": want prior, split, drop or error`},
		{"fit hmm DATA --policy split", `--policy is "split": want prior or error`},
		{"fit gmm DATA --restarts 0", "--restarts is 0"},
		{"fit gmm DATA --mode online", `--mode is "online": want batch, stepwise or incremental`},
		{"fit gmm DATA --minibatch 9", "--minibatch is 9: want a positive number, with --mode stepwise"},
		{"fit gmm DATA --blocks -1 --mode incremental", "--blocks is -1"},
		{"fit gmm DATA --accelerate x", `--accelerate is "x": want none or squarem`},
		{"fit gmm DATA --accelerate squarem --mode stepwise", "--accelerate is squarem and --mode stepwise"},
		{"fit gmm DATA --shrinkage -1", "--shrinkage is -1: want a number of rows"},
		{"fit gmm DATA --shrinkage 1 --prior none", "--shrinkage is 1 and --prior none"},
		{"fit gmm DATA --start x", `--start is "x": want kmeans or random`},
		{"fit gmm DATA --mode stepwise --kappa 0.5", "--kappa is 0.5: want a number above 0.5 and at most 1"},
		{"fit gmm DATA --mode stepwise --kappa NaN", "--kappa is NaN"},
		{"fit gmm DATA --mode stepwise --tau 0", "--tau is 0: want a positive number"},
		{"fit gmm DATA --mode stepwise --tau +Inf", "--tau is +Inf"},
		{"fit gmm DATA --kappa 0.6", "--kappa is 0.6, --tau 1 and --mode batch: they are of --mode stepwise"},
		{"fit gmm DATA --alpha 2", "unknown flag: --alpha"},
		{"fit poisson DATA --alpha 0.5", "--alpha is 0.5: want a number of at least 1"},
		{"fit poisson DATA --alpha 2 --prior none", "--alpha is 2 and --prior none"},
		{"fit hmm DATA --strength 0", "--strength is 0: want a positive number of rows"},
		{"fit categorical DATA --strength 2 --prior none", "--strength is 2 and --prior none"},
		{"fit bernoulli DATA --beta 2", "--beta is [2]: want two numbers of at least 1"},
		{"fit bernoulli DATA --beta 2,0.5", "--beta is [2 0.5]"},
		{"fit bernoulli DATA --beta 2,2 --prior none", "--beta is [2 2] and --prior none"},
		{"fit poisson DATA --init FILE --alpha 2", "--alpha is given and --init too"},
		{"fit gmm DATA --init FILE --start random", "--start is given and --init too"},
		{"fit student DATA --freedom-prior 2", "--freedom-prior is [2]: want a shape"},
		{"fit student DATA --freedom-prior 0.5,1", "--freedom-prior is [0.5 1]"},
		{"fit student DATA --freedom-prior 2,1 --freedom 3", "--freedom-prior is given with --freedom 3"},
		{"fit gmm DATA --short 3", "--short is 3: want a positive number, with --restarts of at least 2"},
		{"fit gmm DATA --short -1 --restarts 2", "--short is -1"},
		{"fit gmm DATA --aitken --mode stepwise", "--aitken is given, with --mode stepwise"},
		{"fit hmm DATA --aitken --accelerate squarem", "--aitken is given, with --mode batch and --accelerate squarem"},
		{"fit vbgmm DATA --components 0", "--components is 0"},
		{"fit vbgmm DATA --covariance diag", `--covariance is "diag": want full`},
		{"fit vbgmm DATA --prior none", `--prior is "none": want default`},
		{"fit gmm DATA --sequence 1", "--sequence is given, and gmm is a model of independent rows"},
		{"fit hmm DATA --emission x", `--emission is "x": want gaussian, categorical or poisson`},
		{"fit hmm DATA --stream", "--stream is given without --sequence"},
		{"fit hmm DATA --components 0", "--components is 0"},
		{"fit fa DATA --restarts 2", "unknown flag: --restarts"},
		{"fit student DATA --freedom -1", "--freedom is -1"},
		{"fit student DATA --covariance tied", `--covariance is "tied": want full or diag`},
		{"fit mfa DATA --factors 0", "--factors is 0: want at least 1"},
		{"fit vae DATA --estimator x", `--estimator is "x": want sgvb-b, sgvb-a or score`},
		{"fit vae DATA --estimator score --samples 1", "--samples is 1|at least 2"},
		{"fit vae DATA --likelihood x", `--likelihood is "x": want gaussian or bernoulli`},
		{"fit vae DATA --components 0", "--components is 0"},
		{"fit vae DATA --hidden 0", "--hidden is 0"},
		{"fit vae DATA --epochs 0", "--epochs is 0"},
		{"fit vae DATA --batch 0", "--batch is 0"},
		{"fit vae DATA --batch 2000000", "--batch is 2000000"},
		{"fit vae DATA --samples -1", "--samples is -1"},
		{"fit vae DATA --samples 1000000", "--samples is 1000000|--batch 128"},
		{"fit vae DATA --rate 0", "--rate is 0"},
		{"fit vae DATA --rate NaN", "--rate is NaN"},
		{"score DATA", "score wants MODEL and DATA, and was given 1 argument:"},
		{"score DATA DATA --samples 0", "--samples is 0"},
		{"score DATA DATA --workers 0", "--workers is 0"},
		{"sample", "sample wants MODEL"},
		{"sample DATA -n 0", "-n is 0: want at least 1"},
		{"sample DATA -n -1", "-n is -1"},
	} {
		bad(t, 2, c.words, strings.Fields(strings.ReplaceAll(c.args, "DATA", data))...)
	}
}

func TestHelp(t *testing.T) {
	for _, args := range []string{"--help", "help", "help fit", "fit --help", "fit gmm -h", "help fit vae", "completion bash"} {
		if out := ok(t, strings.Fields(args)...); !strings.Contains(out, "elbo") {
			t.Errorf("elbo %s says %q", args, out)
		}
	}
	commands := strings.Split("score impute sample estep merge info demo", " ")
	for _, k := range kinds {
		commands = append(commands, "fit "+k.name)
		if k.point {
			commands = append(commands, "select "+k.name)
		}
	}
	for _, c := range commands {
		for _, l := range strings.Split(ok(t, append(strings.Fields(c), "--help")...), "\n") {
			if len([]rune(l)) > 140 {
				t.Errorf("elbo %s --help has a line of %d characters: %s", c, len([]rune(l)), l)
			}
		}
	}
}

// TestBadData: what is wrong with a file is said by line and column, and no model is written.
func TestBadData(t *testing.T) {
	long := strings.Repeat("9", 1<<20)
	for _, c := range []struct{ text, words string }{
		{"", "no rows of data|give it"},
		{"\n\n  \n", "no rows of data"},
		{"a,b\n", "no rows of data"},
		{"a,b\n1,2\n3\n", "line 3 has 1 field, and line 1 has 2"},
		{"a,b\n1,2\n\n3,4,5\n", "line 4 has 3 fields, and line 1 has 2"},
		{"a,b\n1,2\n3,four\n", `line 3, column 2 (b): "four" is not a number|correct it`},
		{"1,2\n3,four\n", `line 2, column 2 (x2): "four"`},
		{"1,two\n", `line 1, column 2 (x2): "two"`},
		{"a,b\n1,2\n+Inf,4\n", "line 3, column 1 (a): +Inf is not finite"},
		{"a,b\n1,inf\n", "line 2, column 2 (b): inf is not finite"},
		{"a,b\n1,-Infinity\n", "line 2, column 2 (b): -Infinity is not finite"},
		{"a,b\n1,1e999\n", "line 2, column 2 (b): 1e999 is out of the range of float64: rescale"},
		{"1e999\n", "line 1, column 1 (x1): 1e999"},
		{"1;2\n3;4\n", `"3;4" is not a number: separate the fields by commas`},
		{"a,b\n1,2\n\"3,4\n", "line 3|quote"},
		{"a,b\n1,2\n3\",4\n", "line 3|quote"},
		{"\xff\xfea\x00,\x00b\x00", "UTF-16: save it as UTF-8"},
		{"a,b\n1,2\n" + long + "x,3\n", "line 3, column 1 (a)|…"},
		{"a,b\n1,2\n" + long + ",3\n", "line 3, column 1 (a)|…|out of the range"},
		{"\"new\nline\",b\n1,2\nx,3\n", "line 4, column 1 (new line)"},
		{"a,b\n1,2\n3,\x1b[31m\n", `"\x1b[31m" is not a number`},
		{"a,b\n1,2\n", "has 1 row, fewer than the 2 components: lower --components"},
		{"a,b\n1,2\n1,3\n1,4\n", "column 1 (a) is 1 in every row|leave the column out"},
		{"a,b\n1,1e-300\n2,2e-300\n", "column 2 (b) spans|rescale"},
		{"a,b\n1,-1e308\n2,1e308\n", "column 2 (b) spans|rescale"},
	} {
		data := file(t, "data.csv", c.text)
		out := filepath.Join(t.TempDir(), "model.safetensors")
		bad(t, 1, data+"|"+c.words, "fit", "gmm", data, "--out", out)
		left(t, filepath.Dir(out))
	}
	if _, _, err := cli(t, "fit", "gmm", file(t, "d.csv", "a\n"+long+"x\n")); len(err) > 400 {
		t.Errorf("a message of %d bytes", len(err))
	}
	bad(t, 1, "line 4, column 2 (b) is missing, and the model needs complete rows: fill", "fit", "vbgmm", file(t, "d.csv", "a,b\r\n1,2\r\n\r\n3,\r\n4,5\r\n"))
	bad(t, 1, "line 3, column 2 (b) is missing, and the model needs", "fit", "vbgmm", file(t, "d.csv", "a,b\n1,2\n3,nan\n4,5\n"))
	bad(t, 1, "cannot read the data|none.csv|no such file|check the path", "fit", "gmm", filepath.Join(t.TempDir(), "none.csv"))
	bad(t, 1, "cannot read the data|directory", "fit", "gmm", t.TempDir())
	bad(t, 1, "component|collapsed|--prior default", "fit", "gmm", "--prior", "none", file(t, "d.csv", "1,1\n2,2\n3,3\n4,4\n9,9\n"))
}

func TestBadDataForVAE(t *testing.T) {
	data := faithful(t)
	bad(t, 1, "line 2, column 1 (eruptions) is 3.6|0 to 1|--likelihood gaussian", "fit", "vae", "--likelihood", "bernoulli", data)
	bad(t, 1, "line 2, column 1 (x) is -0.5", "fit", "vae", "--likelihood", "bernoulli", file(t, "d.csv", "x\n-0.5\n1\n"))
	bad(t, 1, "column 2 (b) is missing in every row", "fit", "vae", file(t, "d.csv", "a,b\n1,\n2,NA\n"))
	bad(t, 1, "column 1 (a) is 1 in every row", "fit", "vae", file(t, "d.csv", "a,b\n1,2\n,3\n"))
	bad(t, 1, "column 1 (a)|rescale", "fit", "vae", file(t, "d.csv", "a\n1e30\n2e30\n"))
	bad(t, 1, "--hidden or --components", "fit", "vae", "--hidden", "200000000", data)
	bad(t, 1, "not finite|--rate", "fit", "vae", "--rate", "1e300", "--epochs", "2", data)
}

// left fails if there are files in a folder.
func left(t *testing.T, dir string, but ...string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.Contains(but, f.Name()) {
			t.Errorf("%s is left in the folder", f.Name())
		}
	}
}

func TestOutput(t *testing.T) {
	data, dir := faithful(t), t.TempDir()
	// The output is tried before the data are read.
	none := filepath.Join(dir, "none.csv")
	bad(t, 1, "no such file|make its folder first", "fit", "gmm", none, "--out", filepath.Join(dir, "none", "m"))
	bad(t, 1, "it is a folder", "fit", "gmm", none, "--out", dir)
	bad(t, 1, "it names a folder", "fit", "gmm", none, "--out", filepath.Join(dir, "none")+string(filepath.Separator))
	if _, err := os.Stat("/dev/null"); err == nil {
		bad(t, 1, "not a regular file", "fit", "gmm", none, "--out", "/dev/null")
	}
	left(t, dir)

	// A file that is there keeps its permissions, and a link its target.
	model := filepath.Join(dir, "model")
	if err := os.WriteFile(model, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("model", link); err != nil {
		if runtime.GOOS != "windows" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	bad(t, 1, "cannot read the data", "fit", "gmm", none, "--out", link)
	if b, err := os.ReadFile(model); err != nil || string(b) != "old" {
		t.Errorf("after a failure the old file is %q, %v", b, err)
	}
	if out := ok(t, "fit", "gmm", data, "--out", link); !strings.Contains(out, "wrote   "+link) {
		t.Errorf("it says %q", out)
	}
	if fi, err := os.Lstat(link); err != nil || fi.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link is no link any more: %v, %v", fi, err)
	}
	if fi, err := os.Stat(model); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("the model's mode: %v, %v", fi, err)
	}
	if _, _, err := loadModel(model); err != nil {
		t.Error(err)
	}
	left(t, dir, "model", "link")
}

// full is a device without room.
type full struct{}

func (full) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "x", Err: os.ErrInvalid}
}

func TestFullDevice(t *testing.T) {
	data, model := faithful(t), filepath.Join(t.TempDir(), "model")
	ok(t, "fit", "gmm", data, "--out", model)
	for _, args := range [][]string{
		{"info"}, {"info", "--json"}, {"--help"}, {"fit", "gmm", data}, {"fit", "gmm", data, "--json"}, {"score", model, data}, {"sample", model},
	} {
		var err bytes.Buffer
		if code := run(t.Context(), args, full{}, &err); code != 1 || err.String() != "elbo: cannot write to standard output: invalid argument: send it elsewhere\n" {
			t.Errorf("%v: status %d, %q", args, code, err.String())
		}
	}
}

func TestTargetWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	o, err := newTarget(path)
	if err != nil {
		t.Fatal(err)
	}
	err = o.write(func(w io.Writer) error {
		_, _ = w.Write([]byte("half"))
		return os.ErrInvalid
	})
	if err == nil || !strings.Contains(err.Error(), "cannot write "+path) {
		t.Errorf("got %v", err)
	}
	left(t, dir)
}

// TestInterrupted: a command whose context ends writes nothing and says so.
func TestInterrupted(t *testing.T) {
	data, dir := faithful(t), t.TempDir()
	model := filepath.Join(dir, "model")
	ok(t, "fit", "vae", "--epochs", "1", data, "--out", model)
	for _, args := range [][]string{
		{"fit", "gmm", data, "--out", filepath.Join(dir, "m")},
		{"fit", "vbgmm", data, "--out", filepath.Join(dir, "m")},
		{"fit", "vae", data, "--out", filepath.Join(dir, "m")},
		{"score", model, data},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var out, err bytes.Buffer
		if code := run(ctx, args, &out, &err); code != 1 || err.String() != "elbo: interrupted: no file was written\n" || out.Len() > 0 {
			t.Errorf("%v: status %d, %q", args, code, err.String())
		}
		left(t, dir, "model")
	}

	// In the middle of a fit: the first line of its progress ends it.
	rows := make([]byte, 0, 1<<20)
	for i := range 40000 {
		rows = fmt.Appendf(rows, "%d,%d\n", i*i%977, i*i%1009)
	}
	big := file(t, "big.csv", string(rows))
	ctx, cancel := context.WithCancel(t.Context())
	w := &canceller{cancel: cancel}
	args := []string{"fit", "gmm", "--components", "8", "--tol", "0", "--max-iter", "1000000", "--out", filepath.Join(dir, "m"), big}
	if code := run(ctx, args, &w.buf, w); code != 1 {
		t.Errorf("status %d", code)
	}
	if s := w.buf.String(); !strings.HasPrefix(s, "gmm ") || !strings.HasSuffix(s, "nats\nelbo: interrupted: no file was written\n") {
		t.Errorf("it says %q", s)
	}
	left(t, dir, "model")
}

type canceller struct {
	buf    bytes.Buffer
	cancel func()
}

func (c *canceller) Write(p []byte) (int, error) {
	c.cancel()
	return c.buf.Write(p)
}

func TestBadModels(t *testing.T) {
	data, dir := faithful(t), t.TempDir()
	bad(t, 1, "cannot read the model|no such file|check the path", "score", filepath.Join(dir, "none"), data)
	bad(t, 1, "cannot read the model|directory", "sample", dir)
	bad(t, 1, data+"|no model file|elbo fit --out", "score", data, data)
	bad(t, 1, "truncated|elbo fit --out", "sample", file(t, "empty", ""))

	var other bytes.Buffer
	if err := safetensors.Write(&other, map[string]string{"format": "pt"}, []safetensors.Tensor{{Name: "w", DType: "F32", Shape: []int{1}, Data: make([]byte, 4)}}); err != nil {
		t.Fatal(err)
	}
	bad(t, 1, `its kind is ""|none that elbo fit writes|elbo fit --out`, "sample", file(t, "other", other.String()))

	for _, args := range []string{"gmm", "gmm --covariance diag", "vbgmm", "vae --epochs 1 --hidden 3"} {
		model := filepath.Join(dir, "model")
		ok(t, append(append([]string{"fit"}, strings.Fields(args)...), data, "--out", model)...)
		b, err := os.ReadFile(model)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < len(b); n += 61 {
			bad(t, 1, "truncated|elbo fit --out", "sample", file(t, "cut", string(b[:n])))
		}
		bad(t, 1, "elbo fit --out", "score", file(t, "longer", string(b)+"x"), data)
		bad(t, 1, "has 3 columns|has 2", "score", model, file(t, "d.csv", "1,2,3\n"))
		bad(t, 1, "has 1 column,|has 2", "score", model, file(t, "d.csv", "1\n"))
		bad(t, 2, "-n is 3000000|at most 1048576", "sample", model, "-n", "3000000")
		bad(t, 1, "line 1, column 2 (x2): Inf is not finite", "score", model, file(t, "d.csv", "1,Inf\n"))
	}
}

// TestOldFaithful: the maxima of the likelihood that mclust and scikit-learn find.
func TestOldFaithful(t *testing.T) {
	data := faithful(t)
	for _, c := range []struct {
		covariance string
		loglik     float64
	}{{"full", -1130.264}, {"diag", -1147.806}} {
		r := fit(t, "gmm", data, "--components", "2", "--prior", "none", "--covariance", c.covariance)
		if r.LogLik == nil || math.Abs(*r.LogLik-c.loglik) > 0.002 || r.Bound != *r.LogLik || !r.Converged {
			t.Errorf("%s: %+v, want the log-likelihood %v", c.covariance, r, c.loglik)
		}
		if len(r.Parameters.Weights) != 2 || len(r.Parameters.Means) != 2 || len(r.Parameters.Means[0]) != 2 ||
			len(r.Parameters.Covariances) != 2 || len(r.Parameters.Covariances[1]) != 2 || len(r.Parameters.Covariances[1][1]) != 2 {
			t.Errorf("%s: parameters %+v", c.covariance, r.Parameters)
		}
		if off := r.Parameters.Covariances[0][0][1]; (off == 0) != (c.covariance == "diag") {
			t.Errorf("%s: a covariance of %v", c.covariance, off)
		}
	}
	if r := fit(t, "vbgmm", data, "--components", "6"); r.LogLik != nil || !r.Converged || r.Components != 6 {
		t.Errorf("vbgmm: %+v", r)
	}
}

// TestJSON: one object with exactly these keys, and nothing else.
func TestJSON(t *testing.T) {
	data := faithful(t)
	for _, c := range []struct {
		args, parameters string
		components       int
	}{
		{"gmm --components 3", "covariances means weights", 3},
		{"vbgmm --components 3", "covariances means weights", 3},
		{"vae --components 1 --epochs 2", "count estimator hidden kl_per_row latent likelihood rec_per_row", 1},
	} {
		var r map[string]json.RawMessage
		d := json.NewDecoder(strings.NewReader(ok(t, append(strings.Fields("fit --json "+c.args), data)...)))
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if d.More() {
			t.Errorf("%s: there is more than one object", c.args)
		}
		if got, want := keys(r), "bits bound cols components converged iterations loglik model parameters rows"; got != want {
			t.Errorf("%s: keys %s, want %s", c.args, got, want)
		}
		var p map[string]json.RawMessage
		if err := json.Unmarshal(r["parameters"], &p); err != nil || keys(p) != c.parameters {
			t.Errorf("%s: parameters %s, want %s (%v)", c.args, keys(p), c.parameters, err)
		}
		kind, _, _ := strings.Cut(c.args, " ")
		if string(r["model"]) != strconv.Quote(kind) || string(r["rows"]) != "272" || string(r["cols"]) != "2" || string(r["components"]) != strconv.Itoa(c.components) {
			t.Errorf("%s: model %s, rows %s, cols %s, components %s", c.args, r["model"], r["rows"], r["cols"], r["components"])
		}
		if (string(r["loglik"]) == "null") != (kind != "gmm") || len(r["bits"]) != 66 {
			t.Errorf("%s: loglik %s, bits %s", c.args, r["loglik"], r["bits"])
		}
	}
	var i map[string]json.RawMessage
	if err := json.Unmarshal([]byte(ok(t, "info", "--json")), &i); err != nil || keys(i) != "active cpu go isas numerics platform version" {
		t.Errorf("info: %v, %v", keys(i), err)
	}
}

func keys(m map[string]json.RawMessage) string {
	var k []string
	for n := range m {
		k = append(k, n)
	}
	slices.Sort(k)
	return strings.Join(k, " ")
}

// TestSameBits: neither the ISA nor the number of workers changes a model.
func TestSameBits(t *testing.T) {
	rows := []byte(datasets.FaithfulCSV)
	for i := range 9000 { // more than one chunk of rows for the workers
		rows = fmt.Appendf(rows, "%d.5,%d\n", i*i%13, i*i%97)
	}
	data := file(t, "data.csv", string(rows))
	for _, args := range []string{
		"gmm --components 3 --max-iter 8", "gmm --components 3 --max-iter 8 --covariance diag --prior none", "vbgmm --components 4 --max-iter 8",
		"vae --epochs 1 --hidden 8", "vae --epochs 1 --hidden 8 --estimator sgvb-a", "vae --epochs 1 --hidden 8 --estimator score",
	} {
		want := ""
		for _, isa := range kernels.Available() {
			restore, err := kernels.SetISA(isa)
			if err != nil {
				t.Fatal(err)
			}
			for _, workers := range []string{"1", "2"} {
				r := fit(t, append(strings.Fields(args), "--workers", workers, data)...)
				if want == "" {
					want = r.Bits
				}
				if r.Bits != want {
					t.Errorf("%s: %v with %s workers gives %s, not %s", args, isa, workers, r.Bits, want)
				}
			}
			restore()
		}
	}
	if a, b := fit(t, "gmm", data, "--max-iter", "3"), fit(t, "gmm", data, "--max-iter", "3", "--seed", "2"); a.Bits == b.Bits {
		t.Error("another seed gives the same bits")
	}
}

func TestProgress(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(&b, "gmm", "nats", 9)
	p.step(0, -3)
	if b.Len() > 0 {
		t.Errorf("within its first second it says %q", b.String())
	}
	p.last = p.last.Add(-1e9)
	p.step(1, -2)
	p.step(2, -1)
	p.done()
	if b.String() != "gmm 1/9 elbo -2.000000 nats\n" {
		t.Errorf("it says %q", b.String())
	}
}
