"""The databases of the simulated services: real SQLite files, emptied quickly between runs."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from chassis.store.reading import head_position
from chassis.store.sqlite.store import SqliteStore
from chassis.unit_of_work.definition import ServiceModel
from chassis.vault import Vault
from chassis.views.versions import prepare
from tests.faults.simulation.chance import Chance

__all__ = ["Database", "KillableStore", "open_databases"]

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system without a disk, where there is one


class KillableStore(SqliteStore):
    """The product's store; the process may be killed before and after every transaction.

    It keeps nothing in memory that a killed process would lose, so it need not be opened again.
    """

    chance: Chance | None = None

    @property
    def newest(self) -> int:
        """Give the last position, as the file has it."""
        with super().reading() as connection:
            return head_position(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write, or be killed before the transaction begins or after it has committed."""
        self._pass_moment("writing")
        with super().writing() as connection:
            yield connection
        self._pass_moment("written")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read, or be killed before."""
        self._pass_moment("reading")
        with super().reading() as connection:
            yield connection

    def _pass_moment(self, moment: str) -> None:
        if self.chance is not None:
            self.chance.pass_moment(moment)


@dataclass
class Database:
    """One service's file and keys, which outlive its processes."""

    store: KillableStore
    vault: Vault
    file: sqlite3.Connection
    """A connection of the test's own to the same file."""
    empty: sqlite3.Connection = field(init=False)
    """A copy of the file as it is when nothing has happened yet."""

    def __post_init__(self) -> None:
        self.empty = sqlite3.connect(":memory:")
        self.file.backup(self.empty)

    def clear(self, chance: Chance) -> None:
        """Begin another run."""
        self.empty.backup(self.file)
        self.store.chance = chance

    def close(self) -> None:
        """Close all connections."""
        self.store.close()
        self.file.close()
        self.empty.close()


@contextmanager
def open_databases(*models: ServiceModel) -> Iterator[dict[str, Database]]:
    """Make a database for each service, for any number of runs."""
    with TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as folder:
        databases: dict[str, Database] = {}
        for model in models:
            path = Path(folder) / f"{model.name}.db"
            store = KillableStore(path)
            prepare(store, model, {})
            databases[model.name] = Database(store, Vault(bytes(32)), sqlite3.connect(path))
        yield databases
        for database in databases.values():
            database.close()
