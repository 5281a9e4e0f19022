"""Exports that the town does not write: an account of Telegram, bodies of Segment.

Both are drawn from a seed; the truth is given beside the text.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

START = 1_772_352_000
OWNER = 900


@dataclass
class Talks:
    """What an account's export says.

    Attributes:
        messages: (author, second, text, kind, direction) of each.
        replies: (text, text of the answered one).
        contacts: user and phone.
    """

    messages: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    replies: list[tuple[str, str]] = field(default_factory=list)
    contacts: list[tuple[str, str]] = field(default_factory=list)


def account(seed: int, chats: int = 8, length: int = 40) -> tuple[str, Talks]:
    """An account's ``result.json``, and what it says."""
    draw, talks = np.random.default_rng(seed), Talks()
    listed = [_chat(draw, talks, number, length) for number in range(chats)]
    people = [_contact(talks, number) for number in range(chats)]
    document = {
        "about": "Here is the data you requested. Remember: Telegram is ad free.",
        "personal_information": {"user_id": OWNER, "first_name": "Крамниця"},
        "contacts": {"about": "…", "list": people},
        "chats": {"about": "…", "list": listed},
    }
    return json.dumps(document, ensure_ascii=False, indent=1), talks


def _contact(talks: Talks, number: int) -> dict[str, Any]:
    phone = f"+38067{1_000_000 + number}"
    talks.contacts.append((f"user{100 + number}", phone))
    return {"user_id": 100 + number, "first_name": "Анна", "phone_number": phone}


def _chat(
    draw: np.random.Generator, talks: Talks, number: int, length: int
) -> dict[str, Any]:
    group = number % 4 == 3
    said: list[dict[str, Any]] = []
    for place in range(1, length + 1):
        mine = bool(draw.random() < 0.4)
        author = OWNER if mine else 100 + number
        second = START + number * 10_000 + place * 60
        text = f"{number}/{place} добре {{[\\" * int(draw.integers(1, 3))
        answered = (
            int(draw.integers(1, place)) if place > 1 and draw.random() < 0.3 else 0
        )
        one: dict[str, Any] = {
            "id": place, "type": "message", "date": "2026-03-01T10:00:00",
            "date_unixtime": str(second), "from": f"{author}",
            "from_id": f"user{author}", "text": ["", {"type": "bold", "text": text}],
        }  # fmt: skip
        if answered:
            one["reply_to_message_id"] = answered
            first = "".join(part["text"] for part in said[answered - 1]["text"][1:])
            talks.replies.append((text, first))
        said.append(one)
        direction = "public" if group else "out" if mine else "in"
        kind = "reply" if answered else "message"
        talks.messages.append((f"user{author}", second, text, kind, direction))
    kind = "private_group" if group else "personal_chat"
    return {"name": "Анна", "type": kind, "id": 100 + number, "messages": said}


def bodies(seed: int, count: int = 40, events: int = 25) -> str:
    """Bodies of Segment's batch call: visits of six browsers, some interleaved."""
    draw = np.random.default_rng(seed)
    lines: list[str] = []
    clock = START
    for body in range(count):
        batch: list[dict[str, Any]] = []
        for event in range(events):
            clock += int(draw.choice([5, 60, 900, 2_500]))
            who = int(draw.integers(6))
            at = np.datetime64(clock, "s").item().isoformat() + "Z"
            known = draw.random() < 0.1
            batch.append({
                "type": "identify" if known else "page", "timestamp": at,
                "anonymousId": f"anon-{who}",
                "messageId": f"{body}-{event}", "userId": None,
                "traits": {"email": f"u{who}@example.com"} if known else {},
            })  # fmt: skip
        lines.append(json.dumps({"batch": batch, "sentAt": "2026-06-01T00:00:00Z"}))
    return "\n".join(lines)
