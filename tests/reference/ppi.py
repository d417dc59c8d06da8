"""Prediction-powered means by ppi_py (written with ppi-python 0.2.3): python ppi.py > ppi.json; --check FILE compares with it.

The draws are made by a formula (Knuth's MMIX generator) that tests/ppi_reference.rs repeats: labels that are one or not, predicted
probabilities in 1024ths.
"""

import argparse
import json

import numpy as np
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate

N_LABELLED, N_UNLABELLED, N_DRAWS = 200, 3000, 5


class Lcg:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def draw(number):
    """Labels and predictions of the labelled, predictions of the others; the share and the errors differ by draw."""
    random = Lcg(500 + number)
    y, p = [], []
    for _ in range(N_LABELLED + N_UNLABELLED):
        label = int(random.below(100) < 5 + 15 * number)
        is_right = random.below(100) < 60 + 8 * number
        top = 512 + random.below(512)
        y.append(label)
        p.append((top if label == int(is_right) else 1024 - top) / 1024)
    return np.array(y[:N_LABELLED], dtype=float), np.array(p[:N_LABELLED]), np.array(p[N_LABELLED:])


def figures():
    cases = []
    for number in range(N_DRAWS):
        y, p, others = draw(number)
        value = ppi_mean_pointestimate(y, p, others, lam=1)
        lo, hi = ppi_mean_ci(y, p, others, alpha=0.05, lam=1)
        cases.append({"value": float(np.squeeze(value)), "lo": float(np.squeeze(lo)), "hi": float(np.squeeze(hi))})
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", metavar="FILE")
    options = parser.parse_args()
    cases = figures()
    if not options.check:
        print(json.dumps({"cases": cases}, indent=1))
        return
    with open(options.check, encoding="utf-8") as file:
        known = json.load(file)["cases"]
    worst = max(abs(a[key] - b[key]) for a, b in zip(cases, known, strict=True) for key in a)
    if worst > 1e-6:
        raise SystemExit(f"{options.check} differs from ppi_py by {worst}")
    print(f"{len(cases)} draws, ppi_py and {options.check} agree to {worst:.1e}")


if __name__ == "__main__":
    main()
