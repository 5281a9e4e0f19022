"""Facts seen from the parties that they belong to, by the current resolution."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa

from graph.model import Texts
from graph.snapshot import Projection, Purpose, Snapshot
from intelligence.arrays import Bools, Ints, codes
from intelligence.identity.columns.records import person_name
from intelligence.identity.names.names import family_key, given_key
from intelligence.tables import decoded, ends, texts

MARKETING = Projection(
    purpose=Purpose.MARKETING,
    labels=(
        "Record", "Version", "Identifier", "Visit", "Interaction", "Purchase",
        "Product", "Party",
    ),
    edges=(
        "HAS", "VERSION_OF", "BY", "WITH", "REPLY_TO", "STATES", "OF_PRODUCT", "OF",
        "ABOUT",
    ),
    columns={
        "Record": ("kind",),
        "Version": ("observed_at", "raw", "value"),
        "Identifier": ("kind",),
        "Visit": ("kind", "observed_at", "searches", "steps"),
        "Interaction": ("kind", "observed_at", "direction", "text", "turns",
                        "language", "outcome"),
        "Purchase": ("kind", "observed_at"),
        "Product": (),
        "Party": ("kind", "name", "values"),
    },
    edge_columns=("key", "weight", "since", "attributes"),
)  # fmt: skip
"""What relationships, influence and sentiment read: no fraud evidence in it."""


@dataclass(frozen=True)
class Parties:
    """The parties of a snapshot and their records.

    Parties are in the order of their first record's id. Their own ids depend on what
    came first, so no order by them may decide anything: the same facts would be
    concluded otherwise in another store.

    Attributes:
        ids: hexadecimal, in the order of places.
        names: golden names, in the same order.
        organization: whether each is one.
        given: key of each one's given name, "" for none.
        surname: key of each one's surname, "" for none.
        family: code of the surname, -1 for none.
        of_record: party of each record's place; -1 for one not resolved yet.
        of_node: party of each place in the snapshot's own order.
    """

    ids: list[str]
    names: list[str]
    organization: Bools
    given: list[str]
    surname: list[str]
    family: Ints
    of_record: Ints
    of_node: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def named(self) -> Bools:
        """Whether anybody knows what each is called."""
        given = np.array([bool(key) for key in self.given], dtype=np.bool_)
        return self.organization | given | (self.family >= 0)


def read(snapshot: Snapshot) -> Parties:
    """The parties of a snapshot that holds Record, Party and OF."""
    record, party = ends(snapshot.between("OF", "Record", "Party"))
    order, of_node = _by_first_record(record, party, snapshot.count("Party"))
    of_record = np.full(snapshot.count("Record"), -1, dtype=np.int64)
    of_record[record] = of_node[party]
    table = snapshot.nodes("Party").take(cast("Any", pa.array(order)))
    kinds = texts(table, "kind")
    called = [person_name(said) for said in decoded(table, "values", Texts)]
    surnames = [family_key(family) for _, family in called]
    return Parties(
        snapshot.ids("Party", order),
        texts(table, "name"),
        np.array([kind == "organization" for kind in kinds], dtype=np.bool_),
        [given_key(given) for given, _ in called],
        surnames,
        codes(surnames)[0],
        of_record,
        of_node,
    )


def _by_first_record(record: Ints, party: Ints, count: int) -> tuple[Ints, Ints]:
    """The parties by their first record, and where each has come to stand."""
    first = np.full(count, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, party, record)
    order = np.argsort(first, kind="stable")
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    return order, place


def doer(snapshot: Snapshot, label: str, parties: Parties) -> Ints:
    """The party that each event of a label is BY, by place; -1 for nobody's."""
    found = np.full(snapshot.count(label), -1, dtype=np.int64)
    event, record = ends(snapshot.between("BY", label, "Record"))
    found[event] = parties.of_record[record]
    return found
