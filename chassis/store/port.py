"""What the unit of work, the feed and the views need of a database."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table

from contracts.envelope import Envelope

__all__ = ["Staging", "Store", "Unplaced"]

Unplaced = tuple[Envelope, bytes]
"""An event that has no position yet: its envelope and its canonical bytes."""


class Staging(Protocol):
    """A place beside the tables in use, where a view is built under its own names."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction in which those names mean the tables that are being built.

        Committing need not last: what a crash leaves behind is thrown away.
        """
        ...

    def load_bulk(self, tables: MetaData, alive: Callable[[], None]) -> None:
        """Load the bulk; little follows. Called once, before any `swap_in`.

        While that takes its time, `alive` is called now and then; it raises when it shall end.
        """
        ...

    def swap_in(self, connection: Connection, tables: MetaData) -> None:
        """Put them, with their indexes, in the place of those in use, within that transaction."""
        ...


class Store(Protocol):
    """One service's database."""

    @property
    def log_id(self) -> UUID:
        """Name this log; a restored log gets another."""
        ...

    @property
    def newest(self) -> int:
        """Give the last position of the log, as cheaply as can be.

        Where one process alone appends, without asking the database; else by one question.
        """
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction that commits on exit, rolls back on error, and keeps others out."""
        ...

    def marking(self) -> AbstractContextManager[Connection]:
        """Open a transaction for marks beside the log, which need neither its lock nor its sync.

        What is marked may be lost with the machine; it says again what can be found out again.
        """
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a read-only transaction on one consistent snapshot."""
        ...

    def append(self, connection: Connection, batch: Sequence[Unplaced]) -> int:
        """Append events at the next positions and give the first of them.

        Raises: sqlalchemy.exc.IntegrityError when a (stream, version) is taken already.
        """
        ...

    def load(
        self,
        connection: Connection,
        table: Table,
        names: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> None:
        """Insert any number of rows, the named columns of each, as fast as the database can."""
        ...

    def leading(self, duty: str) -> AbstractContextManager[Callable[[], bool]]:
        """Stand for election to a duty that one process at a time should do (such as the relay).

        Gives a function that tries to win and then says whether it is still so. Leading saves
        double work and nothing else: what is done under it has to be right for two leaders too.
        """
        ...

    def staging(self) -> AbstractContextManager[Staging]:
        """Make an empty place to build a view in, and clear it away at the end.

        There is one such place: who finds it taken gets a Fault.
        """
        ...

    def scrub(self) -> None:
        """Make deleted bytes unreadable in every file of the database."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
