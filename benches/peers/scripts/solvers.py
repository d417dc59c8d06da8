"""Other solvers on stance's matrix; prints JSON.

In: the matrix, C, fits a tolerance, the folder of stance's weights. Each solver goes through ever smaller tolerances
until the objective no longer falls by a millionth part below that of stance's smallest tolerance.
"""

import json
import sys
import time
import warnings
from pathlib import Path
from statistics import median

import numpy as np
from liblinear.liblinear import parameter, problem
from liblinear.liblinearutil import train
from sklearn.datasets import load_svmlight_file
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from objective import objective, two_columns

# Stopping early is the point here; the objective tells how well a fit went.
warnings.filterwarnings("ignore", category=ConvergenceWarning)
TOLERANCES = {
    "liblinear": ["1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6"],
    "scikit-learn lbfgs": ["1e-2", "1e-3", "1e-4", "1e-5", "1e-6", "1e-7", "1e-8"],
    "scikit-learn newton-cg": ["1e-2", "1e-3", "1e-4", "1e-5", "1e-6"],
}
CLOSE = 1e-6
# A fit longer than this is not repeated.
LONG = 60


def main(matrix, c, fits, folder):
    x, y = load_svmlight_file(matrix, zero_based=False)
    labels, c, fits = y.astype(int) - 1, float(c), int(fits)
    n_labels = labels.max() + 1

    def reached(weights, intercepts):
        return float(objective(x, labels, c, weights, intercepts))

    stance = {}
    for path in sorted(Path(folder).glob("*.f64")):
        numbers = np.fromfile(path, dtype="<f8").reshape(-1, n_labels)
        stance[path.stem] = reached(numbers[:-1], numbers[-1])
    known = min(stance.values())
    found = []
    for solver, tolerances in TOLERANCES.items():
        if solver == "liblinear" and n_labels > 2:
            continue
        fit = liblinear_fit(x, y, c) if solver == "liblinear" else sklearn_fit(x, labels, c, solver.split()[1])
        for tolerance in tolerances:
            seconds, value = repeated(fit, tolerance, fits, reached)
            found.append({"solver": solver, "tolerance": tolerance, "seconds": seconds, "objective": value})
            print(solver, tolerance, f"{seconds:.2f} s", value, file=sys.stderr)
            if value <= known * (1 + CLOSE):
                break
    print(json.dumps({"stance": stance, "peers": found}))


def repeated(fit, tolerance, fits, reached):
    """Median seconds, and the objective of the last fit."""
    taken = []
    while len(taken) < fits and sum(taken) < LONG:
        seconds, weights, intercepts = fit(tolerance)
        taken.append(seconds)
    return median(taken), reached(weights, intercepts)


def sklearn_fit(x, labels, c, solver):
    def fit(tolerance):
        model = LogisticRegression(C=c, solver=solver, tol=float(tolerance), max_iter=100_000)
        start = time.perf_counter()
        model.fit(x, labels)
        seconds = time.perf_counter() - start
        if len(model.classes_) == 2:
            return seconds, *two_columns(model.coef_, model.intercept_)
        return seconds, model.coef_.T, model.intercept_

    return fit


def liblinear_fit(x, y, c):
    # Laying the rows out for liblinear is not timed, as reading the matrix is not.
    rows = problem(y, x, bias=1)

    def fit(tolerance):
        settings = parameter(f"-s 0 -c {c} -B 1 -R -e {tolerance} -q")
        start = time.perf_counter()
        model = train(rows, settings)
        seconds = time.perf_counter() - start
        weights, intercept = model.get_decfun()
        # liblinear's weights speak for the label that it met first.
        sign = 1 if model.get_labels()[0] == 2 else -1
        return seconds, *two_columns(sign * np.array(weights), sign * intercept)

    return fit


main(*sys.argv[1:])
