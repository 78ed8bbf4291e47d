package kernels

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestEnvironment: ELBO_ISA chooses the ISA of a process; one that is unknown or not there is told once, on standard error,
// and ignored.
func TestEnvironment(t *testing.T) {
	if os.Getenv("ELBO_ISA_SAY") != "" {
		fmt.Println("active:", Active())
		return
	}
	if emulated() {
		t.Skip("a program starts no other there")
	}
	best, missing := available[len(available)-1], NEON
	if has(NEON) {
		missing = AVX2
	}
	for _, c := range []struct{ value, active, says string }{
		{"", best.String(), ""},
		{"generic", "generic", ""},
		{best.String(), best.String(), ""},
		{"sse2", best.String(), fmt.Sprintf("kernels: unknown ISA \"sse2\": want one of generic, avx2, avx512, neon; using %v\n", best)},
		{"AVX2", best.String(), fmt.Sprintf("kernels: unknown ISA \"AVX2\": want one of generic, avx2, avx512, neon; using %v\n", best)},
		{missing.String(), best.String(), fmt.Sprintf("kernels: ELBO_ISA=%v is not available here; using %v\n", missing, best)},
	} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestEnvironment$")
		cmd.Env = append(os.Environ(), "ELBO_ISA="+c.value, "ELBO_ISA_SAY=1")
		var out, says strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &says
		if err := cmd.Run(); err != nil {
			t.Errorf("ELBO_ISA=%s: %v", c.value, err)
		}
		if !strings.Contains(out.String(), "active: "+c.active+"\n") || says.String() != c.says {
			t.Errorf("ELBO_ISA=%s: %q, want %s to be active, and on standard error %q, want %q", c.value, out.String(), c.active, says.String(), c.says)
		}
	}
	for i := range NEON + 1 {
		if p, err := ParseISA(i.String()); p != i || err != nil {
			t.Errorf("ParseISA(%q) is %v, %v", i.String(), p, err)
		}
	}
	if c := CPU(); c.Active != Active() || len(c.Available) != len(available) || c.Numerics != NumericsVersion || c.LogicalCores < 0 || c.L1D < 0 || c.L2 < 0 || c.L3 < 0 {
		t.Errorf("CPU is %+v", c)
	}
}
