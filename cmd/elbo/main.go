// Command elbo fits, scores and samples latent-variable models, and shows what the library does.
//
//	elbo info                      the processor, its ISAs, the versions
//	elbo fit gmm DATA.csv          a Gaussian mixture by EM
//	elbo fit vbgmm DATA.csv        a Gaussian mixture by variational EM
//	elbo fit vae DATA.csv          a variational autoencoder
//	elbo score MODEL DATA.csv      log-densities and responsibilities, as CSV
//	elbo sample MODEL -n N         rows drawn from a model, as CSV
//	elbo demo                      all three families on real data, with pictures
//
// Exit status: 0, 1 for a failure (one line on standard error says what, where and the mend), 2 for wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// usageError marks an error in how the command was called.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run executes the command line and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "elbo",
		Short:         "Latent-variable models by EM, variational EM and variational autoencoders",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_ = c.Usage()
			return usagef("a command is missing: see elbo help")
		},
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%w: see %s --help", err, c.CommandPath())
	})
	root.AddCommand(infoCommand(), fitCommand(), scoreCommand(), sampleCommand(), demoCommand())
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "elbo:", strings.ReplaceAll(err.Error(), "\n", " "))
	var usage usageError
	if errors.As(err, &usage) || strings.HasPrefix(err.Error(), "unknown command") {
		return 2
	}
	return 1
}

// noArgs and exactArgs check the number of arguments.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s: unknown argument %q: see %s --help", c.CommandPath(), args[0], c.CommandPath())
	}
	return nil
}

func exactArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usagef("%s wants %s, and was given %d arguments: see %s --help",
				c.CommandPath(), strings.Join(names, " and "), len(args), c.CommandPath())
		}
		return nil
	}
}
