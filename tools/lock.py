"""Write the lock files: `uv.lock` and the hashed lists that pip installs from.

`make lock` takes what pyproject.toml asks for and moves nothing that need not move;
`make lock UPGRADE=1` takes the newest allowed versions. Which index a machine uses is
that machine's own matter, so the locks name versions, file names and hashes, but no
host: in `uv.lock` the folder `wheels` stands where uv writes the index, and a bare
file name where it writes an address. uv reads it all the same: `uv lock --check` and
`uv export --frozen` need no network, the versions stay as they are at the next
`make lock`, and `uv sync` installs from a folder `wheels` of downloaded files.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = str(Path(sys.executable).parent / "uv")
EXPORT = [
    *("export", "--quiet", "--frozen", "--format", "requirements-txt"),
    *("--no-header", "--no-annotate", "--no-emit-project"),
]
# What each list holds beside the core: the build backend; the dev group; the peers.
LISTS = {
    "requirements.lock": ["--no-default-groups", "--group", "build"],
    "requirements-dev.lock": ["--no-default-groups", "--group", "dev"],
    "requirements-bench.lock": ["--no-default-groups", "--group", "bench"],
}


def without_hosts(lock: str) -> str:
    """The text of a `uv.lock` with every address reduced to its file name."""
    lock = re.sub(r'registry = "[^"]*"', 'registry = "wheels"', lock)
    return re.sub(r'\{ url = "[^"]*/([^/"]+)"', r'{ path = "\1"', lock)


def exported(name: str) -> str:
    """The list called `name`, as the present `uv.lock` has it."""
    command = [UV, *EXPORT, *LISTS[name]]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def main() -> None:
    """Resolve, export, scrub; any further arguments go to `uv lock`."""
    subprocess.run([UV, "lock", *sys.argv[1:]], cwd=ROOT, check=True)
    lock = ROOT / "uv.lock"
    lock.write_text(without_hosts(lock.read_text("utf-8")), "utf-8")
    for name in LISTS:
        (ROOT / name).write_text(exported(name), "utf-8")
    for name in ("uv.lock", *LISTS):
        if "://" in (ROOT / name).read_text("utf-8"):
            sys.exit(f"lock: {name} still names a host; mend without_hosts()")


if __name__ == "__main__":
    main()
