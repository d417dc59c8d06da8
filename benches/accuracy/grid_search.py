"""scikit-learn's GridSearchCV over the 60 cells of README.md, five folds, with its time."""

import argparse
import csv
import re
import sys
import time

import Stemmer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline

WORD = re.compile(r"\w\w+")


def stems(text):
    # A stemmer cannot be sent to another process, and making one takes microseconds.
    return Stemmer.Stemmer("english").stemWords(WORD.findall(text))


def vectorizers():
    stemmed = {"tokenizer": stems, "token_pattern": None}
    yield CountVectorizer()
    yield CountVectorizer(**stemmed)
    yield CountVectorizer(ngram_range=(1, 2), **stemmed)
    yield TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    yield TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, **stemmed)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, **stemmed)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    yield FeatureUnion([("words", words), ("characters", characters)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--jobs", type=int, default=-1)
    options = parser.parse_args()
    csv.field_size_limit(sys.maxsize)
    with open(options.data, encoding="utf-8", newline="") as file:
        rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    texts, labels = [text for text, _ in rows], [label for _, label in rows]
    start = time.perf_counter()
    pipeline = Pipeline([("features", None), ("classifier", LogisticRegression(max_iter=1000))])
    grid = {
        "features": list(vectorizers()),
        "classifier__C": [0.3, 1, 3, 10, 30],
        "classifier__class_weight": [None, "balanced"],
    }
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    search = GridSearchCV(pipeline, grid, scoring="f1_macro", cv=folds, n_jobs=options.jobs, refit=False)
    search.fit(texts, labels)
    seconds = time.perf_counter() - start
    print(f"{len(search.cv_results_['params'])} cells, best macro-F1 {search.best_score_:.4f}, {seconds:.1f} s")


if __name__ == "__main__":
    main()
