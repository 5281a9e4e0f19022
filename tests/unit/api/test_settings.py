import re
from pathlib import Path

import msgspec
import pytest

from api import settings
from graph.errors import BadSettings
from tests.support.data import ROOT


def test_nothing_set_is_fine(tmp_path: Path) -> None:
    assert settings.load(tmp_path) == settings.Settings()


def test_all_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).write_text(
        'store = "sqlite:///a.db"\n[serve]\nport = 9000\n[ingest]\nzone = "Europe/Kyiv"'
    )
    read = settings.load(tmp_path)
    assert (read.store, read.serve.port, read.ingest.zone) == (
        "sqlite:///a.db",
        9000,
        "Europe/Kyiv",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stor = 1", "stor"),
        ("[ingest]\nzon = 'x'", "zon"),
        ("[serve]\nport = 'high'", "port"),
        ("[ingest]\nzone = 'Mars/Olympus'", "Mars/Olympus"),
        ("[ingest]\nrow_lines = 0", "row_lines"),
        ("[golden]\ndefault = ['newest']", "newest"),
        ("[golden]\ndefault = []", "no rule"),
        ("[golden]\nrules = {phone = ['trusted']}", "trusted"),
        ("[golden]\ntrust = []", "trust"),
        ("store = ", "TOML"),
        ("\ufeffnot toml", "TOML"),
    ],
)
def test_mistakes_are_named_with_their_file(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / settings.FILE).write_text(text, "utf-8")
    with pytest.raises(BadSettings, match=rf"closeknit\.toml.*{said}"):
        settings.load(tmp_path)


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    (tmp_path / settings.FILE).mkdir()
    with pytest.raises(BadSettings, match=r"closeknit\.toml"):
        settings.load(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / settings.FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(BadSettings, match="TOML"):
        settings.load(tmp_path / "other")


def test_option_before_environment_before_file_before_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.store_url(None) == "sqlite:///closeknit.db"
    (tmp_path / settings.FILE).write_text('store = "sqlite:///file.db"')
    assert settings.store_url(None) == "sqlite:///file.db"
    monkeypatch.setenv(settings.STORE_VARIABLE, "sqlite:///environment.db")
    assert settings.store_url(None) == "sqlite:///environment.db"
    assert settings.store_url("sqlite:///option.db") == "sqlite:///option.db"


def test_the_readme_lists_every_setting() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"```toml\n(# closeknit\.toml\n.*?)```", text, re.DOTALL)
    assert block, "the README shows closeknit.toml"
    listed = set(re.findall(r"^(\w+) =", block[1], re.MULTILINE))
    wanted = {"store", "index"}
    tables = (
        settings.Serve, settings.Ingest, settings.Kafka, settings.Golden,
        settings.Decisions,
    )  # fmt: skip
    for table in tables:
        wanted |= {field.name for field in msgspec.structs.fields(table)}
    assert listed == wanted
    assert settings.STORE_VARIABLE in text
