// Command elbo fits, scores and samples latent-variable models, and shows what the library does.
//
//	elbo info                      the processor, its ISAs, the versions
//	elbo fit KIND DATA             a model: gmm, vbgmm, bernoulli, categorical, poisson, student, fa, ppca, mfa, hmm, vae
//	elbo score MODEL DATA          log-densities, responsibilities, factors, states
//	elbo sample MODEL -n N         rows drawn from a model
//	elbo impute MODEL DATA         the table with its missing entries filled in
//	elbo select KIND DATA          the number of components, and the shape of the covariances
//	elbo estep MODEL DATA          the E-step of a shard of the rows
//	elbo merge STATS...            the M-step from all shards
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
	"regexp"
	"strings"
	"syscall"
	"unicode"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// usageError marks an error in how the command was called.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run executes the command line and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out := &output{w: stdout}
	err := newRoot(args, out, stderr).ExecuteContext(ctx)
	var usage usageError
	switch {
	case errors.As(err, &usage):
	case err != nil && ctx.Err() != nil:
		err = errors.New("interrupted: no file was written")
	case out.err != nil:
		err = fmt.Errorf("cannot write to standard output: %w: send it elsewhere", out.err)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "elbo:", message(err))
	if usage.error != nil || strings.HasPrefix(err.Error(), "unknown command") { // the latter are cobra's own words
		return 2
	}
	return 1
}

func newRoot(args []string, stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:           "elbo",
		Short:         "Latent-variable models by EM, variational EM and variational autoencoders",
		Long:          "Latent-variable models by EM, variational EM and variational autoencoders.\n\nExit status: 0, 1 for a failure, 2 for wrong usage.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("a command is missing: see elbo --help")
			}
			return usagef("unknown command %q: see elbo --help", args[0])
		},
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%w: see %s --help", err, c.CommandPath())
	})
	root.AddCommand(infoCommand(), fitCommand(), scoreCommand(), sampleCommand(), imputeCommand(), selectCommand(), estepCommand(), mergeCommand(), demoCommand())
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return usagef("unknown command %q: see elbo --help", strings.Join(args, " "))
			}
			return c.Help()
		},
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.InitDefaultCompletionCmd(args...)
	if c, _, err := root.Find([]string{"completion"}); err == nil {
		c.RunE = func(*cobra.Command, []string) error {
			return usagef("completion wants a shell: bash, zsh, fish or powershell: see elbo completion --help")
		}
	}
	return root
}

// noArgs and exactArgs check the number of arguments.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no argument, and was given %q: see %s --help", name(c), args[0], c.CommandPath())
	}
	return nil
}

func exactArgs(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return usagef("%s wants %s, and was given %s: see %s --help",
				name(c), strings.Join(names, " and "), counted(len(args), "argument"), c.CommandPath())
		}
		return nil
	}
}

// name is the command's path without the program.
func name(c *cobra.Command) string { return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ") }

func counted[N int | int64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// packageNames are the names of packages before the messages of their errors, alone or after what others have put before them.
var packageNames = regexp.MustCompile(`(^|: )(?:(?:elbo|em|vem|vae|kernels|safetensors): )+`)

// message is what an error says to people: without the names of packages, in one line.
func message(err error) string { return oneLine(packageNames.ReplaceAllString(err.Error(), "$1")) }

// oneLine makes a message one line that a terminal takes as text.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
