"""Serving the API: ``serve``."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer

from api import settings
from api.cli.output import StoreOption, opened, tell
from graph.errors import StoreReadOnly
from graph.store import GraphStore


def serve(
    store: StoreOption = None,
    host: Annotated[str | None, typer.Option(help="A loopback address.")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes a free one.")] = None,
) -> None:
    """Serve the API; loopback only until there are access keys."""
    configured = settings.load().serve
    with _writable(store) as graph:
        serve_store(
            graph,
            host or configured.host,
            configured.port if port is None else port,
            url=settings.store_url(store),
        )


@contextmanager
def _writable(store: str | None) -> Generator[GraphStore, None, None]:
    """The store to write decisions to; one that cannot be written is only read."""
    with ExitStack() as stack:
        try:
            graph = stack.enter_context(opened(store))
        except StoreReadOnly:
            tell("the store is read only: nobody can decide through this service")
            graph = stack.enter_context(opened(store, read_only=True))
        yield graph


def serve_store(
    graph: GraphStore, host: str, port: int, *, url: str | None = None
) -> None:
    """Serve an open store until interrupted.

    Args:
        graph: the store.
        host: a loopback address.
        port: 0 takes a free one.
        url: by which the store was opened, with what that takes.

    Raises:
        UnsafeAddress: others could reach the host.
        BadSettings: nothing can listen there.
    """
    from api.arriving import Arriving
    from api.http.app import create_app
    from api.http.serve import listening, run, settled, url_of
    from api.indexes import Lazily
    from api.warming import warming

    with listening(host, port) as bound:
        chosen = settings.load()
        index = Lazily(graph, url, then=settled)
        app = create_app(
            graph,
            region=chosen.ingest.region,
            golden=chosen.golden,
            arriving=Arriving(graph, chosen.ingest, chosen.golden, index),
        )
        tell(f"{url_of(bound)}  (Ctrl-C ends it)")
        with warming(graph, index):
            run(app, bound)
