"""A view rebuilt at any moment, among any commands, is the one that grew; and that is noticed.

A die acts whenever the rebuild reads a log or asks to run alone: counters are opened and count,
raters rate them, the followers read some of it, reactions break, wait and are mended. While the
rebuild runs alone the rows before the switch and after it are compared.
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
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.requests import ExclusiveTask
from chassis.views import rebuild as rebuilding
from chassis.views.versions import rebuild
from contracts.envelope import Recorded
from tests.contracts.stores import STORES
from tests.counters.counter import LABEL_ROWS
from tests.counters.follower import REFUSED_UNNAMED, TALLIES, TALLY_ROWS
from tests.counters.services import Counters, ThreeServices, inbound_of
from tests.substrate.postgres import Postgres

NUMBERS = "123456"
ACTIONS_MAX = 3
Rows = list[tuple[Any, ...]]


@dataclass
class Life:
    """Services in which the die acts."""

    services: ThreeServices
    die: random.Random
    opened: list[str] = field(default_factory=list)
    counted: set[str] = field(default_factory=set)

    def act(self) -> None:
        for _ in range(self.die.randint(0, ACTIONS_MAX)):
            self.die.choice((self.open, self.count, self.rate, self.read, self.trouble))()

    def open(self) -> None:
        left = [counter for counter in NUMBERS if counter not in self.opened]
        if left:
            counter = self.die.choice(left)
            self.opened.append(counter)
            self.services.counters.given(self.services.counters.open(counter))

    def count(self) -> None:
        if self.opened:
            counter, counters = self.die.choice(self.opened), self.services.counters
            is_back = counter in self.counted
            counters.given(counters.reset(counter) if is_back else counters.count(counter))
            self.counted ^= {counter}

    def rate(self) -> None:
        stars = self.die.choice((0, 1, 2, 3, 4, 5, REFUSED_UNNAMED))
        self.services.rate(self.die.choice(NUMBERS), stars, self.die.choice("ab"))

    def read(self) -> None:
        for _ in range(self.die.randint(1, 3)):
            self.services.followers.consumer.drain_once()

    def trouble(self) -> None:
        """Poison a counter, or mend everything and let an operator look after what is held."""
        followers = self.services.followers
        if self.die.random() < 0.5:
            followers.trouble.poison.add(self.die.choice(NUMBERS))
            return
        followers.trouble.poison.clear()
        held = followers.held()
        if held and self.die.random() < 0.3:
            followers.discard(held[0][0])
        followers.consumer.release([(source, key) for source in SOURCES for key in NUMBERS])


SOURCES = ("counters", "raters")


class Disturbed(LogFeed):
    """A log that something happens to before every page."""

    act: Callable[[], None] = staticmethod(lambda: None)

    def read(self, after: int, limit: int) -> list[Recorded]:
        self.act()
        return super().read(after, limit)


def disturbed_types(
    connection: Connection, types: Collection[str], after: int, until: int
) -> list[Recorded]:
    """Read the own log after something happened to it; not while it runs alone, as nothing can."""
    if not connection.info.get("alone"):
        Disturbed.act()
    return read_types(connection, types, after, until)


def rebuild_among(life: Life, pages: pytest.MonkeyPatch) -> list[tuple[Rows, Rows]]:
    """Rebuild while the die acts; give (rows before, rows after) of every time it ran alone."""
    pages.setattr(rebuilding, "PAGE", life.die.randint(1, 4))
    pages.setattr(rebuilding, "read_types", disturbed_types)
    pages.setattr(Disturbed, "act", staticmethod(life.act))
    store = life.services.followers.service.store
    feeds: Mapping[str, Feed] = {
        "counters": Disturbed(life.services.counters.service.store),
        "raters": Disturbed(life.services.raters.service.store),
    }
    compared: list[tuple[Rows, Rows]] = []

    def run_alone(run: Callable[[Connection], None]) -> None:
        life.act()
        with store.writing() as connection:
            before = _rows(connection)
            connection.info["alone"] = True
            run(connection)
            connection.info["alone"] = False
            compared.append((before, _rows(connection)))

    rebuild(store, TALLIES, feeds, run_alone)
    return compared


def _rows(connection: Connection) -> Rows:
    query = TALLY_ROWS.select().order_by(TALLY_ROWS.c.counter)
    return [tuple(row) for row in connection.execute(query)]


def live(seed: int | random.Random, database: str = "") -> list[tuple[Rows, Rows]]:
    die = seed if isinstance(seed, random.Random) else random.Random(seed)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as pages:
        services = ThreeServices(Path(folder), database)
        try:
            life = Life(services, die)
            for _ in range(die.randint(0, 12)):
                life.act()
            return rebuild_among(life, pages)
        finally:
            services.close()


@settings(max_examples=30, deadline=None)
@given(die=st.randoms(use_true_random=False))
def test_it_is_the_one_that_grew(die: random.Random) -> None:
    compared = live(die)
    assert all(before == after for before, after in compared), compared


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_one_that_grew_on_postgres_too(seed: int, postgres: Postgres) -> None:
    compared = live(seed, postgres.ready().app)
    assert all(before == after for before, after in compared), compared


def test_running_alone_is_given_up_and_tried_again() -> None:
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
    monkeypatch.setattr(rebuilding.Dealt, *BROKEN[guard])
    assert any(before != after for seed in range(60) for before, after in live(seed))


def test_what_was_dealt_with_out_of_order_is_shown_and_what_was_not_is_not(
    tmp_path: Path,
) -> None:
    services = ThreeServices(tmp_path)
    services.counters.given(*(services.counters.open(counter) for counter in "12345"))
    first, _, third, _, fifth = inbound_of("counters", services.counters.recorded())
    services.followers.deliver(first, third, fifth)
    with services.followers.service.store.writing() as connection:
        put(connection, checkpoints, {"source": "counters"}, position=1, ahead=b"\x0a")
    grown = services.followers.tallies()
    assert [row[0] for row in grown] == ["1", "3", "5"]
    rebuild(services.followers.service.store, TALLIES, services.feeds())
    assert services.followers.tallies() == grown
    services.close()


class WhenItRunsAlone:
    def test_nothing_that_was_appended_after_the_last_page_is_lost(
        self, counters: Counters
    ) -> None:
        view = counters.model.views[0]
        counters.given(counters.open("1"))

        def late(run: Callable[[Connection], None]) -> None:
            counters.given(counters.open("2"), counters.count("1"))
            rebuilding.run_without_writer(counters.service.store)(run)

        rebuild(counters.service.store, view, {}, late)
        assert counters.rows(LABEL_ROWS) == [("1", "hall", 1), ("2", "hall", 0)]

    def test_it_shares_no_transaction_with_commands(self, counters: Counters) -> None:
        """What a command of the same batch appended before it is in the views by then."""
        seen: list[Rows] = []

        def look(connection: Connection) -> None:
            seen.append([tuple(row) for row in connection.execute(LABEL_ROWS.select())])

        task, open_ = ExclusiveTask(look), counters.open
        outcomes = counters.unit_of_work.handle([open_("1"), task, open_("2"), task])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        assert seen == [[("1", "hall", 0)], [("1", "hall", 0), ("2", "hall", 0)]]


class WhenAnotherIsUnderWay:
    def test_the_place_is_taken(self, counters: Counters) -> None:
        store: Store = counters.service.store
        with store.staging(), pytest.raises(Fault, match="being built"), store.staging():
            pass

    def _fail_half_way(self, store: Store) -> None:
        with store.staging() as place:
            with place.writing() as connection:
                connection.exec_driver_sql("CREATE TABLE half (n INTEGER)")
            raise ZeroDivisionError

    def test_it_is_free_again_and_empty_after_a_failure(
        self, counters: Counters, tmp_path: Path
    ) -> None:
        store: Store = counters.service.store
        with pytest.raises(ZeroDivisionError):
            self._fail_half_way(store)
        with store.staging() as place, place.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE half (n INTEGER)")
        assert not list(tmp_path.rglob("*.building.db*"))


@pytest.fixture(params=STORES)
def counters(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Counters]:
    on_postgres = request.param == "postgres"
    postgres: Postgres | None = request.getfixturevalue("postgres") if on_postgres else None
    opened = Counters(tmp_path, database=postgres.ready().app if postgres else "")
    yield opened
    opened.close()
