"""Counts the results of an import so that the figures always add up."""

from dataclasses import dataclass

__all__ = ["Tally"]


@dataclass
class Tally:
    """Counts of one run. An `unsure` row is stored, by this run or an earlier one."""

    filed: int = 0
    already_there: int = 0
    rejected: int = 0
    unsure: int = 0
    phone_unreadable: int = 0
    """Of those that are stored: what stands for a phone is none, and is kept as text."""

    @property
    def read(self) -> int:
        """All rows so far."""
        return self.filed + self.already_there + self.rejected + self.unsure

    def settle(self, created: int) -> None:
        """Divide the unsure rows by how many appeals the source has more than before the run.

        Exact unless another client files for the same source at the same time; bounded in any case.
        """
        ours = min(max(created - self.filed, 0), self.unsure)
        self.filed += ours
        self.already_there += self.unsure - ours
        self.unsure = 0

    def summary(self) -> dict[str, int]:
        """Give the summary that an import prints."""
        return {
            "read": self.read,
            "filed": self.filed,
            "already_there": self.already_there + self.unsure,
            "rejected": self.rejected,
            "phone_unreadable": self.phone_unreadable,
        }
