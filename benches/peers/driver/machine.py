"""What ran and what it ran on: enough to judge the figures by, nothing that names a person or a host."""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from .install import REPOSITORY

PACKAGES = ["scikit-learn", "numpy", "scipy", "vowpalwabbit", "liblinear-official"]


def machine():
    """Processor, memory and system."""
    processor = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB", _read("/proc/meminfo"), re.MULTILINE)
    system = re.search(r'^PRETTY_NAME="?([^"\n]+)', _read("/etc/os-release"), re.MULTILINE)
    return {
        "processor": processor[1] if processor else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory[1]) * 1024 / 1e9, 1) if memory else None,
        # Without what a distributor or host has added to the number.
        "kernel": f"{platform.system()} {platform.release().split('-')[0]}",
        "system": system[1] if system else platform.system(),
    }


def versions(stance, python):
    """The version of each tool, by name."""
    ask = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    packages = zip(PACKAGES, _said(python, "-c", ask, *PACKAGES).split())
    commit = _said("git", "-C", REPOSITORY, "rev-parse", "--short", "HEAD")
    changed = _said("git", "-C", REPOSITORY, "status", "--porcelain", "--untracked-files=no")
    return {
        "stance": _said(stance, "--version").removeprefix("stance "),
        "commit": commit + (" with changes" if changed else ""),
        "rustc": _said("rustc", "--version").removeprefix("rustc "),
        "python": _said(python, "--version").removeprefix("Python "),
        **dict(packages),
        "fasttext": _debian_version("fasttext"),
    }


def _debian_version(package):
    """fastText's program does not tell its version; Debian's package does."""
    if shutil.which("dpkg-query") is None:
        return "unknown"
    return _said("dpkg-query", "-W", "-f", "${Version}", package) or "unknown"


def _read(path):
    path = Path(path)
    return path.read_text() if path.exists() else ""


def _said(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
