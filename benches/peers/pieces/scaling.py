"""stance alone on ever more rows, with one thread and with all; its files must be the same bytes."""

import filecmp

from driver import tools
from driver.report import Section, seconds, seconds_of
from driver.rounds import in_rounds, summary

TRAINING = {
    "train, words 1–2": ["--folds", "0", "--char-ngrams", "none", "--punctuation", "drop", "--log-count-ratio", "0"],
    "train, words and characters": ["--folds", "0"],
}
SCORING = {"score, words 1–2": "stance", "score, default model": "stance, default model"}
ROUNDS = 3


def measure(bench):
    options = bench.options
    largest = bench.spliced(options.scaling_rows)
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size <= options.scaling_rows]
    threads = sorted({1, options.threads})
    rows, results = [], []
    for size in sizes:
        data = bench.head(largest, size) if size < options.scaling_rows else largest
        works = {work: train_task for work in TRAINING} if size <= options.scaling_train_rows else {}
        works |= {work: score_task for work in SCORING}
        for work, task in works.items():
            tasks = [task(bench, work, data, count) for count in threads]
            usages = in_rounds(tasks, min(options.rounds, ROUNDS))
            same(bench, work, threads)
            used = [summary(usages[one.name]) for one in tasks]
            for count, figures in zip(threads, used):
                rows.append(row(work, size, count, figures, used[0]))
                results.append({"work": work, "rows": size, "threads": count, **figures})
    notes = [
        "stance alone. The rows are spliced from the training texts as for scoring, with the label of the first part. The "
        "model and the scored file were compared after each size: the same bytes with any number of threads. "
        f"At most {ROUNDS} rounds.",
        "Training rows: C and label weights are the defaults. Every row brings invented words, so the vocabulary grows "
        "with the rows.",
    ]
    head = ["work", "rows", "threads", "wall, s", "CPU, s", "peak, MB", "rows a second", "wall, 1 thread ÷ this"]
    return Section("Scaling", head, rows, {"runs": results}, notes)


def train_task(bench, work, data, threads):
    name = f"{work}, threads {threads}"
    return tools.stance_train(bench, name, product(bench, work, threads), data, TRAINING[work], threads)


def score_task(bench, work, data, threads):
    model = bench.model(SCORING[work])
    return tools.stance_predict(bench, f"{work}, threads {threads}", model, data, product(bench, work, threads), threads)


def product(bench, work, threads):
    """The file that a run writes."""
    return bench.work / f"scaling, {work}, {threads}.out.csv"


def same(bench, work, threads):
    first, *others = [product(bench, work, count) for count in threads]
    for other in others:
        if not filecmp.cmp(first, other, shallow=False):
            raise AssertionError(f"{work}: other bytes with another number of threads")
    for count in threads:
        product(bench, work, count).unlink()


def row(work, size, threads, figures, alone):
    wall = figures["wall"]["median"]
    return [
        work,
        f"{size:,}",
        threads,
        seconds_of(figures["wall"]),
        seconds(figures["cpu"]["median"]),
        f"{figures['peak_mb']:.0f}",
        f"{size / wall:,.0f}",
        f"{alone['wall']['median'] / wall:.2f}",
    ]
