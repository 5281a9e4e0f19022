"""Models in the store: immutable blobs, of which one is active.

A model's id is made of its content. A run keeps the model that it learned at once and
makes it the active one with its own last word, so a run that fails leaves the old one
in use. Making another one active replaces two small nouns in one transaction; processes
see it by ``seq``.
"""

import base64
import hashlib
import secrets

import msgspec

from graph.batch import GraphBatch
from graph.bookkeeping import Model, Setting
from graph.errors import NotFound
from graph.ids import Ids
from graph.model import Value
from graph.query import Find
from graph.store import GraphStore
from intelligence.jobs.runs.running import holder

KIND = "identity"
SECRET = "model.secret"  # noqa: S105 - the setting's name
_BYTES = 32
_SECONDS = 60.0


def listed(store: GraphStore) -> list[Model]:
    """All models of identity, the latest first."""
    query = Find(
        label="Model", attribute="created_at", within=(KIND,), descending=True,
        limit=1_000,
    )  # fmt: skip
    return [noun for noun in store.find(query) if isinstance(noun, Model)]


def active(store: GraphStore) -> Model | None:
    """The model in use; None before the first."""
    return next((model for model in listed(store) if model.active), None)


def named(store: GraphStore, key: str) -> Model:
    """A model by its id.

    Raises:
        NotFound: there is none.
    """
    found = store.get([key])[0] if key else None
    if not isinstance(found, Model):
        message = "no model has this id; `closeknit models list` shows all"
        raise NotFound(message)
    return found


def blob(model: Model) -> bytes:
    """The content of a model."""
    return base64.b64decode(model.blob)


def kept(
    store: GraphStore, content: bytes, report: dict[str, Value], now: int
) -> Model:
    """The noun of a model, as the store has it or to be written; not active yet.

    Args:
        store: of its id; the same content is kept once.
        content: of the model.
        report: of the run that learned it.
        now: UTC microseconds.
    """
    digest = hashlib.sha256(content).hexdigest()
    key = Ids(store.namespace).of("Model", KIND, digest)
    known = store.get([key])[0]
    if isinstance(known, Model):
        return known
    text = base64.b64encode(content).decode()
    return Model(id=key, kind=KIND, created_at=now, blob=text, report=report)


def activated(store: GraphStore, model: Model) -> list[Model]:
    """What to write, in one transaction, for a model to be the active one."""
    others = [
        msgspec.structs.replace(one, active=False, seq=None)
        for one in listed(store)
        if one.active and one.id != model.id
    ]
    if model.active and not others:
        return []
    return [*others, msgspec.structs.replace(model, active=True, seq=None)]


def activate(store: GraphStore, key: str) -> Model:
    """Make a kept model the active one.

    Raises:
        NotFound: there is none of this id.
        LeaseHeld: a run is under way, whose own model will be the active one.
    """
    model = named(store, key)
    lease = store.lease("resolve", holder=holder(), seconds=_SECONDS)
    try:
        nodes = activated(store, model)
        if nodes:
            name = f"model/{model.id}/{store.watermark()}"
            store.apply(GraphBatch(id=name, nodes=nodes, lease=lease))
    finally:
        store.release(lease)
    return msgspec.structs.replace(model, active=True)


def secret(store: GraphStore) -> bytes:
    """The key of the hashes in this store's models, made at the first need."""
    query = Find(label="Setting", attribute="name", equals=SECRET)
    for noun in store.find(query):
        if isinstance(noun, Setting):
            return bytes.fromhex(noun.value)
    value = secrets.token_hex(_BYTES)
    key = Ids(store.namespace).of("Setting", SECRET)
    noun = Setting(id=key, name=SECRET, value=value)
    store.apply(GraphBatch(id=SECRET, nodes=[noun]))
    return bytes.fromhex(_kept(store, key) or value)


def _kept(store: GraphStore, key: str) -> str | None:
    """What is kept, should two have made one at once: the batch's id admits one."""
    noun = store.get([key])[0]
    return noun.value if isinstance(noun, Setting) else None
