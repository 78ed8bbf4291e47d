package bench

import (
	"bufio"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/elbo/kernels"
)

// What bench/compare.sh runs: this binary as the conductor of itself and of the peers' programs. For each workload it starts
// ours and theirs, each with that workload alone, and has them measure in turns (see internal/lockstep).
var (
	compareFlag  = flag.String("compare", "", "compare the workloads that match this regular expression with the peers")
	programsFlag = flag.String("programs", "", "the folder of the peers' programs and of kernels.test")
	isaFlag      = flag.String("isa", "avx2", "the ISA of ours; avx2 holds the peers to AVX2")
	pairsFlag    = flag.Int("pairs", 11, "rounds: each program measures once in each")
	turnFlag     = flag.Float64("turn", 0.03, "seconds of one measurement")
	markdownFlag = flag.Bool("markdown", false, "print a table in Markdown")
)

// programOf returns the command of the program that has the peer.
func programOf(workload, peer string) (argv []string, ok bool) {
	bench, _, _ := strings.Cut(workload, "/")
	name := map[string]string{
		"Gemm openblas": "gemm-openblas", "Gemm openblas-gemv": "gemm-openblas", "Gemm blis": "gemm-blis", "Gemm blis-gemv": "gemm-blis",
		"Gemm onednn": "gemm-onednn", "Gemm onednn-packed": "gemm-onednn", "Gemm libxsmm": "gemm-xsmm",
		"Vec sleef-u10": "vec", "Vec mvec": "vec", "Softmax c": "rows", "Softmax eigen": "rows",
		"Sum openblas": "rows", "Dot openblas": "rows", "Axpy openblas": "rows",
		"Cholesky openblas": "chol", "TriInverse openblas": "chol", "CholeskyBatch openblas": "chol",
		"GaussLogDensity c-openblas": "density", "GaussLogDensity c-openblas-one": "density",
		"GaussLogDensity armadillo": "mixture", "GaussLogDensity armadillo-fastmath": "mixture-fast", "GMMEStep vlfeat": "mixture",
		"GMMEStep sklearn": "mixture.py", "GMMFit sklearn": "mixture.py", "GMMFit sklearn-fit": "mixture.py",
		"GMMFit armadillo": "mixture", "GMMFit armadillo-fastmath": "mixture-fast", "GMMFit vlfeat": "mixture", "GMMFit mclust": "mclust.R",
		"FAFit sklearn": "fa.py", "FAFit sklearn-randomized": "fa.py", "Normal numpy-pcg64": "normal.py",
		"HMMFit hmmlearn-scaling": "hmm.py", "HMMFit hmmlearn-log": "hmm.py",
	}[strings.TrimSuffix(bench, "Packed")+" "+peer]
	switch {
	case strings.HasPrefix(peer, "elbo-"):
		return ours(workload, strings.TrimPrefix(peer, "elbo-")), true
	case peer == "peak":
		return ours("Peak/op=fma/type="+typeOf(workload), *isaFlag), true
	case strings.HasSuffix(name, ".py"):
		return []string{cmp.Or(os.Getenv("PYTHON"), "/usr/bin/python3"), filepath.Join("peers", "py", name)}, true
	case strings.HasSuffix(name, ".R"):
		return []string{"Rscript", filepath.Join("peers", name)}, true
	}
	return []string{filepath.Join(*programsFlag, name)}, name != ""
}

// typeOf returns f32 or f64, whichever is the workload's type.
func typeOf(workload string) string {
	_, typ, _ := strings.Cut(workload, "type=")
	typ, _, _ = strings.Cut(typ, "/")
	return typ
}

