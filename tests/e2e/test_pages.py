"""The examples of pages in docs/ that tell a story run, each in a folder of its own."""

import re
from pathlib import Path

import pytest

from tests.e2e.test_readme import blocks, examples, pattern
from tests.support.readme import Shell

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", ["lookup", "erasure"])
def test_every_example_of_the_page_runs(page: str, tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        for language, text in blocks((DOCS / f"{page}.md").read_text("utf-8")):
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
