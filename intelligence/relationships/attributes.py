"""What the records of each party say of addresses and employers."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa

from graph.model import Texts
from graph.snapshot import Snapshot
from intelligence.addresses import address_key, dwelling
from intelligence.arrays import Ints, codes, listed
from intelligence.identity.names.names import organization_key
from intelligence.parties import Parties
from intelligence.tables import decoded, ends, times


@dataclass(frozen=True)
class Said:
    """One entry a version, the oldest first; codes are -1 where nothing is said.

    Attributes:
        party: whose record said it; -1 for a record not resolved yet.
        at: when, UTC microseconds, ``tables.UNDATED`` where it is not known.
        record: place of the record.
        address: code of the dwelling.
        company: code of an organization's name.
        addresses: key of each address code.
        dwellings: each address code as it is written most often.
        companies: key of each company code.
        titles: job title of each entry, "" for none.
    """

    party: Ints
    at: Ints
    record: Ints
    address: Ints
    company: Ints
    addresses: list[str]
    dwellings: list[str]
    companies: list[str]
    titles: list[str]


def read(snapshot: Snapshot, parties: Parties) -> Said:
    """All that versions of records say."""
    table = snapshot.nodes("Version")
    when = times(table, "observed_at")
    version, record = ends(snapshot.between("VERSION_OF", "Version", "Record"))
    order = np.lexsort((version, when[version]))
    version, record = version[order], record[order]
    values = decoded(table, "value", Texts)
    said = [values[place] for place in listed(version)]
    address, keys = codes(address_key(one) for one in said)
    company, companies = codes(_company(one) for one in said)
    return Said(
        parties.of_record[record],
        when[version],
        record,
        address,
        company,
        keys,
        _dwellings(table.take(cast("Any", pa.array(version))), address, len(keys)),
        companies,
        [(one.get("job.title") or [""])[0] for one in said],
    )


def latest(party: Ints, code: Ints, count: int) -> Ints:
    """The last known code of each party, -1 where none is; entries are oldest first."""
    found = np.full(count, -1, dtype=np.int64)
    known = (party >= 0) & (code >= 0)
    found[party[known]] = code[known]  # the last write of an index stands
    return found


def _company(said: Texts) -> str:
    return organization_key((said.get("organization.name") or [""])[0])


def _dwellings(versions: pa.Table, address: Ints, count: int) -> list[str]:
    """How each address is written most often, of several the latest way."""
    known = np.flatnonzero(address >= 0)
    table = versions.take(cast("Any", pa.array(known)))
    heard: list[dict[str, tuple[int, int]]] = [{} for _ in range(count)]
    rows = zip(
        listed(address[known]),
        decoded(table, "raw", Texts),
        listed(times(table, "observed_at")),
        strict=True,
    )
    for code, raw, at in rows:
        text = dwelling(raw)
        often, last = heard[code].get(text, (0, at))
        heard[code][text] = often + 1, max(last, at)
    return [max(ways, key=lambda text: (*ways[text], text)) for ways in heard]
