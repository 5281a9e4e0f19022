"""What a mapping may name, and what each name is made of."""

import msgspec

ATTRIBUTES = (
    "name.full", "name.given", "name.middle", "name.patronymic", "name.family",
    "name.maiden", "birth.date", "birth.place", "sex", "phone", "email", "tax_id",
    "document", "iban", "device", "cookie", "handle", "address.full",
    "address.street", "address.house", "address.flat", "address.city",
    "address.region", "address.postcode", "address.country", "organization.name",
    "organization.reg_no", "job.title", "occupation",
)  # fmt: skip
"""Attributes of a version; a user's own are ``x.NAME``."""

PLACES = (
    "record_id", "source", "owner", "kind", "seen_at",
    "birth.year", "birth.month", "birth.day",
)  # fmt: skip
"""What a mapping may name besides attributes."""


class Field(msgspec.Struct, frozen=True):
    """What an attribute is made of.

    Attributes:
        attribute: one of ``ATTRIBUTES`` or ``PLACES``, or ``x.NAME``.
        columns: of the table.
        format: of a date, as in ``strptime``.
        constant: the text of every row, where there are no columns.
    """

    attribute: str
    columns: tuple[str, ...] = ()
    format: str | None = None
    constant: str | None = None

    @property
    def joined(self) -> bool:
        """Whether several columns make one text."""
        return self.attribute.startswith(("name.", "address.")) or (
            self.attribute in PLACES
        )
