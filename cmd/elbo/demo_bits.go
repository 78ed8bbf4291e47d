package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/em"
	"example.com/elbo/internal/datasets"
	"example.com/elbo/kernels"
	"example.com/elbo/nn"
	"example.com/elbo/vae"
	"example.com/elbo/vem"
)

// sameBits fits each family anew on every available ISA with one and with two workers, and compares the bytes of
// the parameters. The autoencoder is a small one: pure Go takes part.
func (d *demo) sameBits(train kernels.Matrix[float32]) error {
	families := []struct {
		name string
		fit  func(workers int) (fitted, error)
	}{
		{"em.GMM", func(w int) (fitted, error) {
			m, _, err := em.FitGMM(d.ctx, elbo.Of(datasets.Faithful()), em.GMMOptions{Options: elbo.Options{Seed: 1, Workers: w}, K: 2})
			return m, err
		}},
		{"vem.GMM", func(w int) (fitted, error) {
			m, _, err := vem.FitGMM(d.ctx, elbo.Of(datasets.Faithful()), vem.GMMOptions{Options: elbo.Options{Seed: 1, Workers: w}, K: 6})
			return m, err
		}},
		{"vae.VAE", func(w int) (fitted, error) {
			hidden := []nn.Layer{{Out: 64, Act: nn.ReLU}}
			v, err := vae.New[float32](vae.Config{In: train.Cols, Latent: 8, Encoder: hidden, Decoder: hidden, Seed: 1})
			if err != nil {
				return nil, err
			}
			_, err = v.Fit(d.ctx, headRows(train, 1024), vae.TrainOptions{Epochs: 2, Seed: 1, Workers: w, Binarize: true})
			return v, err
		}},
	}
	var lines []string
	for _, f := range families {
		seen := map[string][]string{}
		for _, isa := range kernels.Available() {
			for _, w := range []int{1, 2} {
				h, err := hashOn(isa, func() (fitted, error) { return f.fit(w) })
				if err != nil {
					return err
				}
				seen[h] = append(seen[h], fmt.Sprintf("%v/%d", isa, w))
			}
		}
		if len(seen) > 1 {
			return fmt.Errorf("%s: the bits differ between ISAs or workers: %v: please report it with the output of elbo info", f.name, seen)
		}
		for h, where := range seen {
			lines = append(lines, fmt.Sprintf("%s: %s on each of %v (ISA/workers)", f.name, h[:16], where))
		}
	}
	for _, l := range lines {
		d.say("same bits, %s", l)
	}
	d.say("ran on %v; the models' bits agree on each available ISA %v and with 1 and 2 workers", kernels.Active(), kernels.Available())
	return d.add("The same bits", append([]string{
		"Each family fitted on every available ISA, with one and with two workers: the first bytes of the SHA-256 of the parameters.",
	}, lines...))
}

// hashOn runs a fit on an ISA and returns the SHA-256 of the parameters.
func hashOn(isa kernels.ISA, fit func() (fitted, error)) (string, error) {
	restore, err := kernels.SetISA(isa)
	if err != nil {
		return "", err
	}
	defer restore()
	m, err := fit()
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(m.AppendParameters(nil))
	return hex.EncodeToString(h[:]), nil
}
