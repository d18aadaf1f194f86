"""Which positions of a followed log were dealt with: all up to one, and single ones beyond it.

A feed that keeps the order of each key only (Kafka) brings positions in any order. What lies beyond
the first missing one is kept as a bitmap, so that the point to read on from, and how much is still
to come, are exact in any order.
"""

from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from chassis.errors import Fault
from chassis.store.rows import upsert
from chassis.store.tables import checkpoints

__all__ = [
    "AHEAD_MAX",
    "Checkpoint",
    "Lag",
    "read_checkpoint",
    "read_checkpoints",
    "write_checkpoint",
]

AHEAD_MAX = 1 << 20
"""Positions beyond the first missing one: 128 KiB. What lies further has to wait for the gap."""

_ALL = select(checkpoints)
_ONE = select(checkpoints).where(checkpoints.c.source == bindparam("source"))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was dealt with of one log."""

    log_id: UUID
    position: int = 0
    """Everything up to here."""
    ahead: int = 0
    """Bit 0 stands for `position + 1`, which is why it is never set."""

    def has(self, position: int) -> bool:
        """Say whether a position was dealt with."""
        return position <= self.position or bool(self.ahead >> (position - self.position - 1) & 1)

    @property
    def count(self) -> int:
        """How many positions were dealt with."""
        return self.position + self.ahead.bit_count()

    @property
    def last(self) -> int:
        """The highest position that was dealt with."""
        return self.position + self.ahead.bit_length()

    def add(self, position: int) -> Self:
        """Count a position in. Raises: Fault when it is too far beyond the first missing one."""
        if position == self.position + 1 and not self.ahead:
            return replace(self, position=position)
        if self.has(position):
            return self
        if position - self.position > AHEAD_MAX:
            message = f"position {position} has to wait: {self.position + 1} has not come"
            raise Fault(message)
        ahead = self.ahead | 1 << (position - self.position - 1)
        run = (~ahead & (ahead + 1)).bit_length() - 1  # bits set before the first that is not
        return replace(self, position=self.position + run, ahead=ahead >> run)

    def to_bytes(self) -> bytes:
        """Give the bitmap as it is stored: little-endian, without zeros at the end."""
        return self.ahead.to_bytes((self.ahead.bit_length() + 7) // 8, "little")


@dataclass(frozen=True, slots=True)
class Lag:
    """How far one source was dealt with, against its own log."""

    done: int
    """How many of its events were dealt with."""
    head: int | None
    """Its true head as it says itself; None when it cannot be asked."""

    @property
    def behind(self) -> int:
        """Events still to come; -1 when that is not known."""
        return -1 if self.head is None else self.head - self.done


def read_checkpoints(connection: Connection) -> dict[str, Checkpoint]:
    """Give the checkpoint of every source of which anything was dealt with."""
    return {row.source: _checkpoint(row) for row in connection.execute(_ALL)}


def read_checkpoint(connection: Connection, source: str) -> Checkpoint | None:
    """Give the checkpoint of a source; None when nothing of it was dealt with."""
    row = connection.execute(_ONE, {"source": source}).first()
    return None if row is None else _checkpoint(row)


def write_checkpoint(connection: Connection, source: str, checkpoint: Checkpoint) -> None:
    """Store the checkpoint of a source."""
    row = {
        "source": source,
        "log_id": str(checkpoint.log_id),
        "position": checkpoint.position,
        "ahead": checkpoint.to_bytes(),
    }
    upsert(connection, checkpoints, [row])


def _checkpoint(row: Row[Any]) -> Checkpoint:
    return Checkpoint(UUID(row.log_id), row.position, int.from_bytes(row.ahead, "little"))
