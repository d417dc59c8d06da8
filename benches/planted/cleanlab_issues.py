"""cleanlab's label issues, by several of its rules, as JSON: rule to rows from 0.

Usage: cleanlab_issues.py PROBABILITIES.csv N. The file has the columns label and prob_LABEL; the rules named "the as many …" take
the N rows that cleanlab ranks worst."""

import csv
import json
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

FILTERS = ("prune_by_noise_rate", "prune_by_class", "both", "confident_learning", "low_self_confidence", "low_normalized_margin")


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        labels = [name.removeprefix("prob_") for name in reader.fieldnames if name.startswith("prob_")]
        rows = list(reader)
    given = np.array([labels.index(row["label"]) for row in rows])
    probabilities = np.array([[float(row[f"prob_{label}"]) for label in labels] for row in rows])
    issues = {}
    for name in FILTERS:
        issues[name] = np.flatnonzero(find_label_issues(given, probabilities, filter_by=name, n_jobs=1))
    for name in ("self_confidence", "normalized_margin"):
        scores = get_label_quality_scores(given, probabilities, method=name)
        issues[f"the as many lowest by {name}"] = np.argsort(scores, kind="stable")[: int(sys.argv[2])]
    print(json.dumps({name: [int(row) for row in rows] for name, rows in issues.items()}))


if __name__ == "__main__":
    main()
