"""Writes the first rows of a CSV file: IN.csv, OUT.csv, number of rows."""

import csv
import sys
from itertools import islice


def main(source, out, rows):
    csv.field_size_limit(1 << 28)
    with open(source, newline="", encoding="utf-8") as file, open(out, "w", newline="", encoding="utf-8") as to:
        csv.writer(to, lineterminator="\n").writerows(islice(csv.reader(file), int(rows) + 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
