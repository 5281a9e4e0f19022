"""What an engine finds when it looks at a store and at what it runs on."""

import msgspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; the detail says how to mend what is not ok."""

    name: str
    detail: str
    ok: bool = True
