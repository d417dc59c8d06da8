"""scikit-learn: model and CSV in, the same rows with label and probabilities out. In blocks, to spare memory."""

import csv
import sys
from itertools import islice

import joblib

csv.field_size_limit(1 << 28)
BLOCK = 20_000


def main(model, source, out):
    model = joblib.load(model)
    with open(source, newline="", encoding="utf-8") as file, open(out, "w", newline="", encoding="utf-8") as to:
        reader, writer = csv.reader(file), csv.writer(to, lineterminator="\n")
        head = next(reader)
        text = head.index("text")
        writer.writerow([*head, "prediction", *(f"prob_{name}" for name in model.classes_)])
        while rows := list(islice(reader, BLOCK)):
            shares = model.predict_proba([row[text] for row in rows])
            names = model.classes_[shares.argmax(axis=1)]
            for row, name, share in zip(rows, names, shares.tolist()):
                writer.writerow([*row, name, *(f"{p:.6f}" for p in share)])


main(*sys.argv[1:])
