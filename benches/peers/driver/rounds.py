"""Tasks run in rounds: every one once, then every one again, so that a slow minute of the machine meets all alike."""

import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from .process import run


@dataclass(frozen=True)
class Task:
    """A command to be timed."""

    name: str
    command: list
    # The command as the report shows it, without paths.
    shown: str
    stdout: Path | None = None
    env: dict | None = None


def in_rounds(tasks, rounds):
    """All usages of each task, by name, in the order of rounds."""
    usages = {task.name: [] for task in tasks}
    for number in range(1, rounds + 1):
        for task in tasks:
            usage = run(task.command, task.stdout, task.env)
            usages[task.name].append(usage)
            say(f"  round {number}/{rounds}  {task.name}: {usage.wall:.2f} s, {usage.peak_mb:.0f} MB")
    return usages


def spread(numbers):
    """Median, least and greatest."""
    return {"median": median(numbers), "min": min(numbers), "max": max(numbers)}


def summary(usages):
    """What the runs of one task took. The peak is that of the largest run."""
    return {
        "wall": spread([usage.wall for usage in usages]),
        "cpu": spread([usage.cpu for usage in usages]),
        "peak_mb": max(usage.peak_mb for usage in usages),
        "rounds": len(usages),
    }


def ratio(usages, baseline):
    """Wall clock as a multiple of the baseline's in the same round."""
    return spread([one.wall / other.wall for one, other in zip(usages, baseline)])


def say(line):
    """Progress, on standard error."""
    print(line, file=sys.stderr, flush=True)
