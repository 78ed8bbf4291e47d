"""Factor analysis by maximum likelihood, a number of iterations: scikit-learn."""
import warnings

from sklearn.decomposition import FactorAnalysis
from threadpoolctl import threadpool_info

from bench import *

warnings.filterwarnings("ignore")
print("numpy's libraries:", [(d["internal_api"], d.get("architecture"), d["version"], d["num_threads"]) for d in threadpool_info()], file=sys.stderr)
ITERS = 46


class Iterations(FactorAnalysis):
    """Does not end where rounding keeps the likelihood from rising."""

    def _validate_params(self):
        pass


for N, D, Q in ((10000, 16, 4), (100000, 64, 8)):
    for impl, method in (("sklearn", "lapack"), ("sklearn-randomized", "randomized")):
        name = f"FAFit/type=f64/rows={N}/d={D}/q={Q}/iters={ITERS}/impl={impl}"
        if not want(name):
            continue
        w = nrm(31, D * Q).reshape(D, Q)
        x = nrm(32, N * Q).reshape(N, Q) @ w.T + np.sqrt(0.25 + uni(34, D)) * nrm(33, N * D).reshape(N, D)
        o = {}

        def fit():
            o["m"] = Iterations(Q, tol=-math.inf, max_iter=ITERS, svd_method=method, random_state=0).fit(x)

        run(name, fit, lambda: [("rows/s", "rate", N), ("loglik/row", "value", o["m"].score(x))], lambda: "" if o["m"].n_iter_ == ITERS else "too few iterations")
done()
