"""The truth behind the feeds, as Parquet: who is who, and what to each other."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.town.contacts import device_text
from ingest.town.draw import Ints, Texts, texts
from ingest.town.network import KINDS
from ingest.town.people import ROLES
from ingest.town.pools import CULTURES, RU, UK, UK_LATIN, load_toml
from ingest.town.render import email
from ingest.town.rings import SHARED
from ingest.town.story import Story
from ingest.town.truth_events import EVENT_TABLES, telegram_table
from ingest.town.truth_records import records_table
from ingest.town.world import World

if TYPE_CHECKING:
    from ingest.town.write import Column

# pyarrow's stubs leave parts of these two unknown.
# pyright: reportUnknownMemberType=false
Columns = dict[str, Any]


def write_truth(
    story: Story, out: Path, progress: Callable[[int, int], None]
) -> dict[str, int]:
    """Write all tables of the truth, one after the other; the rows of each."""
    out.mkdir(parents=True, exist_ok=True)
    person = person_ids(story.world)
    tables = _TABLES | EVENT_TABLES
    if story.chats is not None:
        tables |= {"telegram": telegram_table}
    rows: dict[str, int] = {}
    for name, make in tables.items():
        rows[name] = write_parquet(out / f"{name}.parquet", make(story, person))
        progress(len(rows), len(tables))
    return rows


def write_parquet(path: Path, columns: Columns) -> int:
    """Write columns as one Parquet file; the number of rows."""
    table = pa.table({name: _arrow(values) for name, values in columns.items()})
    pq.write_table(table, path, compression="zstd")
    return table.num_rows


def _arrow(values: "Column | pa.Array[Any]") -> "pa.Array[Any]":
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, np.ndarray) and values.dtype != np.object_:
        return pa.array(values)
    return pa.array(list(values))


def write_rates(
    path: Path, level: float, made: dict[str, float], measured: dict[str, float]
) -> None:
    """Write the rates of errors.

    Args:
        path: the file.
        level: the noise that was asked for.
        made: share of values with each error that was put into the feeds.
        measured: as `rates.measure` finds them in the table; beside them stand those
            that it finds in a set of Ukrainian customers.
    """
    reference = load_toml("rates_reference.toml")
    found = {"noise": level, "made": made, "measured": measured, "reference": reference}
    text = json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def person_ids(world: World) -> Texts:
    """The id of each person, and a last entry None, which index -1 finds."""
    ids = [world.person_id(n) for n in range(len(world))]
    return texts([*ids, None])


def numbers(values: Ints, prefix: str = "+380", width: int = 9) -> list[str | None]:
    """Numbers of a fixed width behind a prefix; None where negative."""
    return [f"{prefix}{n:0{width}d}" if n >= 0 else None for n in map(int, values)]


def days(values: Ints) -> "pa.Array[Any]":
    """Days since 1970 as dates."""
    return pa.array(values.astype("datetime64[D]"))


def _persons(story: Story, person: Texts) -> Columns:
    world = story.world
    people, called, names = world.people, world.called, world.names
    sex = people.sex
    woman = sex == 0
    count = len(world)

    def full(spelling: int) -> list[str]:
        family = names.surname[1][called.surname, spelling].copy()
        family[woman] = names.surname[0][called.surname[woman], spelling]
        given: list[str] = names.given[called.given, spelling].tolist()
        pairs = zip(given, family.tolist(), strict=True)
        return [f"{g} {f}" for g, f in pairs]

    mobile = world.contacts.mobile
    maiden = names.surname[0][called.maiden, UK]
    return {
        "person_id": person[:-1], "sex": ["fm"[s] for s in sex.tolist()],
        "birth_date": days(people.birth),
        "culture": [CULTURES[c] for c in people.culture],
        "name_uk": full(UK), "name_ru": full(RU), "name_latin": full(UK_LATIN),
        "maiden_name": np.where(called.maiden >= 0, maiden, np.array(None, object)),
        "household_id": household_ids(people.household),
        "tax_id": numbers(world.contacts.tax_id, "", 10),
        "mobile": numbers(mobile[:, 0]),
        "second_mobile": numbers(mobile[:, 1]),
        "iban": [world.iban(account) for account in world.contacts.iban[:, 0].tolist()],
        "device": [device_text(d) for d in world.contacts.device[:, 0].tolist()],
        "email": [email(world, n, 0) for n in range(count)],
        "adult": people.adult,
    }  # fmt: skip


def household_ids(numbers: Ints) -> list[str]:
    """Ids of households."""
    return [f"h{n:07d}" for n in numbers.tolist()]


def _households(story: Story, person: Texts) -> Columns:
    world = story.world
    people, contacts = world.people, world.contacts
    home = people.household
    moved = contacts.moved[home]
    return {
        "household_id": household_ids(home), "person_id": person[:-1],
        "role": [ROLES[r] for r in people.role.tolist()],
        "landline": numbers(contacts.landline[home]),
        **_address(world, 0, ""),
        **_address(world, 1, "_before"),
        "moved_at": pa.array(moved.astype("datetime64[D]"), mask=moved == 0),
    }  # fmt: skip


def _address(world: World, which: int, suffix: str) -> Columns:
    """The address now (0), or the one before, which is null where nobody moved."""
    home, contacts, places = world.people.household, world.contacts, world.places
    stayed = (contacts.moved[home] == 0) & (which == 1)
    columns: dict[str, list[Any]] = {
        "city": places.city[contacts.city[home, which], UK].tolist(),
        "street": places.street[contacts.street[home, which], UK].tolist(),
        "house": contacts.house[home, which].tolist(),
        "flat": contacts.flat[home, which].tolist(),
    }
    return {
        name + suffix: pa.array(values, mask=stayed) for name, values in columns.items()
    }


def _employers(story: Story, _person: Texts) -> Columns:
    work, ids = story.world.work, story.ids
    numbers = range(len(work.names))
    return {
        "employer_id": [f"e{n:06d}" for n in numbers],
        "name": [name["uk"] for name in work.names],
        "reg_no": [f"{n:08d}" for n in work.reg_no.tolist()],
        "phone": [f"+380{n:09d}" for n in work.phone.tolist()],
        "crm_account": ids.accounts(np.arange(len(work.names))),
    }


def _employments(story: Story, person: Texts) -> Columns:
    world = story.world
    work = world.work
    titles = [title["uk"] for title in load_toml("business.toml")["titles"]]
    now = np.flatnonzero(work.employer >= 0)
    before = np.flatnonzero(work.former >= 0)
    who = np.concatenate([now, before])
    firm = np.concatenate([work.employer[now], work.former[before]])
    until = np.concatenate([np.zeros(len(now), np.int64), work.since[before]])
    since = np.concatenate([work.since[now], np.zeros(len(before), np.int64)])
    return {
        "person_id": person[who], "employer_id": [f"e{n:06d}" for n in firm.tolist()],
        "title": [titles[t] for t in work.title[who].tolist()],
        "since": pa.array(since.astype("datetime64[D]"), mask=since == 0),
        "until": pa.array(until.astype("datetime64[D]"), mask=until == 0),
    }  # fmt: skip


def _ties(story: Story, person: Texts) -> Columns:
    network = story.life.network
    return {
        "person_a": person[network.one], "person_b": person[network.other],
        "kind": [KINDS[k] for k in network.kind.tolist()], "since": days(network.since),
    }  # fmt: skip


def _edges(story: Story, person: Texts) -> Columns:
    edges, took = story.life.influence, story.life.adoptions
    return {
        "source": person[edges.source], "target": person[edges.target],
        "probability": edges.probability,
        "tie": [KINDS[k] for k in edges.kind.tolist()],
        "trials": took.trials, "successes": took.successes,
    }  # fmt: skip


def _rings(story: Story, person: Texts) -> Columns:
    world = story.world
    rings = world.rings
    return {
        "ring_id": [f"g{n:05d}" for n in rings.ring.tolist()],
        "person_id": person[rings.person],
        "shared": [
            [word for bit, word in enumerate(SHARED) if mask >> bit & 1]
            for mask in rings.shared.tolist()
        ],
    }


_TABLES: dict[str, Callable[[Story, Texts], Columns]] = {
    "persons": _persons,
    "records": records_table,
    "households": _households,
    "employers": _employers,
    "employments": _employments,
    "ties": _ties,
    "edge_probabilities": _edges,
    "rings": _rings,
}
