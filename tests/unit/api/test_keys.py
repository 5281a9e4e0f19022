"""Single keys: which counts, however they arrive."""

import os
import select
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.cli.keys import END, Keys


@pytest.mark.parametrize(
    ("writes", "key"),
    [
        ([b"s"], "s"),
        ([b"xs"], "s"),
        ([b"sd"], "s"),
        ([b"\x1b[D", b"s"], "s"),
        ([b"\x1b[1;5D\x1bOPs"], "s"),
        ([b"\x1b", b"[", b"D", b"s"], "s"),
        ([b"\xd0", b"\xb2"], "в"),
        ([b"\xff", b"s"], "s"),
        ([b"\x04s"], END),
        ([], END),
    ],
)
def test_the_first_key_that_means_something(writes: list[bytes], key: str) -> None:
    reading, writing = os.pipe()

    def type_in() -> None:
        for written in writes:
            os.write(writing, written)
            while select.select([reading], [], [], 0)[0]:
                os.sched_yield()  # until it was read
        os.close(writing)

    with ThreadPoolExecutor(1) as pool:
        typing = pool.submit(type_in)
        found = Keys(reading).pressed("sdв")
        while os.read(reading, 64):
            pass
        typing.result()
    os.close(reading)
    assert found == key
