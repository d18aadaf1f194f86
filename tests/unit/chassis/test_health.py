"""Health against the truth (I39): every part that dies, freezes or stands still turns it red.

Time is a number that the test moves; the threads are real. Each stall has its control arm: the same
service without the guard in question says that all is well.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chassis.errors import Fault
from chassis.feeds.feed import LogFeed
from chassis.heartbeat import STALL_S, Heartbeat, Problem, StallDetector
from chassis.loop import Loop
from chassis.observability.health import INTERVAL_S, HealthMonitor
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.writer import Writer
from contracts.envelope import Recorded
from tests.counters.services import HOUR, Counters
from tests.harness.service import START
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

    def close(self) -> None:
        """Do nothing."""


class Watched:
    """A running service whose parts all go by the same hand-moved clock."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.gate = Hand(), Gate()
        self.gate.open.set()
        self.counters = Counters(
            folder, feeds={"raters": self.gate}, make_writer=Writer, monotonic=self.clock
        )
        service = self.service = self.counters.service
        service.writer.heartbeat = Heartbeat("writer", self.clock, rests=True)
        service.ticker.heartbeat = Heartbeat("ticker", self.clock)
        service.consumer.heartbeat = Heartbeat("consumer", self.clock)
        self.health = service.health

    @property
    def threads(self) -> dict[str, Writer | Loop]:
        """Give the parts that run, by the names under which they are missed."""
        service = self.service
        return {
            "writer": service.writer,
            "consumer": service.consumer,
            "ticker": service.ticker,
            "vitals": service.health,
        }

    def failing(self) -> set[str]:
        """Measure, and name what is wrong."""
        self.health.measure()
        return {problem.part for problem in self.health.problems()}

    def becomes(self, *parts: str) -> bool:
        """Wait until exactly these parts are named; those that go round need a moment to."""
        until(lambda: self.failing() == set(parts), WAIT_S)
        return True

    def pass_time(self, seconds: float) -> None:
        self.clock.now_s += seconds


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.gate.open.set()
    made.service.stop()
    made.counters.close()


def test_a_stall_is_red_within_ten_seconds() -> None:
    assert STALL_S + 2 * INTERVAL_S < 10


class WhenThreadsFreeze:
    def test_a_writer_whose_batch_does_not_end(self, watched: Watched) -> None:
        watched.service.start()
        entered, go = threading.Event(), threading.Event()

        def run(_session: Session) -> None:
            entered.set()
            assert go.wait(WAIT_S)

        (future,) = watched.service.writer.submit([watched.counters.command(run)])
        assert entered.wait(WAIT_S)
        assert watched.becomes()  # it may take its time
        watched.pass_time(STALL_S)
        assert watched.becomes("writer")
        (problem,) = watched.health.problems()
        assert problem.what == "has not come back from: a batch of commands and events"
        assert problem.for_s == STALL_S
        assert watched.service.writer.is_alive()  # the control: that it lives says nothing
        go.set()
        future.result(WAIT_S)
        assert watched.becomes()

    def test_a_writer_without_work_may_rest_for_ever(self, watched: Watched) -> None:
        watched.service.start()
        watched.pass_time(1e6)
        assert watched.becomes()

    def test_a_consumer_inside_a_read(self, watched: Watched) -> None:
        watched.service.start()
        watched.gate.open.clear()
        watched.gate.entered.clear()
        assert watched.gate.entered.wait(WAIT_S)
        assert watched.becomes()
        watched.pass_time(STALL_S)
        assert watched.becomes("consumer")
        watched.gate.open.set()
        assert watched.becomes()

    def test_a_ticker_inside_a_tick(self, watched: Watched) -> None:
        entered, go = threading.Event(), threading.Event()

        def tick() -> int:
            entered.set()
            assert go.wait(WAIT_S)
            return 0

        watched.service.ticker.tick = tick  # type: ignore[method-assign]
        watched.service.start()
        assert entered.wait(WAIT_S)
        watched.pass_time(STALL_S)
        assert watched.becomes("ticker")
        go.set()
        assert watched.becomes()

    def test_the_thread_that_measures(self, watched: Watched) -> None:
        watched.service.start()
        assert watched.becomes()
        asked = threading.Event()

        def frozen() -> None:
            asked.set()

        watched.health.measure = frozen  # type: ignore[method-assign]
        assert asked.wait(WAIT_S)
        watched.pass_time(STALL_S)
        until(lambda: {one.part for one in watched.health.problems()} == {"vitals"}, WAIT_S)


class WhenThreadsEnd:
    @pytest.mark.parametrize("part", ["writer", "consumer", "ticker", "vitals"])
    def test_each_is_missed(self, watched: Watched, part: str) -> None:
        watched.service.start()
        assert watched.becomes()
        thread = watched.threads[part]
        thread.stop()
        thread.join(WAIT_S)
        found = [(one.part, one.what) for one in watched.health.problems()]
        assert found == [(part, "does not run")]


