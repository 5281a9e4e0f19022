"""Golden attributes: of all that the records of a party say, what to show.

Survivorship: what was observed last, then what was said most often, then the longer
and then the first by alphabet. The name to show is the one said most often. Losing
values stay with their records. An organization is shown as it was written: its
canonical form, which lacks capitals and quotes, serves comparing.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from graph.model import Party, Texts
from graph.schema import FRAUD_KINDS
from intelligence.arrays import Ints
from intelligence.identity.names import is_patronymic
from intelligence.identity.parties import Parties
from intelligence.identity.records import Records, Said, person_name

SEVERAL = ("phone", "email", "handle")
"""Attributes of which a party may well have more than one."""

MOST = 5
"""Values kept of each of these, and name forms kept of a party times ten."""

_NAMES = ("name.given", "name.patronymic", "name.middle", "name.family")


def parties(records: Records, named: Parties, method: str) -> list[Party]:
    """The Party nodes of a resolution, in the order of ``named.ids``."""
    members = _members(named.party, len(named.ids))
    return [
        _party(records, rows, party_id, method)
        for party_id, rows in zip(named.ids, members, strict=True)
    ]


def _members(party: Ints, count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    places: list[int] = party.tolist()
    for row, place in enumerate(places):
        found[place].append(row)
    return found


def _party(records: Records, rows: list[int], party_id: str, method: str) -> Party:
    said: Said = [one for row in rows for one in records.versions[row]]
    organization = bool(records.organization[rows[0]])
    kind: Literal["person", "organization"] = (
        "organization" if organization else "person"
    )
    values = survivors(said)
    if organization:
        forms = [form for row in rows for form in records.spelled.get(row, ())]
        name = _most_frequent(forms)
    else:
        forms = _forms(said)
        name = _best(forms)
    name = name or _nameless(values, [records.captions[row] for row in rows])
    names = sorted(
        _searched(said, organization=organization) | {form for form, _ in forms}
    )[: MOST * 10]
    return Party(
        id=party_id,
        kind=kind,
        name=name,
        names=names or [name],
        values=values,
        method=method,
    )


def survivors(said: Said) -> Texts:
    """The golden value of each attribute, by name; several where ``SEVERAL``.

    Evidence for fraud teams is no attribute to show.
    """
    heard: dict[str, list[tuple[str, int | None]]] = {}
    for when, values in said:
        for attribute, texts in values.items():
            heard.setdefault(attribute, []).extend((text, when) for text in texts)
    return {
        attribute: _ranked(heard[attribute])[: MOST if attribute in SEVERAL else 1]
        for attribute in sorted(heard)
        if attribute not in FRAUD_KINDS
    }


def _ranked(heard: Sequence[tuple[str, int | None]]) -> list[str]:
    often = Counter(text for text, _ in heard)
    last: dict[str, int] = {}
    for text, when in heard:
        last[text] = max(last.get(text, _NEVER), _NEVER if when is None else when)
    return sorted(often, key=lambda text: (-last[text], -often[text], -len(text), text))


_NEVER = -(2**62)


def _forms(said: Said) -> list[tuple[str, int | None]]:
    """Every way a person was named, with when."""
    found: list[tuple[str, int | None]] = []
    for when, values in said:
        given, family = person_name(values)
        found.append((f"{given} {family}".strip(), when))
    return [form for form in found if form[0]]


def _searched(said: Said, *, organization: bool) -> set[str]:
    """Whole names with all their parts, for search only."""
    found: set[str] = set()
    for _, values in said:
        found.update(values.get("organization.name", ()) if organization else ())
        parts = [text for name in _NAMES for text in values.get(name, [])[:1]]
        found.add(" ".join(parts))
        found.update(values.get("name.full", ()))
        found.update(values.get("name.maiden", ()))
    return found - {""}


def _most_frequent(forms: Sequence[tuple[str, int | None]]) -> str:
    """The form written most often, of several the latest; "" for none."""
    often = Counter(text for text, _ in forms if text)
    latest = _ranked([form for form in forms if form[0]])
    return min(latest, key=lambda text: -often[text], default="")


def _best(forms: Sequence[tuple[str, int | None]]) -> str:
    """The form to show: a given name with a surname, rather than one of the two.

    A patronymic may stand in the surname's place; a surname is better where there is
    one.
    """
    if not forms:
        return ""
    whole = [form for form in forms if " " in form[0]] or forms
    whole = [form for form in whole if not _by_father(form[0])] or whole
    often = Counter(text for text, _ in whole)
    latest = _ranked(whole)  # slips are rare and seldom the same twice
    return min(latest, key=lambda text: (not text.istitle(), -often[text]))


def _by_father(name: str) -> bool:
    return is_patronymic(name.rpartition(" ")[2])


def _nameless(values: Texts, captions: Sequence[str]) -> str:
    """What to call a party that nobody named: a handle, an address, its record."""
    for attribute, sign in (("handle", "@"), ("email", ""), ("phone", "")):
        if values.get(attribute):
            return sign + values[attribute][0].removeprefix("@")
    handles = [caption for caption in captions if caption.startswith("@")]
    return min(handles or captions)
