"""The writer thread: what waits together commits together, and no caller can stop it."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import cast

import pytest
from sqlalchemy import Engine, event

from chassis.errors import Busy
from chassis.store.sqlite.store import SqliteStore
from chassis.unit_of_work.session import CommandRequest
from chassis.unit_of_work.unit_of_work import Done, Failed, Item, Outcome
from chassis.unit_of_work.writer import BATCH_MAX, QUEUE_MAX, CommitSignal, Writer
from tests.house import House, refused_code

WAIT_S = 10


@contextmanager
def counted_commits(house: House) -> Iterator[list[int]]:
    """Count what the store's writing connection commits."""
    counts = [0]
    engine: Engine = cast("SqliteStore", house.service.store)._writer

    def count(_connection: object) -> None:
        counts[0] += 1

    event.listen(engine, "commit", count)
    yield counts
    event.remove(engine, "commit", count)


def answers(futures: Sequence[Future[Outcome]]) -> list[Outcome]:
    return [future.result(WAIT_S) for future in futures]


class Slow:
    """A handler that holds every batch until it is let go, and remembers their sizes."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.entered = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def handle(self, items: Sequence[Item]) -> list[Outcome]:
        self.sizes.append(len(items))
        self.entered.release()
        assert self.go.acquire(timeout=WAIT_S)
        return [Done(str(number)) for number, _ in enumerate(items)]


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def writer(slow: Slow) -> Iterator[Writer]:
    """A writer that is started and works through `slow`."""
    thread = Writer("test", slow, CommitSignal())
    thread.start()
    yield thread
    slow.go.release(100)
    thread.stop()


class WhenManyWait:
    @pytest.mark.parametrize(("waiting", "commits"), [(1, 1), (32, 1), (BATCH_MAX + 44, 2)])
    def test_one_commit_serves_them_all(self, house: House, waiting: int, commits: int) -> None:
        works = [house.hang(str(number)) for number in range(waiting)]
        thread = Writer("test", house.unit_of_work, CommitSignal())
        futures = [future for work in works for future in thread.submit([work])]
        with counted_commits(house) as counts:
            thread.start()
            assert answers(futures) == [Done(f"lamp-{number}", 1) for number in range(waiting)]
            thread.stop()
        assert counts == [commits]
        assert [stream for stream, *_ in house.log()] == [f"lamp-{n}" for n in range(waiting)]

    def test_what_was_submitted_together_stays_together(self, house: House) -> None:
        count = BATCH_MAX + 44
        thread = Writer("test", house.unit_of_work, CommitSignal())
        futures = thread.submit([house.hang(str(number)) for number in range(count)])
        assert thread.waiting_count == count
        with counted_commits(house) as counts:
            thread.start()
            assert answers(futures) == [Done(f"lamp-{number}", 1) for number in range(count)]
            thread.stop()
        assert (counts, thread.waiting_count) == ([1], 0)

    def test_each_gets_the_answer_to_its_own_question(self, house: House) -> None:
        works = [house.hang("1"), house.light("nowhere"), house.light("1"), house.light("1")]
        house.service.writer.start()
        found = answers(house.service.writer.submit(works))
        house.service.writer.stop()
        assert found[0] == Done("lamp-1", 1)
        assert refused_code(found[1]) == "lamp_unknown"
        assert found[2] == Done("lamp-1", 2)
        assert refused_code(found[3]) == "lamp_not_dark"

    def test_those_that_come_during_a_commit_are_the_next_batch(
        self, house: House, slow: Slow, writer: Writer
    ) -> None:
        first = writer.submit([house.hang("0")])
        assert slow.entered.acquire(timeout=WAIT_S)
        rest = [writer.submit([house.hang(str(number))])[0] for number in range(1, 32)]
        slow.go.release(2)
        answers([*first, *rest])
        assert slow.sizes == [1, 31]


class WhenACallerGivesUp:
    def test_the_others_are_answered_and_it_is_not_done(
        self, house: House, slow: Slow, writer: Writer
    ) -> None:
        first = writer.submit([house.hang("0")])
        assert slow.entered.acquire(timeout=WAIT_S)
        second, third = writer.submit([house.hang("1"), house.hang("2")])
        assert second.cancel()
        slow.go.release(2)
        answers([*first, third])
        assert slow.sizes == [1, 1]
        assert writer.is_alive()

    def test_what_is_under_way_cannot_be_given_up(
        self, house: House, slow: Slow, writer: Writer
    ) -> None:
        (only,) = writer.submit([house.hang("0")])
        assert slow.entered.acquire(timeout=WAIT_S)
        assert not only.cancel()
        slow.go.release()
        assert answers([only]) == [Done("0")]


class WhenABatchBreaks:
    def test_every_caller_hears_of_it_and_work_goes_on(self, house: House) -> None:
        class Breaking:
            def handle(self, items: Sequence[Item]) -> list[Outcome]:
                if len(items) > 1:
                    raise OSError("the disk is gone")
                return [Done()]

        thread = Writer("test", Breaking(), CommitSignal())
        futures = thread.submit([house.hang("1"), house.hang("2")])
        thread.start()
        broken = answers(futures)
        assert all(isinstance(outcome, Failed) for outcome in broken)
        assert answers(thread.submit([house.hang("3")])) == [Done()]
        thread.stop()


class WhenItIsStopped:
    def test_what_was_taken_is_finished(self, house: House) -> None:
        futures = house.service.writer.submit([house.hang(str(number)) for number in range(600)])
        house.service.writer.start()
        house.service.writer.stop()
        assert all(future.done() for future in futures)
        assert len(house.log()) == 600


class WhenTooManyWait:
    def test_callers_are_told_and_none_of_theirs_is_taken(self, house: House) -> None:
        work: CommandRequest = house.hang("1")
        thread = Writer("test", house.unit_of_work, CommitSignal())
        thread.submit([work] * (QUEUE_MAX - 1))
        with pytest.raises(Busy):
            thread.submit([work, work])
        assert len(thread.submit([work])) == 1


class WhenTheBellRings:
    def test_it_rings_after_every_batch(self, house: House) -> None:
        commit_signal = CommitSignal()
        thread = Writer("test", house.unit_of_work, commit_signal)
        rung = commit_signal.count
        futures = thread.submit([house.hang("1"), house.hang("2")])
        thread.start()
        assert commit_signal.wait(rung, WAIT_S) == rung + 1
        answers(futures)
        thread.stop()

    def test_a_ring_before_the_wait_is_not_missed(self) -> None:
        commit_signal = CommitSignal()
        before = commit_signal.count
        commit_signal.notify()
        assert commit_signal.wait(before, 0) == before + 1
        assert commit_signal.wait(before + 1, 0) == before + 1
