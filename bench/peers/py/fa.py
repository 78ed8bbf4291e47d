"""Factor analysis by maximum likelihood: scikit-learn, which ends before 46 iterations where rounding keeps the likelihood from rising."""
import warnings

from sklearn.decomposition import FactorAnalysis
from threadpoolctl import threadpool_info

from bench import *

warnings.filterwarnings("ignore")
print("numpy's libraries:", [(d["internal_api"], d.get("architecture"), d["version"], d["num_threads"]) for d in threadpool_info()], file=sys.stderr)
ITERS = 46

for N, D, Q in ((10000, 16, 4), (100000, 64, 8)):
    for impl, method in (("sklearn", "lapack"), ("sklearn-randomized", "randomized")):
        name = f"FAFit/type=f64/rows={N}/d={D}/q={Q}/iters={ITERS}/impl={impl}"
        if not want(name):
            continue
        w = nrm(31, D * Q).reshape(D, Q)
        x = nrm(32, N * Q).reshape(N, Q) @ w.T + np.sqrt(0.25 + uni(34, D)) * nrm(33, N * D).reshape(N, D)
        o = {}

        def fit():
            o["m"] = FactorAnalysis(Q, tol=0.0, max_iter=ITERS, svd_method=method, random_state=0).fit(x)

        run(name, fit, lambda: [("rows/s", "rate", N), ("loglik/row", "value", o["m"].score(x)), ("iterations", "value", o["m"].n_iter_)])
done()
