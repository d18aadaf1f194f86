"""What every event store promises. The suite runs on each store that `stores.py` names."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.store.port import Store, Unplaced
from chassis.store.reading import head_position, read_after, read_streams
from chassis.store.tables import head, vault_items
from contracts.canonical import canonical_bytes
from contracts.envelope import Actor, Envelope, Recorded
from tests.contracts.stores import STORES, Sqlite, Substrate, substrate_on

LOG = UUID("1b4e28ba-2fa1-4d2f-883f-0016d3cca427")
NOW = datetime(2026, 11, 23, 8, 8, tzinfo=UTC)
ACTOR = Actor(person="p-1", unit="street-pine-song", role="officer")


@pytest.fixture(params=STORES)
def substrate(request: pytest.FixtureRequest, tmp_path: Path) -> Substrate:
    return substrate_on(request.param, request, tmp_path / "store")


@pytest.fixture
def store(substrate: Substrate) -> Iterator[Store]:
    opened = substrate.open()
    yield opened
    opened.close()


def unplaced(stream: str, version: int, text: str = "喧闹 \u0001 \U0001f4e2") -> Unplaced:
    envelope = Envelope(
        event_id=uuid5(LOG, f"{stream}/{version}"),
        type="counters.counter_opened.v1",
        stream=stream,
        version=version,
        key=stream,
        log_id=LOG,
        recorded_at=NOW,
        actor=ACTOR,
        correlation_id=LOG,
        causation_id=LOG,
    )
    return envelope, canonical_bytes({"text": text, "version": version})


def append(store: Store, *batch: Unplaced) -> int:
    with store.writing() as connection:
        return store.append(connection, batch)


def whole(store: Store) -> list[Recorded]:
    with store.reading() as connection:
        return read_after(connection, 0, 10_000)


def head_of(store: Store) -> int:
    with store.reading() as connection:
        return head_position(connection)


class WhenEventsAreAppended:
    def test_an_empty_log_has_no_head(self, store: Store) -> None:
        assert head_of(store) == 0
        assert whole(store) == []

    def test_positions_are_1_to_n(self, store: Store) -> None:
        assert append(store, unplaced("a", 1)) == 1
        assert append(store, unplaced("a", 2), unplaced("b", 1)) == 2
        assert append(store, *(unplaced("c", version) for version in range(1, 301))) == 4
        assert [one.position for one in whole(store)] == list(range(1, 304))
        assert head_of(store) == 303

    def test_the_bytes_are_given_back_as_they_were(self, store: Store) -> None:
        batch = [unplaced("a", 1), unplaced("a", 2, '\x7f\\"/\n\u2028 \U0010ffff')]
        append(store, *batch)
        assert whole(store) == [
            Recorded(position, envelope.to_bytes(), data)
            for position, (envelope, data) in enumerate(batch, start=1)
        ]
        assert [one.envelope for one in whole(store)] == [envelope for envelope, _ in batch]

    def test_a_transaction_that_fails_leaves_no_gap(self, store: Store) -> None:
        append(store, unplaced("a", 1))

        def append_and_fail() -> None:
            with store.writing() as connection:
                assert store.append(connection, [unplaced("a", 2), unplaced("a", 3)]) == 2
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            append_and_fail()
        assert head_of(store) == 1
        assert append(store, unplaced("b", 1)) == 2
        assert [one.envelope.stream for one in whole(store)] == ["a", "b"]

    def test_several_appends_of_one_transaction_follow_on(self, store: Store) -> None:
        with store.writing() as connection:
            firsts = [store.append(connection, [unplaced(name, 1)]) for name in "abc"]
        assert firsts == [1, 2, 3]


class WhenAVersionIsTaken:
    def test_the_append_raises_and_nothing_of_it_stays(self, store: Store) -> None:
        append(store, unplaced("a", 1), unplaced("a", 2))
        with pytest.raises(IntegrityError):
            append(store, unplaced("b", 1), unplaced("a", 2, "another"), unplaced("c", 1))
        assert head_of(store) == 2
        assert [one.envelope.stream for one in whole(store)] == ["a", "a"]
        assert whole(store)[1].data == unplaced("a", 2)[1]

    def test_it_raises_within_one_append_too(self, store: Store) -> None:
        with pytest.raises(IntegrityError):
            append(store, unplaced("a", 1), unplaced("a", 1))
        assert whole(store) == []

    def test_it_raises_between_two_that_opened_the_store(
        self, store: Store, substrate: Substrate
    ) -> None:
        other = substrate.open()
        append(store, unplaced("a", 1))
        with pytest.raises(IntegrityError):
            append(other, unplaced("a", 1, "another"))
        assert append(other, unplaced("a", 2)) == 2
        other.close()
        assert head_of(store) == 2


class WhenSomebodyTampers:
    FORGED = "stream, version, type, key, meta, meta FROM events WHERE version = 1"
    ANYWHERE = (
        "UPDATE events SET data = meta WHERE position = 1",
        "UPDATE events SET position = 9 WHERE position = 2",
        "DELETE FROM events WHERE position = 2",
        "DELETE FROM events",
        "UPDATE head SET position = position - 1",
        "UPDATE head SET log_id = 'another'",
        "DELETE FROM head",
        "INSERT INTO head VALUES (2, 0, 'another')",
    )
    ON_SQLITE = (
        f"INSERT OR REPLACE INTO events SELECT position, {FORGED}",
        f"INSERT OR REPLACE INTO events SELECT 3, {FORGED}",
        f"INSERT OR IGNORE INTO events SELECT position, {FORGED}",
        "UPDATE OR REPLACE events SET position = 1 WHERE position = 2",
        "INSERT OR REPLACE INTO head VALUES (1, 0, 'another')",
    )
    OVER = f"INSERT INTO events SELECT position, {FORGED} ON CONFLICT"
    ON_POSTGRES = (
        f"{OVER} (position) DO UPDATE SET data = excluded.data",
        f"{OVER} (stream, version) DO UPDATE SET data = excluded.data",
        "INSERT INTO head VALUES (1, 0, 'x') ON CONFLICT (id) DO UPDATE SET position = 0",
        "TRUNCATE events",
        "TRUNCATE head",
    )

    @pytest.mark.parametrize("attempt", ANYWHERE + ON_SQLITE + ON_POSTGRES)
    def test_the_database_itself_refuses(
        self, store: Store, substrate: Substrate, attempt: str
    ) -> None:
        others = self.ON_POSTGRES if isinstance(substrate, Sqlite) else self.ON_SQLITE
        if attempt in others:
            pytest.skip("this database knows no such statement")
        append(store, unplaced("a", 1), unplaced("a", 2))
        before = (whole(store), head_of(store), store.log_id)
        with pytest.raises(substrate.refused):
            substrate.raw(attempt)  # also as the owner of the tables
        with pytest.raises(DBAPIError), store.writing() as connection:
            connection.exec_driver_sql(attempt)
        reopened = substrate.open()
        assert (whole(reopened), head_of(reopened), reopened.log_id) == before
        reopened.close()

    def test_an_insert_at_the_next_position_is_no_tampering(self, store: Store) -> None:
        append(store, unplaced("a", 1))
        assert append(store, unplaced("a", 2)) == 2


class WhenTheLogIsRead:
    def test_pages_follow_one_another(self, store: Store) -> None:
        append(store, *(unplaced("a", version) for version in range(1, 8)))
        with store.reading() as connection:
            pages = [[one.position for one in read_after(connection, n, 3)] for n in (0, 3, 6, 7)]
        assert pages == [[1, 2, 3], [4, 5, 6], [7], []]

    def test_streams_are_read_whole_and_in_order(self, store: Store) -> None:
        append(store, unplaced("b", 1), unplaced("a", 1))
        append(store, unplaced("a", 2), unplaced("b", 2), unplaced("c", 1))
        with store.reading() as connection:
            found = read_streams(connection, ["a", "b", "none"])
        versions = {name: [one.envelope.version for one in rows] for name, rows in found.items()}
        assert versions == {"a": [1, 2], "b": [1, 2], "none": []}
        assert [one.position for one in found["a"]] == [2, 3]

    def test_a_reader_sees_one_moment(self, store: Store, substrate: Substrate) -> None:
        append(store, unplaced("a", 1))
        other = substrate.open()
        with store.reading() as connection:
            assert head_position(connection) == 1
            append(other, unplaced("a", 2))
            assert head_position(connection) == 1
            assert len(read_after(connection, 0, 10)) == 1
        assert head_of(store) == 2
        other.close()

    def test_a_reader_sees_nothing_that_is_not_committed(self, store: Store) -> None:
        with store.writing() as connection:
            store.append(connection, [unplaced("a", 1)])
            assert whole(store) == []
            assert head_of(store) == 0
        assert len(whole(store)) == 1

    def test_a_reader_cannot_write(self, store: Store) -> None:
        with pytest.raises(DBAPIError), store.reading() as connection:
            connection.execute(head.update().values(position=head.c.position + 1))
        assert head_of(store) == 0


class WhenItIsOpenedAgain:
    def test_it_is_the_same_log(self, store: Store, substrate: Substrate) -> None:
        append(store, unplaced("a", 1))
        again = substrate.open()
        assert again.log_id == store.log_id
        assert whole(again) == whole(store)
        again.close()

    def test_tables_are_made_once_and_their_rows_stay(self, store: Store) -> None:
        tables = MetaData()
        notes = Table("notes", tables, Column("id", Integer, primary_key=True), Column("x", Text))
        for _ in range(2):
            with store.writing() as connection:
                tables.create_all(connection)
                connection.execute(insert(notes).values(x="kept"))
        with store.reading() as connection:
            assert connection.execute(select(notes.c.x)).scalars().all() == ["kept", "kept"]


class WhenSomethingIsDeleted:
    def test_a_scrub_leaves_none_of_its_bytes(self, store: Store, substrate: Substrate) -> None:
        if not substrate.files():
            pytest.skip("the files of this database are out of reach")
        needles = [f"needle-{number}-".encode() + b"n" * 400 for number in range(30)]
        with store.writing() as connection:
            rows = [{"ref": str(uuid4()), "owner": "o", "ciphertext": needle} for needle in needles]
            connection.execute(insert(vault_items), rows)
        assert self._found(substrate, needles) == 30
        with store.writing() as connection:
            connection.execute(vault_items.delete())
        assert self._found(substrate, needles) == 30  # the control arm: not yet scrubbed
        store.scrub()
        assert self._found(substrate, needles) == 0

    @staticmethod
    def _found(substrate: Substrate, needles: list[bytes]) -> int:
        content = b"".join(path.read_bytes() for path in substrate.files())
        return sum(needle in content for needle in needles)
