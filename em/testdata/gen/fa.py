"""Writes testdata/fa/golden.json: scikit-learn's FactorAnalysis, and R's factanal, on covariance matrices of wine, diabetes and digits.

The log-likelihood of factor analysis depends on the data through their number, mean and covariance matrix, so that the file holds
those and not the data. Run with scikit-learn 1.2 and R 4.2: python3 fa.py > ../fa/golden.json
"""

import json
import subprocess
import sys

import numpy as np
from sklearn.datasets import load_diabetes, load_digits, load_wine
from sklearn.decomposition import PCA, FactorAnalysis


def standardised(x):
    return (x - x.mean(0)) / x.std(0)


def factanal(cov, n, q):
    """R's uniquenesses, those of the correlation matrix, by maximum likelihood."""
    text = "\n".join(" ".join(repr(float(v)) for v in row) for row in cov)
    code = (
        f"s <- as.matrix(read.table(text='{text}')); dimnames(s) <- NULL; "
        f"f <- factanal(factors={q}, covmat=s, n.obs={n}, control=list(opt=list(factr=1e-2, pgtol=0, maxit=10000), nstart=1)); "
        "cat(format(f$uniquenesses, digits=15), sep=' ')"
    )
    out = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if out.returncode != 0:
        print(out.stderr, file=sys.stderr)
        return None
    return [float(v) for v in out.stdout.split()]


cases = []
for name, x, q, r in [
    ("wine", standardised(load_wine().data), 2, True),
    ("wine", standardised(load_wine().data), 3, True),
    ("wine, raw", load_wine().data, 2, False),
    ("diabetes", load_diabetes().data, 4, False),
    ("digits", load_digits().data[:, 10:54:5], 3, True),
]:
    n, d = x.shape
    cov = np.cov(x.T, bias=True)
    # Where it does not converge (raw wine: its scales differ; diabetes: a Heywood case) there is nothing to compare with.
    fa = FactorAnalysis(q, tol=1e-10, max_iter=5000, svd_method="lapack").fit(x)
    converged = fa.n_iter_ < 5000
    pca = PCA(q, svd_solver="full").fit(x)
    cases.append(
        {
            "name": name,
            "rows": n,
            "factors": q,
            "mean": x.mean(0).tolist(),
            "covariance": cov.tolist(),
            "fa_loglik": float(fa.loglike_[-1]) if converged else None,
            "fa_noise": fa.noise_variance_.tolist() if converged else None,
            "uniquenesses": factanal(cov, n, q) if r else None,
            # PCA's noise has the divisor n - 1.
            "ppca_noise": float(pca.noise_variance_ * (n - 1) / n),
        }
    )
    print(name, fa.n_iter_, file=sys.stderr)
print(json.dumps(cases))
