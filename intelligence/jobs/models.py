"""Models in the store: immutable blobs, of which one is active.

A model's id is made of its content. Making another one active replaces two small
nouns in one transaction; processes see it by ``seq``.
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

KIND = "identity"
SECRET = "model.secret"  # noqa: S105 - the setting's name
_BYTES = 32


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


def keep(
    store: GraphStore, content: bytes, report: dict[str, Value], now: int
) -> Model:
    """Keep a model and make it the active one; the same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    key = Ids(store.namespace).of("Model", KIND, digest)
    known = store.get([key])[0]
    if not isinstance(known, Model):
        text = base64.b64encode(content).decode()
        known = Model(id=key, kind=KIND, created_at=now, blob=text, report=report)
    return _activate(store, known)


def activate(store: GraphStore, key: str) -> Model:
    """Make a kept model the active one.

    Raises:
        NotFound: there is none of this id.
    """
    return _activate(store, named(store, key))


def _activate(store: GraphStore, model: Model) -> Model:
    chosen = msgspec.structs.replace(model, active=True, seq=None)
    others = [
        msgspec.structs.replace(one, active=False, seq=None)
        for one in listed(store)
        if one.active and one.id != model.id
    ]
    if not model.active or others:
        name = f"model/{model.id}/{store.watermark()}"
        store.apply(GraphBatch(id=name, nodes=[*others, chosen]))
    return chosen


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
