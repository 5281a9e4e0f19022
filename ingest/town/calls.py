"""`Master.csv` and `call_notes.jsonl`: the telephone exchange and what was said.

The CDR has Asterisk's columns for cdr_csv with loguniqueid and loguserfield, without a
header, times in GMT:
https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.town.draw import Bools, Ints, chance, mix, stream, weighted
from ingest.town.identities import Identities
from ingest.town.people import DAYS, START_DAY
from ingest.town.render import choose_phone, english
from ingest.town.shopping import GOODS_PER_CATEGORY
from ingest.town.talk import GOOD, LANGUAGES, MOODS, NEUTRAL, Phrases, languages
from ingest.town.visits import DAY
from ingest.town.world import Life, World
from ingest.town.write import Lines, chunks, js, utc

IN, OUT = 0, 1
DISPOSITIONS = ("ANSWERED", "NO ANSWER", "BUSY")
OUTCOMES = ("resolved", "callback", "order_placed", "no_sale", "complaint")
_CALLS_EACH, _OUTBOUND, _WITHHELD = 1.9, 0.22, 0.045
_NOTED, _TRANSCRIBED, _NAMED, _NAMED_AT_HOME, _ACCOUNT = 0.7, 0.45, 0.3, 0.6, 0.35
WITHHELD = -1


@dataclass(frozen=True)
class Calls:
    """One row a call, in order of time."""

    person: Ints
    at: Ints  # ms, whole seconds
    way: Ints
    number: Ints  # nine digits, WITHHELD
    agent: Ints
    wait: Ints  # seconds
    talk: Ints
    disposition: Ints
    mood: Ints
    product: Ints
    language: Ints
    noted: Bools
    transcribed: Bools
    named: Bools
    account: Bools

    def unique_id(self, rows: slice) -> list[str]:
        """The exchange's ids: seconds since 1970 and a running number."""
        seconds = (self.at[rows] // 1000).tolist()
        return [
            f"{s}.{n}"
            for s, n in zip(seconds, range(rows.start, rows.stop), strict=True)
        ]


def ring_up(world: World, life: Life, seed: int) -> Calls:
    """Draw all calls of the year."""
    rng = stream(seed, "calls")
    person, day, mood, product = _occasions(world, life, rng)
    count = len(person)
    at = (day + START_DAY) * DAY + rng.integers(6 * 3600, 17 * 3600, count) * 1000
    order = np.argsort(at, kind="stable")
    person, at, mood, product = person[order], at[order], mood[order], product[order]
    way = np.where(chance(rng, _OUTBOUND, count), OUT, IN)
    number = choose_phone(world, person, rng)
    number[chance(rng, _WITHHELD, count) & (way == IN)] = WITHHELD
    disposition = weighted(rng, (0.87, 0.1, 0.03), count)
    disposition = np.where(mood < GOOD, 0, disposition)  # what is wrong gets told
    answered = disposition == 0
    talk = np.where(answered, 15 + rng.gamma(1.5, 110, count).astype(np.int64), 0)
    line = world.contacts.landline[world.people.household[person]]
    at_home = number == line
    noted = answered & chance(rng, _NOTED, count)
    noted |= answered & (mood < GOOD)
    named = chance(rng, np.where(at_home, _NAMED_AT_HOME, _NAMED), count)
    return Calls(
        person, at, way, number, rng.integers(0, 8, count),
        3 + rng.gamma(1.3, 18, count).astype(np.int64), talk, disposition, mood,
        product,
        languages(world, person, rng), noted, noted & chance(rng, _TRANSCRIBED, count),
        named, life.members.account[person] & chance(rng, _ACCOUNT, count),
    )  # fmt: skip


def _occasions(
    world: World, life: Life, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Ints]:
    often = rng.poisson(_CALLS_EACH * life.network.activity) + 1
    content = life.members.calls & ~life.network.never_buys
    usual = np.repeat(np.arange(len(world)), often * content)
    lost = life.unwon
    rows = np.flatnonzero(life.members.calls[lost.person])
    again = np.repeat(rows, 1 + chance(rng, 0.3, len(rows)))
    mood = np.concatenate([
        np.where(chance(rng, 0.35, len(usual)), GOOD, NEUTRAL), lost.reason[again]
    ])  # fmt: skip
    # Customers complain too and buy all the same.
    moved = chance(rng, 0.12, len(usual))
    mood[: len(usual)][moved] = rng.integers(0, GOOD, int(moved.sum()))
    wish = life.network.taste[usual] * GOODS_PER_CATEGORY
    product = np.concatenate([
        wish + rng.integers(0, GOODS_PER_CATEGORY, len(usual)), lost.product[again]
    ])  # fmt: skip
    later = np.minimum(lost.day[again] + rng.integers(1, 15, len(again)), DAYS - 1)
    day = np.concatenate([rng.integers(0, DAYS, len(usual)), later])
    return np.concatenate([usual, lost.person[again]]), day, mood, product


def number_text(number: int) -> str:
    """A number as the exchange receives it: E.164, or the word for a hidden one."""
    return f"+380{number:09d}" if number >= 0 else "anonymous"


def write_cdr(calls: Calls, out: Path, progress: Callable[[int, int], None]) -> int:
    """Write the CDR file; the number of lines."""
    with Lines(out / "Master.csv") as file:
        for part in chunks(len(calls.at)):
            file.write(_cdr_lines(calls, part))
            progress(part.stop, len(calls.at))
        return file.count


def _cdr_lines(calls: Calls, part: slice) -> list[str]:
    start = calls.at[part]
    answer = start + calls.wait[part] * 1000
    end = answer + calls.talk[part] * 1000
    cells = zip(
        calls.unique_id(part), calls.way[part].tolist(), calls.number[part].tolist(),
        calls.agent[part].tolist(), _stamps(start), _stamps(answer), _stamps(end),
        calls.wait[part].tolist(), calls.talk[part].tolist(),
        calls.disposition[part].tolist(), range(part.start, part.stop), strict=True,
    )  # fmt: skip
    return [_cdr_line(*row) for row in cells]


def _stamps(at: Ints) -> list[str]:
    shown = np.datetime_as_string(at.astype("datetime64[ms]"), unit="s").tolist()
    return [text.replace("T", " ") for text in shown]


def _cdr_line(  # noqa: PLR0913, PLR0917 - the cells of one line
    unique: str, way: int, number: int, agent: int, start: str, answer: str, end: str,
    wait: int, talk: int, disposition: int, row: int,
) -> str:  # fmt: skip
    phone, extension = number_text(number), str(201 + agent)
    word = DISPOSITIONS[disposition]
    answer = answer if disposition == 0 else ""
    tail = f"{wait + talk},{talk}"
    if way == IN:
        agent_channel = (
            f"PJSIP/{extension}-{row * 2 + 1:08x}" if disposition == 0 else ""
        )
        texts = ("", phone, "500", "from-trunk", f'""{phone}"" <{phone}>',
                 f"PJSIP/trunk-{row * 2:08x}", agent_channel, "Queue",
                 "support,t,,,90", start, answer, end)  # fmt: skip
    else:
        texts = ("", extension, phone, "from-internal", f'""Agent"" <{extension}>',
                 f"PJSIP/{extension}-{row * 2:08x}", f"PJSIP/trunk-{row * 2 + 1:08x}",
                 "Dial", f"PJSIP/{phone}@trunk,60", start, answer, end)  # fmt: skip
    quoted = '","'.join(texts)
    return f'"{quoted}",{tail},"{word}","DOCUMENTATION","{unique}",""'


def write_notes(
    world: World, life: Life, identities: Identities, calls: Calls, out: Path,
    progress: Callable[[int, int], None],
) -> int:  # fmt: skip
    """Write agents' notes and transcripts; the number of lines."""
    phrases = Phrases(world, life.goods.name)
    with Lines(out / "call_notes.jsonl") as file:
        for part in chunks(len(calls.at)):
            unique = calls.unique_id(part)
            note = _Note(calls, phrases, identities)
            foreign = english(world, calls.person[part]).tolist()
            noted = calls.noted[part].tolist()
            rows = zip(
                range(part.start, part.stop), unique, foreign, noted, strict=True
            )
            file.write([
                note.line(row, key, foreign=abroad)
                for row, key, abroad, written in rows if written
            ])  # fmt: skip
            progress(part.stop, len(calls.at))
        return file.count


class _Note:
    """Writes one line a call."""

    def __init__(self, calls: Calls, phrases: Phrases, identities: Identities) -> None:
        self.calls, self.phrases, self.identities = calls, phrases, identities
        self.bits = mix(np.arange(len(calls.at)), 0x70E).tolist()

    def line(self, row: int, unique: str, *, foreign: bool) -> str:
        """The JSON of one note or transcript."""
        calls, phrases = self.calls, self.phrases
        language = 2 if foreign else int(calls.language[row])
        bits, person = self.bits[row], int(calls.person[row])
        agent = int(calls.agent[row])
        name = phrases.spoken_name(person, language) if calls.named[row] else ""
        mood, product = int(calls.mood[row]), int(calls.product[row])
        said = phrases.say(language, mood, product, bits)
        ended = int(calls.at[row] + (calls.wait[row] + calls.talk[row]) * 1000)
        item: dict[str, object] = {
            "uniqueid": unique, "kind": "note", "at": utc(np.array([ended]))[0],
            "agent": {"id": f"a{agent + 1}", "name": phrases.agents[agent]},
        }  # fmt: skip
        if name:
            item["caller_name"] = name
        if calls.account[row]:
            item["account"] = self.identities.user(person)
        item["outcome"] = outcome(mood, bits)
        item["language"] = LANGUAGES[language]
        if calls.transcribed[row]:
            item["kind"] = "transcript"
            item["turns"] = self._turns(row, language, name, said)
        else:
            item["text"] = f"{name}: {said}" if name else said
        return js(item)

    def _turns(
        self, row: int, language: int, name: str, said: str
    ) -> list[dict[str, str]]:
        calls, phrases, bits = self.calls, self.phrases, self.bits[row] >> 8
        agent = phrases.agents[int(calls.agent[row])].split()[0]
        spoken = [("agent", phrases.line("openings", language, bits, a=agent))]
        if name:
            spoken.append(
                ("customer", phrases.line("naming", language, bits >> 4, n=name))
            )
        spoken.append(("customer", said))
        spoken.append(("agent", phrases.line("closings", language, bits >> 8)))
        begin = int(calls.at[row] + calls.wait[row] * 1000)
        step = int(calls.talk[row]) * 1000 // len(spoken)
        times = utc(np.array([begin + n * step for n in range(len(spoken))]))
        return [
            {"speaker": who, "at": at, "text": text}
            for (who, text), at in zip(spoken, times, strict=True)
        ]


def outcome(mood: int, bits: int) -> str:
    """How an agent files a call."""
    if mood == GOOD:
        return ("resolved", "order_placed")[bits >> 3 & 1]
    if mood == NEUTRAL:
        return ("resolved", "callback")[bits >> 3 & 1]
    return "complaint" if MOODS[mood] in ("service", "site") else "no_sale"
