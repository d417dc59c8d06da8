"""scikit-learn: labelled CSV in, model file out."""

import argparse

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline

from rows import labelled

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("train")
parser.add_argument("model")
parser.add_argument("--c", type=float, required=True)
parser.add_argument("--characters", action="store_true", help="n-grams of 2 to 5 characters inside words too")
parser.add_argument("--balanced", action="store_true", help="class_weight='balanced'")
options = parser.parse_args()

texts, labels = labelled(options.train)
features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
if options.characters:
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    features = FeatureUnion([("words", features), ("characters", characters)])
weight = "balanced" if options.balanced else None
model = make_pipeline(features, LogisticRegression(C=options.c, max_iter=1000, class_weight=weight))
model.fit(texts, labels)
joblib.dump(model, options.model)
