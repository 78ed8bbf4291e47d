package em

import (
	"context"
	"fmt"

	"example.com/elbo"
	"example.com/elbo/internal/kmeans"
	"example.com/elbo/kernels"
)

// Init says which responsibilities the first M-step of a mixture's fit takes. A start of one's own is made by NewGMMFrom and its
// like.
type Init uint8

// The starts.
const (
	// InitKMeans gives each row to its nearest centre, by k-means++ seeding and at most 10 of Lloyd's iterations, by weight, on
	// a sample of max(2048, ⌈20 K ln K⌉) rows if there are more. (Arthur and Vassilvitskii, "k-means++: The advantages of
	// careful seeding", SODA 2007.)
	InitKMeans Init = iota
	// InitRandom draws each row's responsibilities from Dirichlet(1, …, 1), whatever the row holds: all components begin close to
	// the distribution of the data, and EM takes its time to part them.
	InitRandom
)

// String returns the name of the start.
func (i Init) String() string {
	switch i {
	case InitKMeans:
		return "k-means"
	case InitRandom:
		return "random"
	}
	return fmt.Sprintf("Init(%d)", uint8(i))
}

// check returns an error unless i is a start.
func (i Init) check() error {
	if i > InitRandom {
		return fmt.Errorf("em: Init is %v: want InitKMeans or InitRandom", i)
	}
	return nil
}

// begins are the responsibilities of the first M-step: by labels or, without, drawn by key.
type begins struct {
	labels []int32
	key    kernels.Key
}

// fillBegins sets the rows of r, which are those from first on.
func fillBegins[T kernels.Float](b begins, r kernels.Matrix[T], first int) {
	if b.labels == nil {
		kmeans.RandomResponsibilities(r, b.key, int64(first))
		return
	}
	clear(r.Data)
	for i, k := range b.labels[first : first+r.Rows] {
		r.Row(i)[k] = 1
	}
}

// cluster returns the centres of a start, K×D, in the frame, and its responsibilities. Random ones have their centres amid the data.
func (m *GMM[T]) cluster(ctx context.Context, rows elbo.Rows[T], init Init, key kernels.Key) (kernels.Matrix[T], begins, error) {
	if init == InitRandom {
		return kernels.NewMatrix[T](m.k, m.d), begins{key: key}, nil
	}
	near, extreme := rows.X, m.frame.extreme()
	if extreme {
		// Squares of the data would leave T's range: seed in the frame, at the price of a copy of the data.
		near = kernels.NewMatrix[T](near.Rows, near.Cols)
		m.frame.apply(near.Data, rows.X)
	}
	centres, labels, err := kmeans.Fit(ctx, near, kmeans.Options{K: m.k, Iterations: lloyd, Key: key, Weights: rows.Weights})
	if err == nil && !extreme {
		m.frame.apply(centres.Data, centres)
	}
	return centres, begins{labels: labels}, err
}
