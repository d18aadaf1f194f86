"""Every store the contract suite runs on, each with a way past it: another, raw connection."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from chassis.store.port import Store
from chassis.store.postgres.store import PostgresStore
from chassis.store.sqlite.store import SqliteStore
from tests.substrate.postgres import Postgres

__all__ = ["STORES", "OnPostgres", "Sqlite", "Substrate", "substrate_on"]

STORES = ("postgres", "sqlite")


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


class OnPostgres:
    """A database."""

    refused: type[Exception] = psycopg.IntegrityError

    def __init__(self, postgres: Postgres) -> None:
        self._database = postgres.ready()

    def open(self) -> Store:
        """Connect as the application."""
        return PostgresStore(self._database.app)

    def raw(self, *statements: str) -> None:
        """Use the driver alone, as the owner of the tables."""
        url = self._database.owner.replace("+psycopg", "")
        with psycopg.connect(url) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def files(self) -> list[Path]:
        """Give none: what a server keeps on its disk is not to be had through it."""
        return []


def substrate_on(name: str, request: pytest.FixtureRequest, folder: Path) -> Substrate:
    """Make the substrate of that name."""
    if name == "sqlite":
        return Sqlite(folder)
    return OnPostgres(request.getfixturevalue("postgres"))
