"""Reference fits by scikit-learn (written with 1.9.1): python scikit_learn.py > scikit_learn.json

The problem is made by a formula (Knuth's MMIX generator) that tests/scikit_learn_reference.rs repeats.
`objective` is C·Σ weight·loss + ½‖w‖², in natural logs; with two labels w is scikit-learn's one vector.
"""

import json

import numpy as np
import sklearn
from scipy.sparse import csr_matrix
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

N_ROWS, N_FEATURES = 200, 40


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def problem(n_labels):
    random = Lcg(100 + n_labels)
    x = np.zeros((N_ROWS, N_FEATURES))
    y = np.zeros(N_ROWS, dtype=int)
    for i in range(N_ROWS):
        for j in range(N_FEATURES):
            # Feature j is there with a chance of 2 in j + 3; values are eighths, exact in f32.
            if random.below(j + 3) < 2:
                x[i, j] = (1 + random.below(8)) / 8
        own = int(8 * x[i].sum()) % n_labels
        # Two rows of three get the label that follows from the row, of the others most get the first.
        y[i] = own if random.below(3) else random.below(2 * n_labels) * random.below(2) % n_labels
    weights = np.array([(1 + i % 4) / 2 for i in range(N_ROWS)])
    return csr_matrix(x), y, weights


def case(n_labels, c, balanced, weighted):
    x, y, weights = problem(n_labels)
    sample_weight = weights if weighted else np.ones(N_ROWS)
    model = LogisticRegression(
        C=c, tol=1e-10, max_iter=10000, class_weight="balanced" if balanced else None
    ).fit(x, y, sample_weight=sample_weight)
    s = sample_weight.copy()
    if balanced:
        # As scikit-learn 1.9: labels are counted with the rows' weights.
        total = np.bincount(y, weights=sample_weight)
        s *= (total.sum() / (n_labels * total))[y]
    w, b = model.coef_, model.intercept_
    z = x @ w.T + b
    if n_labels == 2:
        z = np.hstack([np.zeros((N_ROWS, 1)), z])
    loss = logsumexp(z, axis=1) - z[np.arange(N_ROWS), y]
    return {
        "n_labels": n_labels,
        "c": c,
        "balanced": balanced,
        "weighted": weighted,
        "objective": c * float(s @ loss) + 0.5 * float((w * w).sum()),
        "coef": w.tolist(),
        "intercept": b.tolist(),
    }


cases = [
    case(n_labels, c, balanced, weighted)
    for n_labels in (2, 3)
    for c in (1.0, 10.0)
    for balanced in (False, True)
    for weighted in (False, True)
]
print(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}))
