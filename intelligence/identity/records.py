"""Records as columns: what each is called, when it was born, what it holds."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa

from graph.model import Texts
from graph.snapshot import Projection, Purpose, Snapshot
from intelligence.addresses import address_key
from intelligence.arrays import Ints, codes, listed
from intelligence.identity.names import (
    family_key,
    given_key,
    is_given,
    organization_key,
    patronymic_key,
    split,
)
from intelligence.tables import dated, decoded, ends, ints, texts, times

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

GLOBAL_KINDS = ("email", "phone", "iban", "device")
_FULL_DATE = len("1975-03-28")


Said = list[tuple[int | None, Texts]]
"""What a record was said to be: (observed_at or None, values), the oldest first."""


@dataclass(frozen=True)
class Records:
    """One entry a record, in id order; codes are -1 where nothing is known.

    Attributes:
        ids: hexadecimal.
        seq: number of the transaction that wrote it.
        organization: 1 for an organization, 0 for a person.
        given: code of the given name; of the whole name for an organization.
        family: code of the surname.
        patronymic: code of the patronymic.
        birth: code of the full birth date.
        address: code of the dwelling.
        tax: code of the taxpayer's or register's number.
        sources: the source of each.
        captions: "@handle" or "source key", to show where there is no name.
        values: what it was last said to be, attribute by attribute.
        versions: all that it was said to be.
        spelled: names of organizations as written, by row, with when.
    """

    ids: list[str]
    seq: Ints
    organization: Ints
    given: Ints
    family: Ints
    patronymic: Ints
    birth: Ints
    address: Ints
    tax: Ints
    sources: list[str]
    captions: list[str]
    values: list[Texts]
    versions: list[Said]
    spelled: dict[int, list[tuple[str, int | None]]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Shared:
    """Who holds which identifier, by kind.

    ``rows[kind]`` is (identifier, record) of each holding. The kinds are "tax",
    "scoped" for other identifiers that one source or country gives to one party, and
    each of ``GLOBAL_KINDS``.
    """

    rows: dict[str, tuple[Ints, Ints]]


def read(snapshot: Snapshot) -> tuple[Records, Shared]:
    """The records of a snapshot that holds what ``PROJECTION`` asks for."""
    table = snapshot.nodes("Record")
    versions = _versions(snapshot)
    values = [latest(said) for said in versions]
    kinds = [
        "organization" if is_firm(said) else kind
        for kind, said in zip(texts(table, "kind"), values, strict=True)
    ]
    shared = _holdings(snapshot)
    tax = np.full(len(kinds), -1, dtype=np.int64)
    identifiers, holders = shared.rows["tax"]
    tax[holders[::-1]] = identifiers[::-1]  # the first of several
    return Records(
        snapshot.ids("Record"),
        ints(table, "seq"),
        np.array([kind == "organization" for kind in kinds], dtype=np.int64),
        *_name_codes(kinds, values),
        codes(_father(said) for said in values)[0],
        codes(_birth(said) for said in values)[0],
        codes(address_key(said) for said in values)[0],
        tax,
        texts(table, "source"),
        _captions(snapshot),
        values,
        versions,
        _spelled(snapshot, kinds),
    ), shared


def is_firm(said: Texts) -> bool:
    """Whether a record has an organization's name and no person's."""
    return "organization.name" in said and not any(
        name.startswith("name.") for name in said
    )


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


def _spelled(
    snapshot: Snapshot, kinds: list[str]
) -> dict[int, list[tuple[str, int | None]]]:
    """What organizations were called, as written."""
    firms = np.array([kind == "organization" for kind in kinds], dtype=np.bool_)
    version, record = ends(snapshot.between("VERSION_OF", "Version", "Record"))
    kept = firms[record]
    table = snapshot.nodes("Version").take(cast("Any", pa.array(version[kept])))
    raw, when = decoded(table, "raw", Texts), listed(times(table, "observed_at"))
    found: dict[int, list[tuple[str, int | None]]] = {}
    for row, said, at in zip(listed(record[kept]), raw, when, strict=True):
        names = said.get("organization.name", ())
        found.setdefault(row, []).extend((name.strip(), dated(at)) for name in names)
    return found


def _name_codes(kinds: list[str], values: list[Texts]) -> tuple[Ints, Ints]:
    given: list[str] = []
    family: list[str] = []
    for kind, said in zip(kinds, values, strict=True):
        if kind == "organization":
            given.append(organization_key(_first(said, "organization.name")))
            family.append("")
        else:
            first, last = person_name(said)
            given.append(given_key(first))
            family.append(family_key(last))
    return codes(given)[0], codes(family)[0]


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


def _father(said: Texts) -> str:
    """The key of the patronymic, which western forms keep as a middle name."""
    return patronymic_key(
        _first(said, "name.patronymic") or _first(said, "name.middle")
    )


def _birth(said: Texts) -> str:
    date = _first(said, "birth.date")
    return date if len(date) == _FULL_DATE and "?" not in date else ""


def _first(said: Texts, attribute: str) -> str:
    found = said.get(attribute)
    return found[0] if found else ""


def _versions(snapshot: Snapshot) -> list[Said]:
    """What each record was said to be, undated first, then by time.

    Of several at one time the fullest comes last, whichever feed came first.
    """
    table = snapshot.nodes("Version")
    when, values = times(table, "observed_at"), decoded(table, "value", Texts)
    version, record = ends(snapshot.between("VERSION_OF", "Version", "Record"))
    full = np.array([len(said) for said in values], dtype=np.int64)
    order = np.lexsort((version, full[version], when[version]))
    found: list[Said] = [[] for _ in range(snapshot.count("Record"))]
    dates = [dated(time) for time in when.tolist()]
    places: list[int] = version[order].tolist()
    owners: list[int] = record[order].tolist()
    for place, owner in zip(places, owners, strict=True):
        found[owner].append((dates[place], values[place]))
    return found


def latest(said: Said) -> Texts:
    """What a record was last said to be, attribute by attribute."""
    if len(said) == 1:
        return said[0][1]
    merged: Texts = {}
    for _, values in said:
        merged.update({name: found for name, found in values.items() if found})
    return merged


def _holdings(snapshot: Snapshot) -> Shared:
    kinds = texts(snapshot.nodes("Identifier"), "kind")
    names = ("tax", "scoped", *GLOBAL_KINDS)
    kind = np.array([names.index(_class_of(one)) for one in kinds], dtype=np.int64)
    record, identifier = ends(snapshot.between("HAS", "Record", "Identifier"))
    of = kind[identifier]
    return Shared(
        {
            name: (identifier[of == code], record[of == code])
            for code, name in enumerate(names)
        }
    )


def _class_of(kind: str) -> str:
    if kind in GLOBAL_KINDS:
        return kind
    return "tax" if kind.endswith(":tax") or kind == "tax_id" else "scoped"
