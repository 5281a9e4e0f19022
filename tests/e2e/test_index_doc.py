"""The examples of docs/identity-index.md run."""

from pathlib import Path

from tests.e2e.test_readme import blocks, examples, pattern
from tests.support.readme import Shell

DOC = Path(__file__).resolve().parents[2] / "docs/identity-index.md"


def test_every_example_of_the_page_runs(tmp_path: Path) -> None:
    with Shell(tmp_path) as shell:
        shell.run("closeknit town --out town --people 60 --seed 5")
        shell.run(
            "closeknit ingest town/table/records.csv.gz --map town/table/map.toml"
        )
        shell.run("closeknit resolve")
        for language, text in blocks(DOC.read_text("utf-8")):
            assert language == "console"
            for example in examples(text):
                printed = shell.run(example.command)
                assert printed is not None
                assert pattern(example.prints).search(printed), printed
