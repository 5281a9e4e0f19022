"""Canonical bytes, spelled out."""

import hashlib

import numpy as np
import pyarrow as pa

from graph.hashing import canonical
from graph.hashing.rounding import Tokens, containers, probabilities, scores

TIME = pa.timestamp("us", tz="UTC")


def test_fields_are_framed_by_their_lengths() -> None:
    lines = canonical.rows(
        [
            canonical.constant("node", "Record"),
            canonical.text_field("id", pa.array([b"a" * 16, b"b" * 16], pa.binary(16))),
            canonical.text_field("key", pa.array(["é", None])),
            canonical.json_field("more", pa.array(["{}", '{"a":1}'])),
            canonical.number_field("at", pa.array([-1, None], TIME)),
            canonical.number_field("on", pa.array([True, False])),
            canonical.number_field("real", pa.array([-0.0, 1.0])),
        ]
    )
    one = (1.0).hex()
    assert one == "0x1.0000000000000p+0"
    assert lines.to_pylist() == [
        b"4:node,6:Record,2:id,16:" + b"a" * 16 + b",3:key,2:\xc3\xa9,2:at,2:-1,"
        b"2:on,1:1,4:real,1:0,",
        b"4:node,6:Record,2:id,16:" + b"b" * 16 + b',4:more,7:{"a":1},'
        b"2:on,1:0,4:real,19:4607182418800017408,",
    ]


def test_no_two_rows_look_alike() -> None:
    split = canonical.rows(
        [
            canonical.text_field("a", pa.array(["x", "x,1:b,1:y"])),
            canonical.text_field("b", pa.array(["y", None])),
        ]
    ).to_pylist()
    assert split[0] != split[1]
    empty = canonical.text_field("a", pa.array(["", None])).to_pylist()
    assert empty == [b"1:a,0:,", b""]


def test_digests_and_their_sum() -> None:
    lines = canonical.text_field("a", pa.array(["skipped", "x", None, "z"])).slice(1)
    found = canonical.digests(lines)
    wanted = [
        hashlib.blake2b(line, digest_size=16).digest() for line in lines.to_pylist()
    ]
    assert [row.tobytes() for row in found] == wanted
    assert canonical.total(found) == sum(int.from_bytes(w, "little") for w in wanted)
    assert canonical.total(np.empty((0, 16), np.uint8)) == 0


def test_sums_do_not_overflow() -> None:
    full = np.full((1_000, 16), 255, dtype=np.uint8)
    assert canonical.total(full) == 1_000 * (2**128 - 1)


def test_rounding() -> None:
    assert probabilities(pa.array([0.1, -1e-12, None])).to_pylist() == [
        "0.100000000",
        "0.000000000",
        None,
    ]
    assert scores(pa.array([123.456789, -0.0, 1e-9])).to_pylist() == [
        "1.23457e+02",
        "0.00000e+00",
        "1.00000e-09",
    ]


def test_containers_speak_of_tokens() -> None:
    tokens, known = Tokens(), "ab" * 16
    tokens.add(
        np.frombuffer(bytes.fromhex(known), np.uint8).reshape(1, 16),
        np.full((1, 16), 7, np.uint8),
    )
    text = f'{{"{known}":["{known}",0.123456789,"{"cd" * 16}",{{"a":1}}]}}'
    [found] = containers(pa.array([text]), tokens).to_pylist()
    token = "07" * 16
    assert found == f'{{"{token}":["{token}",0.123457,"{"cd" * 16}",{{"a":1}}]}}'
