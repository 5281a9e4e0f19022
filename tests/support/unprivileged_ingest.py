"""Takes files in without the rights of root: ``python -m … PATH``, to nowhere.

Root may read whatever the mode says, so the process becomes nobody; before that it
takes the file that WARM names, for modules that are loaded when they are first needed.
It prints a report a line, or the name of the error that it meets and the message.
"""

import os
import sys

import msgspec

from graph.errors import CloseknitError
from ingest.pipeline import ingest
from ingest.trying.rehearsal import Nowhere

NOBODY = 65_534


def main(path: str) -> None:
    """Take, and tell how it went."""
    store = Nowhere(1_000, lambda _batch: None).store()
    ingest([os.environ["WARM"]], store)
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    try:
        for report in ingest([path], store):
            sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    except CloseknitError as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")


if __name__ == "__main__":
    main(sys.argv[1])
