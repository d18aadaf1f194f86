"""The writer thread: what waits together commits together, and no caller can stop it."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from chassis.commit_signal import CommitSignal
from chassis.errors import Busy
from chassis.unit_of_work.outcomes import Done, Failed, Outcome
from chassis.unit_of_work.requests import CommandRequest, Request
from chassis.unit_of_work.writer import BATCH_MAX, QUEUE_MAX, Writer
from tests.counters.services import Counters
from tests.harness.service import refused_code

WAIT_S = 10


@contextmanager
def counted_commits(counters: Counters) -> Iterator[list[int]]:
    """Count what the store's writing connection commits."""
    counts = [0]
    with counters.service.store.writing() as connection:
        engine = connection.engine

    def count(_connection: object) -> None:
        counts[0] += 1

    event.listen(engine, "commit", count)
    yield counts
    event.remove(engine, "commit", count)


def answers(futures: Sequence[Future[Outcome]]) -> list[Outcome]:
    return [future.result(WAIT_S) for future in futures]


class Slow:
    """A handler that holds every batch until it may go on, and remembers their sizes."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.entered = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def handle(self, items: Sequence[Request]) -> list[Outcome]:
        self.sizes.append(len(items))
        self.entered.release()
        assert self.go.acquire(timeout=WAIT_S)
        return [Done(str(number)) for number, _ in enumerate(items)]


@pytest.fixture
def counters(tmp_path: Path) -> Iterator[Counters]:
    """The service of counters with a writer that has a thread."""
    opened = Counters(tmp_path, make_writer=Writer)
    yield opened
    opened.close()


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def writer(slow: Slow) -> Iterator[Writer]:
    """A writer that is started and requests through `slow`."""
    thread = Writer("test", slow, CommitSignal())
    thread.start()
    yield thread
    slow.go.release(100)
    thread.stop()


class WhenManyWait:
    @pytest.mark.parametrize(("waiting", "commits"), [(1, 1), (32, 1), (BATCH_MAX + 44, 2)])
    def test_one_commit_serves_them_all(
        self, counters: Counters, waiting: int, commits: int
    ) -> None:
        requests = [counters.open(str(number)) for number in range(waiting)]
        thread = Writer("test", counters.unit_of_work, CommitSignal())
        futures = [future for request in requests for future in thread.submit([request])]
        with counted_commits(counters) as counts:
            thread.start()
            assert answers(futures) == [Done(f"counter-{number}", 1) for number in range(waiting)]
            thread.stop()
        assert counts == [commits]
        assert [stream for stream, *_ in counters.log()] == [f"counter-{n}" for n in range(waiting)]

    def test_what_was_submitted_together_stays_together(self, counters: Counters) -> None:
        count = BATCH_MAX + 44
        thread = Writer("test", counters.unit_of_work, CommitSignal())
        futures = thread.submit([counters.open(str(number)) for number in range(count)])
        assert thread.waiting_count == count
        with counted_commits(counters) as counts:
            thread.start()
            assert answers(futures) == [Done(f"counter-{number}", 1) for number in range(count)]
            thread.stop()
        assert (counts, thread.waiting_count) == ([1], 0)

    def test_each_gets_the_answer_to_its_own_question(self, counters: Counters) -> None:
        requests = [
            counters.open("1"),
            counters.count("nowhere"),
            counters.count("1"),
            counters.count("1"),
        ]
        counters.service.writer.start()
        found = answers(counters.service.writer.submit(requests))
        counters.service.writer.stop()
        assert found[0] == Done("counter-1", 1)
        assert refused_code(found[1]) == "counter_unknown"
        assert found[2] == Done("counter-1", 2)
        assert refused_code(found[3]) == "counter_not_at_zero"

    def test_those_that_come_during_a_commit_are_the_next_batch(
        self, counters: Counters, slow: Slow, writer: Writer
    ) -> None:
        first = writer.submit([counters.open("0")])
        assert slow.entered.acquire(timeout=WAIT_S)
        rest = [writer.submit([counters.open(str(number))])[0] for number in range(1, 32)]
        slow.go.release(2)
        answers([*first, *rest])
        assert slow.sizes == [1, 31]


class WhenACallerGivesUp:
    def test_the_others_are_answered_and_it_is_not_done(
        self, counters: Counters, slow: Slow, writer: Writer
    ) -> None:
        first = writer.submit([counters.open("0")])
        assert slow.entered.acquire(timeout=WAIT_S)
        second, third = writer.submit([counters.open("1"), counters.open("2")])
        assert second.cancel()
        slow.go.release(2)
        answers([*first, third])
        assert slow.sizes == [1, 1]
        assert writer.is_alive()

    def test_what_is_under_way_cannot_be_given_up(
        self, counters: Counters, slow: Slow, writer: Writer
    ) -> None:
        (only,) = writer.submit([counters.open("0")])
        assert slow.entered.acquire(timeout=WAIT_S)
        assert not only.cancel()
        slow.go.release()
        assert answers([only]) == [Done("0")]


class WhenABatchBreaks:
    def test_every_caller_is_told_and_work_goes_on(self, counters: Counters) -> None:
        class Breaking:
            def handle(self, items: Sequence[Request]) -> list[Outcome]:
                if len(items) > 1:
                    raise OSError("the disk is gone")
                return [Done()]

        thread = Writer("test", Breaking(), CommitSignal())
        futures = thread.submit([counters.open("1"), counters.open("2")])
        thread.start()
        broken = answers(futures)
        assert all(isinstance(outcome, Failed) for outcome in broken)
        assert answers(thread.submit([counters.open("3")])) == [Done()]
        thread.stop()


class WhenSomebodyListens:
    def test_every_listener_is_called_and_one_that_breaks_harms_nobody(
        self, counters: Counters
    ) -> None:
        first: list[int] = []
        last: list[int] = []

        def broken(*_batch: object) -> None:
            raise ZeroDivisionError

        writer = counters.service.writer
        writer.on_batch += [
            lambda requests, _outcomes, _took_s: first.append(len(requests)),
            broken,
            lambda _requests, outcomes, _took_s: last.append(len(outcomes)),
        ]
        writer.start()
        assert answers(writer.submit([counters.open("1")])) == [Done("counter-1", 1)]
        assert answers(writer.submit([counters.open("2")])) == [Done("counter-2", 1)]
        writer.stop()
        assert first == last == [1, 1]


class WhenItIsStopped:
    def test_what_was_taken_is_finished(self, counters: Counters) -> None:
        futures = counters.service.writer.submit(
            [counters.open(str(number)) for number in range(600)]
        )
        counters.service.writer.start()
        counters.service.writer.stop()
        assert all(future.done() for future in futures)
        assert len(counters.log()) == 600


class WhenTooManyWait:
    def test_callers_are_told_and_none_of_theirs_is_taken(self, counters: Counters) -> None:
        request: CommandRequest = counters.open("1")
        thread = Writer("test", counters.unit_of_work, CommitSignal())
        thread.submit([request] * (QUEUE_MAX - 1))
        with pytest.raises(Busy):
            thread.submit([request, request])
        assert len(thread.submit([request])) == 1


class WhenACommitIsSignalled:
    def test_it_is_once_for_every_batch(self, counters: Counters) -> None:
        commit_signal = CommitSignal()
        thread = Writer("test", counters.unit_of_work, commit_signal)
        seen = commit_signal.count
        futures = thread.submit([counters.open("1"), counters.open("2")])
        thread.start()
        assert commit_signal.wait(seen, WAIT_S) == seen + 1
        answers(futures)
        thread.stop()

    def test_one_before_the_wait_is_not_missed(self) -> None:
        commit_signal = CommitSignal()
        before = commit_signal.count
        commit_signal.notify()
        assert commit_signal.wait(before, 0) == before + 1
        assert commit_signal.wait(before + 1, 0) == before + 1
