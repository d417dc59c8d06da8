"""Training on words 1–2 and characters 2–5 inside words, label weights balanced."""

from driver import tools
from driver.comparison import compare
from driver.process import run

NAMES = ["stance, words and characters", "scikit-learn, words and characters"]


def measure(bench):
    train, test = corpus(bench)
    tasks = [tools.trainer(bench, name, bench.work / f"{name}.model", train) for name in NAMES]

    def qualities():
        return {name: quality(bench, name, test) for name in NAMES}

    notes = [f"Corpus: `{train.name}`, judged on `{test.name}`."]
    return compare("Training, words and characters", tasks, bench.options.rounds, {}, notes, qualities)


def corpus(bench):
    """The corpus for this piece, or the first rows of the one for all."""
    options = bench.options
    if options.features_train:
        return options.features_train, options.features_test
    return bench.head(bench.train, options.features_rows), bench.test


def quality(bench, name, test):
    out = bench.work / "predictions.csv"
    task = tools.scorer(bench, name, bench.work / f"{name}.model", test, out)
    run(task.command, task.stdout)
    return bench.quality(out, "csv", test)
