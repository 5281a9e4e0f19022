"""Draw the README's picture: the figure of the tour, from the demo's town.

usage: python tools/picture.py STORE-URL

The people in it are made up by ``closeknit town``.
"""

import base64
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "01-tour.ipynb"
PICTURE = ROOT / "docs" / "neighbourhood.png"


def main() -> None:
    """Run the notebook on a store and keep its figure."""
    os.environ["CLOSEKNIT_STORE"] = sys.argv[1]
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300).execute(cwd=NOTEBOOK.parent)
    figures = [
        output.data["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(base64.b64decode(figures[0]))
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
