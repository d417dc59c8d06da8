"""Reads a model file as docs/format.md describes it, and scores statements with it. Shares no code with the product.

    python3 format_reader.py MODEL TEXT...

prints a line for each TEXT: the label, and the probability of each label in the model's order, between tabs. Needs
safetensors and numpy. Words are cut and folded as the product does for ASCII text, and left as they are, so it reads
models trained with `--language none`.
"""

import json
import math
import re
import sys

import numpy
from safetensors import safe_open

MASK = (1 << 64) - 1
WORD = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_]|(?<=[A-Za-z])'(?=[A-Za-z])|(?<=[0-9])[.,;'](?=[0-9]))*")
ELIDED = re.compile(r"([A-Za-z0-9_]{1,2})'(.+)")
MARK = re.compile(r"([^\s\0-\x1f\x7f])\1*")
OPENER = re.compile(r"""[.!?:;\n\r"()\[\]*@#/|]""")
OTHER = "⟦other⟧"
LONGEST_WORD = 128


def mix(z):
    """The finalizer of SplitMix64."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def hash_bytes(term):
    """FNV-1a over the bytes, mixed."""
    value = 0xCBF29CE484222325
    for byte in term:
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return mix(value)


def hash_pair(pair):
    prefix, last = pair
    return mix((prefix << 32) | last)


class Table:
    """Terms by number, found through the look-up table as it lies in the file: open addressing, a tag of one byte and a
    number for each slot, tag 0 where empty."""

    def __init__(self, tensors, name, keys, hash):
        self.tags = tensors[name + ".lookup.tags"].tolist()
        self.ids = tensors[name + ".lookup.ids"].tolist()
        self.keys = keys
        self.hash = hash
        # Every term must be found where the file says that it is.
        for id, key in enumerate(keys):
            assert self.find(key) == id, key

    def find(self, key):
        value = self.hash(key)
        tag = max(1, value >> 56)
        at = value % len(self.tags)
        while self.tags[at] != 0:
            if self.tags[at] == tag and self.keys[self.ids[at]] == key:
                return self.ids[at]
            at = (at + 1) % len(self.tags)
        return None


def marks(text, start, end):
    """Where the marks of a part of a text begin, and what they are."""
    return [(mark.start(), mark[0][:3]) for mark in MARK.finditer(text, start, end)]


def names(text, words):
    """Where names begin and end, as capitals inside sentences show them."""
    spans, end, shouted, longer, inside = [], 0, 0, 0, []
    for match in words:
        opens = match is words[0] or OPENER.search(text[end : match.start()]) or match[0][1:2] == "'"
        end = match.end()
        word = re.sub("(?<=.)'[sS]$", "", match[0])
        if len(word) > 1:
            longer += 1
            shouted += word.upper() == word and word.lower() != word
        if not opens and len(word) >= 4:
            inside.append(word)
        if opens or len(word) < 2 or not word[0].isupper():
            continue
        stop = match.start() + len(word)
        if spans and text[spans[-1][1] : match.start()] in (" ", "-"):
            spans[-1][1] = stop
        else:
            spans.append([match.start(), stop])
    small = [word for word in inside if word[0].islower()]
    headline = len(inside) >= 3 and 5 * len(small) <= len(inside) and max(map(len, small), default=0) < 6
    return [] if headline or 2 * shouted > longer else spans


class Model:
    def __init__(self, path):
        with safe_open(path, framework="np") as file:
            metadata = file.metadata()
            assert list(metadata) == ["stance"], metadata
            self.card = json.loads(metadata["stance"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}
        assert self.card["format_version"] == 1
        assert self.card["text"]["language"] == "none", "this reader does not stem"
        assert tensors["checksum"].shape == (32,)
        stems = cut(tensors["stems.bytes"], tensors["stems.offsets"])
        chars = cut(tensors["chars.bytes"], tensors["chars.offsets"])
        ngrams = [(int(prefix), int(last)) for prefix, last in tensors["ngrams"]]
        in_order(tensors["document_frequency"], stems, ngrams, chars)
        self.stems = Table(tensors, "stems", stems, hash_bytes)
        self.ngrams = Table(tensors, "ngrams", ngrams, hash_pair)
        assert "context" not in self.card["text"], "texts with marks are not read here"
        self.chars = Table(tensors, "chars", chars, hash_bytes)
        self.n_words = len(stems) + len(ngrams)
        n_features, n_labels = tensors["weights"].shape
        assert n_features == self.n_words + len(chars) == len(tensors["scale"])
        assert n_features == len(tensors["document_frequency"])
        assert n_labels == len(self.card["labels"]) == len(tensors["intercepts"])
        self.scale = tensors["scale"]
        self.weights = tensors["weights"]
        self.intercepts = tensors["intercepts"]
        self.matrix = tensors.get("calibration.matrix")
        self.offset = tensors.get("calibration.intercepts")
        assert (self.matrix is not None) == (self.card["calibration"]["status"] == "fitted")

    def folded(self, text):
        """The folded words of a text, and the marks between them if the model looks at them."""
        words = [match for match in WORD.finditer(text) if re.search("[A-Za-z0-9]", match[0])]
        keeps_marks = self.card["text"].get("punctuation", "drop") == "keep"
        placed, end = [], 0
        for match in words:
            if keeps_marks:
                placed += marks(text, end, match.start())
            end = match.end()
            elided = keeps_marks and ELIDED.fullmatch(match[0])
            if elided:
                placed += [(match.start() + elided.start(n), elided[n].lower()) for n in (1, 2)]
            else:
                placed.append((match.start(), match[0].lower()))
        if keeps_marks:
            placed += marks(text, end, len(text))
        if self.card["text"].get("names", "keep") == "keep":
            return [word for _, word in placed]
        folded = []
        for start, end in names(text, words):
            before, placed = [p for p in placed if p[0] < start], [p for p in placed if p[0] >= end]
            folded += [word for _, word in before] + [OTHER]
        return folded + [word for _, word in placed]

    def features(self, text):
        """Ids of the word features, and of the character features, in order and with repeats."""
        folded = self.folded(text)
        stop_words = set(self.card["text"].get("stop_words", []))
        stems = [self.stems.find(w.encode()) for w in folded if w not in stop_words]
        words, chars = [], []
        if self.card["text"]["word_ngrams"]:
            shortest, longest = self.card["text"]["word_ngrams"]
            for first, term in enumerate(stems):
                for n in range(1, longest + 1):
                    if n > 1:
                        last = stems[first + n - 1] if first + n - 1 < len(stems) else None
                        if last is None:
                            break
                        pair = self.ngrams.find((term, last))
                        term = None if pair is None else len(self.stems.keys) + pair
                    if term is None:
                        break
                    if n >= shortest:
                        words.append(term)
        if self.card["text"]["char_ngrams"]:
            shortest, longest = self.card["text"]["char_ngrams"]
            for word in folded:
                if len(word) > LONGEST_WORD or word == OTHER:
                    continue
                padded = f" {word} "
                for n in range(shortest, longest + 1):
                    for first in range(max(1, len(padded) - n + 1)):
                        id = self.chars.find(padded[first : first + n].encode())
                        if id is not None:
                            chars.append(self.n_words + id)
                    if len(padded) <= n:
                        break
        return words, chars

    def values(self, ids):
        """(id, value) of each distinct feature of a block, in order of first occurrence."""
        counts = {}
        for id in ids:
            counts[id] = counts.get(id, 0) + 1
        weighting = self.card["selection"]["weighting"]
        frequency = {
            "tfidf": lambda count: 1.0 + math.log(count),
            "count": float,
            "binary": lambda count: 1.0,
        }[weighting]
        values = {id: numpy.float32(frequency(count) * float(self.scale[id])) for id, count in counts.items()}
        length = math.sqrt(sum(float(value) ** 2 for value in values.values()))
        if weighting == "tfidf" and length > 0:
            values = {id: numpy.float32(float(value) / length) for id, value in values.items()}
        return values.items()

    def probabilities(self, text):
        scores = [float(intercept) for intercept in self.intercepts]
        for ids in self.features(text):
            for id, value in self.values(ids):
                for label, weight in enumerate(self.weights[id]):
                    scores[label] += float(value) * float(weight)
        if self.matrix is not None:
            scores = [
                float(offset) + sum(float(m) * score for m, score in zip(row, scores))
                for row, offset in zip(self.matrix, self.offset)
            ]
        most = max(scores)
        powers = [math.exp(score - most) for score in scores]
        return [power / sum(powers) for power in powers]


def in_order(frequencies, stems, ngrams, chars):
    """Each kind of term must stand by falling document frequency, then by bytes or numbers; n-grams by n before that."""
    lengths = []
    for prefix, _ in ngrams:
        lengths.append(2 if prefix < len(stems) else lengths[prefix - len(stems)] + 1)
    frequencies = [-int(frequency) for frequency in frequencies]
    n_words = len(stems) + len(ngrams)
    for keys in (
        list(zip(frequencies, stems)),
        list(zip(lengths, frequencies[len(stems) :], ngrams)),
        list(zip(frequencies[n_words:], chars)),
    ):
        assert keys == sorted(set(keys))


def cut(data, offsets):
    data = data.tobytes()
    return [data[int(a) : int(b)] for a, b in zip(offsets, offsets[1:])]


def main():
    model = Model(sys.argv[1])
    for text in sys.argv[2:]:
        assert text.isascii()
        probabilities = model.probabilities(text)
        label = model.card["labels"][probabilities.index(max(probabilities))]
        print(label, *(f"{p:.9f}" for p in probabilities), sep="\t")


if __name__ == "__main__":
    main()
