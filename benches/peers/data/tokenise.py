"""Writes the texts of a CSV file as fastText or Vowpal Wabbit read them: lower case, words parted by spaces.

Labels are numbers from 1 in the order of their names; Vowpal Wabbit's are −1 and 1 where there are two. Without
`--labels` no label is written.
"""

import argparse
import csv
import json
import re

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
        for row in csv.DictReader(file):
            words = " ".join(WORD.findall(row["text"].lower()))
            out.write(f"{prefix(row['label'])}{words}\n")


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
