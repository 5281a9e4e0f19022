"""The worked example of CONTRIBUTING.md: a connector is one file and one line."""

import importlib.util
import re
from pathlib import Path

import pytest

from graph.bookkeeping import Reject
from graph.model import Agent, Interaction
from graph.schema import EdgeKind
from graph.store import GraphStore
from ingest import pipeline
from ingest.pipeline import ingest
from ingest.sources import SOURCES
from ingest.sources.source import Source
from tests.support.data import ROOT
from tests.support.facts import held, leaving, nouns, record

_BLOCKS = re.compile(
    r"```python\n(# ingest/sources/(\w+)\.py\n.*?)```\n\n```json\n(.*?)```", re.DOTALL
)


@pytest.fixture
def example(tmp_path: Path) -> tuple[Source, Path]:
    """The example's connector, and a file of its lines."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    [(code, name, lines)] = _BLOCKS.findall(text)
    module_file = tmp_path / f"{name}.py"
    module_file.write_text(code, "utf-8")
    spec = importlib.util.spec_from_file_location(f"example_{name}", module_file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    feed = tmp_path / "chats.jsonl"
    feed.write_text(lines, "utf-8")
    return module.SOURCE, feed


def test_one_file_and_one_registration(
    example: tuple[Source, Path], store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, feed = example
    monkeypatch.setattr(pipeline, "SOURCES", (*SOURCES, source))
    [report] = ingest([feed], store)
    assert report.feed.startswith(f"{source.name}:")
    assert (report.read, report.accepted, report.rejected) == (2, 1, 1)
    assert [one.code for one in nouns(store, Reject)] == ["time"]
    [talk] = nouns(store, Interaction)
    assert (talk.kind, talk.text) == ("chat", "Чи є чайник у наявності?")
    assert ("email", "anna@example.com") in held(store, "anna@example.com")
    [by] = leaving(store, talk.id, EdgeKind.BY)
    assert by.target == record(store, "anna@example.com").id
    assert [one.key for one in nouns(store, Agent)] == ["a1"]
    [again] = ingest([feed], store)
    assert (again.read, again.skipped) == (2, 2)


def test_the_list_says_that_order_matters(example: tuple[Source, Path]) -> None:
    """Every connector of the list still knows its files beside the new one."""
    source, feed = example
    lines = feed.read_text("utf-8").splitlines()
    head = pipeline.Head(feed.name, lines, lines[:1])
    assert pipeline.recognise(head, SOURCES) is None
    assert pipeline.recognise(head, (*SOURCES, source)) is source
