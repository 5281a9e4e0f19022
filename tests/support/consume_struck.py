"""Consume a topic until something is killed at a point, as ``kill -9`` would do it.

    python -m tests.support.consume_struck STORE_URL BROKERS TOPIC POINT COUNT PID [END]

POINT is ``before`` or ``after`` (the COUNT-th commit of messages), ``polled`` (the
COUNT-th time that messages came) or ``never``. PID is whom to kill; 0 is this process
itself. With END it stops when all is taken, and closes what is open.
"""

import sys

from graph.connect import connect
from ingest.bus.client import Client
from ingest.bus.consuming import Consuming
from ingest.bus.message import End, Message
from ingest.bus.settings import KafkaSettings
from ingest.bus.wanted import Wanted
from ingest.settings import IngestSettings
from tests.support.mortal import Fuse, Mortal


class MortalClient(Client):
    """A client whose answers pass by a fuse."""

    fuse: Fuse

    def poll(self, most: int, seconds: float) -> list[Message | End]:
        got = super().poll(most, seconds)
        if any(isinstance(one, Message) for one in got):
            self.fuse.reach("polled")
        return got


def main(url: str, brokers: str, topic: str, fuse: Fuse, *, end: bool) -> None:
    """Consume."""
    kafka = KafkaSettings(brokers=brokers, quiet_seconds=3600)
    client = MortalClient(kafka)
    client.fuse = fuse
    wanted = Wanted(topics=[topic], until_end=end, close_open=end)
    with connect(url) as store:
        mortal = Mortal(store, fuse)
        loop = Consuming(client, mortal, wanted, IngestSettings(), kafka)
        loop.begin()
        loop.run(lambda: False)
    client.close()


if __name__ == "__main__":
    place, point, count, victim, *rest = sys.argv[1:4], *sys.argv[4:]
    main(*place, Fuse(point, int(count), int(victim)), end=bool(rest))
