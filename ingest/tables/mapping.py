"""The mapping file of a table: which column is what, and nothing more. TOML.

    [table]
    zone = "Europe/Kyiv"                  # of times that state none; UTC without it
    encoding = "cp1251"                   # of the file; found in it without this

    [columns]                             # attribute = column
    record_id = "id"
    seen_at = "changed"
    "name.full" = ["first", "last"]       # names and addresses join with a space
    phone = ["mobile", "home"]            # other lists: several values
    "birth.date" = { column = "born", format = "%d.%m.%Y" }
    "address.country" = { constant = "UA" }

    [[states]]                            # a tie to another record of the same source
    kind = "spouse"
    to = "spouse_id"                      # or, where there is no key:
                                          # name = "guardian", phone = "tel"

    [[consents]]
    purpose = "marketing"                 # a column of the table, else the word itself
    channel = "email"
    state = "opt_in"

Columns that are not named are kept as ``x.NAME``.
"""

import difflib
import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec

from graph.errors import BadMapping, BadSettings
from ingest.settings import IngestSettings, check_encoding, check_zone
from ingest.tables.fields import ATTRIBUTES, PLACES, Field

_FIELD_KEYS = frozenset({"column", "columns", "format", "constant"})
_TOP_KEYS = frozenset({"table", "columns", "states", "consents"})


class States(msgspec.Struct, frozen=True):
    """A tie: to the record of a key, or to somebody known by name and phone."""

    kind: str
    key: str | None = None
    name: str | None = None
    phone: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return tuple(c for c in (self.key, self.name, self.phone) if c is not None)


class Consents(msgspec.Struct, frozen=True):
    """A consent; ``purpose`` and ``channel`` are columns or words of their own."""

    purpose: str
    channel: str
    state: str


class Mapping(msgspec.Struct, frozen=True):
    """A mapping file.

    Attributes:
        name: of the file, for messages.
        fields: by attribute.
        zone: IANA name, None where the file declares none.
        states: ties that rows state.
        consents: consents that rows give.
        digest: of all of it.
        encoding: of the file, None where the mapping declares none.
    """

    name: str
    fields: dict[str, Field]
    zone: str | None
    states: tuple[States, ...]
    consents: tuple[Consents, ...]
    digest: str
    encoding: str | None = None

    def applied(self, settings: IngestSettings) -> IngestSettings:
        """The settings for its tables."""
        if self.encoding is None:
            return settings
        return msgspec.structs.replace(settings, encoding=self.encoding)

    def columns(self) -> set[str]:
        """The columns that a table must have."""
        named = {c for field in self.fields.values() for c in field.columns}
        tied = {c for tie in self.states for c in tie.columns}
        return named | tied | {consent.state for consent in self.consents}


def load_mapping(path: str | Path) -> Mapping:
    """Read a mapping file.

    Raises:
        BadMapping: it cannot be read, or says what no mapping can.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: this mapping file cannot be read ({type(error).__name__})"
        raise BadMapping(message) from None
    return parse_mapping(text, name=path.name)


def parse_mapping(text: str, *, name: str = "the mapping") -> Mapping:
    """Read the text of a mapping file.

    Raises:
        BadMapping: it is no TOML, or says what no mapping can.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{name}: not TOML: {error}"
        raise BadMapping(message) from None
    try:
        return _mapping(document, name, hashlib.sha256(text.encode()).hexdigest())
    except _MappingError as wrong:
        message = f"{name}: {wrong}"
        raise BadMapping(message) from None


class _MappingError(ValueError):
    """What is wrong, without the file's name."""


def _mapping(document: dict[str, Any], name: str, digest: str) -> Mapping:
    for key in document.keys() - _TOP_KEYS:
        message = f"[{key}] is unknown; there are {', '.join(sorted(_TOP_KEYS))}"
        raise _MappingError(message)
    fields = {f.attribute: f for f in _fields(_table(document, "columns"), "")}
    if not fields:
        message = "[columns] names no column"
        raise _MappingError(message)
    return Mapping(
        name=name,
        fields=fields,
        zone=_zone(_table(document, "table")),
        states=tuple(_states(one) for one in _tables(document, "states")),
        consents=tuple(_consents(one) for one in _tables(document, "consents")),
        digest=digest,
        encoding=_encoding(_table(document, "table")),
    )


