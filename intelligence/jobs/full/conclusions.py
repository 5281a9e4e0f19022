"""What the rooms found, as nouns and edges of the graph.

Ids of conclusions follow from what they are about, so that the next run finds them
again: a Score from its party and kind, a Household from its address.
"""

from graph.ids import Ids
from graph.model import Alert, Edge, Finding, Household, Ring, Score, Value
from graph.schema import EdgeKind
from intelligence.arrays import listed
from intelligence.influence.influence import Influence
from intelligence.jobs.runs.changes import Wanted
from intelligence.linked.linked import Rings
from intelligence.parties import Parties
from intelligence.relationships.relate import Relations
from intelligence.sentiment.findings import METHOD as SENTIMENT_METHOD
from intelligence.sentiment.findings import Moods, Unconverted
from intelligence.tables import dated

INFLUENCE, SENTIMENT, NOT_BOUGHT, LINKED = (
    "influence", "sentiment", "not_bought", "linked",
)  # fmt: skip
UNIT = "times the average"


def marketing() -> Wanted:
    """What a marketing run answers for, nothing wanted yet."""
    return Wanted(
        {
            "Household": None,
            "Score": frozenset({INFLUENCE}),
            "Finding": frozenset({SENTIMENT, NOT_BOUGHT}),
        },
        (EdgeKind.MEMBER_OF, EdgeKind.WORKS_FOR, EdgeKind.TIE, EdgeKind.FOR),
    )


def fraud() -> Wanted:
    """What a fraud run answers for, nothing wanted yet."""
    return Wanted(
        {"Ring": None, "Alert": frozenset({LINKED})}, (EdgeKind.IN_RING, EdgeKind.FOR)
    )


def add_relations(wanted: Wanted, found: Relations, parties: Parties) -> None:
    """Households with members, employers, ties."""
    _add_households(wanted, found, parties)
    _add_employments(wanted, found, parties)
    _add_ties(wanted, found, parties)


def add_influence(wanted: Wanted, found: Influence, parties: Parties, ids: Ids) -> None:
    """A score for every party that has ties."""
    rows = zip(listed(found.party), found.value, found.reasons, strict=True)
    for place, value, reasons in rows:
        party = parties.ids[place]
        score = Score(
            id=ids.of("Score", party, INFLUENCE),
            kind=INFLUENCE,
            value=value,
            unit=UNIT,
            reasons=reasons,
            method=found.method,
        )
        _told(wanted, score, party)


def add_moods(wanted: Wanted, found: Moods, interactions: list[str], ids: Ids) -> None:
    """A finding for every interaction that has words.

    Args:
        wanted: to add to.
        found: the moods.
        interactions: ids by place.
        ids: makes the ids of the store.
    """
    for place, reading in zip(found.interaction, found.readings, strict=True):
        about = interactions[place]
        shown: dict[str, Value] = {"words": list(reading.words)}
        if reading.reason_words:
            shown["reason_words"] = list(reading.reason_words)
        finding = Finding(
            id=ids.of("Finding", about, SENTIMENT),
            kind=SENTIMENT,
            mood=reading.mood,
            reason=None if reading.mood == "positive" else reading.reason,
            confidence=reading.confidence,
            evidence=[shown],
            method=found.method,
        )
        _told(wanted, finding, about)


def add_unconverted(
    wanted: Wanted, found: list[Unconverted], parties: Parties, ids: Ids
) -> None:
    """A finding for every party that came or talked and did not buy."""
    for one in found:
        party = parties.ids[one.party]
        finding = Finding(
            id=ids.of("Finding", party, NOT_BOUGHT),
            kind=NOT_BOUGHT,
            mood=one.mood,
            reason=one.reason,
            confidence=one.confidence,
            evidence=one.evidence,
            method=SENTIMENT_METHOD,
        )
        _told(wanted, finding, party)


def add_rings(wanted: Wanted, found: Rings, parties: Parties, ids: Ids) -> None:
    """Rings with members, and an alert for each."""
    for place, ring in enumerate(found.ids):
        members = [parties.ids[one] for one in found.members[place]]
        kind, evidence = found.kinds[place], found.evidence[place]
        what = kind.replace("+", " and ")
        wanted.node(
            Ring(
                id=ring,
                name=f"{len(members)} parties share {what}",
                kind=kind,
                score=found.scores[place],
                evidence=evidence,
                method=found.method,
            )
        )
        alert = Alert(
            id=ids.of("Alert", ring, LINKED),
            kind=LINKED,
            severity=found.severity(place),
            evidence=[{"ring": ring}, *evidence],
            method=found.method,
        )
        _told(wanted, alert, *members)
        for party in members:
            wanted.edge(
                Edge(
                    type=EdgeKind.IN_RING,
                    source=party,
                    target=ring,
                    weight=found.severity(place),
                    attributes={"role": "member"},
                )
            )


def _told(wanted: Wanted, conclusion: Score | Finding | Alert, *about: str) -> None:
    """A conclusion and whom or what it is for."""
    wanted.node(conclusion)
    for one in about:
        wanted.edge(Edge(type=EdgeKind.FOR, source=conclusion.id, target=one))


def _add_households(wanted: Wanted, found: Relations, parties: Parties) -> None:
    homes = found.households
    for home, name, address in zip(
        found.household_ids, homes.names, homes.addresses, strict=True
    ):
        wanted.node(
            Household(id=home, name=name, address=address or None, method=found.method)
        )
    rows = zip(
        listed(homes.member),
        listed(homes.household),
        homes.confidence.tolist(),
        strict=True,
    )
    for member, place, confidence in rows:
        wanted.edge(
            Edge(
                type=EdgeKind.MEMBER_OF,
                source=parties.ids[member],
                target=found.household_ids[place],
                weight=confidence,
                attributes={"role": "member", "method": found.method},
            )
        )


def _add_employments(wanted: Wanted, found: Relations, parties: Parties) -> None:
    jobs = found.employments
    rows = zip(
        listed(jobs.person),
        listed(jobs.employer),
        listed(jobs.since),
        jobs.confidence.tolist(),
        jobs.titles,
        strict=True,
    )
    for person, employer, since, confidence, title in rows:
        attributes: dict[str, Value] = {"method": found.method}
        if title:
            attributes["title"] = title
        wanted.edge(
            Edge(
                type=EdgeKind.WORKS_FOR,
                source=parties.ids[person],
                target=parties.ids[employer],
                weight=confidence,
                since=dated(since),
                attributes=attributes,
            )
        )


def _add_ties(wanted: Wanted, found: Relations, parties: Parties) -> None:
    ties = found.ties
    since, count = listed(ties.since), listed(ties.count)
    strength: list[float] = ties.strength.tolist()
    ends = zip(listed(ties.source), listed(ties.target), ties.kind, strict=True)
    for at, (source, target, kind) in enumerate(ends):
        wanted.edge(
            Edge(
                type=EdgeKind.TIE,
                source=parties.ids[source],
                target=parties.ids[target],
                key=kind,
                weight=strength[at],
                since=dated(since[at]),
                attributes={
                    "kind": kind,
                    "count": count[at],
                    "evidence": list(ties.evidence[at]),
                    "method": found.method,
                },
            )
        )
