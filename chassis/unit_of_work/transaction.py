"""The transaction of a batch as one of its commands may use it."""

from dataclasses import dataclass

from sqlalchemy import Connection

__all__ = ["RollbackNeeded", "Transaction"]


class RollbackNeeded(Exception):
    """Raised to execute the batch again with savepoints: one command must be undone alone."""


@dataclass(slots=True)
class Transaction:
    """A connection whose writes can be undone without those of other commands.

    A savepoint costs two round trips, so it is set at the first write, and only in a batch that
    has shown to need it.
    """

    reading: Connection
    has_savepoints: bool = False
    _is_written: bool = False

    @property
    def writing(self) -> Connection:
        """The connection, for writing: from here on a refusal has to be rolled back."""
        if not self._is_written:
            if self.has_savepoints:
                self.reading.exec_driver_sql("SAVEPOINT work")
            self._is_written = True
        return self.reading

    def keep(self) -> None:
        """Keep what was written."""
        if self._is_written and self.has_savepoints:
            self.reading.exec_driver_sql("RELEASE work")

    def roll_back(self) -> None:
        """Undo what was written. Raises: RollbackNeeded without a savepoint."""
        if not self._is_written:
            return
        if not self.has_savepoints:
            raise RollbackNeeded
        self.reading.exec_driver_sql("ROLLBACK TO work")
        self.reading.exec_driver_sql("RELEASE work")