def _fields(table: dict[str, Any], prefix: str) -> Iterator[Field]:
    """Fields of a table; ``name.full = …`` without quotes nests tables in TOML."""
    for key, value in table.items():
        attribute = f"{prefix}{key}"
        if isinstance(value, dict) and not _FIELD_KEYS & value.keys():
            yield from _fields(cast("dict[str, Any]", value), f"{attribute}.")
        else:
            _known(attribute)
            yield _field(attribute, cast("object", value))


def _known(attribute: str) -> None:
    names = (*ATTRIBUTES, *PLACES)
    if attribute in names or (attribute.startswith("x.") and attribute != "x."):
        return
    near = difflib.get_close_matches(attribute, names, n=3)
    hint = (
        f"did you mean {' or '.join(near)}" if near else "a name of your own is x.NAME"
    )
    message = f"[columns] {attribute}: no such attribute; {hint}"
    raise _MappingError(message)


def _field(attribute: str, value: object) -> Field:
    if not isinstance(value, dict):
        return Field(attribute, _columns(attribute, value))
    table = cast("dict[str, Any]", value)
    for key in table.keys() - _FIELD_KEYS:
        message = f"[columns] {attribute}: {key} is unknown"
        raise _MappingError(message)
    constant, form = table.get("constant"), table.get("format")
    columns = table.get("columns", table.get("column", []))
    if (constant is None) == (not columns):
        message = f"[columns] {attribute}: give columns or a constant, one of the two"
        raise _MappingError(message)
    if form is not None and not isinstance(form, str):
        message = f"[columns] {attribute}: the format is no text"
        raise _MappingError(message)
    if constant is not None:
        return Field(attribute, constant=str(constant))
    return Field(attribute, _columns(attribute, columns), form)


def _columns(attribute: str, value: object) -> tuple[str, ...]:
    names = cast("list[object]", value) if isinstance(value, list) else [value]
    found = tuple(name for name in names if isinstance(name, str) and name)
    if not found or len(found) < len(names):
        message = (
            f"[columns] {attribute}: a column's name, or a list of them, is wanted"
        )
        raise _MappingError(message)
    return found


def _table(document: dict[str, Any], key: str) -> dict[str, Any]:
    value = document.get(key, {})
    if not isinstance(value, dict):
        message = f"[{key}] is no table"
        raise _MappingError(message)
    return cast("dict[str, Any]", value)


def _tables(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = document.get(key, [])
    if not isinstance(value, list):
        message = f"{key} is wanted as [[{key}]]"
        raise _MappingError(message)
    return cast("list[dict[str, Any]]", value)


def _zone(table: dict[str, Any]) -> str | None:
    for key in table.keys() - {"zone", "encoding"}:
        message = f"[table] {key} is unknown; there are zone and encoding"
        raise _MappingError(message)
    name = table.get("zone")
    if name is None:
        return None
    try:
        check_zone(str(name))
    except BadSettings as error:
        message = f"[table] zone: {error}"
        raise _MappingError(message) from None
    return str(name)


def _encoding(table: dict[str, Any]) -> str | None:
    name = table.get("encoding")
    if name is None:
        return None
    try:
        return check_encoding(str(name))
    except BadSettings as error:
        message = f"[table] encoding: {error}"
        raise _MappingError(message) from None


def _states(table: dict[str, Any]) -> States:
    kind = table.get("kind")
    beside = {name: table[name] for name in ("name", "phone") if name in table}
    if (
        not isinstance(kind, str)
        or not kind
        or table.keys() - {"kind", "to", "name", "phone"}
        or ("to" in table and beside)
    ):
        message = "[[states]] wants kind and to, and nothing else"
        raise _MappingError(message)
    to = table.get("to", beside)
    if isinstance(to, str) and to:
        return States(kind, key=to)
    if isinstance(to, dict):
        parts = cast("dict[str, Any]", to)
        if parts and not parts.keys() - {"name", "phone"}:
            return States(kind, name=parts.get("name"), phone=parts.get("phone"))
    message = "[[states]] to: a column of keys, or { name = column, phone = column }"
    raise _MappingError(message)


def _consents(table: dict[str, Any]) -> Consents:
    wanted = ("purpose", "channel", "state")
    if table.keys() != set(wanted) or not all(
        isinstance(table[w], str) for w in wanted
    ):
        message = "[[consents]] wants purpose, channel and state, and nothing else"
        raise _MappingError(message)
    return Consents(*(table[name] for name in wanted))
