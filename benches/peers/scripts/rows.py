"""Rows of CSV files."""

import csv

csv.field_size_limit(1 << 28)


def labelled(path):
    """Texts and labels."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    texts, labels = zip(*rows)
    return list(texts), list(labels)
