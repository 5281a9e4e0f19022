"""Records of a snapshot: what each is called, and what it was said to be."""

from dataclasses import dataclass

import numpy as np

from graph.model import Texts
from graph.snapshot import Projection, Purpose, Snapshot
from intelligence.arrays import Ints, listed
from intelligence.identity.columns.table import Column
from intelligence.identity.columns.versions import Said, Versions
from intelligence.identity.names.names import is_given, split
from intelligence.tables import ends, ints, texts

PROJECTION = Projection(
    purpose=Purpose.SHARED,
    labels=("Record", "Version", "Identifier", "Decision", "Party"),
    edges=(
        "HAS", "VERSION_OF", "SAME_AS", "DIFFERENT_FROM", "OF",
    ),
    columns={
        "Record": ("source", "key", "kind"),
        "Version": ("observed_at", "raw", "value"),
        "Identifier": ("kind", "value"),
    },
    edge_columns=("key", "seq"),
)  # fmt: skip
"""What resolution reads."""

FIRM = "organization.name"


@dataclass(frozen=True)
class Records:
    """One entry a record, in the snapshot's order.

    Attributes:
        ids: hexadecimal.
        seq: number of the transaction that wrote it, shape (n,).
        organization: 1 for an organization, 0 for a person, shape (n,).
        sources: the source of each.
        captions: "@handle" or "source key", to show where there is no name.
        values: attribute → canonical values, the latest first, each once.
        versions: all that they were said to be.
    """

    ids: list[str]
    seq: Ints
    organization: Ints
    sources: list[str]
    captions: list[str]
    values: dict[str, Column]
    versions: Versions

    def __len__(self) -> int:
        return len(self.ids)


def read(snapshot: Snapshot) -> Records:
    """The records of a snapshot that holds what ``PROJECTION`` asks for."""
    table = snapshot.nodes("Record")
    versions = Versions.of(snapshot)
    values = versions.columns("value")
    return Records(
        snapshot.ids("Record"),
        ints(table, "seq"),
        _organizations(texts(table, "kind"), values),
        texts(table, "source"),
        _captions(snapshot),
        values,
        versions,
    )


def _organizations(kinds: list[str], values: dict[str, Column]) -> Ints:
    """Those that a source calls so, and those that have such a name and no other."""
    stated = np.array([kind == "organization" for kind in kinds], dtype=np.bool_)
    firm, named = np.zeros_like(stated), np.zeros_like(stated)
    for name, column in values.items():
        if name == FIRM:
            firm[column.owner] = True
        elif name.startswith("name."):
            named[column.owner] = True
    return (stated | (firm & ~named)).astype(np.int64)


def is_firm(said: Texts) -> bool:
    """Whether a record has an organization's name and no person's."""
    return FIRM in said and not any(name.startswith("name.") for name in said)


def _captions(snapshot: Snapshot) -> list[str]:
    """What to call each record: the handle that it holds, else its source and key."""
    table, known = snapshot.nodes("Record"), snapshot.nodes("Identifier")
    named = zip(texts(table, "source"), texts(table, "key"), strict=True)
    found = [f"{source} {key}" for source, key in named]
    kinds, values = texts(known, "kind"), texts(known, "value")
    record, identifier = ends(snapshot.between("HAS", "Record", "Identifier"))
    is_handle = np.array([one.endswith(":handle") for one in kinds], dtype=np.bool_)
    held = np.flatnonzero(is_handle[identifier])
    handles: dict[int, str] = {}
    for row, place in zip(listed(record[held]), listed(identifier[held]), strict=True):
        handles[row] = min(handles.get(row, values[place]), values[place])
    for row, handle in handles.items():
        found[row] = f"@{handle}"
    return found


def person_name(said: Texts) -> tuple[str, str]:
    """(given, family) name as written; parts that are missing are "".

    Names in each other's place are put right where that can be told: people fill in
    forms the way that their own language orders names.
    """
    given, family = _first(said, "name.given"), _first(said, "name.family")
    if not (given and family):
        full = split(_first(said, "name.full"))
        given, family = given or full[0], family or full[1]
    if family and not is_given(given) and is_given(family):
        return family, given
    return given, family


def _first(said: Texts, attribute: str) -> str:
    found = said.get(attribute)
    return found[0] if found else ""


def latest(said: Said) -> Texts:
    """What a record was last said to be, attribute by attribute."""
    if len(said) == 1:
        return said[0][1]
    merged: Texts = {}
    for _, values in said:
        merged.update({name: found for name, found in values.items() if found})
    return merged


def merged(said: Said) -> Texts:
    """All that a record was said to be, the latest first, each value once."""
    found: Texts = {}
    for _, values in reversed(said):
        for name, told in values.items():
            found.setdefault(name, []).extend(told)
    return {name: list(dict.fromkeys(told)) for name, told in found.items() if told}
