"""Whole processes, measured: wall clock, processor time and peak memory as the kernel accounts for them."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """One run. Seconds, and megabytes of 10^6 bytes."""

    wall: float
    cpu: float
    peak_mb: float


class Failed(Exception):
    """A process ended badly."""


def run(command, stdout=None, env=None):
    """Runs a command to its end; its standard output goes to the file `stdout` or nowhere.

    The kernel counts the largest memory of a process from before it became another program too, so the caller's own
    memory is a floor under `peak_mb`. That is why everything large is done in processes of its own.
    """
    with open(stdout or os.devnull, "wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        messages = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        name = Path(str(command[0])).name
        last = messages.decode(errors="replace").strip()[-2000:]
        raise Failed(f"{name} ended with {process.returncode}:\n{last}")
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)
