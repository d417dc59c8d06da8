"""Results as Markdown and JSON."""

import json
from dataclasses import dataclass, field


@dataclass
class Section:
    """One table: its head, rows of cells, and the numbers behind them."""

    title: str
    head: list
    rows: list
    data: dict
    notes: list = field(default_factory=list)
    commands: dict = field(default_factory=dict)


def seconds(number):
    """Three figures, or two behind the point."""
    return f"{number:.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def seconds_of(spread):
    """Median (least–greatest)."""
    return f"{seconds(spread['median'])} ({seconds(spread['min'])}–{seconds(spread['max'])})"


def times_of(spread):
    """A ratio as median (least–greatest)."""
    return f"{seconds(spread['median'])} × ({seconds(spread['min'])}–{seconds(spread['max'])})"


def write(path, facts, sections):
    """Writes `path` with `.md` and with `.json`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = [{"title": section.title, **section.data} for section in sections]
    whole = json.dumps({**facts, "sections": tables}, indent=1, ensure_ascii=False)
    path.with_suffix(".json").write_text(whole + "\n", encoding="utf-8")
    path.with_suffix(".md").write_text(_markdown(facts, sections), encoding="utf-8")


def _markdown(facts, sections):
    machine, versions = facts["machine"], facts["versions"]
    lines = [
        f"# stance and its peers, {facts['date']}, {facts['name']}",
        "",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB; "
        f"{machine['system']}, {machine['kernel']}.",
        "",
        ", ".join(f"{name} {version}" for name, version in versions.items()) + ".",
        "",
        "Whole processes, in rounds: every tool once, then every tool again. Seconds of wall clock as median "
        "(least–greatest); CPU is user and system time, the median; MB are 10⁶ bytes, of the largest run; "
        f"{facts['peak_floor_mb']:.0f} MB may also be less. What each tool is set to, and why: `benches/peers/README.md`.",
        "",
    ]
    for what, data in facts["data"].items():
        lines.append(f"- {what}: `{data['file']}`, {data['rows']:,} rows, {data['bytes'] / 1e6:.1f} MB")
    for section in sections:
        lines += ["", f"## {section.title}", ""]
        lines += _table(section.head, section.rows)
        for note in section.notes:
            lines += ["", note]
        if section.commands:
            lines += ["", "```text", *(f"{name}: {shown}" for name, shown in section.commands.items()), "```"]
    return "\n".join(lines) + "\n"


def _table(head, rows):
    # The first column is words, the others are numbers.
    rule = ["---"] + ["--:"] * (len(head) - 1)
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in (head, rule, *rows)]
