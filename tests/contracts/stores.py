"""Every store the contract suite runs on, each with a way past it: another, raw connection.

To add PostgreSQL: a class with these four methods, and its name in `STORES`.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

from chassis.store.port import Store
from chassis.store.sqlite import SqliteStore

__all__ = ["STORES", "Substrate"]


class Substrate(Protocol):
    """A place where one store can be opened more than once."""

    def open(self) -> Store:
        """Open it (again)."""
        ...

    def raw(self, *statements: str) -> None:
        """Execute statements in one transaction of a stranger's connection, and commit."""
        ...

    def files(self) -> list[Path]:
        """Give the files in which its bytes stand; none when they are out of reach."""
        ...

    @property
    def refused(self) -> type[Exception]:
        """The error a stranger gets for what the database refuses."""
        ...


class Sqlite:
    """A file."""

    refused: type[Exception] = sqlite3.IntegrityError

    def __init__(self, folder: Path) -> None:
        self._path = folder / "store.db"

    def open(self) -> Store:
        """Open the file."""
        return SqliteStore(self._path)

    def raw(self, *statements: str) -> None:
        """Use the driver alone."""
        with closing(sqlite3.connect(self._path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def files(self) -> list[Path]:
        """Give the database, its write-ahead log, its index."""
        return list(self._path.parent.iterdir())


STORES: dict[str, Callable[[Path], Substrate]] = {"sqlite": Sqlite}
