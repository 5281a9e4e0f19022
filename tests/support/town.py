"""A small town that went the whole way: written, ingested, resolved, scored."""

from dataclasses import dataclass
from pathlib import Path

from graph.connect import connect
from ingest.pipeline import FeedReport, ingest
from ingest.town import build
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.full.scoring import score

PEOPLE = 250


@dataclass(frozen=True)
class Town:
    """Where the town is, and what became of its feeds."""

    folder: Path
    url: str
    reports: list[FeedReport]


def settle(folder: Path, people: int = PEOPLE, seed: int = 7) -> Town:
    """Build a town and take it in."""
    build(people, seed, folder / "town")
    url = f"sqlite:///{folder / 'town.db'}"
    with connect(url) as store:
        reports = ingest([folder / "town" / "feeds"], store)
        resolve(store)
        score(store)
    return Town(folder / "town", url, reports)
