"""Deadlines: the index follows the states, a miss is noticed exactly once and never too early."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from chassis.store.tables import commands, deadlines
from chassis.ticker import Ticker
from chassis.unit_of_work.deadline_index import deadline_id, next_due
from chassis.unit_of_work.unit_of_work import Done, system_actor
from contracts.instant import format_instant
from tests.house import House, refused_code
from tests.lamps import HOUR, START, InspectionMissed, LampHung, LampLit, open_inspections

LAMP = "lamp-1"
MOMENT = timedelta(microseconds=1)
WAIT_S = 10


def index(house: House) -> list[tuple[str, str, int, str]]:
    return [(row[0], row[1], row[2], row[3]) for row in house.rows(deadlines)]


def row(lamp: str, hours: int) -> tuple[str, str, int, str]:
    return (f"lamp-{lamp}", "inspection", 1, format_instant(START + hours * HOUR))


def ticker_of(house: House, interval_s: float = 60) -> Ticker:
    service = house.service
    return Ticker(service.store, service.writer, house.clock, system_actor("lamps"), interval_s)


@pytest.fixture
def working(house: House) -> Iterator[House]:
    """A house whose writer runs."""
    house.service.writer.start()
    yield house
    house.service.writer.stop()


class WhenStatesChange:
    def test_the_index_follows(self, house: House) -> None:
        house.given(house.hang("1", due=(START + HOUR, START + 2 * HOUR)), house.hang("2"))
        assert index(house) == [row("1", 1), row("1", 2)]
        with house.service.store.reading() as connection:
            assert next_due(connection) == START + HOUR
        house.given(house.light("1"))
        assert index(house) == []
        with house.service.store.reading() as connection:
            assert next_due(connection) is None

    def test_two_that_are_due_at_the_same_moment_stand_there_once(self, house: House) -> None:
        house.given(house.hang("1", due=(START + HOUR, START + HOUR)))
        assert index(house) == [row("1", 1)]
        house.clock.moment = START + HOUR
        house.given(house.light("1"))
        names = [name for *_, name in house.log()]
        assert names == ["lamp_hung", "inspection_missed", "inspection_missed", "lamp_lit"]

    def test_opened_and_closed_in_one_batch_leaves_nothing(self, house: House) -> None:
        house.do(house.hang("1", due=(START + HOUR,)), house.light("1"))
        assert index(house) == []


class WhenACommandComesLate:
    def test_the_miss_is_recorded_first(self, house: House) -> None:
        house.given(house.hang("1", due=(START + HOUR, START + 9 * HOUR)))
        house.clock.moment = START + 3 * HOUR
        assert house.do(house.light("1")) == [Done(LAMP, 3)]
        hung, missed, lit = house.events(LAMP)
        assert isinstance(hung, LampHung)
        assert missed == InspectionMissed(due_at=START + HOUR, noticed_at=START + 3 * HOUR)
        assert isinstance(lit, LampLit)

    def test_at_the_very_moment_it_is_late(self, house: House) -> None:
        house.given(house.hang("1", due=(START + HOUR,)))
        house.clock.moment = START + HOUR
        assert house.do(house.light("1")) == [Done(LAMP, 3)]

    def test_a_moment_before_it_is_not(self, house: House) -> None:
        house.given(house.hang("1", due=(START + HOUR,)))
        house.clock.moment = START + HOUR - MOMENT
        assert house.do(house.light("1")) == [Done(LAMP, 2)]

    def test_a_refused_command_leaves_the_miss_to_the_ticker(self, working: House) -> None:
        working.given(working.hang("1", due=(START + HOUR,)))
        working.clock.moment = START + 2 * HOUR
        assert refused_code(working.do(working.dim("1"))[0]) == "lamp_not_lit"
        assert len(working.events(LAMP)) == 1
        assert index(working) == [row("1", 1)]
        assert ticker_of(working).tick() == 1
        assert len(working.events(LAMP)) == 2


class WhenTheTickerTicks:
    def test_nothing_happens_before_the_moment(self, working: House) -> None:
        working.given(working.hang("1", due=(START + HOUR,)))
        working.clock.moment = START + HOUR - MOMENT
        assert ticker_of(working).tick() == 0
        assert len(working.events(LAMP)) == 1

    def test_each_deadline_is_missed_once_however_often_it_ticks(self, working: House) -> None:
        working.given(*(working.hang(lamp, due=(START + HOUR,)) for lamp in "123"))
        working.clock.moment = START + HOUR
        ticker = ticker_of(working)
        assert [ticker.tick() for _ in range(3)] == [3, 0, 0]
        for lamp in "123":
            assert len(working.events(f"lamp-{lamp}")) == 2

    def test_each_deadline_is_missed_once_with_many_tickers(self, working: House) -> None:
        count = 8
        working.given(*(working.hang(lamp, due=(START + HOUR,)) for lamp in "123456"))
        working.clock.moment = START + HOUR
        start = threading.Barrier(count)

        def tick(ticker: Ticker) -> int:
            start.wait(WAIT_S)
            return ticker.tick()

        with ThreadPoolExecutor(count) as pool:
            noticed = list(pool.map(tick, [ticker_of(working) for _ in range(count)]))
        assert sum(noticed) >= 6  # several may see the same row: the aggregate tells
        for lamp in "123456":
            assert len(working.events(f"lamp-{lamp}")) == 2

    def test_the_system_is_named_as_the_one_who_noticed(self, working: House) -> None:
        working.given(working.hang("1", due=(START + HOUR,)))
        working.clock.moment = START + 5 * HOUR
        ticker_of(working).tick()
        envelope = working.recorded()[1].envelope
        assert envelope.actor == system_actor("lamps")
        identity = deadline_id(LAMP, "inspection", 1, START + HOUR)
        assert (envelope.correlation_id, envelope.causation_id) == (identity, identity)
        assert len(working.rows(commands)) == 1  # the hanging; a tick needs no record

    def test_a_row_without_an_open_deadline_is_removed(self, working: House) -> None:
        working.given(working.hang("1"))
        with working.service.store.writing() as connection:
            stray = {"stream": LAMP, "milestone": "inspection", "round": 1}
            due_at = format_instant(START)
            connection.execute(insert(deadlines).values(**stray, due_at=due_at))
        assert ticker_of(working).tick() == 1
        assert index(working) == []
        assert len(working.events(LAMP)) == 1

    def test_more_than_a_page_is_noticed_page_by_page(self, working: House) -> None:
        streams = [str(number) for number in range(520)]
        working.given(working.hang(*streams, due=(START + HOUR,)))
        working.clock.moment = START + HOUR
        ticker = ticker_of(working)
        assert [ticker.tick() for _ in range(3)] == [500, 20, 0]
        assert len(working.recorded()) == 1040

    def test_its_thread_notices_when_it_is_nudged(self, working: House) -> None:
        working.given(working.hang("1", due=(START + HOUR,)))
        ticker = ticker_of(working, interval_s=3600)
        ticker.start()
        working.clock.moment = START + HOUR
        rung = working.service.commit_signal.count
        ticker.nudge()
        assert working.service.commit_signal.wait(rung, WAIT_S) > rung
        assert len(working.events(LAMP)) == 2
        ticker.stop()
        ticker.join(WAIT_S)
        assert not ticker.is_alive()


def test_a_deadline_has_one_name_and_no_other_has_it() -> None:
    first = deadline_id(LAMP, "inspection", 1, START)
    assert first == deadline_id(LAMP, "inspection", 1, START.astimezone())
    others = {
        deadline_id("lamp-2", "inspection", 1, START),
        deadline_id(LAMP, "sign", 1, START),
        deadline_id(LAMP, "inspection", 2, START),
        deadline_id(LAMP, "inspection", 1, START + MOMENT),
    }
    assert len(others | {first}) == 5


steps = st.lists(
    st.tuples(
        st.sampled_from(["hang", "light", "dim", "wait"]), st.sampled_from("12"), st.integers(1, 5)
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=steps)
def test_the_index_equals_what_the_states_hold_open(
    house: House, script: list[tuple[str, str, int]]
) -> None:
    own = uuid4().hex  # lamps of this example alone
    for verb, lamp, hours in script:
        match verb:
            case "hang":
                due = tuple(house.clock.now() + n * HOUR for n in range(1, hours))
                house.do(house.hang(own + lamp, due=due))
            case "wait":
                house.clock.moment += hours * HOUR
            case _:
                house.do(getattr(house, verb)(own + lamp))
        held = {
            (f"lamp-{own}{lamp}", one.milestone, one.round, format_instant(one.due_at))
            for lamp in "12"
            for one in open_inspections(house.service.load(f"lamp-{own}{lamp}").state)
        }
        assert {row for row in index(house) if own in row[0]} == held
