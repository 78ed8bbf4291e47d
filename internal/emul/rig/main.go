// Command rig runs a static linux/amd64 program on a machine emulated by
// Bochs, whose processor has AVX-512. It loads an uncompressed Linux kernel
// and a small initial file system straight into the emulated memory; a boot
// ROM of about 130 bytes, made below, jumps into the kernel. There is no BIOS,
// boot loader or disk.
package main

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: avx512-run BINARY [ARGS...]   (see README.md)")
		os.Exit(2)
	}
	status, err := run(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "emul:", err)
		os.Exit(125)
	}
	os.Exit(status)
}

func env(name, dflt string) string {
	if v := os.Getenv("ELBO_EMUL_" + name); v != "" {
		return v
	}
	return dflt
}

func cacheDir() (string, error) {
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		base = filepath.Join(os.Getenv("HOME"), ".cache")
	}
	dir := filepath.Join(base, "elbo-emul")
	return dir, os.MkdirAll(dir, 0o755)
}

// The processor's clock: this many instructions make one second of the
// emulated machine. It sets how often the timer interrupts and how long a
// sleep takes, not how fast anything runs.
const ips = 200_000_000

// What the kernel is told. There is no interrupt controller or bus to probe and
// nothing goes to the console. Mitigations would add instructions to every
// system call. Some features are masked from the kernel, not from programs: Bochs
// 2.7 tells wrong sizes for some saved state, which would make the kernel give up
// AVX altogether, and the kernel does not start with others. The steps on the
// black list serve tracing only, and would double the time that a start takes.
const cmdline = "quiet loglevel=0 rdinit=/init panic=-1 acpi=off pci=off noapic nolapic nosmp " +
	"mitigations=off nopti nokaslr norandmaps rodata=off init_on_alloc=0 " +
	"clearcpuid=xsavec,xsaves,fsrm,umip,pku,ospke,aperfmperf " +
	"tsc=reliable clocksource=tsc tsc_early_khz=200000 no_timer_check lpj=1000000 " +
	"nowatchdog audit=0 apparmor=0 lsm= random.trust_cpu=on cryptomgr.notests noresume " +
	"8250.nr_uarts=0 i8042.nokbd i8042.noaux i8042.noprobe rcupdate.rcu_expedited=1 " +
	"cgroup_disable=memory transparent_hugepage=always " +
	"initcall_blacklist=ftrace_check_for_weak_functions,trace_eval_init,tracer_init_tracefs,init_blk_tracer"

func run(binPath string, args []string) (int, error) {
	cache, err := cacheDir()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	vmlinux, header, err := kernel(cache)
	if err != nil {
		return 0, err
	}
	tmp, err := os.MkdirTemp("", "elbo-emul-")
	if err != nil {
		return 0, err
	}
	if env("KEEP", "") == "" {
		defer os.RemoveAll(tmp)
	} else {
		fmt.Fprintln(os.Stderr, "emul: files kept in", tmp)
	}
	rd, err := initrd(binPath, args)
	if err != nil {
		return 0, err
	}
	mb, err := strconv.Atoi(env("MB", "768"))
	if err != nil || mb < 256 || mb > 3072 {
		return 0, fmt.Errorf("ELBO_EMUL_MB: want 256 to 3072")
	}
	words := cmdline
	debug := env("DEBUG", "") != ""
	if debug {
		words = strings.NewReplacer("quiet loglevel=0 ", "", "8250.nr_uarts=0 ", "").Replace(words) +
			" earlyprintk=serial,ttyS0,115200,keep initcall_debug"
	}
	words += " " + env("CMDLINE", "")
	if err := machine(tmp, vmlinux, header, rd, words, uint32(mb)<<20); err != nil {
		return 0, err
	}
	limit, err := time.ParseDuration(env("TIMEOUT", "30m"))
	if err != nil {
		return 0, err
	}
	prepared := time.Since(start)
	status, cpu, err := bochs(cache, tmp, mb, limit, debug)
	if env("STATS", "") != "" {
		stats(tmp, prepared, time.Since(start), cpu)
	}
	return status, err
}

