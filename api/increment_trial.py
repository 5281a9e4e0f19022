"""What increments lose against full runs, on a table whose truth is known.

Half of the records, those that arrive first, are taken into a store and resolved by a
full run; the others come in parts, each followed by an increment. Then full runs say
what they would have said: one by the model that the increments used, one by a model of
its own. The orders of arrival are in ``arrival_orders``.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from api.arrival_orders import Coming, arrival
from api.labels import Labelled
from api.table_parts import cut
from api.trial_records import Who, read_back, who
from graph import backup
from graph.connect import connect
from graph.errors import BadFeed
from graph.progress import Progress, silent
from graph.store import GraphStore
from ingest.pipeline import ingest
from intelligence.evaluate.agreement import Agreement, agreement
from intelligence.evaluate.clusters import ClusterQuality, compare
from intelligence.jobs.arriving.arrivals import Arrival
from intelligence.jobs.arriving.assigning import Resolver
from intelligence.jobs.arriving.indexed import Indexed
from intelligence.jobs.full.resolving import resolve
from intelligence.jobs.increments.increments import increment
from intelligence.jobs.index import Index
from intelligence.jobs.runs import models
from intelligence.jobs.runs.report import Due


@dataclass(frozen=True)
class Trial:
    """One order of arrival.

    Attributes:
        coming: which records came first.
        records: in the end, employers that the table names included.
        increments: how good the parties are after the last increment.
        same_model: after a full run by the same model.
        own_model: after a full run that learned anew.
        agreement: of increments with the full run by the same model, about the labelled
            records that increments brought in.
        own_agreement: with the full run that learned anew.
        dues: what each increment said about a full run.
        increment_cpu_seconds: of all increments, without the ingest between them.
        full_cpu_seconds: of the full run by the same model.
    """

    coming: Coming
    records: int
    increments: ClusterQuality
    same_model: ClusterQuality
    own_model: ClusterQuality
    agreement: Agreement
    own_agreement: Agreement
    dues: list[Due]
    increment_cpu_seconds: float
    full_cpu_seconds: float

    @property
    def due_from(self) -> int | None:
        """The first increment that said that a full run is due, counted from 0."""
        return next((at for at, one in enumerate(self.dues) if one.is_due), None)


@dataclass(frozen=True)
class OneByOne:
    """Records that were resolved one at a time, as callers do.

    Attributes:
        agreement: with a full run by the same model, about these records.
        settled: the same once an increment has looked at them again.
        unsettled: answers that said that parties would merge or split.
    """

    agreement: Agreement
    settled: Agreement
    unsettled: int


def tried(
    table: Labelled,
    folder: Path,
    coming: Coming,
    *,
    parts: int = 10,
    alone: int = 0,
    progress: Progress = silent,
) -> tuple[Trial, OneByOne | None]:
    """Let one half of a table's records come in parts, in one order.

    Args:
        table: with labels.
        folder: an empty one, for stores; the caller removes it.
        coming: which records come first.
        parts: how many increments.
        alone: besides, so many of the first part's records are resolved one at a time,
            in a store that holds the first half.
        progress: told the steps.

    Raises:
        BadFeed: the table cannot be read, or none of its records has a label.
        BadMapping: the mapping names no ids of records, or not what the order goes by.
    """
    trying = _Trying(table, folder, progress)
    files = cut(table, folder, parts=parts, arrival=arrival(table, coming))
    url = f"sqlite:///{folder / 'trial.db'}"
    with connect(url) as store:
        trying.take(files[0], store)
        resolve(store, progress=progress)
    if alone:
        backup.backup(url, folder / "half.backup", progress=progress)
    trial = trying.increments(url, files[1:], coming)
    if not alone:
        return trial, None
    other = f"sqlite:///{folder / 'alone.db'}"
    backup.restore(folder / "half.backup", other, progress=progress)
    return trial, trying.one_by_one(other, files[1], alone)


class _Trying:
    """Steps of a trial in one folder."""

    def __init__(self, table: Labelled, folder: Path, progress: Progress) -> None:
        self._table, self._folder, self._progress = table, folder, progress
        # Parts are written as UTF-8, whatever the table's encoding was.
        self._mapping = msgspec.structs.replace(table.mapping, encoding=None)

    def take(self, file: Path, store: GraphStore) -> None:
        """Take a part in."""
        ingest(
            [file],
            store,
            mapping=self._mapping,
            settings=self._table.settings,
            progress=self._progress,
        )

    def increments(self, url: str, files: list[Path], coming: Coming) -> Trial:
        """Bring parts into a resolved store, then ask full runs."""
        with connect(url) as store:
            half = who(store)
            self._quality(half)  # no label at all is told before the work
            index = Index.open(store, self._folder / "index")
            seconds, told = 0.0, list[Due]()
            for file in files:
                self.take(file, store)
                begin = time.process_time()
                report = increment(store, Indexed(index), progress=self._progress)
                seconds += time.process_time() - begin
                told += [report.due] if report.due else []
            index.settle()
            found = who(store)
            begin = time.process_time()
            same = self._full(store, _active(store))
            full = time.process_time() - begin
            own = self._full(store, None)
        asked = found.keyed(self._table.labels) & ~found.among(set(half.ids))
        return Trial(
            coming,
            len(found.ids),
            self._quality(found),
            self._quality(same),
            self._quality(own),
            agreement(found.party, same.party, asked),
            agreement(found.party, own.party, asked),
            told,
            seconds,
            full,
        )

    def one_by_one(self, url: str, file: Path, count: int) -> OneByOne:
        """Resolve records one at a time in a resolved store, then ask a full run."""
        with connect(url) as store:
            given = self._arrivals(file, store)[:count]
            index = Index.open(store, self._folder / "alone-index")
            resolver = Resolver(store, Indexed(index))
            unsettled = 0
            for done, one in enumerate(given):
                self._progress("resolve one by one", done, len(given))
                (answer,) = resolver.resolve([one])
                unsettled += answer.unsettled
            found = who(store)
            increment(store, Indexed(index), progress=self._progress)
            index.settle()
            settled = who(store)
            batch = self._full(store, _active(store))
        asked = found.among({one.record for one in given})
        return OneByOne(
            agreement(found.party, batch.party, asked),
            agreement(settled.party, batch.party, asked),
            unsettled,
        )

    def _arrivals(self, file: Path, store: GraphStore) -> list[Arrival]:
        """The labelled records of a part with what they say, as ingest makes them."""
        url = f"sqlite:///{self._folder / 'arrivals.db'}"
        with connect(url, namespace=store.namespace) as scratch:
            self.take(file, scratch)
            there = who(scratch)
            known = there.keyed(self._table.labels)
            ids = [key for key, one in zip(there.ids, known, strict=True) if one]
            return [read_back(scratch, one) for one in ids]

    def _full(self, store: GraphStore, model: str | None) -> Who:
        resolve(store, model=model, progress=self._progress)
        return who(store)

    def _quality(self, found: Who) -> ClusterQuality:
        known = found.keyed(self._table.labels)
        if not known.any():
            message = f"{self._table.path}: none of its records has a label"
            raise BadFeed(message)
        labels = [self._table.labels.get(key, "") for key in found.key]
        return compare(found.party[known], np.array(labels, dtype=np.str_)[known])


def _active(store: GraphStore) -> str | None:
    kept = models.active(store)
    return kept.id if kept else None
