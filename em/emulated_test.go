package em_test

import (
	"os"
	"testing"
)

// notEmulated skips a test on an emulated processor, where it would take minutes: what a processor can change is in the tests of
// bits.
func notEmulated(t *testing.T) {
	t.Helper()
	if os.Getenv("ELBO_EMUL") != "" {
		t.Skip("slow on an emulated processor, and no test of bits")
	}
}
