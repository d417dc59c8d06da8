"""The table of tools side by side."""

from .report import Section, seconds, seconds_of, times_of
from .rounds import in_rounds, ratio, summary


def compare(title, tasks, rounds, prepared, notes=(), qualities=None):
    """Times the tasks and makes the table. The first task is what the others are measured by.

    `prepared` has the seconds that went into a tool's own input file, by name. `qualities`, if given, is a function
    that gives accuracy and macro-F1 by name; it is called after the rounds.
    """
    usages = in_rounds(tasks, rounds)
    baseline = usages[tasks[0].name]
    judged = qualities() if qualities else {}
    head = ["", "wall, s", "its file, s", "CPU, s", "peak, MB", "wall ÷ stance"]
    head += ["accuracy", "macro-F1"] if qualities else []
    rows, data = [], {}
    for task in tasks:
        used = summary(usages[task.name])
        times = ratio(usages[task.name], baseline)
        made = prepared.get(task.name)
        row = [
            task.name,
            seconds_of(used["wall"]),
            "–" if made is None else seconds(made),
            seconds(used["cpu"]["median"]),
            f"{used['peak_mb']:.0f}",
            "1" if task is tasks[0] else times_of(times),
        ]
        quality = judged.get(task.name, {})
        if qualities:
            row += [f"{quality[key]:.4f}" if key in quality else "–" for key in ("accuracy", "macro_f1")]
        rows.append(row)
        data[task.name] = {**used, "ratio": times, "file_seconds": made, "command": task.shown, **quality}
    commands = {task.name: task.shown for task in tasks}
    return Section(title, head, rows, {"tools": data}, list(notes), commands)
