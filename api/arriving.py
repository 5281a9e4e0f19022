"""Records as people type them, resolved as they arrive."""

import json
import threading
import time
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api import wire_records as wire
from api.indexes import Lazily
from graph.errors import BadQuery
from graph.ids import Ids
from graph.store import GraphStore
from ingest.facts.facts import Facts
from ingest.facts.times import Moment, latest_time, moment, zone
from ingest.normalize.registry import ATTRIBUTES
from ingest.rejects import BadLineError
from ingest.settings import IngestSettings
from intelligence.identity.parties.survivorship import DEFAULT, Survivorship
from intelligence.jobs.arriving.answering import Answer
from intelligence.jobs.arriving.arrivals import Arrival
from intelligence.jobs.arriving.assigning import Resolver

FEED = "online"
"""Where the facts of such records come from, in their provenance."""

_RECORDS = TypeAdapter(list[wire.RecordIn])


class Arriving:
    """Resolves records for one process; the index is opened at the first need.

    Args:
        store: where to.
        settings: by which texts are read.
        rules: of golden attributes.
        index: of the store; None: kept where ``api.indexes`` keeps it.

    Attributes:
        index: the same, for whoever else asks it in this process.
    """

    def __init__(
        self,
        store: GraphStore,
        settings: IngestSettings,
        rules: Survivorship = DEFAULT,
        index: Lazily | None = None,
    ) -> None:
        self._store, self._settings, self._rules = store, settings, rules
        self.index = index or Lazily(store)
        self._lock = threading.Lock()
        self._resolver: Resolver | None = None

    def resolve(
        self, records: Sequence[wire.RecordIn], *, dry_run: bool = False
    ) -> wire.ResolvedList:
        """Say who records are; unless it is a dry run, write them.

        Raises:
            BadQuery: an attribute or a time that nobody can read; nothing is written.
            NotFound: nothing was resolved in the store yet.
            Refused: a record was erased.
        """
        ids = Ids(self._store.namespace)
        arrivals = [
            arrival(ids, self._settings, one, place)
            for place, one in enumerate(records)
        ]
        answers = self._opened().resolve(arrivals, dry_run=dry_run)
        return wire.ResolvedList(
            records=[_told(*one) for one in zip(records, answers, strict=True)],
            dry_run=dry_run,
            watermark=min(one.watermark for one in answers),
        )

    def _opened(self) -> Resolver:
        with self._lock:
            if self._resolver is None:
                index, rules = self.index(), self._rules
                self._resolver = Resolver(self._store, index, rules=rules)
            return self._resolver


def arrival(
    ids: Ids, settings: IngestSettings, given: wire.RecordIn, place: int = 0
) -> Arrival:
    """The facts of a record, as ingest would make them.

    Raises:
        BadQuery: what cannot be read, by the record's place and not by its content.
    """
    raw = {name: _texts(texts) for name, texts in given.attributes.items()}
    if not all(name in ATTRIBUTES or name.startswith("x.") for name in raw):
        message = (
            f"records.{place}.attributes: one is not known; there are "
            f"{', '.join(sorted(ATTRIBUTES))} and x.NAME for your own"
        )
        raise BadQuery(message)
    facts = Facts(ids, settings, FEED)
    facts.line = 1
    facts.latest = latest_time(settings.future_hours, time.time_ns() // 1_000)
    firm = given.kind == "organization"
    record = facts.record(given.source, given.key, organization=firm)
    said = facts.says(record, given.source, raw, _when(given, settings, place))
    if said is None:
        message = f"records.{place}.attributes: all are blank"
        raise BadQuery(message)
    batch = facts.take()
    return Arrival(
        record=record,
        nodes=batch.nodes,
        edges=batch.edges,
        provenance=batch.provenance,
    )


def _texts(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else given


def _when(given: wire.RecordIn, settings: IngestSettings, place: int) -> Moment | None:
    if given.observed_at is None:
        return None
    try:
        return moment(given.observed_at, zone(settings.zone), declared=False)
    except BadLineError as error:
        message = f"records.{place}.observed_at: {error.reason}"
        raise BadQuery(message) from None


def read(text: str) -> list[wire.RecordIn]:
    """Records of a JSON object or array.

    Raises:
        BadQuery: what is wrong and where, without the values.
    """
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        message = f"--record: not JSON: {error}"
        raise BadQuery(message) from None
    try:
        return _RECORDS.validate_python(
            document if isinstance(document, list) else [document]
        )
    except ValidationError as error:
        places = (
            f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()
        )
        message = f"--record: {'; '.join(places)}"
        raise BadQuery(message) from None


def _told(given: wire.RecordIn, answer: Answer) -> wire.Resolved:
    return wire.Resolved(
        source=given.source,
        key=given.key,
        record=answer.record,
        party=answer.party,
        name=answer.name,
        probability=answer.probability,
        created=answer.created,
        known=answer.known,
        unsettled=answer.unsettled,
        candidates=[
            wire.CandidateOut(
                party=one.party,
                name=one.name,
                probability=one.probability,
                record=one.record,
                why=one.why,
            )
            for one in answer.candidates
        ],
    )
