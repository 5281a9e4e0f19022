"""Sentences that customers and agents say, by language and what moves them."""

from typing import Any

import numpy as np

from ingest.town.draw import Ints, Texts, chance
from ingest.town.pools import load_toml
from ingest.town.shopping import REASONS
from ingest.town.world import World

LANGUAGES = ("uk", "ru", "en")
GOOD, NEUTRAL = len(REASONS), len(REASONS) + 1
MOODS = (*REASONS, "good", "neutral")
_OTHER_LANGUAGE = 0.15


class Phrases:
    """The phrase book; every choice is made by a number handed in."""

    def __init__(self, world: World, product_names: Texts) -> None:
        self.book: dict[str, Any] = load_toml("talk.toml")
        self.world = world
        self.products = product_names
        self.agents: list[str] = self.book["agents"]["names"]

    def say(self, language: int, mood: int, product: int, bits: int) -> str:
        """What a customer says in one mood of one product."""
        code = LANGUAGES[language]
        texts = self.book[code][MOODS[mood]]
        text = texts[bits % len(texts)]
        name = self.products[product, (1, 2, 0)[language]]
        return text.replace("{p}", name)

    def line(self, kind: str, language: int, bits: int, **names: str) -> str:
        """What an agent says, or how a caller names himself."""
        texts = self.book[kind][LANGUAGES[language]]
        return texts[bits % len(texts)].format(**names)

    def spoken_name(self, person: int, language: int) -> str:
        """A person's given name and surname as said aloud in the language."""
        called, names = self.world.called, self.world.names
        sex = int(self.world.people.sex[person])
        given = names.given[called.given[person], language]
        return f"{given} {names.surname[sex][called.surname[person], language]}"


def languages(world: World, who: Ints, rng: np.random.Generator) -> Ints:
    """The language each speaks: mostly the own one."""
    other = rng.integers(0, 2, len(who))
    return np.where(
        chance(rng, _OTHER_LANGUAGE, len(who)), other, world.people.culture[who]
    )
