"""The flat customer table: several sources in one file, and who is who beside it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ingest.town.draw import Ints, Texts, chance, stream, texts, weighted
from ingest.town.noise import Noise, Tally
from ingest.town.people import END_DAY
from ingest.town.rates import measure
from ingest.town.render import blanked, write_down
from ingest.town.world import World
from ingest.town.write import Column, GzipTable, chunks

SOURCES = ("crm", "web", "loyalty", "call_centre", "orders", "bank")
_SOURCE_SHARES = (18, 16, 17, 15, 19, 15)
# What a source leaves out: share of blanks per column.
_BLANK = {
    "patronymic": (0.07, 0.66, 0.12, 0.58, 0.04, 0.24),
    "date_of_birth": (0.32, 0.76, 0.07, 0.52, 0.08, 0.05),
    "tax_id": (0.7, 0.98, 0.36, 0.98, 0.2, 0.11),
    "phone": (0.14, 0.15, 0.13, 0.2, 0.14, 0.13),
    "email": (0.43, 0.13, 0.71, 0.76, 0.8, 0.74),
    "address": (0.13, 0.81, 0.25, 0.7, 0.12, 0.32),
    "flat": (0.02, 0.02, 0.02, 0.02, 0.02, 0.02),
    "device_id": (0.92, 0.0, 0.9, 0.92, 0.92, 0.92),
    "payout_iban": (1.0, 1.0, 0.85, 1.0, 0.7, 0.42),
    "employer": (0.62, 1.0, 1.0, 1.0, 0.95, 0.64),
}
HEADER = (
    "record_id", "source", "last_name", "first_name", "patronymic", "date_of_birth",
    "tax_id", "phone", "email", "city", "street", "house", "flat", "device_id",
    "payout_iban", "employer", "seen_on",
)  # fmt: skip
_RECORDS = (0.12, 0.28, 0.24, 0.2, 0.1, 0.06)  # shares of people with 1, 2, … records
_SEEN_DAYS = 1700
_CALLABLE = 0.85
_MEASURED = 1500  # people whose records the rates are measured on
MAP = """\
# How the town's customer table maps to attributes: closeknit ingest --map map.toml
[table]
zone = "Europe/Kyiv"

[columns]
record_id = "record_id"
source = "source"
seen_at = "seen_on"
"name.family" = "last_name"
"name.given" = "first_name"
"name.patronymic" = "patronymic"
"birth.date" = "date_of_birth"
tax_id = "tax_id"
phone = "phone"
email = "email"
"address.city" = "city"
"address.street" = "street"
"address.house" = "house"
"address.flat" = "flat"
device = "device_id"
iban = "payout_iban"
"organization.name" = "employer"
"""


def write_table(
    world: World, out: Path, level: float, progress: Callable[[int, int], None]
) -> tuple[int, dict[str, float]]:
    """Write records.csv.gz, clusters.csv.gz and map.toml.

    Returns:
        The number of records, and the error rates measured on those of 1,500 people.
    """
    rng = stream(world.seed, "table")
    grown = np.flatnonzero(world.people.adult)
    # Children are in the town but in no table: their share of records goes to adults.
    each = 1 + weighted(rng, _RECORDS, len(grown))
    extra = int(len(world) * 2.5) - int(each.sum())
    who = np.repeat(grown, each)
    who = np.concatenate([who, grown[rng.integers(0, len(grown), max(0, extra))]])
    who = rng.permutation(who)
    source = weighted(rng, _SOURCE_SHARES, len(who))
    seen = END_DAY - 1 - rng.integers(0, _SEEN_DAYS, len(who))
    tally = Tally()
    some: list[dict[str, str]] = []
    person_of: dict[str, str] = {}
    out.mkdir(parents=True, exist_ok=True)
    (out / "map.toml").write_text(MAP, encoding="utf-8", newline="\n")
    with (
        GzipTable(out / "records.csv.gz", HEADER) as records,
        GzipTable(out / "clusters.csv.gz", ("record_id", "cluster_id")) as clusters,
    ):
        for part in chunks(len(who)):
            noise = Noise(rng, level, tally)
            ids = texts([f"r{n}" for n in range(part.start, part.stop)])
            columns = _columns(world, (who[part], source[part], seen[part]), noise)
            records.rows([ids, *columns])
            persons = [world.person_id(person) for person in who[part].tolist()]
            clusters.rows([ids, persons])
            few = np.flatnonzero(world.person_number[who[part]] < _MEASURED).tolist()
            some += [_row(columns, ids, row) for row in few]
            person_of |= {ids[row]: persons[row] for row in few}
            progress(part.stop, len(who))
    return len(who), measure(some, person_of)


def _row(columns: list[Column], ids: Texts, row: int) -> dict[str, str]:
    cells = [ids[row], *(str(column[row]) for column in columns)]
    return dict(zip(HEADER, cells, strict=True))


def _columns(world: World, rows: tuple[Ints, Ints, Ints], noise: Noise) -> list[Column]:
    who, source, seen = rows
    entries = write_down(world, who, seen, noise)
    keep = {
        name: ~chance(noise.rng, np.array(shares)[source], len(who))
        for name, shares in _BLANK.items()
    }
    # A record by which nobody could be found or called again is rarely kept.
    lost = ~(keep["email"] | keep["date_of_birth"] | keep["tax_id"] | keep["address"])
    keep["phone"] |= lost & chance(noise.rng, _CALLABLE, len(who))
    for name, kept in keep.items():
        noise.tally.add("missing_" + name, int((~kept).sum()), len(who))
    home = keep["address"]
    return [
        np.array(SOURCES, dtype=object)[source], entries.family, entries.given,
        blanked(entries.patronymic, keep["patronymic"]),
        blanked(entries.birth, keep["date_of_birth"]),
        blanked(entries.tax_id, keep["tax_id"]), blanked(entries.phone, keep["phone"]),
        blanked(entries.email, keep["email"]), blanked(entries.city, home),
        blanked(entries.street, home), blanked(entries.house, home),
        blanked(entries.flat, home & keep["flat"]),
        blanked(entries.device, keep["device_id"]),
        blanked(entries.iban, keep["payout_iban"]),
        blanked(entries.employer, keep["employer"]),
        np.datetime_as_string(seen.astype("datetime64[D]")),
    ]  # fmt: skip
