"""A statement as it is sent: planned once for each text, whatever it is asked about.

A server keeps the plan of a text, but makes it anew for each type of a parameter and
each size of a list, and whenever a store's counts have moved since; the caller waits.
All parameters are one map, whose type is always the same, and a plan that is there is
used. So a plan must not hang on counts: every statement begins at an index, and
``tests/integration/neo4j/test_plans.py`` holds that it does so on an empty store too.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, LiteralString, cast

_PARAMETER = re.compile(r"\$(\w+)")


@cache
def sent(text: str) -> LiteralString:
    """The text that a server gets."""
    asked = _PARAMETER.sub(r"$p.\1", text)
    return cast("LiteralString", f"CYPHER replan=skip {asked}")


def parameters(values: Mapping[str, object]) -> dict[str, Any]:
    """The parameters that it gets."""
    return {"p": values}
