"""From a snapshot of resolved facts to households, employers and ties."""

from dataclasses import dataclass

from graph.ids import Ids
from graph.snapshot import Snapshot
from intelligence.parties import Parties
from intelligence.relationships import attributes, employers, households, stated, ties
from intelligence.relationships.employers import Employments
from intelligence.relationships.households import Households
from intelligence.relationships.ties import Ties

METHOD = "baseline"


@dataclass(frozen=True)
class Relations:
    """What ties the parties of a snapshot together.

    Attributes:
        households: by key.
        household_ids: of each.
        employments: who works for whom.
        ties: of every kind.
        method: how.
    """

    households: Households
    household_ids: list[str]
    employments: Employments
    ties: Ties
    method: str = METHOD


def relate(snapshot: Snapshot, parties: Parties, ids: Ids) -> Relations:
    """Find households, employers and ties.

    Args:
        snapshot: holds what ``intelligence.parties.MARKETING`` asks for.
        parties: of the snapshot.
        ids: makes the ids of the store.
    """
    said = attributes.read(snapshot, parties)
    statements = stated.read(snapshot, parties)
    homes = households.find(snapshot, parties, said)
    home_ids = [ids.of("Household", key) for key in homes.keys]
    jobs = employers.find(parties, said, statements)
    together = ties.housemates(homes, home_ids), ties.colleagues(jobs, parties)
    found = ties.find(snapshot, parties, statements, together)
    return Relations(homes, home_ids, jobs, found)
