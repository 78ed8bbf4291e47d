"""Hidden Markov models: hmmlearn, if it can be imported."""
import itertools
import logging

import numpy as np

from bench import *

try:
    from hmmlearn.hmm import GaussianHMM
except ImportError:
    print("hmmlearn is not there: set PYTHONPATH to a build of https://github.com/hmmlearn/hmmlearn", file=sys.stderr)
    done()
    sys.exit(0)
logging.getLogger("hmmlearn").setLevel(logging.ERROR)
ITERS = 10


def data(n, k, d):
    labels = (uni(13, (n + 7) // 8) * k).astype(np.int64)[np.arange(n) // 8]
    return 2 * nrm(12, k * d).reshape(k, d)[labels] + nrm(11, n * d).reshape(n, d)


for n, seqs, k, d in ((20000, 100, 4, 2), (20000, 1, 4, 2), (20000, 100, 16, 16), (20000, 1, 16, 16)):
    for cov in ("diag", "full"):
        for how, typ in itertools.product(("scaling", "log"), ("f64", "f32")):  # it has float64 alone
            name = f"HMMFit/cov={cov}/type={typ}/frames={n}/seqs={seqs}/k={k}/d={d}/iters={ITERS}/impl=hmmlearn-{how}"
            if not want(name):
                continue
            x, lengths = data(n, k, d), [n // seqs] * seqs
            o = {}

            def fit():
                m = o["m"] = GaussianHMM(
                    k, cov, n_iter=ITERS, tol=-np.inf, init_params="", covars_prior=0, covars_weight=0, means_weight=0, min_covar=0, implementation=how)
                m.startprob_, m.transmat_ = np.full(k, 1 / k), np.full((k, k), 0.5 / k) + np.eye(k) / 2
                m.means_ = x[np.arange(k) * (n // k)]
                m.covars_ = np.full((k, d), 4.0) if cov == "diag" else np.tile(4 * np.eye(d), (k, 1, 1))
                m.fit(x, lengths)

            run(name, fit, lambda: [("rows/s", "rate", n * ITERS), ("loglik/row", "value", o["m"].score(x, lengths) / n)])
done()
