"""Prints accuracy and macro-F1 as JSON: TEST.csv, predictions, their form, JSON list of all labels.

The mean of F1 is over the labels that occur, as gold or as prediction. The list of labels is for numbers alone.

Forms: `csv` (a column `prediction`), `numbers` (a label's number a line, perhaps after `__label__` and before a
probability), `shares` (Vowpal Wabbit's probabilities: one of the second label, or `number:share` for each).
"""

import csv
import json
import sys


def main(test, predictions, form, labels):
    csv.field_size_limit(1 << 28)
    names = json.load(open(labels, encoding="utf-8"))
    gold = column(test, "label")
    guesses = column(predictions, "prediction") if form == "csv" else [
        names[NUMBER[form](line) - 1] for line in open(predictions, encoding="utf-8")
    ]
    if len(gold) != len(guesses):
        sys.exit(f"{len(gold)} rows, {len(guesses)} predictions")
    right = sum(a == b for a, b in zip(gold, guesses))
    occurring = sorted({*gold, *guesses})
    macro = sum(f1(gold, guesses, name) for name in occurring) / len(occurring)
    print(json.dumps({"accuracy": right / len(gold), "macro_f1": macro, "rows": len(gold)}))


def column(path, name):
    with open(path, newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def f1(gold, guesses, name):
    both = sum(a == b == name for a, b in zip(gold, guesses))
    either = gold.count(name) + guesses.count(name)
    return 2 * both / either if either else 0.0


def from_number(line):
    return int(line.split()[0].removeprefix("__label__"))


def from_shares(line):
    fields = line.split()
    if len(fields) == 1:
        return 2 if float(fields[0]) > 0.5 else 1
    shares = (field.split(":") for field in fields)
    return int(max(shares, key=lambda pair: float(pair[1]))[0])


NUMBER = {"numbers": from_number, "shares": from_shares}

if __name__ == "__main__":
    main(*sys.argv[1:])
