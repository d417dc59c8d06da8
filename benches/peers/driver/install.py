"""Everything that is measured, made ready: stance and two benches built, the peers installed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .rounds import say

HERE = Path(__file__).resolve().parent.parent
REPOSITORY = HERE.parent.parent


class Missing(Exception):
    """Something cannot be installed from here."""


def build():
    """Builds in release mode; the paths of the executables by name."""
    say("building stance")
    found = _cargo("build", "--release", "--locked", "--bin", "stance")
    found |= _cargo("bench", "--locked", "--no-run", "--bench", "copy", "--bench", "solver")
    return found


def _cargo(*arguments):
    if shutil.which("cargo") is None:
        raise Missing("cargo is not on the path: install a Rust toolchain from https://rustup.rs")
    lines = subprocess.run(
        ["cargo", *arguments, "--message-format=json-render-diagnostics"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.splitlines()
    messages = (json.loads(line) for line in lines if line.startswith(b"{"))
    made = [m for m in messages if m.get("reason") == "compiler-artifact" and m.get("executable")]
    return {m["target"]["name"]: Path(m["executable"]) for m in made}


def environment(folder):
    """Python of a virtual environment with the peers that come as Python packages."""
    python = folder / "bin" / "python"
    wanted = (HERE / "requirements.txt").read_text()
    stamp = folder / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    say("installing scikit-learn, Vowpal Wabbit and liblinear")
    if subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True).returncode:
        _apt("python3-venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "-r", HERE / "requirements.txt"]).returncode:
        raise Missing("pip could not install requirements.txt: is the network reachable, and Python 3.11 or newer?")
    stamp.write_text(wanted)
    return python


def fasttext():
    """The path of fastText's program."""
    if shutil.which("fasttext") is None:
        _apt("fasttext")
    return Path(shutil.which("fasttext"))


def _apt(package):
    """Installs a Debian package, as root or through sudo."""
    root = [] if os.geteuid() == 0 else ["sudo"]
    able = shutil.which("apt-get") and (not root or shutil.which("sudo"))
    if not able:
        raise Missing(f"{package} is missing and cannot be installed from here: install it and start again")
    say(f"installing {package}")
    subprocess.run([*root, "apt-get", "update", "-q"], stdout=subprocess.DEVNULL)
    done = subprocess.run([*root, "apt-get", "install", "-q", "-y", package], stdout=subprocess.DEVNULL)
    if done.returncode:
        raise Missing(f"apt-get could not install {package}: install it and start again")
