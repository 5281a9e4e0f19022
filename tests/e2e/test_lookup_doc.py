"""The examples of docs/lookup.md run: a family of four on one landline."""

import re
from pathlib import Path

from tests.e2e.test_readme import blocks, examples, pattern
from tests.support.readme import Shell

DOC = Path(__file__).resolve().parents[2] / "docs/lookup.md"


def test_every_example_of_the_page_runs(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        for language, text in blocks(DOC.read_text("utf-8")):
            if language == "toml":
                name = re.match(r"# (\w+\.toml)\n", text)
                assert name
                (tmp_path / name[1]).write_text(text, "utf-8")
                continue
            assert language == "console"
            for example in examples(text):
                printed = shell.run(example.command)
                assert printed is not None
                assert pattern(example.prints).search(printed), printed
