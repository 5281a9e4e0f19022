"""What the README says of commands and routes is what there is."""

import re
from typing import Any, cast

import typer

from api.cli.app import app
from api.cli.output import EXIT_CODES
from api.http.app import create_app
from tests.support.data import ROOT
from tests.support.village import Known

README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_lists_every_command() -> None:
    table = README.split("## Commands")[1].split("## Settings")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    listed = [one.split()[0] for row in rows for one in re.findall(r"`([^`]+)`", row)]
    groups: dict[str, Any] = cast("Any", typer.main.get_command(app)).commands
    beneath = {name for one in groups.values() for name in getattr(one, "commands", ())}
    assert set(groups) <= set(listed) <= set(groups) | beneath
    for _, code in EXIT_CODES:
        assert f" {code} " in table.split("Exit codes")[1]


def test_the_readme_lists_every_route(village: Known) -> None:
    listed = re.findall(r"^\| `([A-Z]+ /[^`?]+)", README, re.MULTILINE)
    paths = create_app(village.store).openapi()["paths"]
    known = [
        f"{verb.upper()} {path}" for path, verbs in paths.items() for verb in verbs
    ]
    assert sorted(listed) == sorted(one.replace("{party}", "{id}") for one in known)
