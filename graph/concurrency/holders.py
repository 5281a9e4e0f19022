"""Whether the process that holds a lease still runs."""

import os
import socket


def is_dead(holder: str) -> bool:
    """Whether ``host:pid:nonce`` names a process of this host that has ended."""
    host, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdecimal() or int(number) <= 0:
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False
