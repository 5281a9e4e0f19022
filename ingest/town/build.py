"""Building a town: raw feeds, the flat table, and the truth behind both."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.errors import BadSettings
from ingest.town import access, calls, crm, social, stores, telegram
from ingest.town.draw import stream
from ingest.town.identities import identities
from ingest.town.noise import Noise, Tally
from ingest.town.shopping import GOODS_PER_CATEGORY
from ingest.town.story import Story
from ingest.town.table import write_table
from ingest.town.talk import Phrases
from ingest.town.traits import web_traits
from ingest.town.truth import write_rates, write_truth
from ingest.town.visits import visit
from ingest.town.web import write_web
from ingest.town.world import Life, World, create, live

Progress = Callable[[str, int, int], None]
FEWEST = 50


@dataclass(frozen=True)
class Summary:
    """What was written."""

    out: Path
    people: int
    households: int
    lines: dict[str, int]  # per feed file: lines (CSV headers left out)
    records: int  # rows of the flat table
    truth: dict[str, int]  # per truth table: rows


def build(
    people: int,
    seed: int,
    out: Path,
    noise: float = 0.2,
    progress: Progress | None = None,
    *,
    more_feeds: bool = False,
) -> Summary:
    """Write a whole town under `out`: `feeds/`, `table/`, `truth/`.

    Args:
        people: how many people live there, at least 50.
        seed: the same arguments give the same bytes.
        out: a folder; files of these names in it are overwritten.
        noise: how badly things are written down: 0 none, 0.2 as people do, 0.35 badly.
        progress: called with (stage, done, total).
        more_feeds: also an export of Telegram, and some web events in bodies of the
            batch call; nothing else changes.

    Raises:
        BadSettings: too few people, or a noise outside 0 to 1.
    """
    _check(people, noise)
    say = progress or _silent
    tally = Tally()
    say("people", 0, people)
    world = create(people, seed)
    life = live(world)
    say("people", people, people)
    story, errors = _tell(world, life), (noise, tally)
    _web_and_stores(story, out / "feeds", errors, say, bodies=more_feeds)
    _calls_and_x(story, out / "feeds", errors, say)
    _crm(story, out / "feeds", errors, say)
    if more_feeds:
        _telegram(story, out / "feeds", errors, say)
    records, measured = write_table(world, out / "table", noise, _stage(say, "table"))
    truth = write_truth(story, out / "truth", _stage(say, "truth"))
    write_rates(out / "truth" / "rates.json", noise, tally.rates(), measured)
    return Summary(out, people, world.people.households, story.lines, records, truth)


def build_table(
    people: int,
    seed: int,
    out: Path,
    noise: float = 0.2,
    progress: Progress | None = None,
) -> int:
    """Write the flat table alone into `out`; the number of records (2.5 a person)."""
    _check(people, noise)
    world = create(people, seed)
    return write_table(world, out, noise, _stage(progress or _silent, "table"))[0]


def _check(people: int, noise: float) -> None:
    if people < FEWEST:
        message = f"a town needs {FEWEST} people or more, not {people}: raise --people"
        raise BadSettings(message)
    if not 0 <= noise <= 1:
        message = f"noise is a number from 0 to 1 (usual: 0.2), not {noise}"
        raise BadSettings(message)


def _tell(world: World, life: Life) -> Story:
    seed, ids = world.seed, identities(world)
    bought, lost = life.purchases, life.unwon
    visits = visit(
        world.people, life.network, life.members, world.contacts, (bought, lost), seed
    )
    receipts = stores.receipts(bought, seed)
    found = crm.contacts(world, life, seed)
    return Story(
        world, life, ids, visits, access.browse(world, life, seed), receipts,
        stores.store_visits(world, life, receipts, seed), stores.accounts(life, seed),
        calls.ring_up(world, life, seed), social.post(world, life, seed),
        social.follow(world, life, seed), found, crm.consents(found, seed),
    )  # fmt: skip


def _stage(say: Progress, name: str) -> Callable[[int, int], None]:
    return lambda done, total: say(name, done, total)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody wants to know."""


def _noise(story: Story, name: str, errors: tuple[float, Tally]) -> Noise:
    level, tally = errors
    return Noise(stream(story.world.seed, name), level, tally)


def _web_and_stores(
    story: Story, out: Path, errors: tuple[float, Tally], say: Progress, *, bodies: bool
) -> None:
    world, life, ids = story.world, story.life, story.ids
    traits = web_traits(world, life, _noise(story, "traits", errors))
    counts = write_web(
        (world, life, ids, traits), story.visits, out, _stage(say, "web"),
        bodies=bodies,
    )  # fmt: skip
    story.web = counts
    story.lines["web_events.jsonl"] = counts.lines
    if counts.bodies:
        story.lines["web_batches.jsonl"] = counts.bodies
    story.lines["site_access.log"] = access.write_access(
        ids, story.hits, out, _stage(say, "access")
    )
    story.lines["store_receipts.csv"] = stores.write_receipts(
        world, life, ids, story.receipts, out, _stage(say, "receipts")
    )
    story.lines["store_visits.csv"] = stores.write_store_visits(
        world, ids, story.store_visits, out, _stage(say, "store visits")
    )
    story.lines["loyalty_accounts.csv"] = stores.write_accounts(
        world, ids, story.accounts, out, _noise(story, "loyalty", errors)
    )


def _calls_and_x(
    story: Story, out: Path, errors: tuple[float, Tally], say: Progress
) -> None:
    world, life, ids = story.world, story.life, story.ids
    story.lines["Master.csv"] = calls.write_cdr(story.calls, out, _stage(say, "calls"))
    story.lines["call_notes.jsonl"] = calls.write_notes(
        world, life, ids, story.calls, out, _stage(say, "notes")
    )
    users = social.Users(world, life, ids, _noise(story, "x", errors))
    phrases = Phrases(world, life.goods.name)
    story.lines["x_posts.jsonl"] = social.write_posts(
        phrases, users, story.posts, out, _stage(say, "posts")
    )
    story.lines["x_follows.jsonl"] = social.write_follows(users, story.follows, out)


def _crm(story: Story, out: Path, errors: tuple[float, Tally], say: Progress) -> None:
    world, ids, found = story.world, story.ids, story.contacts
    story.lines["crm_accounts.csv"] = crm.write_accounts(world, ids, out)
    story.lines["crm_contacts.csv"] = crm.write_contacts(
        world, ids, found, out, _noise(story, "crm", errors), _stage(say, "crm")
    )
    story.lines["crm_consents.csv"] = crm.write_consents(
        ids, found, story.consents, out
    )


def _telegram(
    story: Story, out: Path, errors: tuple[float, Tally], say: Progress
) -> None:
    world, life = story.world, story.life
    story.chats = telegram.talk(world, life, world.seed)
    export = telegram.Export(
        world, story.chats, Phrases(world, life.goods.name),
        life.network.taste * GOODS_PER_CATEGORY, _noise(story, "telegram", errors),
    )  # fmt: skip
    story.lines["result.json"] = export.write(out, _stage(say, "telegram"))
