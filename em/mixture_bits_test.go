package em_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/kernels"
)

func fitBits[T kernels.Float](t *testing.T, k kind[T], p em.Prior) string {
	m, _ := fitKind(t, k, elbo.Of(k.data(400, true)), settings{k: 3, prior: p, Options: elbo.Options{Seed: 5, MaxIter: 12, Tol: -1}})
	sum := sha256.Sum256(m.AppendParameters(nil))
	return hex.EncodeToString(sum[:8])
}

// The bits of fits, on every platform.
func TestBitsOfMixtureFits(t *testing.T) {
	want := map[string][4]string{ // f64, f64 without a prior, f32, f32 without a prior
		"bernoulli-mixture":         {"ddc53fe9a7c8b530", "599ad35b0803a1e1", "c395d2c84aa0e4e7", "7d2cd6739b7ed0ad"},
		"poisson-mixture":           {"c670adfe5c4387d1", "a50efb78e5d73860", "93088021bd378f76", "9cd84099eadc22a6"},
		"categorical-mixture":       {"34ff6094c064afb1", "cc638e8d53833273", "d03d794e51b6374c", "653dcef867cbfb4e"},
		"student-mixture":           {"17724a4a29d60ae9", "a2230a04277251b0", "f225d91241baa6b7", "f8fec2b167e6af9a"},
		"student-mixture, diagonal": {"15485bfb830722cb", "253fd0dd3059fa0c", "0dff45eab4e87b89", "772a8cc71861ab2a"},
	}
	full, narrow := kinds[float64](), kinds[float32]()
	for i, k := range full {
		name := k.name
		if i == len(full)-1 {
			name += ", diagonal"
		}
		got := [4]string{
			fitBits(t, k, 0), fitBits(t, k, em.PriorNone), fitBits(t, narrow[i], 0), fitBits(t, narrow[i], em.PriorNone),
		}
		if got != want[name] {
			t.Errorf("%q: {%q, %q, %q, %q},", name, got[0], got[1], got[2], got[3])
		}
	}
}
