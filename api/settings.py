"""Settings: one file, ``closeknit.toml``, and what the environment says above it.

store = "sqlite:///closeknit.db"   # or $CLOSEKNIT_STORE, or --store

[serve]
host = "127.0.0.1"
port = 8000

[ingest]
owner = "default"     # the legal entity that collected the facts
region = "UA"         # ISO 3166 region of phone numbers written without a code
zone = "UTC"          # IANA zone of feeds that state none
"""

import os
import tomllib
from pathlib import Path

import msgspec

from graph.connect import DEFAULT_URL
from graph.errors import BadSettings

FILE = "closeknit.toml"
STORE_VARIABLE = "CLOSEKNIT_STORE"


class Serve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the API listens."""

    host: str = "127.0.0.1"
    port: int = 8000


class Ingest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What feeds leave unsaid."""

    owner: str = "default"
    region: str = "UA"
    zone: str = "UTC"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set."""

    store: str | None = None
    serve: Serve = Serve()
    ingest: Ingest = Ingest()


def load(folder: Path | None = None) -> Settings:
    """Read ``closeknit.toml`` of a folder, the current one by default.

    Raises:
        BadSettings: the file cannot be read, or a setting is unknown or of a wrong
            type; the message names it.
    """
    path = (folder or Path.cwd()) / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(content, Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: {error}"
        raise BadSettings(message) from error
    except msgspec.ValidationError as error:
        message = f"{path}: {error}; see the settings in the README"
        raise BadSettings(message) from error


def store_url(option: str | None, settings: Settings | None = None) -> str:
    """The store to use: the option, the environment, the file, the default."""
    if option:
        return option
    if from_environment := os.environ.get(STORE_VARIABLE):
        return from_environment
    return (settings or load()).store or DEFAULT_URL
