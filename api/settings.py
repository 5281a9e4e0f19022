"""Settings: one file, ``closeknit.toml``, and what the environment says above it.

The README lists every setting; a test holds it to that.
"""

import math
import os
import tomllib
from pathlib import Path

import msgspec

from graph.connect import DEFAULT_URL
from graph.errors import BadSettings
from ingest.bus.settings import KafkaSettings, from_environment
from ingest.settings import IngestSettings
from intelligence.identity.parties.survivorship import Survivorship

FILE = "closeknit.toml"
STORE_VARIABLE = "CLOSEKNIT_STORE"
PROGRESS_VARIABLE = "CLOSEKNIT_PROGRESS"
PROGRESS_SECONDS = 5.0
"""Between two lines on how far a command is, where stderr is no terminal."""


class Serve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the API listens."""

    host: str = "127.0.0.1"
    port: int = 8000


class Ingest(IngestSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What feeds leave unsaid; a misspelt name is an error here."""


class Kafka(KafkaSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How topics are read; a misspelt name is an error here."""


class Golden(Survivorship, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which value of an attribute is shown; a misspelt name is an error here."""


class Decisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who decides at this place; "" for whoever is logged in."""

    by: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set.

    Attributes:
        store: URL of the store.
        index: folder of the identity index; None: beside the store's file, or in the
            user's cache for a store on a server.
        serve: the table ``[serve]``.
        ingest: the table ``[ingest]``.
        kafka: the table ``[kafka]``.
        golden: the table ``[golden]``.
        decisions: the table ``[decisions]``.
    """

    store: str | None = None
    index: str | None = None
    serve: Serve = Serve()
    ingest: Ingest = Ingest()
    kafka: Kafka = Kafka()
    golden: Golden = Golden()
    decisions: Decisions = Decisions()


def load(folder: Path | None = None) -> Settings:
    """Read ``closeknit.toml`` of a folder, the current one by default.

    Raises:
        BadSettings: the file cannot be read, or a setting is unknown, of a wrong
            type or out of range; the message names it.
    """
    path = (folder or Path.cwd()) / FILE
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise BadSettings(message) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: not a TOML file: {error}"
        raise BadSettings(message) from error
    except (msgspec.ValidationError, BadSettings) as error:
        message = f"{path}: {error}; the README lists the settings"
        raise BadSettings(message) from error


def store_url(option: str | None) -> str:
    """The store to use: the option, the environment, the file, the default."""
    if option:
        return option
    if from_environment := os.environ.get(STORE_VARIABLE):
        return from_environment
    return load().store or DEFAULT_URL


def progress_seconds() -> float:
    """Seconds between two lines on how far a command is; infinite for none.

    Raises:
        BadSettings: the environment says something else than a number of seconds.
    """
    given = os.environ.get(PROGRESS_VARIABLE, "")
    try:
        seconds = float(given) if given else PROGRESS_SECONDS
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:
        message = f"{PROGRESS_VARIABLE} is {given!r}; it takes seconds, 0 for no lines"
        raise BadSettings(message)
    return seconds or math.inf


def kafka(brokers: str | None, dead_letters: str | None) -> KafkaSettings:
    """How topics are read: options, the environment, the file, defaults.

    Raises:
        BadSettings: as ``load``.
    """
    known = from_environment(load().kafka, dict(os.environ))
    return msgspec.structs.replace(
        known,
        brokers=brokers or known.brokers,
        dead_letters=dead_letters or known.dead_letters,
    )
