"""Health against the truth (I39): every part that dies, freezes or stands still turns it red.

Time is a number that the test moves; the threads are real. Each stall has its control arm: the same
service without the guard in question says that all is well.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from chassis.errors import Fault
from chassis.feeds.feed import LogFeed
from chassis.heartbeat import STALL_S, Heartbeat, Problem, StallDetector
from chassis.http.application import build_app
from chassis.http.identity import DemoTokens
from chassis.observability.health import INTERVAL_S, HealthMonitor
from chassis.unit_of_work.session import Session
from contracts.envelope import Recorded
from tests.caller import Caller
from tests.house import House
from tests.lamps import HOUR, START
from tests.servers import until

WAIT_S = 10


@dataclass
class Hand:
    """A monotonic clock that is moved by hand."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


@dataclass
class Gate:
    """A feed of nothing that can be shut, or can claim a head it does not give."""

    head_position: int = 0
    is_away: bool = False
    open: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)

    def read(self, after: int, limit: int) -> list[Recorded]:
        """Wait while shut; then there is nothing."""
        self.entered.set()
        assert self.open.wait(WAIT_S)
        return []

    def head(self) -> int:
        """Say what was set."""
        if self.is_away:
            raise Fault("no route")
        return self.head_position


@dataclass
class Ward:
    """A running service whose parts all live by the same hand-moved clock."""

    house: House
    clock: Hand = field(default_factory=Hand)
    gate: Gate = field(default_factory=Gate)

    def __post_init__(self) -> None:
        service = self.house.service
        service.writer.heartbeat = Heartbeat("writer", self.clock, rests=True)
        service.ticker.heartbeat = Heartbeat("ticker", self.clock)
        service.health = self.health = self.with_guards(lags=True)
        self.gate.open.set()

    def with_guards(self, *, lags: bool) -> HealthMonitor:
        service = self.house.service
        measure = service._lags if lags else dict
        health = HealthMonitor(service.store, service.clock, service._parts, measure, self.clock)
        health.add(service._faults)
        return health

    def start(self) -> None:
        service = self.house.service
        service.start({"guests": self.gate})
        assert service.consumer is not None
        service.consumer.heartbeat = Heartbeat("consumer", self.clock)

    def sick(self) -> set[str]:
        self.health.measure()
        return {problem.part for problem in self.health.problems()}

    def becomes(self, *parts: str) -> bool:
        """Wait until exactly these parts are named; those that go round need a moment to."""
        until(lambda: self.sick() == set(parts), WAIT_S)
        return True

    def pass_time(self, seconds: float) -> None:
        self.clock.now_s += seconds


@pytest.fixture
def ward(house: House) -> Iterator[Ward]:
    made = Ward(house)
    yield made
    made.gate.open.set()
    house.service.stop()


def test_a_stall_is_red_within_ten_seconds() -> None:
    assert STALL_S + 2 * INTERVAL_S < 10


class WhenThreadsFreeze:
    def test_a_writer_whose_batch_does_not_end(self, ward: Ward) -> None:
        ward.start()
        entered, go = threading.Event(), threading.Event()

        def run(_session: Session) -> None:
            entered.set()
            assert go.wait(WAIT_S)

        (future,) = ward.house.service.writer.submit([ward.house.work(run)])
        assert entered.wait(WAIT_S)
        assert ward.becomes()  # it may take its time
        ward.pass_time(STALL_S)
        assert ward.becomes("writer")
        (problem,) = ward.health.problems()
        assert problem.what == "has not come back from: a batch of commands and events"
        assert problem.for_s == STALL_S
        assert ward.house.service.writer.is_alive()  # the control: that it lives says nothing
        go.set()
        future.result(WAIT_S)
        assert ward.becomes()

    def test_a_writer_without_work_may_rest_for_ever(self, ward: Ward) -> None:
        ward.start()
        ward.pass_time(1e6)
        assert ward.becomes()

    def test_a_consumer_inside_a_read(self, ward: Ward) -> None:
        ward.start()
        ward.gate.open.clear()
        ward.gate.entered.clear()
        assert ward.gate.entered.wait(WAIT_S)
        assert ward.becomes()
        ward.pass_time(STALL_S)
        assert ward.becomes("consumer")
        ward.gate.open.set()
        assert ward.becomes()

    def test_a_ticker_inside_a_tick(self, ward: Ward) -> None:
        entered, go = threading.Event(), threading.Event()

        def tick() -> int:
            entered.set()
            assert go.wait(WAIT_S)
            return 0

        ward.house.service.ticker.tick = tick  # type: ignore[method-assign]
        ward.start()
        assert entered.wait(WAIT_S)
        ward.pass_time(STALL_S)
        assert ward.becomes("ticker")
        go.set()
        assert ward.becomes()

    def test_the_thread_that_measures(self, ward: Ward) -> None:
        ward.start()
        assert ward.becomes()
        asked = threading.Event()

        def frozen() -> None:
            asked.set()

        ward.health.measure = frozen  # type: ignore[method-assign]
        assert asked.wait(WAIT_S)
        ward.pass_time(STALL_S)
        until(lambda: {one.part for one in ward.health.problems()} == {"vitals"}, WAIT_S)


