"""Make the virtual environment `.venv` and install the locked packages into it.

Run by `make setup` (what the product needs), `make setup-dev` (tests and linters too)
and `make setup-bench` (and the peers that benchmarks stand beside) with whatever
`python3` the machine has; it looks for a supported one itself, so it keeps to syntax
that old interpreters can read. Needs nothing beside the standard library. A second run
with nothing to do ends within a fraction of a second.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {
    "core": "requirements.lock",
    "dev": "requirements-dev.lock",
    "bench": "requirements-bench.lock",
}
PROFILES = tuple(LOCKS)  # each contains those before it
SUPPORTED = ((3, 11), (3, 14))  # from, up to but without
CANDIDATES = ("python3", "python3.13", "python3.12", "python3.11", "python")
PROBE = """
import sys
try:
    import ensurepip, venv
    has_venv = 1
except ImportError:
    has_venv = 0
print(sys.version_info[0], sys.version_info[1], has_venv, sys.executable)
"""


def probe(command: str) -> "tuple[tuple[int, int], bool, str] | None":
    """What an interpreter says of itself: (version, has venv, path), or None."""
    found = shutil.which(command)
    if found is None:
        return None
    # A shim (pyenv, asdf) may be on the path for a version that is switched off.
    done = subprocess.run(
        [found, "-c", PROBE], check=False, capture_output=True, text=True
    )
    if done.returncode:
        return None
    major, minor, has_venv, path = done.stdout.strip().split(" ", 3)
    return (int(major), int(minor)), has_venv == "1", path


def find_python() -> str:
    """The first supported interpreter that can make a virtual environment."""
    wanted = os.environ.get("PYTHON")
    seen = [probe(name) for name in ([wanted] if wanted else CANDIDATES)]
    known = [one for one in seen if one]
    right = [one for one in known if SUPPORTED[0] <= one[0] < SUPPORTED[1]]
    for _, has_venv, path in right:
        if has_venv:
            return path
    if right:
        raise SystemExit(no_venv(*right[0][0]))
    found = ", ".join(sorted({"{}.{}".format(*one[0]) for one in known})) or "none"
    raise SystemExit(
        f"setup: Python 3.11, 3.12 or 3.13 is needed; found: {found}.\n"
        "  Debian, Ubuntu: apt-get install python3.12 python3.12-venv\n"
        "  Fedora:         dnf install python3.12\n"
        "  macOS:          brew install python@3.12\n"
        "Or name one: make setup PYTHON=/path/to/python3.12"
    )


def no_venv(major: int, minor: int) -> str:
    """The message for a Python that lacks its module `venv` or `ensurepip`."""
    return (
        f"setup: Python {major}.{minor} is here, but without its module venv.\n"
        "  Debian, Ubuntu: apt-get install python3-venv"
        f"   (or python{major}.{minor}-venv)\n"
        "  Fedora:         dnf install python3 python3-pip\n"
        "Then run make setup again."
    )


def fingerprint(profile: str) -> str:
    """What an up-to-date environment was built from."""
    digest = hashlib.sha256()
    for name in (LOCKS[profile], "pyproject.toml", "tools/setup.py"):
        digest.update((ROOT / name).read_bytes())
    digest.update(str(ROOT).encode())  # a moved checkout breaks scripts' first lines
    return digest.hexdigest()


def works() -> bool:
    """Whether the environment's interpreter still starts, and is the one wanted."""
    found = probe(str(VENV / "bin" / "python"))
    if found is None or not SUPPORTED[0] <= found[0] < SUPPORTED[1]:
        return False
    wanted = os.environ.get("PYTHON")
    named = probe(wanted) if wanted else None
    return named is None or named[0] == found[0]


def up_to_date(profile: str) -> bool:
    """Whether this profile, or a larger one that contains it, is installed."""
    for larger in PROFILES[PROFILES.index(profile) :]:
        stamp = VENV / ("installed-" + larger)
        if stamp.is_file() and stamp.read_text() == fingerprint(larger):
            return works()
    return False


def pip(*arguments: str) -> None:
    """Run pip inside the environment; its errors are the user's to read."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", *arguments]
    done = subprocess.run(command, check=False, cwd=str(ROOT))
    if done.returncode:
        raise SystemExit(
            "setup: pip failed (above). Nothing is half done: mend the cause, "
            "then run the same command again."
        )


def install(profile: str) -> None:
    """Build the environment, or bring it up to date."""
    unfinished = VENV / "unfinished"
    # After a kill in the middle nobody knows what pip left: start anew.
    if unfinished.exists() or not works():
        python = find_python()
        say(f"making .venv with {python}")
        done = subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=False)
        if done.returncode:
            raise SystemExit(f"setup: {python} could not make .venv (above).")
    unfinished.touch()
    for stamp in VENV.glob("installed-*"):
        stamp.unlink()
    say(f"installing {LOCKS[profile]} (a minute or so the first time)")
    pip("--require-hashes", "--only-binary", ":all:", "-r", LOCKS[profile])
    pip("--no-deps", "--no-build-isolation", "--no-index", "-e", ".")
    (VENV / ("installed-" + profile)).write_text(fingerprint(profile))
    unfinished.unlink()
    say("done")


def say(text: str) -> None:
    """Progress goes to stderr, as everywhere."""
    print("setup: " + text, file=sys.stderr, flush=True)


def main() -> None:
    """`setup.py core`, `setup.py dev` or `setup.py bench`."""
    profile = " ".join(sys.argv[1:])
    if profile not in LOCKS:
        raise SystemExit("usage: python3 tools/setup.py core|dev|bench")
    with Path(__file__).open() as this_file:
        fcntl.flock(this_file, fcntl.LOCK_EX)  # two makes at once take turns
        if not up_to_date(profile):
            install(profile)


if __name__ == "__main__":
    main()
