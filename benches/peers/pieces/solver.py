"""The solver alone, all solvers on the same matrix: seconds to come within a ten-thousandth of the best objective."""

import json

from driver.process import run
from driver.report import Section, seconds
from driver.rounds import say

CLOSE = 1e-4


def measure(bench):
    options = bench.options
    matrix, folder = bench.work / "solver.svm", bench.work / "weights"
    folder.mkdir(exist_ok=True)
    fits = []
    for threads in sorted({1, options.threads}, reverse=True):
        say(f"  stance, threads: {threads}")
        out = bench.work / "solver.jsonl"
        writes = ["--svmlight", matrix, "--weights", folder]
        command = [bench.solver, bench.train, "--c", options.c, *writes]
        run(command, out, {"RAYON_NUM_THREADS": str(threads)})
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        fits += [{"solver": f"stance, threads: {threads}", **line} for line in lines]
    size = fits[0]
    say("  the others")
    out = bench.work / "solvers.json"
    run(bench.script("solvers", matrix, options.c, 1 if options.quick else 3, folder), out)
    judged = json.loads(out.read_text())
    check_own_objective(fits, judged["stance"])
    fits += judged["peers"]
    best = min(fit["objective"] for fit in fits)
    for fit in fits:
        fit["above_best"] = fit["objective"] / best - 1
    rows = []
    for name in dict.fromkeys(fit["solver"] for fit in fits):
        rows += rows_of(name, [fit for fit in fits if fit["solver"] == name])
    notes = [
        f"{size['rows']:,} rows, {size['features']:,} features, {size['nonzeros']:,} non-zeros, C = {options.c:g}. Seconds "
        "of the fit alone, the median of three; reading the matrix is not in them. Above best: how far the objective "
        f"C · Σ loss + ½‖w‖² lies above the least that any solver found. **Bold**: the least time within {CLOSE:g}.",
    ]
    if bench.n_labels > 2:
        notes.append("liblinear fits one label against the rest where there are more than two, so it is left out.")
    head = ["solver", "tolerance", "seconds", "passes", "above best"]
    return Section("The solver alone", head, rows, {"fits": fits, "best": best}, notes)


def check_own_objective(fits, judged):
    """stance's figures must be those of the function that judges all."""
    for fit in fits:
        own, other = fit["objective"], judged[fit["tolerance"]]
        if abs(own - other) > 1e-9 * other:
            raise AssertionError(f"tolerance {fit['tolerance']}: stance says {own}, numpy {other}")


def rows_of(name, fits):
    within = [fit for fit in fits if fit["above_best"] <= CLOSE]
    fastest = min(within, key=lambda fit: fit["seconds"], default=None)
    rows = []
    for fit in fits:
        taken = seconds(fit["seconds"])
        taken = f"**{taken}**" if fit is fastest else taken
        rows.append([name, fit["tolerance"], taken, fit.get("passes") or "–", f"{max(fit['above_best'], 0):.1e}"])
    return rows