class WhenThreadsEnd:
    @pytest.mark.parametrize("part", ["writer", "consumer", "ticker", "vitals"])
    def test_each_is_missed(self, house: House, part: str) -> None:
        ward = Ward(house)
        ward.start()
        assert ward.becomes()
        thread = getattr(house.service, part)
        thread.stop()
        thread.join(WAIT_S)
        assert [(one.part, one.what) for one in ward.health.problems()] == [(part, "does not run")]
        for name in ("consumer", "ticker", "vitals"):
            getattr(house.service, name).stop()
            getattr(house.service, name).join(WAIT_S)
        if part != "writer":
            house.service.writer.stop()


class WhenThingsStandStill:
    def test_events_are_to_come_and_none_is_dealt_with(self, ward: Ward) -> None:
        ward.start()
        assert ward.becomes()
        ward.gate.head_position = 3  # the feed gives nothing: a mark that is frozen on zero
        assert ward.becomes()
        ward.pass_time(STALL_S)
        assert ward.becomes("consumer")
        (problem,) = ward.health.problems()
        assert problem.what == "3 events of guests are to come and none is dealt with"
        ward.gate.head_position = 5  # a head that moves is no progress of ours
        assert ward.becomes("consumer")
        ward.gate.head_position = 0
        assert ward.becomes()

    def test_without_the_true_head_nobody_would_know(self, ward: Ward) -> None:
        ward.health = ward.house.service.health = ward.with_guards(lags=False)
        ward.start()
        ward.gate.head_position = 3
        assert ward.becomes()
        ward.pass_time(STALL_S)
        assert ward.becomes()  # green, and three events behind

    def test_a_rebuild_that_does_not_get_on(self, ward: Ward) -> None:
        ward.start()
        entered, go = threading.Event(), threading.Event()

        def run(_session: Session) -> None:
            entered.set()
            assert go.wait(WAIT_S)

        service = ward.house.service
        service.writer.submit([ward.house.work(run)])
        assert entered.wait(WAIT_S)
        service.rebuilds.begin(service.model.views[0].name)
        until(lambda: service.writer.waiting_count == 1)  # it waits for its turn
        assert ward.becomes()
        (building,) = service.rebuilds._runs.values()
        building.progress.last_progress -= STALL_S
        assert ward.becomes("rebuild")
        go.set()
        assert ward.becomes()

    def test_a_source_that_does_not_say_how_far_it_is(self, ward: Ward) -> None:
        ward.start()
        ward.gate.is_away = True
        assert ward.becomes()
        ward.pass_time(STALL_S)
        assert ward.becomes("consumer")
        ward.gate.is_away = False
        assert ward.becomes()

    def test_deadlines_are_due_and_none_is_noticed(self, ward: Ward) -> None:
        house = ward.house
        house.given(house.hang("1", due=(START + HOUR,)))
        notice = house.service.ticker.tick
        house.service.ticker.tick = int  # type: ignore[method-assign]  # goes round for nothing
        ward.start()
        assert ward.becomes()
        ward.pass_time(STALL_S)
        assert ward.becomes()  # not due yet
        house.clock.moment = START + 2 * HOUR
        assert ward.becomes()
        ward.pass_time(STALL_S)
        assert ward.becomes("ticker")  # although its heartbeat is that of a healthy one
        house.service.ticker.tick = notice  # type: ignore[method-assign]
        assert ward.becomes()

    def test_what_moves_slowly_is_not_stuck(self) -> None:
        clock = Hand()
        watch = StallDetector(clock)
        for done in range(5):
            watch.see(done)
            clock.now_s += STALL_S - 1
            assert watch.stood_s == STALL_S - 1


class WhenSomebodyAsks:
    def test_reasons_are_named_and_nothing_is_asked_of_the_database(self, ward: Ward) -> None:
        ward.start()
        caller = Caller(build_app(ward.house.service, DemoTokens(), [], "Lamps"))
        ward.health.add(lambda: [Problem("relay", 7.0, "does not publish", "restart the relay")])
        reading: Callable[[], object] = ward.house.service.store.reading
        ward.health.stop()
        ward.health.join(WAIT_S)
        ward.house.service.store.reading = _never  # type: ignore[assignment, method-assign]
        try:
            answer = caller.get("/lamps/v1/health/ready")
        finally:
            ward.house.service.store.reading = reading  # type: ignore[method-assign, assignment]
        told = {one["part"]: one for one in answer.json()["problems"]}
        assert answer.status_code == 503
        assert told["relay"]["what"] == "does not publish"
        assert told["relay"]["do"] == "restart the relay"
        assert set(told["relay"]) == {"part", "since", "what", "do"}

    def test_what_an_error_says_is_kept_from_strangers(self, house: House) -> None:
        class Telling(LogFeed):
            def read(self, after: int, limit: int) -> list[Recorded]:
                raise Fault("13800000000") from ValueError("13800000000")

        house.service.start({"guests": Telling(house.service.store)})
        caller = Caller(build_app(house.service, DemoTokens(), [], "Lamps"))
        until(lambda: caller.get("/lamps/v1/health/ready").status_code == 503, WAIT_S)
        said = caller.get("/lamps/v1/health/ready").text
        house.service.stop()
        assert "a feed is stuck: ValueError" in said
        assert "13800000000" not in said


def _never() -> object:
    raise AssertionError("a look at the health must not cost a query")
