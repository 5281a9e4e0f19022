"""Opens a store without the rights of root: ``python -m … ACTION URL``.

Root may read and write whatever the mode says, so the process becomes nobody once its
modules are loaded. It prints the name of the error that it meets and the message.
"""

import os
import sys

import graph.sqlite
from graph.batch import GraphBatch
from graph.connect import connect
from graph.errors import CloseknitError

NOBODY = 65_534


def main(action: str, url: str) -> None:
    """Read or write, and tell how it went."""
    assert graph.sqlite.open_store, "loaded before the rights to read it are gone"
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    try:
        with connect(url, read_only=action == "read") as store:
            if action == "write":
                store.apply(GraphBatch(id="one more"))
            sys.stdout.write(f"done\n{store.watermark()}\n")
    except CloseknitError as error:
        sys.stdout.write(f"{type(error).__name__}\n{error}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
