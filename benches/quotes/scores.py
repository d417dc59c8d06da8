"""How rows of quotations are compared with gold attributions."""

import hashlib
import re

from rows import overlaps, overlaps_speaker

HALVES = ["looked-at", "set-aside"]


def half_of(article):
    return HALVES[hashlib.sha256(article["article_id"].encode()).digest()[0] % 2]


class Tally:
    """What was found of some kinds. Any row may find a gold quotation, and any gold quotation makes a row right: marks are told apart otherwise there."""

    def __init__(self):
        self.gold = self.hit = self.near = self.exact = self.speaker = self.with_speaker = 0
        self.rows = self.right = self.right_near = 0

    def add(self, text, gold, all_gold, rows, kinds, errors):
        for quote in gold:
            self.gold += 1
            hits = [row for row in rows if overlaps(row, quote["quote_spans"])]
            self.hit += bool(hits)
            self.near += any(near(text, row, quote["quote_spans"]) for row in hits)
            if errors and not hits:
                start = max(0, quote["quote_spans"][0][0] - 90)
                print("MISSED", kinds[0], repr(quote["speaker"]), repr(quote["cue"]), repr(text[start : quote["quote_spans"][-1][1]][:260]))
            if not hits:
                continue
            self.exact += any(exact(text, row, span) for row in hits for span in quote["quote_spans"])
            if quote["speaker_spans"]:
                self.with_speaker += 1
                same = any(overlaps_speaker(row, quote["speaker_spans"]) for row in hits)
                self.speaker += same
                if errors and not same:
                    start = max(0, quote["quote_spans"][0][0] - 150)
                    print("SPEAKER", kinds[0], repr(quote["speaker"]), "found", [(row["speaker"], row["verb"]) for row in hits], "|", repr(text[start : quote["quote_spans"][-1][1] + 90][:420]))
        for row in rows:
            if row["kind"] not in kinds:
                continue
            self.rows += 1
            right = any(overlaps(row, quote["quote_spans"]) for quote in all_gold)
            self.right += right
            self.right_near += any(near(text, row, quote["quote_spans"]) for quote in all_gold)
            if errors and not right:
                print("NO QUOTE", row["kind"], repr(row["verb"]), repr(row["speaker"]), repr(text[max(0, row["start"] - 80) : row["end"] + 40]))

    def __str__(self):
        both = f1(self.hit / self.gold, self.right / self.rows)
        near_both = f1(self.near / self.gold, self.right_near / self.rows)
        return f"{self.overlapping()} | {both:.3f} | {near_both:.3f} | {self.of_hits()}"

    def overlapping(self):
        """Recall and precision."""
        return f"{self.hit / self.gold:.3f} ({self.gold}) | {self.right / self.rows:.3f} ({self.rows})"

    def of_hits(self):
        """Of the quotations found: those with the same span, and the same speaker."""
        return f"{self.exact / self.hit:.3f} | {self.speaker / self.with_speaker:.3f} ({self.with_speaker})"


def f1(recall, precision):
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def near(text, row, spans):
    """Whether row and gold share half of their words or more (Jaccard)."""
    found = set(words(text, row["start"], row["end"]))
    gold = {word for start, end in spans for word in words(text, start, end)}
    return bool(found | gold) and len(found & gold) / len(found | gold) >= 0.5


def words(text, start, end):
    return [(start + m.start(), m.group()) for m in re.finditer(r"\w+", text[start:end])]


def exact(text, row, span):
    """The same words, marks and white space at the ends left aside."""
    strip = " \n\xa0\"“”‘’',."
    return text[span[0] : span[1]].strip(strip) == row["text"].strip(strip)
