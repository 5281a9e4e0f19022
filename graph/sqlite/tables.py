"""The tables of the engine, made from ``graph.schema``.

``node`` registers every id that was ever seen. Its integer key, the handle, stands
for the id in all other tables (``graph.columnar.keys``). Each label has a table
``n_LABEL``, conclusions a table ``p_LABEL`` beside it for what was closed; all edges
live in ``edge``, closed ones in ``edge_past``. Everyday reads never meet the past.

Codes of labels and edge types are kept in the table ``code``, so that a later label
does not renumber the earlier ones.
"""

from collections.abc import Iterator

from graph import schema
from graph.columns import Column, ColumnType
from graph.schema import Room

APPLICATION_ID = 0x436C6B74
"""``Clkt``: tells our files from other programs' databases."""

EDGE_COLUMNS = (
    "type",
    "source",
    "target",
    "key",
    "seq",
    "seq_touched",
    "weight",
    "since",
    "until",
    "attributes",
    "run",
)

_AFFINITY = {
    ColumnType.TEXT: "TEXT",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.REAL: "REAL",
    ColumnType.BOOLEAN: "INTEGER",
    ColumnType.TIME: "INTEGER",
    ColumnType.JSON: "TEXT",
}

_EDGE = """
    type INTEGER NOT NULL, source INTEGER NOT NULL, target INTEGER NOT NULL,
    key TEXT NOT NULL DEFAULT '', seq INTEGER NOT NULL, seq_touched INTEGER,
    weight REAL, since INTEGER, until INTEGER, attributes TEXT, run TEXT
"""

# Words of ``search`` are folded by the writer: its tokenizer only splits at spaces.
_FIXED = f"""
CREATE TABLE IF NOT EXISTS code (
    kind TEXT NOT NULL, code INTEGER NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (kind, code), UNIQUE (kind, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS node (
    handle INTEGER PRIMARY KEY, id BLOB NOT NULL, label INTEGER
);
CREATE TABLE IF NOT EXISTS edge (
    {_EDGE}, PRIMARY KEY (type, source, target, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edge_target ON edge (target, type);
CREATE INDEX IF NOT EXISTS edge_seq ON edge (seq);
CREATE INDEX IF NOT EXISTS edge_touched ON edge (seq_touched)
    WHERE seq_touched IS NOT NULL;
CREATE TABLE IF NOT EXISTS edge_past (
    {_EDGE}, seq_to INTEGER NOT NULL, PRIMARY KEY (type, source, target, key, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edge_past_target ON edge_past (target, type);
CREATE INDEX IF NOT EXISTS edge_past_opened ON edge_past (seq);
CREATE INDEX IF NOT EXISTS edge_past_seq ON edge_past (seq_to);
CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(
    words, detail=none, tokenize='ascii'
);
CREATE TABLE IF NOT EXISTS feed (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS batch (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, recorded_at INTEGER NOT NULL,
    feed TEXT, run TEXT
);
CREATE INDEX IF NOT EXISTS batch_recorded ON batch (recorded_at);
CREATE TABLE IF NOT EXISTS provenance (
    fact INTEGER NOT NULL, feed INTEGER NOT NULL, line INTEGER NOT NULL,
    PRIMARY KEY (fact, feed, line)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (
    feed TEXT PRIMARY KEY, position TEXT NOT NULL, seq INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lease (
    name TEXT PRIMARY KEY, holder TEXT, token INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID
"""


def quoted(name: str) -> str:
    """An identifier of the schema as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def node_table(label: str) -> str:
    """The quoted name of the table of a label's current nodes."""
    return quoted(f"n_{label}")


def past_table(label: str) -> str:
    """The quoted name of the table of a label's closed conclusions."""
    return quoted(f"p_{label}")


def has_past(label: str) -> bool:
    """Whether nodes of a label are versioned."""
    return schema.node_type(label).room is Room.CONCLUSIONS


def stored_columns(label: str, *, past: bool = False) -> tuple[str, ...]:
    """Columns of a label's table after ``handle``, in order.

    ``seq``, the declared attributes, ``more``; for conclusions ``run``, and in the
    table of closed ones ``seq_to``.
    """
    names = ["seq", *(column.name for column in schema.columns(label)), "more"]
    if has_past(label):
        names.append("run")
        if past:
            names.append("seq_to")
    return tuple(names)


def statements() -> Iterator[str]:
    """Every statement that makes the tables and indexes that are missing."""
    yield from _FIXED.split(";")
    for label in schema.labels():
        yield from _label(label)


def _label(label: str) -> Iterator[str]:
    columns = ", ".join(_declaration(column) for column in schema.columns(label))
    run = ", run TEXT" if has_past(label) else ""
    body = f"seq INTEGER NOT NULL, {columns}, more TEXT{run}"
    yield (
        f"CREATE TABLE IF NOT EXISTS {node_table(label)}"
        f" (handle INTEGER PRIMARY KEY, {body})"
    )
    for attributes in (*schema.node_type(label).indexes, ("seq",)):
        yield _index(label, attributes)
    if has_past(label):
        yield (
            f"CREATE TABLE IF NOT EXISTS {past_table(label)}"
            f" (handle INTEGER NOT NULL, {body}, seq_to INTEGER NOT NULL,"
            " PRIMARY KEY (handle, seq)) WITHOUT ROWID"
        )
        for column in ("seq", "seq_to"):  # both are read in order by ``changes``
            yield (
                f"CREATE INDEX IF NOT EXISTS {quoted(f'p_{label}__{column}')}"
                f" ON {past_table(label)} ({column})"
            )


def _declaration(column: Column) -> str:
    required = "" if column.optional or column.type is ColumnType.JSON else " NOT NULL"
    return f"{quoted(column.name)} {_AFFINITY[column.type]}{required}"


def _index(label: str, attributes: tuple[str, ...]) -> str:
    # The table's rowid, the handle, ends every index: pages go by (attribute, id).
    name = quoted(f"n_{label}__{'__'.join(attributes)}")
    listed = ", ".join(quoted(attribute) for attribute in attributes)
    return f"CREATE INDEX IF NOT EXISTS {name} ON {node_table(label)} ({listed})"
