"""Prose names what is there: paths in documents, modules in docstrings."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.data import ROOT

ROOMS = ("graph", "ingest", "intelligence", "api")
PATH = re.compile(rf"`((?:{'|'.join(ROOMS)}|tests|tools|docs)/[\w/.-]+)`")
DOTTED = re.compile(rf"`((?:{'|'.join(ROOMS)})(?:\.[A-Za-z_]\w*)+)`")
BESIDE = re.compile(r"`([\w/]+\.py)`")
DOCUMENTS = sorted(
    [
        *(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"),
        *ROOT.glob("docs/*.md"),
        *(path for room in ROOMS for path in (ROOT / room).rglob("README.md")),
    ]
)
INVENTED = {"ingest/sources/widget.py"}  # CONTRIBUTING's connector, made by a test


def missing(text: str) -> Iterator[str]:
    for path in PATH.findall(text):
        if not (ROOT / path).exists() and path not in INVENTED:
            yield path
    for name in DOTTED.findall(text):
        if not is_there(name.split(".")):
            yield name


def is_there(parts: list[str]) -> bool:
    """Whether a dotted name is a module, or a name that its module gives something."""
    for count in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:count])
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if file.is_file():
            rest = parts[count:]
            code = file.read_text("utf-8")
            return not rest or gives(code, rest[0])
    return False


def gives(code: str, name: str) -> bool:
    defined = rf"^(?:class |def |async def )?{name}\b(?: =|:|\(|\[)|^from .*\b{name}\b"
    return re.search(defined, code, re.M) is not None


@pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_document_names_what_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    assert list(missing(text)) == []
    if path.name == "README.md":
        near = path.parent, path.parent.parent
        told = BESIDE.findall(text)
        assert [one for one in told if not any((n / one).exists() for n in near)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_docstrings_name_what_is_there(room: str) -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted((ROOT / room).rglob("*.py"))
        if (names := list(missing(path.read_text("utf-8"))))
    }
    assert found == {}
