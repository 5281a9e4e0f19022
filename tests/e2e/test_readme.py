"""Every example in the README runs, in order, as a reader would type them.

In a `console` block a line that starts with `$ ` is a command (`> ` continues it); the
lines under it are what it prints, with `…` for what may differ from run to run. A
`python` block is a program. A `toml` block whose first line is `# NAME.toml` is written
to that file. All share one folder, empty at the start.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.readme import Shell

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Languages of blocks that are pictures of something, not examples to run.
SHOWN = {"text", "json", "mermaid"}


@dataclass
class Example:
    """One command of a console block, and what the README says it prints."""

    command: str
    prints: list[str] = field(default_factory=list)


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page: (language, text)."""
    return [(found[1], found[2]) for found in FENCE.finditer(text)]


def examples(block: str) -> Iterator[Example]:
    """The commands of a console block."""
    example: Example | None = None
    for line in block.splitlines():
        if line.startswith("$ "):
            if example:
                yield example
            example = Example(line[2:])
        elif example and line.startswith("> ") and not example.prints:
            example.command += "\n" + line[2:]
        else:
            assert example, f"a console block starts with a command, not {line!r}"
            example.prints.append(line)
    if example:
        yield example


def pattern(lines: list[str]) -> re.Pattern[str]:
    """Matches an output that holds these lines, `…` standing for anything."""
    text = "\n".join(lines).strip()
    parts = [r"[^\n]*".join(map(re.escape, one.split("…"))) for one in text.split("\n")]
    # A line that is nothing but `…` stands for any number of lines.
    parts = ["(?:[^\n]*\n)*?[^\n]*" if part == r"[^\n]*" else part for part in parts]
    return re.compile(r"[ ]*\n".join(parts))


def test_every_example_of_the_readme_runs(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        for language, text in blocks((ROOT / "README.md").read_text("utf-8")):
            if language == "console":
                for example in examples(text):
                    printed = shell.run(example.command)
                    if printed is not None and example.prints:
                        wanted = pattern(example.prints)
                        assert wanted.search(printed), f"{example}\nprinted\n{printed}"
            elif language == "python":
                subprocess.run([sys.executable, "-c", text], cwd=tmp_path, check=True)
            elif language == "toml":
                name = re.match(r"# (\w+\.toml)\n", text)
                assert name, f"the first line of a toml block names its file:\n{text}"
                (tmp_path / name[1]).write_text(text, "utf-8")
            else:
                assert language in SHOWN, f"```{language} is neither run nor shown"


def test_the_readme_has_examples() -> None:
    languages = [language for language, _ in blocks((ROOT / "README.md").read_text())]
    assert "console" in languages


def test_outputs_are_compared_with_room_for_what_differs() -> None:
    printed = "read 120 lines\nwrote 7 parties in 0.31 s\nlast\n"
    assert pattern(["wrote 7 parties in … s"]).search(printed)
    assert pattern(["read 120 lines", "…", "last"]).search(printed)
    assert not pattern(["wrote 8 parties in … s"]).search(printed)
    assert not pattern(["last", "read 120 lines"]).search(printed)


def test_commands_may_go_on_over_lines() -> None:
    (first, second) = examples("$ cat <<END\n> text\n> END\ntext\n$ true\n")
    assert (first.command, first.prints) == ("cat <<END\ntext\nEND", ["text"])
    assert (second.command, second.prints) == ("true", [])
