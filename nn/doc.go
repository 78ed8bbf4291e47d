// Package nn holds small multilayer perceptrons with gradients written by hand, and the Adam optimiser.
//
// A layer computes y = act(x·W + b) with W stored in×out, row-major. All parameters of a network lie in one flat
// slice, layer after layer, W before b, and so do their gradients: an optimiser, a snapshot or a fingerprint sees
// one vector. The backward pass takes each activation's derivative from the activation's output, so that nothing
// but outputs is kept:
//
//	δ_l  = ∂f/∂y_l ⊙ act'(y_l)        act' = 1, 1[y>0], 1−y², y(1−y), 1−e^{−y}
//	∂W_l = y_{l−1}ᵀ·δ_l                (each element one chain over the rows, in row order)
//	∂b_l = Σ_rows δ_l                  (in row order)
//	∂f/∂y_{l−1} = δ_l·W_lᵀ
//
// (Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323, 1986.)
//
// All memory of a pass is planned once, in a [Workspace]; Forward, Backward and Adam.Step allocate nothing and start
// no goroutine. A caller that wants several cores gives each a slice of the workspace's rows and a part of the
// gradient: no chain is ever cut, so that the bits do not depend on the split.
package nn
