"""What all pieces share: options, files made for the run, commands of each tool."""

import csv
import hashlib
import json
import sys
from pathlib import Path

from . import tools
from .install import HERE
from .process import run
from .rounds import say

csv.field_size_limit(1 << 28)


class Bench:
    """A run. `options` are those of the command line, `executables` paths by name."""

    def __init__(self, options, executables, python, fasttext, work):
        self.options = options
        self.stance, self.copy, self.solver = (executables[name] for name in ("stance", "copy", "solver"))
        self.python, self.fasttext, self.work = python, fasttext, work
        self.train, self.test = options.train, options.test
        self.labels = self.work / "labels.json"
        names = sorted(_column(self.train, "label"))
        self.labels.write_text(json.dumps(names))
        self.n_labels = len(names)
        self._made = {}

    def data(self, name, *arguments):
        """Runs a script of `data/`; its usage."""
        return run([sys.executable, HERE / "data" / f"{name}.py", *arguments])

    def script(self, name, *arguments):
        """The command of a script that runs among the peers."""
        return [self.python, HERE / "scripts" / f"{name}.py", *arguments]

    def once(self, path, make):
        """Calls `make` if it has not been called for this path in this run; the seconds that took."""
        if path not in self._made:
            say(f"  making {path.name}")
            self._made[path] = make().wall
        return self._made[path]

    def tokenised(self, source, form, labelled=True):
        """`source` as a file for fastText or Vowpal Wabbit, and the seconds that it took to write."""
        path = self.work / f"{_key(source)}.{form}"
        labels = ["--labels", self.labels] if labelled else []
        seconds = self.once(path, lambda: self.data("tokenise", source, path, form, *labels))
        return path, seconds

    def spliced(self, rows):
        """Rows made from the training texts, kept from run to run."""
        return self._kept(f"spliced-{rows}", "splice", self.train, rows)

    def head(self, source, rows):
        """The first rows of a CSV file."""
        path = self.work / f"{source.stem}-first-{rows}.csv"
        self.once(path, lambda: self.data("head", source, path, rows))
        return path

    def _kept(self, name, script, source, rows):
        content = _digest(source, HERE / "data" / f"{script}.py")
        path = self.work / f"{name}-{content}.csv"
        if not path.exists():
            say(f"  making {path.name}")
            partial = path.with_suffix(".partial")
            self.data(script, source, partial, rows)
            partial.rename(path)
        return path

    def model(self, name, train=None):
        """The model of a tool of `tools.TRAINERS`, trained unless this run has done so already."""
        path = self.work / f"{name}.model"
        task = tools.trainer(self, name, path, train or self.train)
        self.once(path, lambda: run(task.command, task.stdout))
        return path

    def trained_by_task(self, name):
        """Notes that a timed task has written the model of this name."""
        self._made[self.work / f"{name}.model"] = 0.0

    def quality(self, predictions, form, test=None):
        """Accuracy and macro-F1 of predictions in one of the forms of `data/quality.py`."""
        out = self.work / "quality.json"
        run([sys.executable, HERE / "data" / "quality.py", test or self.test, predictions, form, self.labels], out)
        return json.loads(out.read_text())


def describe(path):
    """A data file, by its base name."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = sum(1 for _ in csv.reader(file)) - 1
    return {"file": path.name, "rows": rows, "bytes": path.stat().st_size}


def _column(path, name):
    with open(path, newline="", encoding="utf-8") as file:
        return {row[name] for row in csv.DictReader(file)}


def _key(path):
    return f"{path.stem}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


def _digest(*paths):
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
