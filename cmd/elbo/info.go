package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"example.com/elbo/kernels"
)

// info is what elbo info --json prints.
type info struct {
	Version  string   `json:"version"`
	Numerics int      `json:"numerics"`
	Go       string   `json:"go"`
	Platform string   `json:"platform"`
	CPU      cpu      `json:"cpu"`
	ISAs     []string `json:"isas"`
	Active   string   `json:"active"`
}

type cpu struct {
	Brand  string `json:"brand"`
	Vendor string `json:"vendor"`
	Family int    `json:"family"`
	Model  int    `json:"model"`
	Cores  int    `json:"cores"`
	L1D    int    `json:"l1d"`
	L2     int    `json:"l2"`
	L3     int    `json:"l3"`
}

func infoCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "info",
		Short: "Print the processor, the ISAs available and active, the caches, and the versions",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			i := gather()
			if asJSON {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetIndent("", "  ")
				return e.Encode(i)
			}
			w := c.OutOrStdout()
			fmt.Fprintf(w, "elbo      %s, numerics version %d, %s, %s\n", i.Version, i.Numerics, i.Go, i.Platform)
			fmt.Fprintf(w, "cpu       %s (%s, family %d, model %d), %d cores for this process\n", i.CPU.Brand, i.CPU.Vendor, i.CPU.Family, i.CPU.Model, i.CPU.Cores)
			fmt.Fprintf(w, "caches    L1d %s, L2 %s, L3 %s\n", kib(i.CPU.L1D), kib(i.CPU.L2), kib(i.CPU.L3))
			fmt.Fprintf(w, "isas      %v\n", i.ISAs)
			fmt.Fprintf(w, "active    %s (set ELBO_ISA to choose another; results have the same bits)\n", i.Active)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func gather() info {
	p := kernels.CPU()
	i := info{
		Version: "(devel)", Numerics: p.Numerics, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		CPU:    cpu{p.Brand, p.Vendor, p.Family, p.Model, runtime.NumCPU(), p.L1D, p.L2, p.L3},
		Active: p.Active.String(),
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		i.Version = b.Main.Version
	}
	for _, a := range p.Available {
		i.ISAs = append(i.ISAs, a.String())
	}
	return i
}

func kib(n int) string {
	switch {
	case n == 0:
		return "unknown"
	case n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	default:
		return fmt.Sprintf("%d KiB", n>>10)
	}
}
