"""What a run did, as data and in a line."""

import msgspec

from graph.model import Value

_ONE = {
    "parties": "party",
    "visitors who did not buy": "visitor who did not buy",
    "large parties left whole": "large party left whole",
    "doubts looked at again": "doubt looked at again",
}


def counted(names: str, count: int) -> str:
    """A count with its noun, in the singular for one: 1 party, 2 parties."""
    name = _ONE.get(names, names.removesuffix("s")) if count == 1 else names
    return f"{count:,} {name}"


class Written(msgspec.Struct, kw_only=True):
    """What became of a run's conclusions.

    Attributes:
        nodes: opened, new or changed.
        edges: opened, new or changed.
        closed: conclusions that no longer hold.
        kept: conclusions that hold as before.
        batches: transactions.
        deferred: records whose party changed meanwhile; the next run takes them.
    """

    nodes: int = 0
    edges: int = 0
    closed: int = 0
    kept: int = 0
    batches: int = 0
    deferred: int = 0


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a full run is due.

    Attributes:
        is_due: whether it is.
        grown: records that came since the last one, as a share of those of then.
        drift: the greatest stability index of a comparison.
        comparison: which; "" where too few pairs tell.
    """

    is_due: bool
    grown: float
    drift: float
    comparison: str

    @property
    def sentence(self) -> str:
        """What to know and to do, for people."""
        came = f"{self.grown:.0%} more records than the last full run had"
        told = f"{self.comparison} compares otherwise by {self.drift:.2f}"
        both = f"{came}; {told}" if self.comparison else came
        return f"{both}; run `closeknit resolve`" if self.is_due else both


class RunReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run did.

    Attributes:
        run: its id.
        kind: "resolve" or "score".
        method: how it concluded.
        watermark: what it had read up to.
        found: counts by name, such as ``{"records": 9, "parties": 4}``.
        written: what was written back.
        due: after an increment, whether a full run is due; None where the last one left
            no figures.
    """

    run: str
    kind: str
    method: str
    watermark: int
    found: dict[str, int]
    written: Written
    due: Due | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was written but the run itself."""
        done = self.written
        return bool(done.nodes or done.edges or done.closed)

    def summary(self) -> str:
        """The report in a line, for people."""
        found = ", ".join(counted(*one) for one in self.found.items())
        done = self.written
        opened = f"{counted('nodes', done.nodes)} and {counted('edges', done.edges)}"
        wrote = f"wrote {opened}, closed {done.closed:,}"
        later = f", left {done.deferred:,} to the next run" if done.deferred else ""
        said = f"{found}; {wrote if self.changed else 'nothing has changed'}{later}"
        if self.due is None or not self.due.is_due:
            return said
        return f"{said}; a full run is due: {self.due.sentence}"

    def result(self) -> dict[str, Value]:
        """The report as a run's noun keeps it."""
        return {"found": dict(self.found), "written": msgspec.to_builtins(self.written)}
