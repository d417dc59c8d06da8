"""Writes the texts of a CSV file as fastText or Vowpal Wabbit read them: lower case, words parted by spaces.

Labels are numbers from 1 in the order of their names; Vowpal Wabbit's are −1 and 1 where there are two. Rows with
labels, to train on, are shuffled: both tools learn row by row, and do badly where rows of a label stand together. Without
`--labels` no label is written and rows stay in order.
"""

import argparse
import csv
import json
import re
from random import Random

WORD = re.compile(r"\w+")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("form", choices=["fasttext", "vw"])
    parser.add_argument("--labels", help="JSON list of all labels")
    options = parser.parse_args()
    csv.field_size_limit(1 << 28)
    prefix = prefixes(options)
    with open(options.source, newline="", encoding="utf-8") as file, open(options.out, "w", encoding="utf-8") as out:
        lines = (line(row, prefix) for row in csv.DictReader(file))
        if options.labels:
            lines = list(lines)
            Random(1).shuffle(lines)
        out.writelines(lines)


def line(row, prefix):
    words = " ".join(WORD.findall(row["text"].lower()))
    return f"{prefix(row['label'])}{words}\n"


def prefixes(options):
    """What stands before the words, by label."""
    bar = "|w " if options.form == "vw" else ""
    if options.labels is None:
        return lambda label: bar
    names = json.load(open(options.labels, encoding="utf-8"))
    numbers = {name: number for number, name in enumerate(names, 1)}
    if options.form == "fasttext":
        return lambda label: f"__label__{numbers[label]} "
    if len(names) == 2:
        numbers = dict(zip(names, (-1, 1)))
    return lambda label: f"{numbers[label]} {bar}"


if __name__ == "__main__":
    main()
