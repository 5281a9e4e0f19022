import gc
import socket
from pathlib import Path

import pytest

from api.http import serve
from api.http.serve import listening, settled, url_of
from api.indexes import Lazily
from graph.connect import connect
from graph.errors import BadSettings, UnsafeAddress
from tests.support.arrivals import resolved


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_loopback_addresses_are_served(host: str) -> None:
    with listening(host, 0) as bound:
        assert url_of(bound).startswith("http://127.0.0.")
        assert bound.getsockname()[1] > 0


def test_the_body_of_an_answer_does_not_wait_for_its_head_to_be_confirmed() -> None:
    with (
        listening("127.0.0.1", 0) as bound,
        socket.create_connection(bound.getsockname()),
        bound.accept()[0] as met,
    ):
        assert met.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    "host",
    [".".join("0000"), "::", "192.0.2.1", "2001:db8::1", "0", "224.0.0.1"],
)
def test_any_other_address_is_refused(host: str) -> None:
    with pytest.raises(UnsafeAddress, match=r"other machines.*127\.0\.0\.1"):
        listening(host, 8000).__enter__()


def test_a_name_that_leads_elsewhere_as_well_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names are in others' hands: all their addresses count."""
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 8000))
        for address in ("127.0.0.1", "192.0.2.7")
    ]
    monkeypatch.setattr(serve.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(UnsafeAddress):
        listening("rebound.example", 8000).__enter__()


@pytest.mark.parametrize("port", [-1, 65_536])
def test_ports_beyond_the_range(port: int) -> None:
    with pytest.raises(BadSettings, match="out of range"):
        listening("127.0.0.1", port).__enter__()


def test_a_port_in_use_is_said_plainly() -> None:
    with listening("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        with pytest.raises(BadSettings, match=f"port {port} .*--port"):
            listening("127.0.0.1", port).__enter__()


def test_a_host_that_is_none() -> None:
    for host in ("", "no such host", "a" * 300):
        with pytest.raises(BadSettings, match="leads nowhere"):
            listening(host, 8000).__enter__()


def test_the_collector_passes_over_what_was_loaded() -> None:
    before = gc.get_freeze_count()
    settled()
    try:
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_the_index_is_opened_once_and_then_all_is_settled(tmp_path: Path) -> None:
    done: list[str] = []
    with connect(f"sqlite:///{tmp_path / 'graph.db'}") as store:
        resolved(store)
        index = Lazily(store, then=lambda: done.append("settled"))
        assert done == []
        assert index() is index()
    assert done == ["settled"]
