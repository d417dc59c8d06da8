"""Log-loss of scikit-learn's words + characters pipeline, calibrated inside each fold, on folds that stance dealt.

Reads the CSV file of labelled statements and the table that `stance train --out-of-fold` wrote for it: the fold of each
row, and cross-fitted calibrated probabilities to compare with. Prints the log-loss of all held-out rows for each
`CalibratedClassifierCV` (method, one calibrator for each inner fold or one for all), C and class weight, and without
calibration, the lowest last. No cell is chosen inside the folds, so the lowest one flatters scikit-learn.
"""

import argparse
import csv
import sys
import warnings

import numpy as np
from scipy.sparse import hstack
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

C = [3.0, 10.0]
CLASS_WEIGHTS = [None, "balanced"]
METHODS = ["sigmoid", "isotonic", "temperature"]


def main():
    options = parsed()
    csv.field_size_limit(sys.maxsize)
    rows, folded = table(options.data), table(options.folds)
    texts = np.array([row["text"] for row in rows], dtype=object)
    labels = np.array([row["label"] for row in rows])
    folds = np.array([int(row["fold"]) for row in folded])
    assert list(labels) == [row["label"] for row in folded], "the folds are of other statements"
    classes = np.unique(labels)
    cells = {"stance": np.array([[float(row[f"prob_{label}"]) for label in classes] for row in folded])}
    for fold in np.unique(folds):
        training, held_out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        for name, probabilities in judged(Fits(texts), training, labels[training], held_out, options):
            cells.setdefault(name, np.empty((len(labels), len(classes))))[held_out] = probabilities
        print(f"fold {fold} done", file=sys.stderr, flush=True)
    losses = {name: log_loss(labels, probabilities, labels=classes) for name, probabilities in cells.items()}
    for name in sorted(losses, key=losses.get, reverse=True):
        print(f"{losses[name]:.4f}  {name}")
    if options.output:
        with open(options.output, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "log_loss"])
            writer.writerows(losses.items())


def judged(fits, training, labels, held_out, options):
    """(name, probabilities of the held-out rows) for every cell, learned from the training rows alone."""
    for class_weight in CLASS_WEIGHTS:
        for c in C:
            pipeline = OfRows(fits, c, class_weight)
            cell = f"C = {c:g}, class_weight = {class_weight}"
            yield f"not calibrated, {cell}", pipeline.fit(column(training), labels).predict_proba(column(held_out))
            for method in METHODS:
                for ensemble in (True, False):
                    model = CalibratedClassifierCV(pipeline, method=method, cv=inner(options), ensemble=ensemble)
                    probabilities = model.fit(column(training), labels).predict_proba(column(held_out))
                    yield f"{method}, ensemble = {ensemble}, {cell}", probabilities


def inner(options):
    """Folds dealt at random, as stance deals them; scikit-learn's `cv=5` cuts each label's rows as they stand."""
    if options.inner_order == "contiguous":
        return StratifiedKFold(options.inner_folds)
    return StratifiedKFold(options.inner_folds, shuffle=True, random_state=0)


class OfRows(ClassifierMixin, BaseEstimator):
    """The pipeline on row numbers in place of texts, so that calibrators that fit it on the same rows share the fit."""

    def __init__(self, fits, c, class_weight):
        self.fits, self.c, self.class_weight = fits, c, class_weight

    def fit(self, rows, labels):
        self.rows_ = rows[:, 0]
        self.model_ = self.fits.model(self.rows_, labels, self.c, self.class_weight)
        self.classes_ = self.model_.classes_
        return self

    def decision_function(self, rows):
        return self.model_.decision_function(self.fits.features(self.rows_, rows[:, 0]))

    def predict_proba(self, rows):
        return self.model_.predict_proba(self.fits.features(self.rows_, rows[:, 0]))

    def predict(self, rows):
        return self.model_.predict(self.fits.features(self.rows_, rows[:, 0]))


class Fits:
    """What was computed for one outer fold: vectorisers, matrices and classifiers by the rows they were fitted on."""

    def __init__(self, texts):
        self.texts, self.blocks, self.matrices, self.models = texts, {}, {}, {}

    # Clones share it.
    def __sklearn_clone__(self):
        return self

    def features(self, fitted_on, rows):
        """TF-IDF of words 1–2 and of characters 2–5 inside words, each of unit length, side by side."""
        key, matrix_key = fitted_on.tobytes(), (fitted_on.tobytes(), rows.tobytes())
        if key not in self.blocks:
            self.blocks[key] = [
                TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(self.texts[fitted_on]),
                TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit(self.texts[fitted_on]),
            ]
        if matrix_key not in self.matrices:
            parts = [block.transform(self.texts[rows]) for block in self.blocks[key]]
            self.matrices[matrix_key] = hstack(parts).tocsr()
        return self.matrices[matrix_key]

    def model(self, rows, labels, c, class_weight):
        key = (rows.tobytes(), c, class_weight)
        if key not in self.models:
            model = LogisticRegression(C=c, class_weight=class_weight, max_iter=2000, solver="newton-cg")
            with warnings.catch_warnings():
                warnings.simplefilter("error", ConvergenceWarning)
                self.models[key] = model.fit(self.features(rows, rows), labels)
        return self.models[key]


def column(rows):
    return rows.reshape(-1, 1)


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("folds")
    parser.add_argument("--output", help="write the log-losses to this CSV file")
    parser.add_argument("--inner-folds", type=int, default=5)
    parser.add_argument("--inner-order", choices=["stratified", "contiguous"], default="stratified")
    return parser.parse_args()


if __name__ == "__main__":
    main()
