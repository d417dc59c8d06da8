"""scikit-learn's TF-IDF of words 1–2 as liblinear's files: TRAIN.csv, TEST.csv, JSON list of labels, two files out."""

import json
import sys

from sklearn.datasets import dump_svmlight_file
from sklearn.feature_extraction.text import TfidfVectorizer

from rows import labelled


def main(train, test, labels, train_out, test_out):
    names = json.load(open(labels, encoding="utf-8"))
    numbers = {name: number for number, name in enumerate(names, 1)}
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    for source, out, transform in ((train, train_out, vectoriser.fit_transform), (test, test_out, vectoriser.transform)):
        texts, gold = labelled(source)
        dump_svmlight_file(transform(texts), [numbers[name] for name in gold], out, zero_based=False)


main(*sys.argv[1:])
