"""A view rebuilt at any moment, among any commands, is the one that grew; and that is noticed.

A die acts whenever the rebuild reads a log or asks for its turn: lamps are hung and lit, guests
praise them, the porters hear some of it, reactions break, wait and are mended. Within the turn the
rows before the switch and after it are compared.
"""

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from chassis.errors import Fault
from chassis.feeds.feed import Feed, LogFeed
from chassis.store.port import Store
from chassis.store.reading import read_types
from chassis.store.rows import put
from chassis.store.tables import checkpoints
from chassis.unit_of_work.unit_of_work import Done, ExclusiveTask, UnitOfWork
from chassis.views import rebuild as rebuilding
from chassis.views.versions import rebuild
from contracts.envelope import Recorded
from tests.contracts.stores import STORES
from tests.house import House
from tests.porters import SPENT, Tallies
from tests.substrate.postgres import Postgres
from tests.town import Town, arrivals_of

LAMPS = "123456"
ACTIONS_MAX = 3
Rows = list[tuple[Any, ...]]


@dataclass
class Life:
    """A town in which the die acts."""

    town: Town
    die: random.Random
    hung: list[str] = field(default_factory=list)
    lit: set[str] = field(default_factory=set)

    def act(self) -> None:
        for _ in range(self.die.randint(0, ACTIONS_MAX)):
            self.die.choice((self.hang, self.light, self.praise, self.hear, self.trouble))()

    def hang(self) -> None:
        left = [lamp for lamp in LAMPS if lamp not in self.hung]
        if left:
            lamp = self.die.choice(left)
            self.hung.append(lamp)
            self.town.lamps.given(self.town.lamps.hang(lamp))

    def light(self) -> None:
        if self.hung:
            lamp, lamps = self.die.choice(self.hung), self.town.lamps
            lamps.given(lamps.dim(lamp) if lamp in self.lit else lamps.light(lamp))
            self.lit ^= {lamp}

    def praise(self) -> None:
        stars = self.die.choice((0, 1, 2, 3, 4, 5, SPENT))
        self.town.praise(self.die.choice(LAMPS), stars, self.die.choice("ab"))

    def hear(self) -> None:
        for _ in range(self.die.randint(1, 3)):
            self.town.porters.consumer.drain_once()

    def trouble(self) -> None:
        """Poison a lamp, or mend everything and let an operator look after what is held."""
        porters = self.town.porters
        if self.die.random() < 0.5:
            porters.trouble.poison.add(self.die.choice(LAMPS))
            return
        porters.trouble.poison.clear()
        held = porters.held()
        if held and self.die.random() < 0.3:
            porters.discard(held[0][0])
        porters.consumer.release([(source, key) for source in SOURCES for key in LAMPS])


SOURCES = ("lamps", "guests")


class Disturbed(LogFeed):
    """A log that something happens to before every page."""

    act: Callable[[], None] = staticmethod(lambda: None)

    def read(self, after: int, limit: int) -> list[Recorded]:
        self.act()
        return super().read(after, limit)


def disturbed_types(
    connection: Connection, types: Collection[str], after: int, until: int
) -> list[Recorded]:
    """Read the own log after something happened to it; not in the turn, where nothing can."""
    if not connection.info.get("turn"):
        Disturbed.act()
    return read_types(connection, types, after, until)


def rebuild_among(life: Life, pages: pytest.MonkeyPatch) -> list[tuple[Rows, Rows]]:
    """Rebuild while the die acts; give (rows before, rows after) of every turn."""
    pages.setattr(rebuilding, "PAGE", life.die.randint(1, 4))
    pages.setattr(rebuilding, "read_types", disturbed_types)
    pages.setattr(Disturbed, "act", staticmethod(life.act))
    porters, view = life.town.porters, Tallies()
    feeds: Mapping[str, Feed] = {
        name: Disturbed(getattr(life.town, name).service.store) for name in SOURCES
    }
    turns: list[tuple[Rows, Rows]] = []

    def turn(run: Callable[[Connection], None]) -> None:
        life.act()
        with porters.service.store.writing() as connection:
            before = _rows(connection)
            connection.info["turn"] = True
            run(connection)
            connection.info["turn"] = False
            turns.append((before, _rows(connection)))

    rebuild(porters.service.store, view, feeds, turn)
    return turns


def _rows(connection: Connection) -> Rows:
    table = Tallies.rows
    return [tuple(row) for row in connection.execute(table.select().order_by(table.c.lamp))]


