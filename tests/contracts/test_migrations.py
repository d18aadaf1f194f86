"""The chain of changes leads to the tables of this release, from nothing and from older ones.

A file of the first release is made here by the chain itself, up to the change that describes that
release, and is filled by hand.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, select

from chassis.store import migrations
from chassis.store.postgres.provisioning import apply, look
from chassis.store.schema import NEWEST, SchemaRefused, upgrade, version_of
from chassis.store.sqlite.store import SqliteStore
from chassis.store.tables import checkpoints, kept
from tests.substrate.postgres import Postgres

LOG = "1b4e28ba-2fa1-4d2f-883f-0016d3cca427"


def chain() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    return ScriptDirectory.from_config(config)


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, kept))


def on_sqlite(path: Path, version: str) -> None:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as connection:
        upgrade(connection, version)


def test_the_release_names_the_last_change_of_the_chain() -> None:
    assert chain().get_heads() == [NEWEST]


class WhenTheChainIsGoneThrough:
    def test_sqlite_has_the_tables_of_this_release(self, tmp_path: Path) -> None:
        on_sqlite(tmp_path / "new.db", NEWEST)
        engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}", poolclass=NullPool)
        with engine.connect() as connection:
            assert differences(connection) == []

    def test_postgresql_has_the_tables_of_this_release(self, postgres: Postgres) -> None:
        database = postgres.ready()
        with create_engine(database.owner, poolclass=NullPool).connect() as connection:
            assert differences(connection) == []

    def test_a_difference_would_be_seen(self, tmp_path: Path) -> None:
        on_sqlite(tmp_path / "old.db", "0001")
        engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}", poolclass=NullPool)
        with engine.connect() as connection:
            found = str(differences(connection))
        assert "relay" in found
        assert "ahead" in found


class WhenAFileOfTheFirstReleaseIsOpened:
    @pytest.fixture
    def old(self, tmp_path: Path) -> Path:
        path = tmp_path / "old.db"
        on_sqlite(path, "0001")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE alembic_version")  # changes were not counted then
            connection.execute("INSERT INTO head VALUES (1, 0, ?)", (LOG,))
            connection.execute("INSERT INTO checkpoints VALUES ('counters', 'log', 7)")
        return path

    def test_it_is_brought_to_this_one_and_keeps_what_it_holds(self, old: Path) -> None:
        for _ in range(2):
            store = SqliteStore(old)
            assert str(store.log_id) == LOG
            with store.reading() as connection:
                assert version_of(connection) == NEWEST
                assert differences(connection) == []
                rows = connection.execute(select(checkpoints)).all()
            assert [tuple(row) for row in rows] == [("counters", "log", 7, b"")]
            store.close()

    def test_a_file_of_a_later_release_is_refused(self, old: Path) -> None:
        SqliteStore(old).close()
        with closing(sqlite3.connect(old)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaRefused, match="a later one"):
            SqliteStore(old)


class WhenADatabaseIsPrepared:
    def test_it_may_be_done_again(self, postgres: Postgres) -> None:
        database = postgres.fresh()
        assert not look(database.owner).is_ready
        first = apply(database.owner, database.app)
        assert first.is_ready
        assert apply(database.owner, database.app) == first
        assert look(database.app) == first
