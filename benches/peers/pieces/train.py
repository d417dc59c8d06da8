"""Training on words 1–2: labelled CSV in, model file out."""

from driver import tools
from driver.comparison import compare
from driver.process import run
from driver.rounds import Task

STANCE = "stance"
FORMS = {"stance": "csv", "scikit-learn": "csv", "fastText": "numbers", "Vowpal Wabbit": "shares", "liblinear": "numbers"}
NAMES = [STANCE, "stance, folds and calibration", "scikit-learn", "fastText", "fastText, dim 10", "Vowpal Wabbit"]


def measure(bench):
    tasks = [tools.trainer(bench, name, bench.work / f"{name}.model", bench.train) for name in NAMES]
    matrices = bench.work / "train.svm", bench.work / "test.svm"
    names = [bench.train, bench.test, bench.labels, *matrices]
    matrix_seconds = bench.once(matrices[0], lambda: run(bench.script("svmlight", *names)))
    linear = bench.script("liblinear_train", matrices[0], bench.work / "liblinear.model", bench.options.c)
    shown = f"python liblinear_train.py TRAIN.svm MODEL {bench.options.c:g} (-s 0 -B 1 -R)"
    tasks.append(Task("liblinear", linear, shown))
    prepared = {name: file_seconds(bench, name) for name in NAMES} | {"liblinear": matrix_seconds}

    def qualities():
        for name in NAMES:
            bench.trained_by_task(name)
        return {task.name: quality(bench, task.name, matrices[1]) for task in tasks}

    notes = [
        "`stance` is trained with `--folds 0`, since no other tool cross-validates or calibrates; the row below it does both.",
        "For liblinear, its file is scikit-learn's TF-IDF of the training and the test rows.",
    ]
    if bench.n_labels > 2:
        notes.append("liblinear fits one label against the rest where there are more than two.")
    return compare("Training, words 1–2", tasks, bench.options.rounds, prepared, notes, qualities)


def file_seconds(bench, name):
    """What the training file of a tool took to make."""
    form = "fasttext" if name.startswith("fastText") else "vw" if name == "Vowpal Wabbit" else None
    return bench.tokenised(bench.train, form)[1] if form else None


def quality(bench, name, matrix):
    """Accuracy and macro-F1 of the model just trained."""
    tool, out = name.split(",")[0], bench.work / "predictions"
    model = bench.work / f"{name}.model"
    if tool == "liblinear":
        run(bench.script("liblinear_predict", model, matrix, out))
        return bench.quality(out, FORMS[tool])
    form = {"fastText": "fasttext", "Vowpal Wabbit": "vw"}.get(tool)
    data = bench.tokenised(bench.test, form, labelled=False)[0] if form else bench.test
    out = out.with_suffix(".csv")
    task = tools.scorer(bench, name, model, data, out)
    run(task.command, task.stdout)
    return bench.quality(out, FORMS[tool])
