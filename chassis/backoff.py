"""Growing pauses between attempts at what fails."""

from dataclasses import dataclass

__all__ = ["Backoff"]


@dataclass(slots=True)
class Backoff:
    """A pause that doubles with every failure in a row, between two bounds in seconds."""

    first_s: float
    last_s: float
    pause_s: float = 0.0
    """The pause that is due now; 0 after a success."""

    def fail(self) -> float:
        """Note a failure; give the pause that is due."""
        self.pause_s = min(max(self.pause_s * 2, self.first_s), self.last_s)
        return self.pause_s

    def succeed(self) -> None:
        """Note a success."""
        self.pause_s = 0.0
