"""Documents lead where they say: links, commands with their options, make's targets."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from api.cli.app import app
from tests.support.data import ROOT
from tests.unit.test_prose import DOCUMENTS

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|``.+?``|`[^`]+`", re.S | re.M)
COMMAND = re.compile(r"\bcloseknit ((?:\\\n|[^`\n|;)])*)")
MAKE = re.compile(r"(?:`|^\$ )make (?:\w+=\S+ )*([a-z][\w-]*)", re.M)
TARGETS = re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M)
CHANGELOG = ROOT / "CHANGELOG.md"


def slugs(path: Path) -> set[str]:
    """What a link may name after ``#``: headings as GitHub and GitLab write them."""
    heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()) for head in heads)
    return {head.strip().replace(" ", "-") for head in plain}


def lost_links(path: Path) -> Iterator[str]:
    for link in LINK.findall(path.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        to = (path.parent / name) if name else path
        if not to.exists() or (anchor and anchor not in slugs(to)):
            yield link


def commands() -> dict[str, dict[str, set[str]]]:
    """Options by the words of a command: {"eval": {"names": {"--pairs", …}}, …}."""
    group = typer.main.get_group(app)
    return {
        name: {
            "": options(one),
            **(
                {own: options(two) for own, two in one.commands.items()}
                if isinstance(one, TyperGroup)
                else {}
            ),
        }
        for name, one in group.commands.items()
    }


def options(command: object) -> set[str]:
    assert isinstance(command, TyperCommand | TyperGroup)
    known = {"--help"}
    for parameter in command.params:
        known.update(parameter.opts, parameter.secondary_opts)
    return known


COMMANDS = commands()


def unknown(said: str) -> Iterator[str]:
    """What there is not of a command as a document writes it."""
    words = said.replace("\\\n", " ").replace(">", " ").split()
    words = [word.strip(",.:…") for word in words]
    if not words or words[0] in {"--version", "--help", "COMMAND", ""}:
        return
    first, rest = words[0], words[1:]
    if first not in COMMANDS:
        yield f"closeknit {first}"
        return
    known, own = COMMANDS[first][""], ""
    if len(COMMANDS[first]) > 1 and rest:
        own = rest[0]
        if own not in COMMANDS[first]:
            yield f"closeknit {first} {own}"
            return
        known = COMMANDS[first][own]
    for word in rest:
        name = re.match(r"--[a-z][a-z-]*", word)
        if name and name[0] not in known:
            yield f"closeknit {first} {own} {name[0]}"


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, CHANGELOG], ids=lambda path: str(path.relative_to(ROOT))
)
def test_links_lead_somewhere(path: Path) -> None:
    assert list(lost_links(path)) == []


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, CHANGELOG], ids=lambda path: str(path.relative_to(ROOT))
)
def test_commands_and_targets_are_there(path: Path) -> None:
    text = path.read_text("utf-8")
    code = "\n".join(CODE.findall(text))
    assert [one for said in COMMAND.findall(code) for one in unknown(said)] == []
    assert [one for one in MAKE.findall(text) if one not in TARGETS] == []


def test_the_readme_lists_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    table = text[text.index("## Commands") : text.index("## Settings")]
    assert [name for name in COMMANDS if not re.search(rf"`{name}\b", table)] == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("resolve --incremental", []),
        ("eval names --pairs FILE", []),
        ("resolv", ["closeknit resolv"]),
        ("eval nouns", ["closeknit eval nouns"]),
        ("rejects list \\\n>  --fed web", ["closeknit rejects list --fed"]),
    ],
)
def test_what_is_not_there_is_found(said: str, wrong: list[str]) -> None:
    assert list(unknown(said)) == wrong


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A title\n[a](#a-title) [b](#b) [c](page.md#a-title) [d](no.md)")
    assert list(lost_links(page)) == ["#b", "no.md"]
