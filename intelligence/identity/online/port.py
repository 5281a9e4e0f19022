"""What online resolution asks of an index of all records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from graph.model import Texts
from intelligence.identity.weights.model import Model
from intelligence.identity.weights.scoring import Scorer


@dataclass(frozen=True)
class Asked:
    """A record as it would be once written.

    Attributes:
        id: of the record; one that the index holds is replaced by this one.
        source: of the record.
        organization: whether it is one.
        said: canonical values, attribute by attribute, the latest first.
        accounts: (kind, value) of the identifiers that it holds.
    """

    id: str
    source: str
    organization: bool
    said: Texts
    accounts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Little:
    """A few records as a table of their own.

    Attributes:
        ids: of the rows, the asked ones first.
        scorer: weighs any pairs of rows as among all records.
    """

    ids: list[str]
    scorer: Scorer


@dataclass(frozen=True)
class Near:
    """Who comes near some records.

    Attributes:
        found: of each one asked, ids of the records that clustering may join to it.
        little: the asked ones, those found, and perhaps others.
        homes: the parties of those found and the records of each, in id order, as the
            index knows them.
        whole: whether ``homes`` has all parties that those asked or found are of, and
            all their records; else the store knows better.
    """

    found: list[set[str]]
    little: Little
    homes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    whole: bool = False


class Index(Protocol):
    """All records of a store, ready to be asked; never wrong, only behind."""

    @property
    def watermark(self) -> int:
        """What it knows of the store."""
        ...

    def catch_up(self) -> None:
        """Take notice of all that the store holds now."""
        ...

    def follow(self, upto: int) -> None:
        """Take notice of what was written up to a transaction, if that is not too much.

        Args:
            upto: its number; there may be later ones.
        """
        ...

    def follow_some(self, upto: int) -> bool:
        """Take notice of one transaction; True when there are more to take notice of.

        Args:
            upto: number of the last one that is wanted.
        """
        ...

    def take_in(self, records: Sequence[str]) -> None:
        """Take notice of some records as the store holds them now."""
        ...

    def note(self, seq: int, asked: Sequence[Asked], parties: Sequence[str]) -> None:
        """Take notice of what a transaction wrote, as its writer tells it.

        Args:
            seq: its number.
            asked: records that came with it, as they are now.
            parties: of each of them.
        """
        ...

    def rehearse(self, records: Sequence[str]) -> None:
        """Do once what news of some of its records take; it stays as it is."""
        ...

    def renewed(self) -> Model:
        """The model with its prior as parties are now (``weights.priors``)."""
        ...

    def near(self, asked: Sequence[Asked]) -> Near:
        """Who comes near each one asked, the others asked among them."""
        ...

    def near_stored(self, records: Sequence[str]) -> Near:
        """The same for records that the index holds; nobody for one it lacks."""
        ...

    def little(self, asked: Sequence[Asked], records: Sequence[str]) -> Little:
        """The asked ones and some records that the index holds; others are left out."""
        ...