// initrd makes the initial file system: the guest's first process, the
// program, its testdata folder if there is one beside us, and the job.
func initrd(binPath string, args []string) ([]byte, error) {
	var out bytes.Buffer
	ino := 0
	made := map[string]bool{}
	var add func(name string, mode int, data []byte)
	add = func(name string, mode int, data []byte) {
		name = strings.TrimPrefix(filepath.Clean(name), "/")
		if made[name] || name == "." {
			return
		}
		made[name] = true
		if name != "TRAILER!!!" {
			add(filepath.Dir(name), 0o40755, nil)
		}
		ino++
		fmt.Fprintf(&out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
			ino, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0)
		out.WriteString(name + "\x00")
		for out.Len()%4 != 0 {
			out.WriteByte(0)
		}
		out.Write(data)
		for out.Len()%4 != 0 {
			out.WriteByte(0)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	guest, err := os.ReadFile(filepath.Join(filepath.Dir(self), "guest"))
	if err != nil {
		return nil, err
	}
	bin, err := os.ReadFile(binPath)
	if err != nil {
		return nil, err
	}
	f, err := elf.NewFile(bytes.NewReader(bin))
	if err != nil || f.Machine != elf.EM_X86_64 && f.Machine != elf.EM_386 {
		return nil, fmt.Errorf("%s is no linux/amd64 or linux/386 program", binPath)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return nil, fmt.Errorf("%s is linked dynamically: build it with CGO_ENABLED=0", binPath)
		}
	}
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	job := struct {
		Path string
		Args []string
		Env  []string
		Dir  string
	}{"/bin/" + filepath.Base(binPath), args, []string{"HOME=/tmp", "TMPDIR=/tmp", "PATH=/bin", "ELBO_EMUL=1"}, cwd}
	for _, kv := range os.Environ() {
		for _, p := range []string{"ELBO_", "GODEBUG=", "GOGC=", "GOMAXPROCS=", "GOTRACEBACK="} {
			if strings.HasPrefix(kv, p) && !strings.HasPrefix(kv, "ELBO_EMUL") {
				job.Env = append(job.Env, kv)
			}
		}
	}
	j, err := json.Marshal(job)
	if err != nil {
		return nil, err
	}
	add("/init", 0o100755, guest)
	add("/job.json", 0o100644, j)
	add(job.Path, 0o100755, bin)
	add(cwd, 0o40755, nil)
	for _, extra := range append([]string{"testdata"}, strings.Fields(env("FILES", ""))...) {
		root, err := filepath.Abs(extra)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(root); err != nil {
			if extra == "testdata" {
				continue
			}
			return nil, err
		}
		err = filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir():
				add(p, 0o40755, nil)
			case d.Type().IsRegular():
				b, err := os.ReadFile(p)
				if err != nil {
					return err
				}
				add(p, 0o100644, b)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, a := range args { // folders that a test binary expects to find
		name, value, _ := strings.Cut(a, "=")
		switch name {
		case "-test.gocoverdir", "-test.outputdir":
			add(value, 0o40755, nil)
		case "-test.coverprofile":
			add(filepath.Dir(value), 0o40755, nil)
		}
	}
	add("/dev", 0o40755, nil)
	add("/tmp", 0o41777, nil)
	add("TRAILER!!!", 0, nil)
	return out.Bytes(), nil
}

// bochs runs the machine, copies what the guest sends to our standard output
// and error, and returns the exit status that the guest reported.
func bochs(cache, dir string, mb int, limit time.Duration, debug bool) (int, time.Duration, error) {
	dflt := filepath.Join(cache, "bochs") // left there by build-bochs
	if _, err := os.Stat(dflt); err != nil {
		dflt = "bochs"
	}
	// Debian builds Bochs with its debugger, which waits for a command, and
	// without the display library that shows nothing.
	exe, display, serial := env("BOCHS", dflt), "nogui", 0
	help, err := exec.Command(exe, "--help").CombinedOutput()
	if err != nil && len(help) == 0 {
		return 0, 0, fmt.Errorf("%w (apt-get install bochs bochs-term)", err)
	}
	args := []string{"-q", "-f", filepath.Join(dir, "bochsrc")}
	if strings.Contains(string(help), "-rc ") {
		display = `term, options="hideIPS"`
		args = append(args, "-rc", filepath.Join(dir, "go"))
		if err := os.WriteFile(filepath.Join(dir, "go"), []byte("continue\nquit\n"), 0o644); err != nil {
			return 0, 0, err
		}
	}
	if debug {
		serial = 1
	}
	// The options keep Bochs from showing its speed every second: it does so in a
	// signal handler that can wait for a lock its own thread holds.
	rc := fmt.Sprintf(`display_library: %s
config_interface: textconfig
cpu: model=%s, count=1, ips=%d, reset_on_triple_fault=0
memory: guest=%d, host=%d
romimage: file="%s/rom", address=0xffff0000
vgaromimage: file="%s/vgarom"
optramimage1: file="%s/ram", address=0x100000
clock: sync=none, time0=946684800
vga: extension=none, update_freq=1
pci: enabled=0
floppya: type=none
ata0: enabled=0
ata1: enabled=0
plugin_ctrl: unmapped=1, parallel=1, serial=%d, extfpuirq=1, biosdev=0, speaker=0
parport1: enabled=1, file="/dev/fd/3"
log: "%s/log"
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
`, display, env("CPU", "corei7_skylake_x"), ips, mb, mb, dir, dir, dir, serial, dir)
	if debug {
		rc += fmt.Sprintf("com1: enabled=1, mode=file, dev=%q\n", dir+"/serial")
	}
	if err := os.WriteFile(filepath.Join(dir, "bochsrc"), []byte(rc), 0o644); err != nil {
		return 0, 0, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return 0, 0, err
	}
	defer r.Close()
	c := exec.Command(exe, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "TERM=vt100", "LINES=25", "COLUMNS=80")
	c.ExtraFiles = []*os.File{w} // its descriptor 3
	var noise bytes.Buffer
	c.Stderr = &noise
	// However this process ends, Bochs must not outlive it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := c.Start(); err != nil {
		w.Close()
		return 0, 0, fmt.Errorf("bochs: %w (apt-get install bochs bochs-term)", err)
	}
	w.Close()
	signal.Ignore(syscall.SIGPIPE) // a reader that went away; the files are still removed
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	why := make(chan string, 1)
	t := time.NewTimer(limit)
	go func() {
		select {
		case <-t.C:
			why <- fmt.Sprintf("no end after %v (ELBO_EMUL_TIMEOUT)", limit)
		case sig := <-stop:
			why <- sig.String()
		}
		c.Process.Kill()
	}()
	status := receive(r)
	t.Stop()
	// Bochs ends by itself now; if it does not, it is ended.
	time.AfterFunc(10*time.Second, func() { c.Process.Kill() })
	c.Wait()
	if status >= 0 {
		return status, c.ProcessState.UserTime() + c.ProcessState.SystemTime(), nil
	}
	select {
	case w := <-why:
		return 0, 0, errors.New(w)
	default:
	}
	for _, name := range []string{"log", "serial"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			fmt.Fprintf(os.Stderr, "emul: end of Bochs' %s:\n%s\n", name, b[max(0, len(b)-2000):])
		}
	}
	return 0, 0, fmt.Errorf("the machine stopped without a report (ELBO_EMUL_DEBUG=1 shows what the kernel says)\n%s", noise.Bytes())
}

