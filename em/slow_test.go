package em_test

import (
	"os"
	"testing"
)

// slow skips a test where it would take long to say nothing new: on another processor (emulated, or with ELBO_QUICK set), for what a
// processor can change is in the tests of bits, and under the race detector, for those of fits with several workers are enough.
func slow(t *testing.T) {
	t.Helper()
	if raced || os.Getenv("ELBO_EMUL")+os.Getenv("ELBO_QUICK") != "" {
		t.Skip("slow, and the same on every processor")
	}
}
