"""Messages counted."""

import msgspec


class BusTally(msgspec.Struct):
    """Messages counted; ``read`` is the sum of accepted, rejected and skipped."""

    read: int = 0
    rejected: int = 0
    skipped: int = 0
    tombstones: int = 0

    @property
    def accepted(self) -> int:
        """Messages that are in the graph."""
        return self.read - self.rejected - self.skipped

    def plus(self, other: "BusTally") -> "BusTally":
        """Both together."""
        return BusTally(
            self.read + other.read,
            self.rejected + other.rejected,
            self.skipped + other.skipped,
            self.tombstones + other.tombstones,
        )

    def negative(self) -> "BusTally":
        """What takes these away again."""
        return BusTally(-self.read, -self.rejected, -self.skipped, -self.tombstones)
