"""Views: a rebuilt one equals the one that grew, and nobody sees half of a rebuild."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, event, select, text

from chassis.feeds.feed import LogFeed
from chassis.inbox.inbox import ready_to_release
from chassis.store.port import Store
from chassis.views.versions import outdated, prepare, rebuild
from contracts.envelope import Envelope, Recorded
from contracts.event import Event
from tests.house import House
from tests.lamps import LampHung, Rooms
from tests.porters import SPENT, PraiseLamp, Tallies
from tests.town import Town, arrivals_of


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    opened = Town(tmp_path)
    yield opened
    opened.close()


def rebuilt(town: Town) -> list[tuple[Any, ...]]:
    rebuild(town.porters.service.store, Tallies(), town.feeds())
    return town.porters.tallies()


class WhenAViewIsRebuilt:
    def test_it_equals_the_one_that_grew(self, town: Town) -> None:
        town.lamps.given(*(town.lamps.hang(lamp) for lamp in "123"), town.lamps.light("2"))
        town.praise("2", 3)
        town.porters.drain()
        town.lamps.given(town.lamps.dim("2"), town.lamps.light("1", "2"))
        town.praise("2", 2)
        town.porters.drain()
        grown = town.porters.tallies()
        assert grown == [
            ("1", "hall", 1, 0, 0, 1),
            ("2", "hall", 2, 2, 5, 1),
            ("3", "hall", 0, 0, 0, 1),
        ]
        assert rebuilt(town) == grown

    def test_events_that_wait_or_are_parked_are_left_out_until_their_turn(self, town: Town) -> None:
        town.porters.trouble.poison.add("1")
        town.lamps.given(town.lamps.hang("1"))
        for lamp in "112":
            town.praise(lamp, 4)
        town.praise("1", SPENT, "2")
        town.porters.drain()
        kinds = sorted(row[2] for row in town.porters.held())
        assert kinds == ["behind", "behind", "parked", "waiting"]
        grown = town.porters.tallies()
        assert grown == [("1", "hall", 0, 0, 0, 1)]
        assert rebuilt(town) == grown
        town.porters.trouble.poison.clear()
        town.lamps.given(town.lamps.hang("2"))
        town.porters.drain()
        town.porters.consumer.release([("guests", "1")])
        grown = town.porters.tallies()
        assert grown == [("1", "hall", 0, 2, 8, 1), ("2", "hall", 0, 1, 4, 1)]
        assert rebuilt(town) == grown

    def test_a_refused_event_counts_the_same(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"))
        town.praise("1", 0)
        town.praise("1", 0)
        town.porters.drain()
        assert len(town.porters.refused()) == 2
        grown = town.porters.tallies()
        assert grown == [("1", "hall", 0, 2, 0, 1)]
        assert rebuilt(town) == grown

    def test_a_discarded_event_stays_given_up(self, town: Town) -> None:
        town.porters.trouble.poison.add("1")
        town.lamps.given(town.lamps.hang("1"))
        town.praise("1", 4)
        town.porters.drain()
        town.porters.trouble.poison.clear()
        town.porters.discard(1)
        town.praise("1", 2)
        town.porters.drain()
        grown = town.porters.tallies()
        assert grown == [("1", "hall", 0, 1, 2, 1)]
        assert rebuilt(town) == grown

    def test_an_event_that_broke_the_view_and_was_discarded_does_not_break_it_again(
        self, town: Town
    ) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.hang("2"))
        first, second = town.lamps.recorded()
        odd = Recorded(1, first.meta, first.data.replace(b'"room":"hall"', b'"room":7'))

        class Odd(LogFeed):
            def read(self, after: int, limit: int) -> list[Recorded]:
                return [one for one in (odd, second) if one.position > after][:limit]

        town.porters.deliver(*arrivals_of("lamps", [odd, second]))
        town.porters.discard(1)
        feeds = {"lamps": Odd(town.lamps.service.store)}
        grown = town.porters.tallies()
        assert grown == [("2", "hall", 0, 0, 0, 1)]
        rebuild(town.porters.service.store, Tallies(), feeds)
        assert town.porters.tallies() == grown

    def test_what_was_not_heard_yet_is_not_shown(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"))
        town.porters.drain()
        town.lamps.given(town.lamps.hang("2"))
        assert rebuilt(town) == [("1", "hall", 0, 0, 0, 1)]

    def test_no_reaction_is_fired(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.light("1"))
        town.porters.drain()
        ran, log = town.porters.trouble.run_count, town.porters.recorded()
        rebuilt(town)
        assert town.porters.trouble.run_count == ran
        assert town.porters.recorded() == log

    def test_it_says_how_many_events_it_read(self, town: Town) -> None:
        town.lamps.given(town.lamps.hang("1"), town.lamps.light("1"))
        town.porters.drain()
        assert rebuild(town.porters.service.store, Tallies(), town.feeds()) == 2 + 2


class Breaking(Rooms):
    """Breaks at the third event it is shown, or asks somebody to look."""

    def __init__(self, store: Store) -> None:
        self.seen: list[list[tuple[str, str, int]]] = []
        self._store = store

    def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
        """Apply, look from outside, break."""
        super().project(connection, event, envelope)
        with self._store.reading() as other:
            self.seen.append(self.all(other))
        if len(self.seen) == 3:
            raise ZeroDivisionError


class WhenARebuildIsInterrupted:
    def test_the_old_view_is_still_there_and_whole(self, house: House) -> None:
        house.given(*(house.hang(lamp) for lamp in "1234"), house.light("3"))
        old = house.rows(Rooms.rows)
        breaking = Breaking(house.service.store)
        with pytest.raises(ZeroDivisionError):
            rebuild(house.service.store, breaking, {})
        assert house.rows(Rooms.rows) == old
        assert outdated(house.service.store, house.model) == []

    def test_readers_see_the_old_one_until_the_new_one_is_complete(self, house: House) -> None:
        house.given(house.hang("1"), house.hang("2"))
        old = house.rows(Rooms.rows)
        looking = Breaking(house.service.store)
        rebuild(house.service.store, looking, {})
        assert looking.seen == [old, old]
        assert house.rows(Rooms.rows) == old


class Renamed(Rooms):
    """The same view, reading less."""

    reads = frozenset({LampHung.wire})


class WhenAReleaseChangesAView:
    def test_it_is_built_anew_once(self, house: House) -> None:
        store = house.service.store
        house.given(house.hang("1"), house.light("1"))
        assert outdated(store, house.model) == []
        assert prepare(store, house.model, {}) == 0
        changed = House(house.folder / "..", house.model).model
        changed = type(changed)("lamps", changed.deciders, views=(Renamed(),))
        assert [view.name for view in outdated(store, changed)] == ["rooms"]
        assert prepare(store, changed, {}) == 2
        assert house.rows(Rooms.rows) == [("1", "hall", 0)]
        assert outdated(store, changed) == []

    def test_another_table_is_noticed(self, house: House) -> None:
        class Wider(Rooms):
            tables = Rooms.tables.__class__()
            rows = Rooms.rows.to_metadata(tables)

        Wider.rows.append_column(Column("extra", Integer))
        house.given(house.hang("1"))
        changed = type(house.model)("lamps", house.model.deciders, views=(Wider(),))
        assert prepare(house.service.store, changed, {}) == 1
        assert house.rows(Wider.rows) == [("1", "hall", 0, None)]


def test_looking_for_what_may_be_released_never_reads_the_whole_log(town: Town) -> None:
    town.praise("1", 4)
    town.porters.drain()
    plans: list[str] = []
    with town.porters.service.store.reading() as connection:

        def explain(  # as SQLAlchemy calls it
            _connection: object,
            cursor: sqlite3.Cursor,
            statement: str,
            parameters: tuple[object, ...],
            _context: object,
            _many: object,
        ) -> None:
            if not statement.startswith("EXPLAIN"):
                plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                plans.extend(str(row[3]) for row in plan)

        event.listen(connection, "before_cursor_execute", explain)
        assert ready_to_release(connection) == []
        assert connection.execute(select(text("1"))).scalar() == 1
    assert any("events" in plan for plan in plans)
    assert not [plan for plan in plans if plan.startswith("SCAN events")]


def test_a_guest_is_counted(town: Town) -> None:
    stream = "praise-1-1"
    command = PraiseLamp("1", 2)
    town.guests.given(town.guests.work(lambda session: session.execute(command, stream)))
    assert town.guests.service.load(stream).state == 1
