"""Out-of-fold labels of scikit-learn's words + characters pipeline, tuned inside each fold, on folds that stance dealt.

Reads the CSV file of labelled statements and the table that `stance train --out-of-fold` wrote for it (the fold of every
row), writes a table `row,fold,label,prediction` and prints what was chosen.
"""

import argparse
import csv
import sys
import warnings

import numpy as np
from scipy.sparse import hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

C = [0.3, 1.0, 3.0, 10.0, 30.0]
CLASS_WEIGHTS = [None, "balanced"]


def main():
    options = parsed()
    csv.field_size_limit(sys.maxsize)
    with open(options.data, encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    with open(options.folds, encoding="utf-8", newline="") as file:
        folds = np.array([int(row["fold"]) for row in csv.DictReader(file)])
    texts = np.array([text for text, _ in rows], dtype=object)
    labels = np.array([label for _, label in rows])
    assert len(texts) == len(folds), f"{len(texts)} statements, {len(folds)} rows with folds"
    predictions = np.empty(len(labels), dtype=object)
    for fold in np.unique(folds):
        training, held_out = folds != fold, folds == fold
        c, class_weight = chosen(texts[training], labels[training], options)
        train, test = features(texts[training], texts[held_out])
        classifier = path(train, labels[training], [c], class_weight)[0]
        predictions[held_out] = classifier(test)
        print(f"fold {fold}: C = {c:g}, class_weight = {class_weight}", flush=True)
    score = f1_score(labels, predictions.astype(str), average="macro")
    print(f"macro-F1 {score:.4f}")
    with open(options.output, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "fold", "label", "prediction"])
        for row, values in enumerate(zip(folds, labels, predictions), start=1):
            writer.writerow([row, *values])


def chosen(texts, labels, options):
    """The cell with the best mean macro-F1 of an inner cross-validation."""
    scores = {}
    inner = StratifiedKFold(options.inner_folds, shuffle=True, random_state=0)
    for training, held_out in inner.split(texts, labels):
        train, test = features(texts[training], texts[held_out])
        for class_weight in CLASS_WEIGHTS:
            for c, classifier in zip(C, path(train, labels[training], C, class_weight)):
                score = f1_score(labels[held_out], classifier(test), average="macro")
                scores.setdefault((c, class_weight), []).append(score)
    return max(scores, key=lambda cell: np.mean(scores[cell]))


def features(train, test):
    """TF-IDF of words 1–2 and of characters 2–5 inside words, each of unit length, side by side."""
    blocks = [
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    ]
    pairs = [(block.fit_transform(train), block.transform(test)) for block in blocks]
    return hstack([a for a, _ in pairs]).tocsr(), hstack([b for _, b in pairs]).tocsr()


def path(train, labels, values_of_c, class_weight):
    """Classifiers of rising C, each started from the one before: the same optimum, sooner."""
    model = LogisticRegression(class_weight=class_weight, max_iter=2000, warm_start=True, solver="newton-cg")
    classifiers = []
    for c in values_of_c:
        model.set_params(C=c)
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            model.fit(train, labels)
        classifiers.append(predictor(model.coef_.copy(), model.intercept_.copy(), model.classes_))
    return classifiers


def predictor(weights, intercepts, classes):
    if len(classes) == 2:
        weights, intercepts = np.vstack([-weights, weights]), np.concatenate([-intercepts, intercepts])
    return lambda matrix: classes[np.argmax(matrix @ weights.T + intercepts, axis=1)]


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("folds")
    parser.add_argument("output")
    parser.add_argument("--inner-folds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
