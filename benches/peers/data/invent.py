"""Writes a labelled corpus of invented words, the same on every machine: OUT.csv, number of rows, seed.

The r-th commonest word comes about 1/r as often as the commonest (Zipf). One word in ten is drawn from words that lean
to the row's label, one pair in thirty is an ordered pair that does so by its order alone, and one label in twelve is
wrong. The vocabulary does not depend on the seed, so that a second file is more of the same.
"""

import csv
import sys
from random import Random

from words import vocabulary

LABELS = ["conciliatory", "hostile", "neutral"]
N_WORDS = 40_000
LEANING = 400
WRONG = 1 / 12


def main(out, rows, seed):
    words = vocabulary(Random(1), N_WORDS)
    random = Random(int(seed))
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["text", "label"])
        for _ in range(int(rows)):
            label = int(random.random() * len(LABELS))
            told = int(random.random() * len(LABELS)) if random.random() < WRONG else label
            writer.writerow([text(random, words, label), LABELS[told]])


def text(random, words, label):
    chosen = []
    for _ in range(6 + int(random.random() * 20)):
        kind = random.random()
        if kind < 0.1:
            # Ranks 500, 503, …, 501, 504, …: a third of them for each label.
            chosen.append(words[500 + label + len(LABELS) * int(random.random() * LEANING)])
        elif kind < 0.13:
            # The same words for all labels, but another one comes next.
            first = int(random.random() * 30)
            chosen += [words[200 + first], words[200 + (first + 1 + label) % 30]]
        else:
            chosen.append(words[int((N_WORDS + 1) ** random.random()) - 1])
    chosen[0] = chosen[0].capitalize()
    # A comma now and then.
    return " ".join(word + "," if random.random() < 0.08 else word for word in chosen) + "."


if __name__ == "__main__":
    main(*sys.argv[1:])
