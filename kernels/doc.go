// Package kernels is the arithmetic of elbo: dense products, elementwise functions, reductions, Gaussian
// log-densities, small factorisations and random numbers, on AVX2, AVX-512, NEON and in pure Go.
//
// A kernel's result depends on its input bits and shapes alone: every ISA gives the same bits (NaN payloads
// apart), whatever the batch, the offset or the alignment. docs/numerics.md states the contract. Kernels
// know no model, start no goroutine, keep no state and, given the workspaces that they ask for, allocate nothing.
//
// A shape that does not fit is the caller's bug: kernels panic, naming the kernel and the shapes. Operands that
// are written must not overlap any other operand unless a kernel's comment allows it.
package kernels
