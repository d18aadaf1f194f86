"""What only PostgreSQL can get wrong: rights, lost connections, leaders, how it was made."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from chassis.errors import Fault, OutcomeUnknown
from chassis.store.postgres.connections import DatabaseRefused
from chassis.store.postgres.provisioning import apply
from chassis.store.postgres.store import PostgresStore
from chassis.unit_of_work.outcomes import Done, Failed
from chassis.unit_of_work.session import Session
from deploy.local import postgres as starter
from tests.counters.counter import Open
from tests.counters.services import Counters
from tests.servers import free_ports, until
from tests.substrate.postgres import Database, Postgres
from tests.substrate.wire import Wire

ROOT = Path(__file__).parents[2]
WAIT_S = 15
OPENED = ("counter-1", 1, "counter_opened")


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    """Use the driver alone, in one transaction."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def end_connections(postgres: Postgres, database: Database) -> int:
    """End every connection to a database, as a restarting server does; give how many."""
    name = database.app.rpartition("/")[2]
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
    return len(execute(postgres.address, ended.format(name)))


@pytest.fixture
def database(postgres: Postgres) -> Database:
    return postgres.ready()


@pytest.fixture
def counters(database: Database, tmp_path: Path) -> Iterator[Counters]:
    opened = Counters(tmp_path, database=database.app)
    yield opened
    opened.close()


class WhenTheApplicationsPasswordIsStolen:
    ATTEMPTS = (
        "UPDATE events SET data = meta",
        "DELETE FROM events",
        "TRUNCATE events",
        "UPDATE head SET log_id = 'another'",
        "UPDATE head SET id = 2",
        "DELETE FROM head",
        "INSERT INTO head VALUES (1, 0, 'another')",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_are_not_changed ON events",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE sql AS ''",
        "DROP TABLE events",
        "UPDATE access_log SET person = 'nobody'",
        "DELETE FROM operator_log",
        "UPDATE commands SET version = 0",
        "UPDATE alembic_version SET version_num = '0000'",
    )

    @pytest.mark.parametrize("attempt", ATTEMPTS)
    def test_the_log_cannot_be_rewritten_with_it(
        self, counters: Counters, database: Database, attempt: str
    ) -> None:
        counters.given(counters.open("1"))
        before = counters.recorded()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            execute(database.app, attempt)
        assert counters.recorded() == before

    def test_it_opens_no_other_services_database(self, postgres: Postgres) -> None:
        one, other = postgres.ready(), postgres.ready()
        crossed = one.app.rpartition("/")[0] + "/" + other.app.rpartition("/")[2]
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            execute(crossed, "SELECT 1")

    def test_the_owner_could_which_is_why_services_have_another_role(
        self, counters: Counters, database: Database
    ) -> None:
        counters.given(counters.open("1"))
        execute(database.owner, "ALTER TABLE events DISABLE TRIGGER ALL")
        execute(database.owner, "UPDATE events SET data = meta")
        assert counters.recorded()[0].data == counters.recorded()[0].meta


class WhenConnectionsAreLost:
    def test_idle_ones_are_replaced_unnoticed(
        self, counters: Counters, postgres: Postgres, database: Database
    ) -> None:
        counters.given(counters.open("1"))
        assert end_connections(postgres, database) > 0
        counters.given(counters.open("2"))
        assert end_connections(postgres, database) > 0
        assert len(counters.recorded()) == 2

    def test_a_transaction_under_way_is_a_fault_that_leaves_nothing(
        self, counters: Counters, postgres: Postgres, database: Database
    ) -> None:
        def run(session: Session) -> None:
            assert end_connections(postgres, database) > 0
            session.execute(Open("1", "hall", counters.clock.now()), "counter-1")

        (outcome,) = counters.do(counters.command(run, body=b"open"))
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, DBAPIError)
        assert counters.recorded() == []
        counters.given(counters.open("1"))

    def test_a_restart_of_the_server_is_outlived(
        self, counters: Counters, postgres: Postgres
    ) -> None:
        if postgres.cluster is None:
            pytest.skip("the server is somebody else's")
        counters.given(counters.open("1"))
        starter.stop(postgres.cluster, at_once=True)
        (outcome,) = counters.do(counters.count("1"))
        starter.start(postgres.cluster)
        assert isinstance(outcome, Failed)
        counters.given(counters.count("1"))
        assert counters.log() == [OPENED, ("counter-1", 2, "counter_counted")]


