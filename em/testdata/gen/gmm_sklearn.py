#!/usr/bin/env python3
"""Writes testdata/gmm/*.csv, the data, and *_sklearn.json: mixtures of Gaussians after some iterations of EM by scikit-learn.

    cd em/testdata/gen && python3 gmm_sklearn.py && Rscript gmm_mclust.R

Each case has its start, from which both go on: scikit-learn is given it by weights_init, means_init and precisions_init. Its
lower_bound_ is that before the last M-step; score_samples is that of the parameters. Nothing is added to covariances (reg_covar 0).
"""
import csv, json, os, warnings
import numpy as np
import sklearn
from sklearn import datasets
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

here = os.path.dirname(os.path.abspath(__file__))
out = os.path.join(here, "..", "gmm")
ITERATIONS = 12


def faithful():
    with open(os.path.join(here, "..", "..", "..", "internal", "datasets", "faithful.csv")) as f:
        return np.array([[float(v) for v in row] for row in list(csv.reader(f))[1:]])


def digits():
    # 64 pixels, some constant, have singular covariances: eight principal components of every third picture do not.
    x = PCA(n_components=8, svd_solver="full").fit_transform(datasets.load_digits().data)
    return np.round(x[::3], 3)


def moments(x, labels, k, covariance):
    """The start: the M-step from a hard assignment, as K full matrices."""
    n, d = x.shape
    weights, means, cov = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d))
    for i in range(k):
        rows = x[labels == i]
        weights[i], means[i] = len(rows) / n, rows.mean(axis=0)
        t = rows - means[i]
        cov[i] = t.T @ t / len(rows)
    if covariance == "tied":
        cov[:] = np.tensordot(weights, cov, 1)
    if covariance in ("diag", "spherical"):
        cov = np.array([np.diag(np.diag(c)) for c in cov])
    if covariance == "spherical":
        cov = np.array([np.eye(d) * np.trace(c) / d for c in cov])
    return weights, means, cov


def precisions(cov, covariance):
    if covariance == "full":
        return np.linalg.inv(cov)
    if covariance == "tied":
        return np.linalg.inv(cov[0])
    if covariance == "diag":
        return 1 / np.array([np.diag(c) for c in cov])
    return 1 / cov[:, 0, 0]


def covariances(m, k, d):
    c = m.covariances_
    return {
        "full": lambda: c,
        "tied": lambda: np.array([c] * k),
        "diag": lambda: np.array([np.diag(v) for v in c]),
        "spherical": lambda: np.array([np.eye(d) * v for v in c]),
    }[m.covariance_type]()


def flat(a):
    return [float(v) for v in np.asarray(a).ravel()]


for name, x, k in [
    ("faithful", faithful(), 2),
    ("iris", datasets.load_iris().data, 3),
    ("wine", datasets.load_wine().data, 3),
    ("digits", digits(), 6),
]:
    with open(os.path.join(out, name + ".csv"), "w") as f:
        for row in x:
            print(*[repr(float(v)) for v in row], sep=",", file=f)
    labels = KMeans(k, n_init=1, random_state=0).fit_predict((x - x.mean(axis=0)) / x.std(axis=0))
    cases = []
    for covariance in ("full", "tied", "diag", "spherical"):
        weights, means, cov = moments(x, labels, k, covariance)
        m = GaussianMixture(
            k, covariance_type=covariance, reg_covar=0, tol=0, max_iter=ITERATIONS,
            weights_init=weights, means_init=means, precisions_init=precisions(cov, covariance), init_params="random", random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it has not converged
            m.fit(x)
        assert m.n_iter_ == ITERATIONS
        cases.append({
            "covariance": covariance, "iterations": ITERATIONS,
            "weights": flat(weights), "means": flat(means), "covariances": flat(cov),
            "logDensity": flat(m.score_samples(x)),
            "fittedWeights": flat(m.weights_), "fittedMeans": flat(m.means_), "fittedCovariances": flat(covariances(m, k, x.shape[1])),
            "bic": float(m.bic(x)), "aic": float(m.aic(x)),
        })
    with open(os.path.join(out, name + "_sklearn.json"), "w") as f:
        json.dump({"source": "scikit-learn " + sklearn.__version__, "k": k, "cases": cases}, f, separators=(",", ":"))
        f.write("\n")
