"""Taxpayer's numbers, documents, phones and mailboxes."""
# pyright: reportUntypedFunctionDecorator=false, reportArgumentType=false
# (a number out of an array is a number to the compiler)

from collections.abc import Callable, Mapping

import numba

from intelligence.arrays import Ints
from intelligence.identity.columns.fields import Field, Maker
from intelligence.identity.columns.packed import TWO, Letters, Levels, likely
from intelligence.identity.comparisons.comparison import Batch, Comparison, Sides

_PHONE_DIGITS = 9
_ALIKE = 0.92


def _one(
    name: str, attribute: str, key: Callable[[str], str]
) -> Callable[[Maker], Mapping[str, Field]]:
    def make(maker: Maker) -> Mapping[str, Field]:
        return {name: maker.field(attribute).map(key)} if maker.has(attribute) else {}

    return make


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _subscriber(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())[-_PHONE_DIGITS:]


def _by_edits(name: str, most: int) -> Callable[[Batch], Levels]:
    def compare(batch: Batch) -> Levels:
        return batch.edits(name, most)

    return compare


def _mail_fields(make: Maker) -> Mapping[str, Field]:
    if not make.has("email"):
        return {}
    said = make.field("email").map(str.casefold)
    return {"email": said, "email.local": said.map(lambda text: text.split("@")[0])}


def _mail(batch: Batch) -> Levels:
    packed, found = batch.features.fields["email"].packed, batch.edits("email")
    text = packed.letters, packed.start
    _mail_levels(text, batch.codes("email"), batch.codes("email.local"), found)
    return found


@numba.njit(cache=True, nogil=True)
def _mail_levels(
    text: tuple[Letters, Ints], mail: Sides, local: Sides, out: Levels
) -> None:
    """Levels of edits: of more than two the mailbox's name or the likeness tells."""
    t, start = text
    for at in range(len(out)):
        if out[at] <= 0:
            continue
        if out[at] <= TWO or local[0][at] == local[1][at]:
            out[at] = 1
        else:
            a, b = mail[0][at], mail[1][at]
            like = likely(t, start[a], start[a + 1], start[b], start[b + 1], _ALIKE)
            out[at] = 2 if like >= _ALIKE else 3


TAX_ID = Comparison(
    "taxpayer's number", ("same", "a slip apart", "two slips apart", "different"),
    _one("tax_id", "tax_id", _plain), _by_edits("tax_id", 3), ("tax_id",),
    wide="tax_id", term="tax_id", holders=True,
    agree=0.97, trusted=100.0, chance=0.0005, relatives=0.02, capped=3, personal=True,
)  # fmt: skip
DOCUMENT = Comparison(
    "document", ("same", "a slip apart", "different"),
    _one("document", "document", _plain), _by_edits("document", 2), ("document",),
    wide="document", term="document", holders=True,
    chance=0.0005, relatives=0.02, capped=2,
)  # fmt: skip
ACCOUNT = Comparison(
    "account or handle", ("same", "different"),
    _one("account", "account", str.casefold), _by_edits("account", 1), ("account",),
    wide="account", term="account", holders=True, others=0.05,
    chance=0.0005, relatives=0.02, capped=1,
)  # fmt: skip
PHONE = Comparison(
    "phone", ("same", "a slip apart", "different"),
    _one("phone", "phone", _subscriber), _by_edits("phone", 2), ("phone",),
    wide="phone", term="phone", holders=True,
    chance=0.0005, relatives=0.5,
)  # fmt: skip
EMAIL = Comparison(
    "e-mail", ("same", "same mailbox name or two slips apart", "alike", "different"),
    _mail_fields, _mail, ("email", "email.local"),
    wide="email", term="email", holders=True, others=0.2,
    chance=0.0005, relatives=0.2,
)  # fmt: skip
