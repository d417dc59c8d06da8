"""The objective that all solvers are judged by."""

import numpy as np


def objective(x, labels, c, weights, intercepts):
    """C · Σ loss + ½‖W‖², the intercepts not penalised.

    `labels` are 0, 1, …; `weights` has a column a label, `intercepts` a number a label. For two labels the penalty is
    that of the one weight vector w₁ − w₀, as in scikit-learn's, liblinear's and stance's.
    """
    scores = np.asarray(x @ weights) + intercepts
    largest = scores.max(axis=1)
    sums = largest + np.log(np.exp(scores - largest[:, None]).sum(axis=1))
    loss = (sums - scores[np.arange(len(labels)), labels]).sum()
    penalised = weights[:, 1] - weights[:, 0] if weights.shape[1] == 2 else weights
    return c * loss + 0.5 * (penalised**2).sum()


def two_columns(weights, intercept):
    """One weight vector, for the second label, as a column a label."""
    weights = np.asarray(weights, dtype=float).ravel()
    intercept = float(np.ravel(intercept)[0])
    return np.stack([np.zeros_like(weights), weights], axis=1), np.array([0.0, intercept])
