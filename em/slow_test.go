package em_test

import (
	"os"
	"testing"
)

// slow skips a test where it would take minutes: on an emulated processor, for what a processor can change is in the tests of bits,
// and under the race detector, for those of fits with several workers are enough.
func slow(t *testing.T) {
	t.Helper()
	if raced || os.Getenv("ELBO_EMUL") != "" {
		t.Skip("slow on an emulated processor and under the race detector")
	}
}
