"""Feeds without an end: ``watch`` takes folders, ``consume`` topics of a bus."""

from pathlib import Path
from typing import Annotated

import typer

from api import settings
from api.cli.giving_way import give_way
from api.cli.meter import Meter
from api.cli.options import MaybeMapOption
from api.cli.output import JsonOption, StoreOption, opened, print_json, say_table, tell
from api.cli.stopping import until_stopped
from graph.errors import BadSettings


def watch(
    folders: Annotated[list[Path], typer.Argument(help="Folders or files.")],
    mapping: MaybeMapOption = None,
    every: Annotated[
        float, typer.Option(min=0.05, max=3600, help="Seconds between two looks.")
    ] = 1.0,
    settle: Annotated[
        float,
        typer.Option(min=0.0, max=86400, help="Seconds a table must be left alone."),
    ] = 10.0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Go on taking new and growing files into the store, until stopped."""
    from ingest.tables.mapping import load_mapping
    from ingest.watching.watching import Watch, Watcher

    columns = load_mapping(mapping) if mapping else None
    configured = settings.load().ingest
    give_way(configured.nice)
    with opened(store, create=True) as graph, Meter() as meter:
        how = Watch(seconds=every, settle_seconds=settle)
        with Watcher(folders, graph, configured, how, columns) as watcher:
            watcher.progress = meter
            with until_stopped() as stopped:
                reports = watcher.run(stopped.wait)
    if json:
        print_json({"feeds": reports})
        return
    say_table(
        ("read", "accepted", "rejected", "skipped", "open", "lag", "file"),
        [
            (
                *(f"{n:,}" for n in (r.read, r.accepted, r.rejected, r.skipped)),
                f"{r.open:,}",
                f"{r.lag:,}",
                r.path,
            )
            for r in reports
        ],
    )


def consume(  # noqa: PLR0913, PLR0917 - the options of a command
    topics: Annotated[
        list[str], typer.Option("--topic", metavar="T", help="Repeat for several.")
    ],
    brokers: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Else kafka.brokers of closeknit.toml."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Connector; else found in the messages."),
    ] = None,
    partitions: Annotated[
        list[int] | None,
        typer.Option("--partition", metavar="N", help="Only these; repeat."),
    ] = None,
    dead_letters: Annotated[
        str | None,
        typer.Option(metavar="T", help="Topic that rejected messages are sent to."),
    ] = None,
    until_end: Annotated[
        bool, typer.Option("--until-end", help="Stop at what is the end now.")
    ] = False,
    close_open: Annotated[
        bool,
        typer.Option("--close-open", help="Write open visits too when it stops."),
    ] = False,
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Go on although messages are gone."),
    ] = False,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Take Kafka topics into the store, each message once, until stopped."""
    from ingest.bus.consuming import Consuming
    from ingest.bus.wanted import Wanted

    try:
        from ingest.bus.client import Client
    except ImportError as error:
        message = "Kafka needs its client: pip install 'closeknit[kafka]'"
        raise BadSettings(message) from error
    wanted = Wanted(
        topics=topics,
        partitions=partitions or (),
        source=source,
        until_end=until_end,
        close_open=close_open,
        accept_loss=accept_loss,
    )
    configured = settings.load().ingest
    give_way(configured.nice)
    kafka = settings.kafka(brokers, dead_letters)
    client = Client(kafka)
    try:
        with opened(store, create=True) as graph, Meter() as meter:
            loop = Consuming(client, graph, wanted, configured, kafka)
            loop.progress = meter
            with until_stopped() as stopped:
                loop.begin()
                reports = loop.run(stopped.is_set)
    finally:
        client.close()
    if json:
        print_json({"feeds": reports})
        return
    say_table(
        ("read", "accepted", "rejected", "skipped", "open", "lag", "partition"),
        [
            (
                *(f"{n:,}" for n in (r.read, r.accepted, r.rejected, r.skipped)),
                "?" if r.open is None else f"{r.open:,}",
                f"{r.lag:,}",
                r.feed,
            )
            for r in reports
        ],
    )
    if any(report.rejected for report in reports):
        tell("rejected messages are kept in the store with their reasons", "dim")
