"""``resolve --incremental``: news reach their parties without a full run.

Parties that news touch are decided anew, by the batch's rules and with the active
model. As records multiply, what was rare or frequent changes, and pairs that no news
touch weigh otherwise; most are far from tipping, those in doubt may. So once the store
has grown by ``due.RENEWED``, what the queue asks stewards about is looked at again, and
written where parties change by it; before that, the prior is made to fit how often
records are of one party. Each group of parties that exchange records is one change of
one transaction, so a run that is killed leaves every party whole, and the next one
finishes.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from graph.batch import EdgeRef
from graph.bookkeeping import Lease
from graph.progress import Progress, silent
from graph.schema import EdgeKind
from graph.store import GraphStore
from intelligence.identity.engine import METHOD, certainty
from intelligence.identity.online.port import Index
from intelligence.identity.online.settling import WHOLE
from intelligence.identity.parties.survivorship import DEFAULT, Survivorship
from intelligence.identity.weights.fit import Levels, added, levels
from intelligence.jobs.arriving.surroundings import survey
from intelligence.jobs.increments.asking import Asking, Means, Settled
from intelligence.jobs.increments.regrouping import Regrouped, regrouped
from intelligence.jobs.runs import models
from intelligence.jobs.runs.due import basis_of, due
from intelligence.jobs.runs.news import last_run, news
from intelligence.jobs.runs.report import RunReport
from intelligence.jobs.runs.running import Clock, Running, running, wall_clock
from intelligence.jobs.runs.turns import turn

CHUNK = 2_000
"""Records that are settled together."""

_PAGE = 50_000
_REWIRED = frozenset({EdgeKind.OF, EdgeKind.SAME_AS, EdgeKind.DIFFERENT_FROM})


def increment(
    store: GraphStore,
    index: Index,
    *,
    rules: Survivorship = DEFAULT,
    progress: Progress = silent,
    clock: Clock = wall_clock,
) -> RunReport:
    """Decide about all that is new since the last run.

    Args:
        store: where from and where to.
        index: of its records, with the active model.
        rules: of golden attributes.
        progress: told how far it is.
        clock: UTC microseconds, for the run's own times.

    Raises:
        NotFound: there was no full run yet.
        LeaseHeld: another process resolves now.
    """
    last = last_run(store)
    with running(store, "resolve", METHOD, clock) as run:
        index.catch_up()
        waiting = news(store, last.watermark or 0, run.watermark)
        before = basis_of(last)
        work = _Work(store, index, run, rules, before.means if before else {})
        renewed = before is not None and before.renewed(waiting.fresh)
        if renewed:
            _renew(store, index, run, clock)
        again = work.doubted(waiting.records) if renewed else []
        total = len(waiting.records)
        for done in range(0, total, CHUNK):
            progress("resolve", done, total + len(again))
            work.settle(waiting.records[done : done + CHUNK])
        for done in range(0, len(again), CHUNK):
            progress("resolve", total + done, total + len(again))
            work.settle(again[done : done + CHUNK], news=False)
        progress("resolve", total + len(again), total + len(again))
        work.ask()
        basis = before and before.later(waiting.fresh, work.levels, looked=renewed)
        report = RunReport(
            run=run.id,
            kind="resolve",
            method=METHOD,
            watermark=run.watermark,
            found={"records": total, "parties": len(work.parties)}
            | ({"doubts looked at again": len(again)} if again else {})
            | work.left,
            written=run.written,
            due=basis and due(basis),
        )
        run.finish(report, clock(), kept=basis.noted() if basis else {})
    return report


def _renew(store: GraphStore, index: Index, run: Running, clock: Clock) -> None:
    """Make the prior fit the parties as they are, if they have grown or thinned."""
    before = models.active(store)
    model = index.renewed().to_bytes()
    if before is None or model == models.blob(before):
        return
    told = before.report | {"prior renewed of": before.id}
    kept = models.kept(store, model, told, clock())
    run.note("model", models.activated(store, kept))
    index.catch_up()


def watch(
    store: GraphStore,
    index: Index,
    wait: Callable[[], bool],
    *,
    rules: Survivorship = DEFAULT,
    progress: Progress = silent,
) -> Iterator[RunReport]:
    """Increments for as long as somebody waits for them.

    Args:
        store: see ``increment``.
        index: see there.
        wait: pauses; whether to go on.
        rules: see ``increment``.
        progress: see there.

    A run is made only where there are news; its report is given.
    """
    since = last_run(store).watermark or 0
    while True:
        upto = store.watermark()
        if news(store, since, upto).records:
            report = increment(store, index, rules=rules, progress=progress)
            yield report
            since = report.watermark
        else:
            since = upto
        if not wait():
            return


class _Moved:
    """What others rewired since a watermark, as far as it was read.

    Attributes:
        at: up to which it was read.
    """

    def __init__(self, store: GraphStore, at: int) -> None:
        self._store = store
        self.at = at
        self._ends: set[str] = set()
        self._erased = False

    def look(self) -> None:
        """Read what is new."""
        while (page := self._store.changes(self.at, limit=_PAGE)).upto > self.at:
            self.at = page.upto
            self._erased |= page.erased
            for change in page.changes:
                ref = change.ref
                if isinstance(ref, EdgeRef) and ref.type in _REWIRED:
                    self._ends |= {ref.source, ref.target}

    def touches(self, group: Regrouped) -> bool:
        """Whether a group is no longer as it was when it was settled."""
        return self._erased or not self._ends.isdisjoint(group.ends)


class _Work:
    """Settles news; made anew for each run.

    Attributes:
        parties: ids of the parties looked at.
        levels: how pairs of new records and others of their parties compare.
    """

    def __init__(
        self,
        store: GraphStore,
        index: Index,
        run: Running,
        rules: Survivorship,
        means: Means,
    ) -> None:
        self._store, self._index, self._run, self._rules = store, index, run, rules
        self._asking = Asking(store, means)
        self._large: set[str] = set()
        self.parties: set[str] = set()
        self.levels: Levels = {}

    @property
    def left(self) -> dict[str, int]:
        """What was left to the next full run, for the report; nothing mostly."""
        return {"large parties left whole": len(self._large)} if self._large else {}

    def doubted(self, besides: Sequence[str]) -> list[str]:
        """The records that the queue asks about, besides some."""
        others = frozenset(besides)
        return [one for one in self._asking.doubted if one not in others]

    def settle(self, records: Sequence[str], *, news: bool = True) -> None:
        """Settle some records; what others rewired meanwhile is looked at again.

        The second time nobody else may rewire until it is written.

        Args:
            records: ids.
            news: whether their parties are written though they stay what they were.
        """
        settled, groups = self._regrouped(records, news=news)
        again: list[str] = []
        written: list[Regrouped] = []
        moved = _Moved(self._store, settled.around.at)
        for pack in _packs(groups, self._run.rows):
            with turn(self._store) as lease:
                moved.look()
                stale = [one for one in pack if moved.touches(one)]
                again += [record for one in stale for record in one.news]
                kept = [one for one in pack if not moved.touches(one)]
                self._write(kept, lease, moved.at)
                written += kept
        self._note(settled, written)
        if again:
            with turn(self._store) as lease:
                settled, groups = self._regrouped(again, news=news)
                for pack in _packs(groups, self._run.rows):
                    self._write(pack, lease, settled.around.at)
            self._note(settled, groups)

    def ask(self) -> None:
        """Put what there is to ask about the parties looked at into the queue."""
        self._asking.ask(self._run.id)

    def _write(self, groups: Sequence[Regrouped], lease: Lease, at: int) -> None:
        if groups:
            self._run.write_under(lease, [one.change for one in groups], at)
        self.parties.update(name for one in groups for name in one.parties)

    def _regrouped(
        self, records: Sequence[str], *, news: bool
    ) -> tuple[Settled, list[Regrouped]]:
        self._index.catch_up()
        around = survey(self._store, self._index, stored=records)
        cluster, kept = around.weighed()
        sure = certainty(around.little.scorer, cluster, around.stands)
        fresh = around.asked if news else 0
        parties = cluster, sure
        groups = regrouped(self._store, around, parties, self._rules, fresh)
        return Settled(around, cluster, kept, sure), groups

    def _note(self, settled: Settled, written: Sequence[Regrouped]) -> None:
        """Remember what there is to ask and to tell about what was written."""
        homes = {record: name for one in written for record, name in one.homes.items()}
        self._asking.note(settled, homes)
        around, scorer = settled.around, settled.around.little.scorer
        fresh = np.flatnonzero(around.party[: around.asked] < 0)
        self.levels = added(self.levels, levels(scorer, settled.cluster, fresh))
        ends = {name for one in written for name in one.ends}
        self._large |= {
            name
            for name, records in around.now.parties.items()
            if len(records) > WHOLE and name in ends
        }


def _packs(groups: Sequence[Regrouped], rows: int) -> Iterator[list[Regrouped]]:
    """Groups for one transaction each, in their order."""
    some: list[Regrouped] = []
    size = 0
    for one in groups:
        if some and size + one.change.rows > rows:
            yield some
            some, size = [], 0
        some.append(one)
        size += one.change.rows
    if some:
        yield some
