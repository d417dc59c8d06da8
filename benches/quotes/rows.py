"""What `stance quotes` finds in articles; the scripts of this folder share it."""

import collections
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
WORK = REPOSITORY / "target" / "quotes"
STANCE = REPOSITORY / "target" / "release" / "stance"


def articles_of(path):
    """The articles of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows_of(stance, articles):
    """The rows of each article, by its name."""
    WORK.mkdir(parents=True, exist_ok=True)
    data = WORK / "articles.jsonl"
    data.write_text("".join(json.dumps({key: a[key] for key in ("article_id", "text")}) + "\n" for a in articles), encoding="utf-8")
    out = subprocess.run([stance, "quotes", "-q", data, "--output-format", "jsonl"], capture_output=True, text=True, check=False)
    if out.returncode:
        sys.exit(out.stderr)
    rows = collections.defaultdict(list)
    for line in out.stdout.splitlines():
        row = json.loads(line)
        rows[row["article_id"]].append(row)
    return rows


def overlaps(row, spans):
    """Whether a row and a span share a character."""
    return any(row["start"] < end and start < row["end"] for start, end in spans)


def overlaps_speaker(row, spans):
    """Whether a row's speaker and a span share a character."""
    return row["speaker"] and any(row["speaker_start"] < end and start < row["speaker_end"] for start, end in spans)
