"""Makes many distinct statements from a labelled corpus, the same on every machine: IN.csv, OUT.csv, number of rows.

The beginning of one text and the end of another, each of up to nine words, give a new text with the first one's label.
One word in twenty is replaced by an invented one that the corpus does not have. Columns: id, text, label.
"""

import csv
import sys
from random import Random
from zlib import crc32

from words import invented

MOST_WORDS = 9
UNSEEN = 0.05


def main(source, out, rows):
    rows = int(rows)
    with open(source, newline="", encoding="utf-8") as file:
        texts = [(row["text"].split(), row["label"]) for row in csv.DictReader(file)]
    texts = [(words, label) for words, label in texts if words]
    known = {word.lower().strip(".,;:!?\"'()") for words, _ in texts for word in words}
    random = Random(7)
    seen = Seen(rows)
    to_next = gap(random)
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "text", "label"])
        for number in range(rows):
            while True:
                words, label = spliced(random, texts)
                while to_next < len(words):
                    words[to_next] = unseen(random, known)
                    to_next += gap(random)
                to_next -= len(words)
                text = " ".join(words)
                if seen.is_new(text):
                    break
            writer.writerow([number + 1, text, label])


def spliced(random, texts):
    """The first half of one text, the second of another."""
    first, label = texts[int(random.random() * len(texts))]
    second, _ = texts[int(random.random() * len(texts))]
    begin = first[: (len(first) + 1) // 2][:MOST_WORDS]
    end = second[len(second) // 2 :][-MOST_WORDS:]
    return begin + end, label


def gap(random):
    """Words from one that is replaced to the next: 1, 2, …, all alike, so that the mean is 1 / UNSEEN."""
    return 1 + int(random.random() * (2 / UNSEEN - 1))


def unseen(random, known):
    while True:
        word = invented(random, 3)
        if word not in known:
            return word


class Seen:
    """Which texts came before. It may take a new one for old, never an old one for new: bits by checksum."""

    def __init__(self, rows):
        self.n_bits = 128 * rows
        self.bits = bytearray(self.n_bits // 8)

    def is_new(self, text):
        bit = crc32(text.encode()) % self.n_bits
        byte, mask = bit >> 3, 1 << (bit & 7)
        new = not self.bits[byte] & mask
        self.bits[byte] |= mask
        return new


if __name__ == "__main__":
    main(*sys.argv[1:])
