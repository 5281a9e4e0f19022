"""Golden attributes: of all that the records of a party say, what to show.

``survivorship`` chooses; losing values stay with their records. The name to show is
the one said most often. An organization is shown as it was written: its canonical
form, which lacks capitals and quotes, serves comparing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from graph.model import Party, Texts
from graph.schema import FRAUD_KINDS
from intelligence.arrays import listed
from intelligence.identity.columns.records import FIRM, Records, person_name
from intelligence.identity.columns.versions import Said
from intelligence.identity.names.names import is_patronymic
from intelligence.identity.parties.agreed import agreed
from intelligence.identity.parties.parties import Parties
from intelligence.identity.parties.survivorship import (
    DEFAULT,
    Candidate,
    Survivorship,
    Telling,
    gathered,
    ranked,
)

SEVERAL = ("phone", "email", "handle")
"""Attributes of which a party may well have more than one."""

MOST = 5
"""Values kept of each of these, and name forms kept of a party times ten."""

_NAMES = ("name.given", "name.patronymic", "name.middle", "name.family")

Form = tuple[str, Telling]


@dataclass(frozen=True)
class Member:
    """A record of a party and all that it was said to be.

    Attributes:
        id: of the record.
        source: of the record.
        organization: whether it is one.
        caption: what to call it where nobody names it.
        said: (observed_at, canonical values), the oldest first.
        spelled: names of an organization as written, with when.
    """

    id: str
    source: str
    organization: bool
    caption: str
    said: Said
    spelled: Sequence[tuple[str, int | None]] = ()


def parties(
    records: Records, named: Parties, method: str, rules: Survivorship = DEFAULT
) -> Iterator[Party]:
    """The Party nodes of a resolution, one after the other, as ``named.ids``."""
    order = np.argsort(named.party, kind="stable")
    size = np.bincount(named.party, minlength=len(named.ids))
    end = np.cumsum(size)
    spans = zip(named.ids, listed(end - size), listed(end), strict=True)
    for party_id, first, last in spans:
        rows = listed(order[first:last])
        yield party([_member(records, row) for row in rows], party_id, method, rules)


def party(
    members: Sequence[Member],
    party_id: str,
    method: str,
    rules: Survivorship = DEFAULT,
) -> Party:
    """The Party node of some records, in the order of their ids."""
    organization = members[0].organization
    kind: Literal["person", "organization"] = (
        "organization" if organization else "person"
    )
    values = survivors(members, rules)
    forms = _spelled(members) if organization else _forms(members)
    if organization:
        name = _most_usual(forms, rules)
    else:
        name = _best(forms, values.get("email", ()), rules)
    name = name or _nameless(values, [member.caption for member in members])
    names = sorted(
        _searched(members, organization=organization) | {form for form, _ in forms}
    )[: MOST * 10]
    return Party(
        id=party_id,
        kind=kind,
        name=name,
        names=names or [name],
        values=values,
        method=method,
    )


def survivors(members: Sequence[Member], rules: Survivorship = DEFAULT) -> Texts:
    """The golden value of each attribute, by name; several where ``SEVERAL``."""
    return {
        attribute: [one.value for one in found[: kept(attribute)]]
        for attribute, found in candidates(members, rules).items()
    }


def kept(attribute: str) -> int:
    """How many values of an attribute survive at most."""
    return MOST if attribute in SEVERAL else 1


def candidates(
    members: Sequence[Member], rules: Survivorship = DEFAULT
) -> dict[str, list[Candidate]]:
    """Every value of each attribute with who says it, what survives first.

    Evidence for fraud teams is no attribute to show.
    """
    heard: dict[str, list[tuple[str, Telling]]] = {}
    for member in members:
        for when, values in member.said:
            telling = Telling(member.id, member.source, when)
            for attribute, texts in values.items():
                heard.setdefault(attribute, []).extend((t, telling) for t in texts)
    return {
        attribute: ranked(attribute, gathered(heard[attribute]), rules)
        for attribute in sorted(heard)
        if attribute not in FRAUD_KINDS and heard[attribute]
    }


def _member(records: Records, row: int) -> Member:
    firm = bool(records.organization[row])
    return Member(
        id=records.ids[row],
        source=records.sources[row],
        organization=firm,
        caption=records.captions[row],
        said=records.versions.said(row),
        spelled=records.versions.spelled(row, FIRM) if firm else (),
    )


def _spelled(members: Iterable[Member]) -> list[Form]:
    """Every way an organization was written."""
    return [
        (text, Telling(member.id, member.source, when))
        for member in members
        for text, when in member.spelled
        if text
    ]


def _forms(members: Iterable[Member]) -> list[Form]:
    """Every way a person was named."""
    found: list[Form] = []
    for member in members:
        for when, values in member.said:
            given, family = person_name(values)
            form = f"{given} {family}".strip()
            found.append((form, Telling(member.id, member.source, when)))
    return [form for form in found if form[0]]


def _searched(members: Iterable[Member], *, organization: bool) -> set[str]:
    """Whole names with all their parts, for search only."""
    found: set[str] = set()
    for _, values in (one for member in members for one in member.said):
        found.update(values.get("organization.name", ()) if organization else ())
        parts = [text for name in _NAMES for text in values.get(name, [])[:1]]
        found.add(" ".join(parts))
        found.update(values.get("name.full", ()))
        found.update(values.get("name.maiden", ()))
    return found - {""}


def _best(forms: Sequence[Form], emails: Sequence[str], rules: Survivorship) -> str:
    """The form of a person to show; "" for none.

    A given name with a surname, rather than one of the two. A patronymic may stand in
    the surname's place; a surname is better where there is one. Slips are rare and
    seldom the same twice, so a form in capitals or without any loses, and where what
    is frequent counts first, so does one that holds a word on which fewer agree.
    """
    whole = [form for form in forms if " " in form[0]] or list(forms)
    whole = [form for form in whole if not _by_father(form[0])] or whole
    titled = [form for form in whole if form[0].istitle()] or whole
    if not titled or rules.of("name")[0] != "frequent":
        return _most_usual(titled, rules)
    return ranked("name", agreed(gathered(titled), emails), rules)[0].value


def _most_usual(forms: Sequence[Form], rules: Survivorship) -> str:
    return ranked("name", gathered(forms), rules)[0].value if forms else ""


def _by_father(name: str) -> bool:
    return is_patronymic(name.rpartition(" ")[2])


def _nameless(values: Texts, captions: Sequence[str]) -> str:
    """What to call a party that nobody named: a handle, an address, its record."""
    for attribute, sign in (("handle", "@"), ("email", ""), ("phone", "")):
        if values.get(attribute):
            return sign + values[attribute][0].removeprefix("@")
    handles = [caption for caption in captions if caption.startswith("@")]
    return min(handles or captions)
