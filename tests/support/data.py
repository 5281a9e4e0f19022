"""Where the labelled sets for measuring are: outside the checkout, never in it."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def find_data() -> Path | None:
    """The folder that CLOSEKNIT_DATA names, else ../shared/data, if it is there."""
    named = os.environ.get("CLOSEKNIT_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None
