#!/usr/bin/env python3
"""Writes testdata/gmm/*_missing.json: mixtures of Gaussians after some iterations of EM on data with missing entries.

    cd em/testdata/gen && python3 gmm_sklearn.py && python3 gmm_missing.py

No library has that. Here is EM by the book, row by row, in numpy (Ghahramani and Jordan, "Supervised learning from incomplete data via
an EM approach", NIPS 1994). Full and tied covariances: the missing entries of a row are latent, with their conditional mean and
covariance given the others. Diagonal and spherical ones: a missing entry has no part in sums over its column.
"""
import csv, json, os
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
out = os.path.join(here, "..", "gmm")
ITERATIONS = 12


def log_joint(x, weights, means, cov):
    """log pi_k + log N(x_o; mu_o, cov_oo) of each row and component."""
    l = np.zeros((len(x), len(weights)))
    for n, row in enumerate(x):
        o = ~np.isnan(row)
        for k, w in enumerate(weights):
            t = row[o] - means[k][o]
            c = cov[k][np.ix_(o, o)]
            l[n, k] = np.log(w) - 0.5 * (o.sum() * np.log(2 * np.pi) + np.linalg.slogdet(c)[1] + t @ np.linalg.solve(c, t))
    return l


def log_sum_exp(l):
    top = l.max(axis=1)
    return top + np.log(np.exp(l - top[:, None]).sum(axis=1))


def iterate(x, covariance, weights, means, cov):
    n, d = x.shape
    l = log_joint(x, weights, means, cov)
    r = np.exp(l - log_sum_exp(l)[:, None])
    new_means, new_cov = np.zeros_like(means), np.zeros_like(cov)
    for k in range(len(weights)):
        if covariance in ("full", "tied"):
            filled, extra = np.zeros((n, d)), np.zeros((n, d, d))
            for i, row in enumerate(x):
                o, m = ~np.isnan(row), np.isnan(row)
                gain = cov[k][np.ix_(m, o)] @ np.linalg.inv(cov[k][np.ix_(o, o)])
                filled[i, o] = row[o]
                filled[i, m] = means[k][m] + gain @ (row[o] - means[k][o])
                extra[i][np.ix_(m, m)] = cov[k][np.ix_(m, m)] - gain @ cov[k][np.ix_(o, m)]
            new_means[k] = r[:, k] @ filled / r[:, k].sum()
            t = filled - new_means[k]
            new_cov[k] = np.einsum("n,ni,nj->ij", r[:, k], t, t) + np.einsum("n,nij->ij", r[:, k], extra)
            if covariance == "full":
                new_cov[k] /= r[:, k].sum()
            continue
        there = r[:, k][:, None] * ~np.isnan(x)
        new_means[k] = np.nansum(there * x, axis=0) / there.sum(axis=0)
        squares = np.nansum(there * (x - new_means[k]) ** 2, axis=0)
        if covariance == "diag":
            new_cov[k] = np.diag(squares / there.sum(axis=0))
        else:
            new_cov[k] = np.eye(d) * squares.sum() / there.sum()
    if covariance == "tied":
        new_cov[:] = new_cov.sum(axis=0) / n
    return r.mean(axis=0), new_means, new_cov


def flat(a):
    return [float(v) for v in np.asarray(a).ravel()]


for name in ("faithful", "iris", "wine"):
    with open(os.path.join(out, name + ".csv")) as f:
        x = np.array([[float(v) for v in row] for row in csv.reader(f)])
    with open(os.path.join(out, name + "_sklearn.json")) as f:
        starts = json.load(f)
    k, d = starts["k"], x.shape[1]
    holes = np.random.RandomState(1).uniform(size=x.shape) < 0.2
    holes[5] = True  # a row without an entry
    holes[6], holes[6, 0] = True, False
    x[holes] = np.nan
    cases = []
    for start in starts["cases"]:
        weights = np.array(start["weights"])
        means, cov = np.array(start["means"]).reshape(k, d), np.array(start["covariances"]).reshape(k, d, d)
        total = -np.inf
        for _ in range(ITERATIONS):
            weights, means, cov = iterate(x, start["covariance"], weights, means, cov)
            density = log_sum_exp(log_joint(x, weights, means, cov))
            assert density.sum() > total, "EM cannot lower the likelihood"
            total = density.sum()
        cases.append({
            "covariance": start["covariance"], "iterations": ITERATIONS,
            "weights": start["weights"], "means": start["means"], "covariances": start["covariances"],
            "logDensity": flat(density), "fittedWeights": flat(weights), "fittedMeans": flat(means), "fittedCovariances": flat(cov),
        })
    with open(os.path.join(out, name + "_missing.json"), "w") as f:
        json.dump({
            "source": "numpy " + np.__version__, "k": k, "cases": cases, "missing": [int(i) for i in np.flatnonzero(holes)],
        }, f, separators=(",", ":"))
        f.write("\n")
