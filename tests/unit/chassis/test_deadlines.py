"""Deadlines: the index follows the states, a miss is noticed exactly once and never too early."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from chassis.store.tables import commands, deadlines
from chassis.ticker import Ticker
from chassis.unit_of_work.deadline_index import deadline_id, next_due
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.work import system_actor
from chassis.unit_of_work.writer import Writer
from contracts.instant import format_instant
from tests.counters.counter import CheckMissed, CounterCounted, CounterOpened, open_checks
from tests.counters.services import HOUR, Counters
from tests.harness.service import START, refused_code

COUNTER = "counter-1"
MOMENT = timedelta(microseconds=1)
WAIT_S = 10


def index(counters: Counters) -> list[tuple[str, str, int, str]]:
    return [(row[0], row[1], row[2], row[3]) for row in counters.rows(deadlines)]


def row(counter: str, hours: int) -> tuple[str, str, int, str]:
    return (f"counter-{counter}", "check", 1, format_instant(START + hours * HOUR))


def ticker_of(counters: Counters, interval_s: float = 60) -> Ticker:
    service = counters.service
    return Ticker(
        service.store, service.writer, counters.clock, system_actor("counters"), interval_s
    )


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Counters]:
    """The service of counters with a writer that runs."""
    opened = Counters(tmp_path, make_writer=Writer)
    opened.service.writer.start()
    yield opened
    opened.service.writer.stop()
    opened.close()


class WhenStatesChange:
    def test_the_index_follows(self, counters: Counters) -> None:
        counters.given(counters.open("1", due=(START + HOUR, START + 2 * HOUR)), counters.open("2"))
        assert index(counters) == [row("1", 1), row("1", 2)]
        with counters.service.store.reading() as connection:
            assert next_due(connection) == START + HOUR
        counters.given(counters.count("1"))
        assert index(counters) == []
        with counters.service.store.reading() as connection:
            assert next_due(connection) is None

    def test_two_that_are_due_at_the_same_moment_stand_there_once(self, counters: Counters) -> None:
        counters.given(counters.open("1", due=(START + HOUR, START + HOUR)))
        assert index(counters) == [row("1", 1)]
        counters.clock.moment = START + HOUR
        counters.given(counters.count("1"))
        names = [name for *_, name in counters.log()]
        assert names == ["counter_opened", "check_missed", "check_missed", "counter_counted"]

    def test_opened_and_closed_in_one_batch_leaves_nothing(self, counters: Counters) -> None:
        counters.do(counters.open("1", due=(START + HOUR,)), counters.count("1"))
        assert index(counters) == []


class WhenACommandComesLate:
    def test_the_miss_is_recorded_first(self, counters: Counters) -> None:
        counters.given(counters.open("1", due=(START + HOUR, START + 9 * HOUR)))
        counters.clock.moment = START + 3 * HOUR
        assert counters.do(counters.count("1")) == [Done(COUNTER, 3)]
        opened, missed, counted = counters.events(COUNTER)
        assert isinstance(opened, CounterOpened)
        assert missed == CheckMissed(counter="1", due_at=START + HOUR, noticed_at=START + 3 * HOUR)
        assert isinstance(counted, CounterCounted)

    def test_at_the_very_moment_it_is_late(self, counters: Counters) -> None:
        counters.given(counters.open("1", due=(START + HOUR,)))
        counters.clock.moment = START + HOUR
        assert counters.do(counters.count("1")) == [Done(COUNTER, 3)]

    def test_a_moment_before_it_is_not(self, counters: Counters) -> None:
        counters.given(counters.open("1", due=(START + HOUR,)))
        counters.clock.moment = START + HOUR - MOMENT
        assert counters.do(counters.count("1")) == [Done(COUNTER, 2)]

    def test_a_refused_command_leaves_the_miss_to_the_ticker(self, working: Counters) -> None:
        working.given(working.open("1", due=(START + HOUR,)))
        working.clock.moment = START + 2 * HOUR
        assert refused_code(working.do(working.reset("1"))[0]) == "counter_at_zero"
        assert len(working.events(COUNTER)) == 1
        assert index(working) == [row("1", 1)]
        assert ticker_of(working).tick() == 1
        assert len(working.events(COUNTER)) == 2


class WhenTheTickerTicks:
    def test_nothing_happens_before_the_moment(self, working: Counters) -> None:
        working.given(working.open("1", due=(START + HOUR,)))
        working.clock.moment = START + HOUR - MOMENT
        assert ticker_of(working).tick() == 0
        assert len(working.events(COUNTER)) == 1

    def test_each_deadline_is_missed_once_however_often_it_ticks(self, working: Counters) -> None:
        working.given(*(working.open(counter, due=(START + HOUR,)) for counter in "123"))
        working.clock.moment = START + HOUR
        ticker = ticker_of(working)
        assert [ticker.tick() for _ in range(3)] == [3, 0, 0]
        for counter in "123":
            assert len(working.events(f"counter-{counter}")) == 2

    def test_each_deadline_is_missed_once_with_many_tickers(self, working: Counters) -> None:
        count = 8
        working.given(*(working.open(counter, due=(START + HOUR,)) for counter in "123456"))
        working.clock.moment = START + HOUR
        start = threading.Barrier(count)

        def tick(ticker: Ticker) -> int:
            start.wait(WAIT_S)
            return ticker.tick()

        with ThreadPoolExecutor(count) as pool:
            noticed = list(pool.map(tick, [ticker_of(working) for _ in range(count)]))
        assert sum(noticed) >= 6  # several may see the same row: the aggregate tells
        for counter in "123456":
            assert len(working.events(f"counter-{counter}")) == 2

    def test_the_system_is_named_as_the_one_who_noticed(self, working: Counters) -> None:
        working.given(working.open("1", due=(START + HOUR,)))
        working.clock.moment = START + 5 * HOUR
        ticker_of(working).tick()
        envelope = working.recorded()[1].envelope
        assert envelope.actor == system_actor("counters")
        identity = deadline_id(COUNTER, "check", 1, START + HOUR)
        assert (envelope.correlation_id, envelope.causation_id) == (identity, identity)
        assert len(working.rows(commands)) == 1  # the opening; a tick needs no record

    def test_a_row_without_an_open_deadline_is_removed(self, working: Counters) -> None:
        working.given(working.open("1"))
        with working.service.store.writing() as connection:
            stray = {"stream": COUNTER, "milestone": "check", "round": 1}
            due_at = format_instant(START)
            connection.execute(insert(deadlines).values(**stray, due_at=due_at))
        assert ticker_of(working).tick() == 1
        assert index(working) == []
        assert len(working.events(COUNTER)) == 1

    def test_more_than_a_page_is_noticed_page_by_page(self, working: Counters) -> None:
        streams = [str(number) for number in range(520)]
        working.given(working.open(*streams, due=(START + HOUR,)))
        working.clock.moment = START + HOUR
        ticker = ticker_of(working)
        assert [ticker.tick() for _ in range(3)] == [500, 20, 0]
        assert len(working.recorded()) == 1040

    def test_its_thread_notices_by_itself(self, working: Counters) -> None:
        working.given(working.open("1", due=(START + HOUR,)))
        seen = working.service.commit_signal.count
        ticker = ticker_of(working, interval_s=0.01)
        ticker.start()
        working.clock.moment = START + HOUR
        assert working.service.commit_signal.wait(seen, WAIT_S) > seen
        assert len(working.events(COUNTER)) == 2
        ticker.stop()
        ticker.join(WAIT_S)
        assert not ticker.is_alive()

    def test_every_listener_is_called_and_one_that_breaks_harms_nobody(
        self, working: Counters
    ) -> None:
        first: list[float] = []
        last: list[float] = []

        def broken(_late_s: float) -> None:
            raise ZeroDivisionError

        working.given(*(working.open(counter, due=(START + HOUR,)) for counter in "12"))
        working.clock.moment = START + 2 * HOUR
        ticker = ticker_of(working)
        ticker.on_miss += [first.append, broken, last.append]
        assert ticker.tick() == 2
        assert first == last == [3600.0, 3600.0]


def test_a_deadline_has_one_name_and_no_other_has_it() -> None:
    first = deadline_id(COUNTER, "check", 1, START)
    assert first == deadline_id(COUNTER, "check", 1, START.astimezone())
    others = {
        deadline_id("counter-2", "check", 1, START),
        deadline_id(COUNTER, "sign", 1, START),
        deadline_id(COUNTER, "check", 2, START),
        deadline_id(COUNTER, "check", 1, START + MOMENT),
    }
    assert len(others | {first}) == 5


steps = st.lists(
    st.tuples(
        st.sampled_from(["open", "count", "reset", "wait"]),
        st.sampled_from("12"),
        st.integers(1, 5),
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=steps)
def test_the_index_equals_what_the_states_hold_open(
    counters: Counters, script: list[tuple[str, str, int]]
) -> None:
    own = uuid4().hex  # counters of this example alone
    for verb, counter, hours in script:
        match verb:
            case "open":
                due = tuple(counters.clock.now() + n * HOUR for n in range(1, hours))
                counters.do(counters.open(own + counter, due=due))
            case "wait":
                counters.clock.moment += hours * HOUR
            case _:
                counters.do(getattr(counters, verb)(own + counter))
        held = {
            (f"counter-{own}{counter}", one.milestone, one.round, format_instant(one.due_at))
            for counter in "12"
            for one in open_checks(counters.service.load(f"counter-{own}{counter}").state)
        }
        assert {row for row in index(counters) if own in row[0]} == held