def live(seed: int | random.Random, database: str = "") -> list[tuple[Rows, Rows]]:
    die = seed if isinstance(seed, random.Random) else random.Random(seed)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as pages:
        town = Town(Path(folder), database)
        try:
            life = Life(town, die)
            for _ in range(die.randint(0, 12)):
                life.act()
            return rebuild_among(life, pages)
        finally:
            town.close()


@settings(max_examples=30, deadline=None)
@given(die=st.randoms(use_true_random=False))
def test_it_is_the_one_that_grew(die: random.Random) -> None:
    turns = live(die)
    assert all(before == after for before, after in turns), turns


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_one_that_grew_on_postgres_too(seed: int, postgres: Postgres) -> None:
    turns = live(seed, postgres.ready().app)
    assert all(before == after for before, after in turns), turns


def test_turns_are_given_back_and_tried_again() -> None:
    assert max(len(live(seed)) for seed in range(20)) > 1


BROKEN = {
    "held events are taken for dealt with": ("waits", lambda now, position: position > now.until),
    "what was fetched ahead is taken for dealt with": (
        "waits",
        lambda now, position: position in now.held,
    ),
    "what was given up is shown": ("shows", lambda _now, _recorded: True),
}


@pytest.mark.parametrize("guard", BROKEN)
def test_the_comparison_notices_a_missing_guard(
    guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding._Dealt, *BROKEN[guard])
    assert any(before != after for seed in range(60) for before, after in live(seed))


def test_what_was_dealt_with_out_of_order_is_shown_and_what_was_not_is_not(
    tmp_path: Path,
) -> None:
    town = Town(tmp_path)
    town.lamps.given(*(town.lamps.hang(lamp) for lamp in "12345"))
    first, _, third, _, fifth = arrivals_of("lamps", town.lamps.recorded())
    town.porters.deliver(first, third, fifth)
    with town.porters.service.store.writing() as connection:
        put(connection, checkpoints, {"source": "lamps"}, position=1, ahead=b"\x0a")
    grown = town.porters.tallies()
    assert [row[0] for row in grown] == ["1", "3", "5"]
    rebuild(town.porters.service.store, Tallies(), town.feeds())
    assert town.porters.tallies() == grown
    town.close()


class WhenTheTurnComes:
    def test_nothing_that_was_appended_after_the_last_page_is_lost(self, house: House) -> None:
        view = house.model.views[0]
        house.given(house.hang("1"))

        def late(run: Callable[[Connection], None]) -> None:
            house.given(house.hang("2"), house.light("1"))
            rebuilding.own_turn(house.service.store)(run)

        rebuild(house.service.store, view, {}, late)
        rows = view.tables.tables["rooms"]
        assert house.rows(rows) == [("1", "hall", 1), ("2", "hall", 0)]

    def test_a_turn_shares_no_transaction_with_commands(self, house: House) -> None:
        """What a command of the same batch appended before it is in the views by then."""
        seen: list[Rows] = []
        rows = house.model.views[0].tables.tables["rooms"]

        def look(connection: Connection) -> None:
            seen.append([tuple(row) for row in connection.execute(rows.select())])

        unit_of_work: UnitOfWork = house.unit_of_work
        outcomes = unit_of_work.handle(
            [house.hang("1"), ExclusiveTask(look), house.hang("2"), ExclusiveTask(look)]
        )
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        assert seen == [[("1", "hall", 0)], [("1", "hall", 0), ("2", "hall", 0)]]


class WhenAnotherIsUnderWay:
    def test_the_place_is_taken(self, house: House) -> None:
        store: Store = house.service.store
        with store.staging(), pytest.raises(Fault, match="being built"), store.staging():
            pass

    def _fail_half_way(self, store: Store) -> None:
        with store.staging() as place:
            with place.writing() as connection:
                connection.exec_driver_sql("CREATE TABLE half (n INTEGER)")
            raise ZeroDivisionError

    def test_it_is_free_again_and_empty_after_a_failure(self, house: House, tmp_path: Path) -> None:
        store: Store = house.service.store
        with pytest.raises(ZeroDivisionError):
            self._fail_half_way(store)
        with store.staging() as place, place.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE half (n INTEGER)")
        assert not list(tmp_path.rglob("*.rebuilding.db*"))


@pytest.fixture(params=STORES)
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    on_postgres = request.param == "postgres"
    postgres: Postgres | None = request.getfixturevalue("postgres") if on_postgres else None
    opened = House(tmp_path, database=postgres.ready().app if postgres else "")
    yield opened
    opened.close()
