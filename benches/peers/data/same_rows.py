"""Fails unless every row of IN.csv comes back in OUT.csv, in its place, followed by a prediction and probabilities."""

import csv
import sys
from itertools import zip_longest


def main(source, scored):
    csv.field_size_limit(1 << 28)
    with open(source, newline="", encoding="utf-8") as file, open(scored, newline="", encoding="utf-8") as out:
        for number, (row, result) in enumerate(zip_longest(csv.reader(file), csv.reader(out))):
            if row is None or result is None or result[: len(row)] != row:
                sys.exit(f"row {number}: {row} came back as {result}")
            shares = result[len(row) + 1 :]
            if number and abs(sum(map(float, shares)) - 1) > 1e-5:
                sys.exit(f"row {number}: probabilities {shares} do not sum to 1")


if __name__ == "__main__":
    main(*sys.argv[1:])
