"""Scoring: CSV in, CSV with probabilities out; the same statements in its own format for those that read no CSV."""

from driver import tools
from driver.comparison import compare
from driver.rounds import Task

STANCE = ["stance", "stance, default model"]
PEERS = ["scikit-learn", "fastText", "fastText, dim 10", "Vowpal Wabbit"]
FORMS = {"fastText": "fasttext", "Vowpal Wabbit": "vw"}


def measure(bench):
    data = bench.spliced(bench.options.score_rows)
    tasks, prepared = [], {}
    for name in STANCE + PEERS:
        form = FORMS.get(name.split(",")[0])
        source = data
        if form:
            source, prepared[name] = bench.tokenised(data, form, labelled=False)
        tasks.append(tools.scorer(bench, name, bench.model(name), source, bench.work / f"{name}.scored.csv"))
    out = bench.work / "copied.csv"
    tasks.append(Task("floor: the file copied", [bench.copy, data, out], "copy IN.csv OUT.csv (one thread)"))

    def check():
        for name in STANCE:
            bench.data("same_rows", data, bench.work / f"{name}.scored.csv")
        for name in PEERS:
            # scikit-learn's file has a header.
            found, rows = lines(bench.work / f"{name}.scored.csv"), bench.options.score_rows
            if found - (name == "scikit-learn") != rows:
                raise AssertionError(f"{name} wrote {found} lines for {rows} statements")

    notes = [
        f"{bench.options.score_rows:,} distinct statements, {data.stat().st_size / 1e6:.0f} MB: the beginning of one "
        "training text and the end of another, one word in twenty replaced by an invented one.",
        "`stance, default model`: words and characters, calibrated. All other models are of words 1–2.",
        "stance's output was checked to have every row in its place. scikit-learn and stance write all columns and the "
        "probabilities; fastText and Vowpal Wabbit write probabilities alone.",
    ]
    section = compare("Scoring", tasks, bench.options.rounds, prepared, notes)
    check()
    return section


def lines(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)