// ours returns the command that runs one benchmark of ours.
func ours(workload, isa string) []string {
	binary := os.Args[0]
	if strings.HasPrefix(workload, "Tile/") {
		binary = filepath.Join(*programsFlag, "kernels.test")
	}
	parts := strings.Split("Benchmark"+workload+"/impl=elbo-"+isa, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return []string{binary, "-test.run=^$", "-test.benchtime=1x", "-test.timeout=0", "-test.bench=" + strings.Join(parts, "/")}
}

// restricted is the environment that holds the peers to an ISA; what is compiled in, the Makefile's MARCH sees to.
func restricted(isa string) []string {
	// the library folder: NumPy's and R's libblas is OpenBLAS there
	env := []string{"LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-pthread", "GEN=" + filepath.Join(*programsFlag, "gen"), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "BLIS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "THREADS=1", "PYTHONDONTWRITEBYTECODE=1"}
	if isa != "avx2" {
		return env
	}
	core, arch := "Haswell", "3" // BLIS 0.9 takes the number alone: 3 is haswell, 6 zen3
	if kernels.CPU().Vendor == "AuthenticAMD" {
		core, arch = "Zen", "6"
	}
	return append(env, "OPENBLAS_CORETYPE="+core, "BLIS_ARCH_TYPE="+arch, "LIBXSMM_TARGET=hsw", "ONEDNN_MAX_CPU_ISA=AVX2", "DNNL_MAX_CPU_ISA=AVX2",
		"ATEN_CPU_CAPABILITY=avx2", "NPY_DISABLE_CPU_FEATURES=AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL")
}

// beyond finds, in what the peers say of themselves, that one is not held to AVX2.
var beyond = regexp.MustCompile(`(?i)avx.?512|skylakex|cooperlake|sapphire|skx|knl|clx|cpx|amx`)

var errNone = errors.New("no such benchmark")

// seat is a program in lock step.
type seat struct {
	name string
	cmd  *exec.Cmd
	in   *os.File
	out  *bufio.Reader
	err  *os.File
	ns   []float64
}

func readLines(r io.Reader) iter.Seq[string] {
	return func(yield func(string) bool) {
		for s := bufio.NewScanner(r); s.Scan(); {
			if !yield(s.Text()) {
				return
			}
		}
	}
}

// optional tells whether all of the peers are such that no package of Debian has.
func optional(peers []string) bool {
	return !slices.ContainsFunc(peers, func(p string) bool { return !strings.HasPrefix(p, "hmmlearn-") })
}

// start runs a program and returns when it is ready to measure.
func start(name string, argv []string, env ...string) (*seat, error) {
	fromUs, toIt, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	fromIt, toUs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	said, err := os.CreateTemp("", "compare")
	if err != nil {
		return nil, err
	}
	c := exec.Command(argv[0], argv[1:]...)
	c.Env = append(append(append(os.Environ(), restricted(*isaFlag)...), "STEP=1", fmt.Sprintf("BENCHTIME=%g", *turnFlag)), env...)
	c.Stderr, c.ExtraFiles = said, []*os.File{fromUs, toUs}
	err = c.Start()
	fromUs.Close()
	toUs.Close()
	if err != nil {
		return nil, err
	}
	s := &seat{name: name, cmd: c, in: toIt, out: bufio.NewReader(fromIt), err: said}
	for {
		line, err := s.out.ReadString('\n')
		switch {
		case line == "ready\n":
			return s, nil
		case err == io.EOF:
			s.leave()
			return nil, fmt.Errorf("%s: %w", name, errNone)
		default:
			s.leave()
			return nil, fmt.Errorf("%s: %q %w", name, line, err)
		}
	}
}

// turn lets the program measure once.
func (s *seat) turn() error {
	if _, err := s.in.Write([]byte("t")); err != nil {
		return err
	}
	line, err := s.out.ReadString('\n')
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	ns, err := strconv.ParseFloat(strings.TrimSpace(line), 64)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	s.ns = append(s.ns, ns)
	return nil
}

// leave ends the program. It returns what it said about itself, and an error if its results were wrong.
func (s *seat) leave() (said string, err error) {
	s.in.Close()
	line, _ := s.out.ReadString('\n')
	if strings.HasPrefix(line, "bad") {
		err = fmt.Errorf("%s: %s", s.name, line)
	}
	s.cmd.Wait()
	text, _ := os.ReadFile(s.err.Name())
	s.err.Close()
	os.Remove(s.err.Name())
	return string(text), err
}

func quantile(v []float64, q float64) float64 {
	v = slices.Sorted(slices.Values(v))
	at := q * float64(len(v)-1)
	i := int(at)
	return v[i] + (at-float64(i))*(v[min(i+1, len(v)-1)]-v[i])
}

func median(v []float64) float64 { return quantile(v, 0.5) }

// conductor holds what was found.
type conductor struct {
	short, out, failed int
	said               map[string]bool // by the peers, of themselves
}

// compare measures one workload of ours beside the peers of its targets in the section.
func (c *conductor) compare(workload string, sec *section, targets []target) error {
	me, err := start("elbo", ours(workload, *isaFlag))
	if err != nil {
		return err
	}
	seats := map[string]*seat{"elbo": me}
	order := []*seat{me}
	defer func() {
		for _, s := range order {
			said, err := s.leave()
			for l := range strings.SplitSeq(strings.TrimSpace(said), "\n") {
				if s != me && l != "" {
					c.said[l] = true
				}
				if *isaFlag == "avx2" && s != me && beyond.MatchString(l) {
					err = errors.Join(err, fmt.Errorf("%s is not held to AVX2: %s", s.name, l))
				}
			}
			if err != nil {
				c.failed++
				fmt.Printf("%s: FAILED: %v\n", workload, err)
			}
		}
	}()
	for _, t := range targets {
		for _, p := range t.peers {
			if seats[p] != nil {
				continue
			}
			argv, ok := programOf(workload, p)
			if !ok {
				return fmt.Errorf("no program has the peer %q", p)
			}
			s, err := start(p, argv, "FILTER=^"+workload+"/impl="+p+"$")
			switch {
			case err == nil:
				seats[p] = s
				order = append(order, s)
			case !errors.Is(err, errNone):
				return err
			}
		}
	}
	for range *pairsFlag {
		for _, s := range order { // always in this order: nobody follows himself and finds the caches his own
			if err := s.turn(); err != nil {
				return err
			}
		}
	}
	for _, t := range targets {
		var fastest *seat
		for _, p := range t.peers {
			if s := seats[p]; s != nil && (fastest == nil || median(s.ns) < median(fastest.ns)) {
				fastest = s
			}
		}
		if fastest == nil && optional(t.peers) {
			fmt.Printf("%s: passed over: %v, which peers/README.md says how to get, is not there\n", workload, t.peers)
			continue
		}
		if fastest == nil {
			return fmt.Errorf("none of %v has it", t.peers)
		}
		c.line(workload, me, fastest, t.atLeast, sec.attainable(workload, t))
	}
	return nil
}

// line prints the ratio: median of the pairs, and the quartiles; and ok, or "out" with what is attained if that alone is
// reached, or short.
func (c *conductor) line(workload string, me, peer *seat, atLeast, attainable float64) {
	r := make([]float64, len(me.ns))
	for i := range r {
		r[i] = peer.ns[i] / me.ns[i]
	}
	m, want, verdict := median(r), "-", "-"
	if atLeast > 0 && *isaFlag == "avx2" {
		want, verdict = strconv.FormatFloat(atLeast, 'g', -1, 64), "ok"
		switch {
		case m >= atLeast:
		case attainable > 0 && m >= attainable:
			verdict = "out, " + strconv.FormatFloat(attainable, 'g', -1, 64)
			c.out++
		default:
			verdict = "short"
			c.short++
		}
	}
	format := "%-50s %-7s %-14s %7.3f  %6.3f … %-6.3f  %10.4g ns %10.4g ns  %4s  %s\n"
	if *markdownFlag {
		format = "| %s | %s | %s | %.3f | %.3f … %.3f | %.4g | %.4g | %s | %s |\n"
		workload = strings.ReplaceAll(workload, "/", " ")
	}
	fmt.Printf(format, workload, *isaFlag, peer.name, m, quantile(r, 0.25), quantile(r, 0.75), median(me.ns), median(peer.ns), want, verdict)
}

// compareMain is bench/compare.sh less its building.
func compareMain() int {
	which, err := regexp.Compile(*compareFlag)
	if err == nil {
		err = checkFlags()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare.sh:", err)
		return 2
	}
	text, err := os.ReadFile("targets.txt")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	sections, err := readTargets(string(text))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	names, err := ownWorkloads(os.Args[0], ".", *isaFlag)
	if err == nil {
		var tiles []string
		tiles, err = ownWorkloads(filepath.Join(*programsFlag, "kernels.test"), "^BenchmarkTile$", *isaFlag)
		names = append(names, tiles...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	load, _ := os.ReadFile("/proc/loadavg")
	cpu := kernels.CPU()
	about := fmt.Sprintf("%s family %d model %d, %s, %s, %d pairs of %g s", cpu.Brand, cpu.Family, cpu.Model, runtime.Version(), time.Now().Format(time.DateOnly), *pairsFlag, *turnFlag)
	if !*markdownFlag {
		fmt.Printf("# %s, load %s", about, load)
	}
	c, begin, ran := &conductor{said: map[string]bool{}}, time.Now(), 0
	for _, s := range sections {
		first := true
		for _, n := range names {
			var mine []target
			for _, t := range s.targets {
				if t.workload.MatchString(n) {
					mine = append(mine, t)
				}
			}
			if len(mine) == 0 || !which.MatchString(n) {
				continue
			}
			if first {
				c.head(s.title, about)
			}
			first = false
			ran++
			if err := c.compare(n, &s, mine); err != nil {
				c.failed++
				fmt.Printf("%s: FAILED: %v\n", n, err)
			}
		}
	}
	if *markdownFlag {
		fmt.Print("\nThe peers said:\n\n")
	}
	for _, l := range slices.Sorted(maps.Keys(c.said)) {
		if *markdownFlag {
			fmt.Println("    " + l)
		} else {
			fmt.Println("# " + l)
		}
	}
	fmt.Fprintf(os.Stderr, "# %d workloads in %.0f s: %d lines short, %d out of reach, %d failed\n", ran, math.Ceil(time.Since(begin).Seconds()), c.short, c.out, c.failed)
	switch {
	case ran == 0:
		fmt.Fprintf(os.Stderr, "compare.sh: no workload that targets.txt names matches %q\n", *compareFlag)
		return 2
	case c.short+c.failed > 0:
		return 1
	}
	return 0
}

// checkFlags tells what of the flags makes no sense.
func checkFlags() error {
	isa, err := kernels.ParseISA(*isaFlag)
	switch {
	case err != nil:
		return fmt.Errorf("ISA: %w", err)
	case !slices.Contains(kernels.Available(), isa):
		return fmt.Errorf("ISA=%v is not available here: %v are", isa, kernels.Available())
	case *pairsFlag < 1:
		return fmt.Errorf("PAIRS is %d: at least one is needed, ten for a median that is worth something", *pairsFlag)
	case !(*turnFlag > 0):
		return fmt.Errorf("TURN is %g: it takes seconds", *turnFlag)
	}
	return nil
}

// head begins a section.
func (c *conductor) head(title, about string) {
	if !*markdownFlag {
		fmt.Printf("# %s\n# %-48s %-7s %-14s %7s  %-15s  %13s %13s  %4s\n", title, "workload", "elbo", "beside", "ratio", "quartiles", "elbo", "peer", "want")
		return
	}
	command := "bash bench/compare.sh"
	if *isaFlag != "avx2" {
		command = "ISA=" + *isaFlag + " " + command
	}
	fmt.Printf("\n### %s\n\n`%s`: %s.\n\n", title, command, about)
	fmt.Print("| workload | elbo | beside | ratio | quartiles | elbo, ns | peer, ns | at least | |\n|---|---|---|---|---|---|---|---|---|\n")
}