// receive reads frames until the exit status comes; -1: it never came.
func receive(r io.Reader) int {
	in := bufio.NewReader(r)
	for {
		if m, err := in.ReadByte(); err != nil {
			return -1
		} else if m != 0x1e {
			continue
		}
		h := make([]byte, 5)
		if _, err := io.ReadFull(in, h); err != nil {
			return -1
		}
		n, err := strconv.ParseUint(string(h[1:]), 16, 32)
		if err != nil {
			continue
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(in, b); err != nil {
			return -1
		}
		switch h[0] {
		case 'o':
			os.Stdout.Write(b)
		case 'e':
			os.Stderr.Write(b)
		case 'x':
			v, err := strconv.Atoi(string(b))
			if err != nil {
				return -1
			}
			return v
		}
	}
}

// stats prints how much was emulated and how fast; Bochs stamps its log with
// the number of instructions run so far.
func stats(dir string, prepared, all, cpu time.Duration) {
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	var last float64
	for _, l := range strings.Split(string(log), "\n") {
		if i := strings.IndexAny(l, "iedp"); i > 0 {
			if v, err := strconv.ParseFloat(l[:i], 64); err == nil {
				last = max(last, v)
			}
		}
	}
	fmt.Fprintf(os.Stderr, "emul: %.0f million ticks, %.1f s in all (%.1f s to prepare), %.1f s of processor time, %.1f million ticks a second of it\n",
		last/1e6, all.Seconds(), prepared.Seconds(), cpu.Seconds(), last/1e6/cpu.Seconds())
}
