"""Writes ../hmm/golden.json: hidden Markov models fitted by hmmlearn (https://github.com/hmmlearn/hmmlearn, 0.3.3) from given starts, without priors.

    python3 hmm.py

Data: discoveries, the yearly numbers of "great" inventions and scientific discoveries, 1860 to 1959 (The World Almanac and Book of Facts, 1975; R's datasets::discoveries);
Old Faithful's eruptions and waiting times (../gmm/faithful.csv), as pairs, and their durations as codes: 0 below 2.5 minutes, 1 below 4.3, else 2.
"""

import json
import pathlib

import numpy as np
from hmmlearn import hmm

here = pathlib.Path(__file__).parent
discoveries = [
    5, 3, 0, 2, 0, 3, 2, 3, 6, 1, 2, 1, 2, 1, 3, 3, 3, 5, 2, 4, 4, 0, 2, 3, 7, 12, 3, 10, 9, 2, 3, 7, 7, 2, 3, 3, 6, 2, 4, 3, 5, 2, 2, 4, 0, 4, 2, 5, 2, 3,
    3, 6, 5, 8, 3, 6, 6, 0, 5, 2, 2, 2, 6, 3, 4, 4, 2, 2, 4, 7, 5, 3, 3, 0, 2, 2, 2, 1, 3, 4, 2, 2, 1, 1, 1, 2, 1, 4, 4, 3, 2, 1, 4, 1, 1, 1, 0, 0, 2, 0,
]
faithful = np.loadtxt(here / "../gmm/faithful.csv", delimiter=",")
codes = np.digitize(faithful[:, :1], [2.5, 4.3])


def start(k):
    """Probabilities that are not uniform."""
    p = 1 + np.arange(k)
    a = 1 + 3 * np.eye(k) + np.arange(k) / 4
    return p / p.sum(), a / a.sum(axis=1, keepdims=True)


def case(name, emission, covariance, x, lengths, model, parameters, iterations):
    model.startprob_, model.transmat_ = start(model.n_components)
    for key, value in parameters.items():
        setattr(model, key, value)
    def emission_of():
        out = {}
        for key in parameters:
            v = np.array(model._covars_ if key == "covars_" else getattr(model, key), float)
            if key == "covars_":  # as matrices, one for each state; hmmlearn's own spherical ones have a dimension too many
                c, d = np.array(model._covars_), x.shape[1]
                v = {"full": lambda: c, "tied": lambda: np.array([c] * model.n_components), "diag": lambda: np.array([np.diag(r) for r in c]),
                     "spherical": lambda: np.array([np.eye(d) * np.ravel(r)[0] for r in c])}[covariance]()
            out[key] = v
        return out

    first = {"Initial": model.startprob_.copy(), "Transitions": model.transmat_.copy(), "Emission": emission_of()}
    history = []
    for _ in range(iterations):
        history.append(model.score(x, lengths))
        model.n_iter, model.tol, model.init_params = 1, -np.inf, ""
        model.fit(x, lengths)
    history.append(model.score(x, lengths))
    logp, path = model.decode(x, lengths)
    last = {"Initial": model.startprob_, "Transitions": model.transmat_, "Emission": emission_of()}
    return {
        "Name": name, "Kind": emission, "Covariance": covariance, "Lengths": lengths, "X": np.asarray(x, float), "Columns": x.shape[1],
        "Start": first, "End": last, "LogLik": history, "LogP": logp, "Path": path, "Posterior": model.predict_proba(x, lengths)[::17],
    }


def plain(o):
    if isinstance(o, dict):
        return {k: plain(v) for k, v in o.items()}
    if isinstance(o, (list, tuple)):
        return [plain(v) for v in o]
    if isinstance(o, np.ndarray):
        return [plain(v) for v in o.ravel()]
    if isinstance(o, np.generic):
        return o.item()
    return o


cases = []
for covariance in ["full", "diag", "tied", "spherical"]:
    for k in [2, 3]:
        model = hmm.GaussianHMM(k, covariance, covars_prior=0, covars_weight=0, means_weight=0, min_covar=0, implementation="log")
        means = np.array([[4.5, 80], [2, 55], [3.5, 70]])[:k]
        shape = {"full": np.array([np.diag([1.0, 100.0])] * k), "diag": np.array([[1.0, 100.0]] * k), "tied": np.diag([1.0, 100.0]), "spherical": np.full(k, 30.0)}
        parameters = {"means_": means, "covars_": shape[covariance]}
        cases.append(case(f"faithful {covariance} {k}", "gaussian", covariance, faithful, [100, 1, 71, 100], model, parameters, 8))
for k in [2, 3]:
    model = hmm.PoissonHMM(k, lambdas_prior=0, lambdas_weight=1e-300, implementation="log")
    parameters = {"lambdas_": np.array([[1.5], [4.0], [8.0]])[:k]}
    cases.append(case(f"discoveries {k}", "poisson", "", np.array(discoveries)[:, None], [100], model, parameters, 12))
model = hmm.CategoricalHMM(2, n_features=3, implementation="log")
parameters = {"emissionprob_": np.array([[0.5, 0.3, 0.2], [0.1, 0.4, 0.5]])}
cases.append(case("codes", "categorical", "", codes, [150, 122], model, parameters, 12))

(here / "../hmm").mkdir(exist_ok=True)
text = json.dumps(plain({"Source": "hmmlearn 0.3.3", "Cases": cases}), separators=(",", ":"))
(here / "../hmm/golden.json").write_text(text.replace('},{"Name"', '},\n{"Name"') + "\n")