class WhenTheConnectionIsLostOverACommit:
    @pytest.fixture
    def wire(self, database: Database) -> Iterator[Wire]:
        wire = Wire(database.app)
        yield wire
        wire.close()

    @pytest.fixture
    def counters(self, wire: Wire, tmp_path: Path) -> Iterator[Counters]:
        opened = Counters(tmp_path, database=wire.url)
        yield opened
        opened.close()

    def test_what_was_committed_is_reported_as_done(self, counters: Counters, wire: Wire) -> None:
        wire.cut = "after the commit"
        (outcome,) = counters.do(counters.open("1", key="once"))
        assert (outcome, wire.cut_count) == (Done("counter-1", 1, replayed=False), 1)
        assert counters.log() == [OPENED]

    def test_what_was_not_committed_is_a_fault(self, counters: Counters, wire: Wire) -> None:
        wire.cut = "before the commit"
        (outcome,) = counters.do(counters.open("1", key="once"))
        assert wire.cut_count == 1
        assert isinstance(outcome, Failed)
        assert not isinstance(outcome.error, OutcomeUnknown)
        assert counters.log() == []
        counters.given(counters.open("1", key="once"))
        assert counters.log() == [OPENED]

    def test_a_batch_is_done_once(self, counters: Counters, wire: Wire) -> None:
        wire.cut = "after the commit"
        outcomes = counters.do(counters.open("1", key="a"), counters.open("2", key="b"))
        assert outcomes == [Done("counter-1", 1), Done("counter-2", 1)]
        assert len(counters.recorded()) == 2

    def test_what_cannot_be_known_is_not_said(
        self, counters: Counters, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(PostgresStore, "settle_s", 0.3)
        wire.cut, wire.stays_cut = "after the commit", True
        (outcome,) = counters.do(counters.open("1", key="once"))
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, OutcomeUnknown)
        wire.stays_cut = False
        (again,) = counters.do(counters.open("1", key="once"))
        assert again == Done("counter-1", 1, replayed=True)
        assert counters.log() == [OPENED]

    def test_without_asking_the_server_the_answer_would_be_false(
        self, counters: Counters, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(PostgresStore, "is_committed", lambda _store, _transaction: False)
        wire.cut = "after the commit"
        (outcome,) = counters.do(counters.open("1", key="once"))
        assert isinstance(outcome, Failed)
        assert counters.log() == [OPENED]


class WhenADutyIsForOne:
    @pytest.fixture
    def two(self, database: Database) -> Iterator[tuple[PostgresStore, PostgresStore]]:
        stores = PostgresStore(database.app), PostgresStore(database.app)
        yield stores
        for store in stores:
            store.close()

    def test_one_leads_and_the_other_follows_when_it_ends(
        self, two: tuple[PostgresStore, PostgresStore]
    ) -> None:
        with two[1].leading("relay") as second:
            with two[0].leading("relay") as first:
                assert [first(), second(), first(), second()] == [True, False, True, False]
                with two[1].leading("another duty") as elsewhere:
                    assert elsewhere()
            until(second, WAIT_S)

    def test_one_that_lost_the_connection_leads_no_more(
        self,
        two: tuple[PostgresStore, PostgresStore],
        postgres: Postgres,
        database: Database,
    ) -> None:
        with two[0].leading("relay") as first, two[1].leading("relay") as second:
            assert first()
            assert end_connections(postgres, database) > 0
            until(second, WAIT_S)
            assert not first()


class WhenADatabaseIsMadeOtherwise:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ("TEMPLATE template0 ENCODING UTF8 LOCALE 'C.UTF-8'", "collation C"),
            ("TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'", "UTF8"),
        ],
    )
    def test_it_is_refused_in_one_sentence(
        self, postgres: Postgres, options: str, said: str
    ) -> None:
        database = postgres.fresh(options)
        with pytest.raises(DatabaseRefused, match=said):
            apply(database.owner, database.app)

    def test_one_without_tables_is_refused(self, postgres: Postgres) -> None:
        with pytest.raises(DatabaseRefused, match=r"permission|whistle database apply"):
            PostgresStore(postgres.fresh().owner)

    def test_a_server_that_is_not_there_is_named(self) -> None:
        with pytest.raises(DatabaseRefused, match=r"127\.0\.0\.1:1/x cannot be used"):
            PostgresStore("postgresql://nobody@127.0.0.1:1/x")

    def test_an_address_of_something_else_is_refused(self) -> None:
        with pytest.raises(DatabaseRefused, match="none of PostgreSQL"):
            PostgresStore("mysql://nobody@127.0.0.1/x")


def test_a_process_ends_with_that_sentence(postgres: Postgres, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    settings = {"WHISTLE_DATA": str(tmp_path / "data"), "WHISTLE_PORT": str(port)}
    settings["WHISTLE_DATABASE"] = postgres.fresh().owner
    ended = subprocess.run(
        [sys.executable, "-m", "services.intake"],
        env={**os.environ, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 1
    assert ended.stderr.endswith("run whistle database apply.\n")
    assert "Traceback" not in ended.stderr


def test_the_position_is_asked_for_when_others_write_too(database: Database) -> None:
    stores = PostgresStore(database.app), PostgresStore(database.app)
    with create_engine(database.owner, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("UPDATE head SET position = 7")
    assert [store.newest for store in stores] == [7, 7]
    for store in stores:
        store.close()


def test_a_place_for_building_is_for_one_process(database: Database) -> None:
    stores = PostgresStore(database.app), PostgresStore(database.app)
    with (
        stores[0].staging(),
        pytest.raises(Fault, match="being built"),
        stores[1].staging(),
    ):
        pass
    with stores[1].staging():
        pass
    for store in stores:
        store.close()
