"""Where the simulated services keep what outlives them: the real store, quick to put back."""

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
from tests.faults.simulation.fate import Fate

__all__ = ["Ground", "MortalStore", "open_ground"]

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # a file system without a disk, where there is one


class MortalStore(SqliteStore):
    """The store as it is, with a chance to die before and after every transaction."""

    fate: Fate | None = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write, or die on the way in, or of having committed."""
        self._pass("writing")
        with super().writing() as connection:
            yield connection
        self._pass("written")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read, or die before."""
        self._pass("reading")
        with super().reading() as connection:
            yield connection

    def reopen(self) -> None:
        """Know what a process knows that opened this store just now."""
        with self._reader.begin() as connection:
            self._newest = self._reached = head_position(connection)

    def _pass(self, moment: str) -> None:
        if self.fate is not None:
            self.fate.passing(moment)


@dataclass
class Ground:
    """One service's database and keys, and a copy of the database as it was when it was empty."""

    store: MortalStore
    vault: Vault
    empty: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.empty = sqlite3.connect(":memory:")
        with self.store._writer.connect() as connection:
            _raw(connection).backup(self.empty)

    def clear(self, fate: Fate) -> None:
        """Begin another history."""
        self.store.fate = fate
        with self.store._writer.connect() as connection:
            self.empty.backup(_raw(connection))
        self.store.reopen()


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


@contextmanager
def open_ground(*models: ServiceModel) -> Iterator[dict[str, Ground]]:
    """Make databases for services, for as many histories as are wanted."""
    with TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as folder:
        grounds: dict[str, Ground] = {}
        for model in models:
            store = MortalStore(Path(folder) / f"{model.name}.db")
            prepare(store, model, {})
            grounds[model.name] = Ground(store, Vault(bytes(32)))
        yield grounds
        for ground in grounds.values():
            ground.store.close()
            ground.empty.close()
