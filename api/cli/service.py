"""Serving the API: ``serve``."""

from typing import Annotated

import typer

from api import settings
from api.cli.output import StoreOption, opened, stderr


def serve(
    store: StoreOption = None,
    host: Annotated[str | None, typer.Option(help="A loopback address.")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes a free one.")] = None,
) -> None:
    """Serve the API; loopback only until there are access keys."""
    from api.http import serve as http

    configured = settings.load().serve
    address, number = host or configured.host, configured.port if port is None else port
    http.check_address(address, number)
    with opened(store) as graph:
        shown = f"[{address}]" if ":" in address else address
        stderr().print(f"http://{shown}:{number}/docs  (Ctrl-C ends it)", markup=False)
        http.serve(graph, address, number)