class WhenThingsStandStill:
    def test_events_are_to_come_and_none_is_dealt_with(self, watched: Watched) -> None:
        watched.service.start()
        assert watched.becomes()
        watched.gate.head_position = 3  # the feed gives nothing: a mark that is frozen on zero
        assert watched.becomes()
        watched.pass_time(STALL_S)
        assert watched.becomes("consumer")
        # A machine under load may let another part look late for a moment.
        said = [one.what for one in watched.health.problems() if one.part == "consumer"]
        assert said == ["3 events of raters are to come and none is dealt with"]
        watched.gate.head_position = 5  # a head that moves is no progress of ours
        assert watched.becomes("consumer")
        watched.gate.head_position = 0
        assert watched.becomes()

    def test_without_the_true_head_nobody_would_know(self, watched: Watched) -> None:
        service, threads = watched.service, watched.threads.values
        watched.health = HealthMonitor(service.store, service.clock, threads, dict, watched.clock)
        service.start()
        watched.health.start()
        watched.gate.head_position = 3
        assert watched.becomes()
        watched.pass_time(STALL_S)
        assert watched.becomes()  # green, and three events behind
        watched.health.stop()
        watched.health.join(WAIT_S)

    def test_a_rebuild_that_does_not_get_on(self, watched: Watched) -> None:
        watched.service.start()
        entered, go = threading.Event(), threading.Event()

        def run(_session: Session) -> None:
            entered.set()
            assert go.wait(WAIT_S)

        service = watched.service
        service.writer.submit([watched.counters.command(run)])
        assert entered.wait(WAIT_S)
        service.rebuild_jobs.begin(service.model.views[0].name)
        until(lambda: service.writer.waiting_count == 1)  # it waits for its turn
        assert watched.becomes()
        watched.pass_time(STALL_S)
        assert watched.becomes("writer", "rebuild")
        go.set()
        assert watched.becomes()

    def test_a_source_that_does_not_say_how_far_it_is(self, watched: Watched) -> None:
        watched.service.start()
        watched.gate.is_away = True
        assert watched.becomes()
        watched.pass_time(STALL_S)
        assert watched.becomes("consumer")
        watched.gate.is_away = False
        assert watched.becomes()

    def test_deadlines_are_due_and_none_is_noticed(self, watched: Watched) -> None:
        counters = watched.counters
        counters.given(counters.open("1", due=(START + HOUR,)))
        notice = watched.service.ticker.tick
        watched.service.ticker.tick = int  # type: ignore[method-assign]  # goes round for nothing
        watched.service.start()
        assert watched.becomes()
        watched.pass_time(STALL_S)
        assert watched.becomes()  # not due yet
        counters.clock.moment = START + 2 * HOUR
        assert watched.becomes()
        watched.pass_time(STALL_S)
        assert watched.becomes("ticker")  # although its heartbeat is that of a healthy one
        watched.service.ticker.tick = notice  # type: ignore[method-assign]
        assert watched.becomes()

    def test_what_moves_slowly_is_not_stuck(self) -> None:
        clock = Hand()
        watch = StallDetector(clock)
        for done in range(5):
            watch.see(done)
            clock.now_s += STALL_S - 1
            assert watch.stood_s == STALL_S - 1


class WhenSomebodyAsks:
    def test_reasons_are_named_and_nothing_is_asked_of_the_database(self, watched: Watched) -> None:
        watched.service.start()
        client = watched.counters.client([])
        watched.health.add(lambda: [Problem("relay", 7.0, "does not publish", "restart the relay")])
        reading: Callable[[], object] = watched.service.store.reading
        watched.health.stop()
        watched.health.join(WAIT_S)
        watched.service.store.reading = _never  # type: ignore[assignment, method-assign]
        try:
            answer = client.ask("", "/counters/v1/health/ready")
        finally:
            watched.service.store.reading = reading  # type: ignore[method-assign, assignment]
        problems = {one["part"]: one for one in answer.json()["problems"]}
        assert answer.status_code == 503
        assert problems["relay"]["what"] == "does not publish"
        assert problems["relay"]["do"] == "restart the relay"
        assert set(problems["relay"]) == {"part", "since", "what", "do"}
        client.close()

    def test_what_an_error_says_is_kept_from_strangers(
        self, counters: Counters, tmp_path: Path
    ) -> None:
        class Telling(LogFeed):
            def read(self, after: int, limit: int) -> list[Recorded]:
                raise Fault("13800000000") from ValueError("13800000000")

        feeds = {"raters": Telling(counters.service.store)}
        other = Counters(tmp_path / "other", feeds=feeds, make_writer=Writer)
        other.service.start()
        client = other.client([])
        until(lambda: "a feed is stuck" in client.ask("", "/counters/v1/health/ready").text, WAIT_S)
        answer = client.ask("", "/counters/v1/health/ready")
        other.service.stop()
        assert answer.status_code == 503
        assert "a feed is stuck: ValueError" in answer.text
        assert "13800000000" not in answer.text
        client.close()
        other.close()


def _never() -> object:
    raise AssertionError("a look at the health must not cost a query")
