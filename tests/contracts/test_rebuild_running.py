"""A view rebuilt while its service runs: commands go on, readers see a whole view."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import Connection

from chassis.errors import Busy
from chassis.store.reading import head_position
from chassis.unit_of_work.definition import View
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.writer import Writer
from contracts.event import Event
from tests.contracts.stores import STORES
from tests.counters.counter import LABEL_ROWS, LABELS, counters_model
from tests.counters.services import Counters
from tests.harness.http_client import HttpClient
from tests.substrate.postgres import Postgres

OPERATOR = "operator.system.p-o"
VIEWS = "/counters/v1/views"
REBUILD = f"{VIEWS}/labels/rebuild"
REASON = {"reason": "the figures look odd"}


@dataclass
class Gate:
    """At which a rebuild waits, or breaks."""

    open: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    breaks: bool = False

    def view(self) -> View:
        """Give the view of labels, whose rebuild waits while the gate is shut."""

        def project(connection: Connection, event: Event) -> None:
            if threading.current_thread().name == "rebuild":
                self.reached.set()
                self.open.wait(60)
                if self.breaks:
                    raise ZeroDivisionError("odd event")
            LABELS.project(connection, event)

        return replace(LABELS, on=dict.fromkeys(LABELS.on, project))


@pytest.fixture
def gate() -> Gate:
    made = Gate()
    made.open.set()
    return made


@pytest.fixture(params=STORES)
def counters(tmp_path: Path, gate: Gate, request: pytest.FixtureRequest) -> Iterator[Counters]:
    on_postgres = request.param == "postgres"
    postgres: Postgres | None = request.getfixturevalue("postgres") if on_postgres else None
    database = postgres.ready().app if postgres else ""
    model = counters_model(gate.view())
    opened = Counters(tmp_path, model, database=database, make_writer=Writer)
    opened.service.start()
    yield opened
    gate.open.set()
    opened.service.stop()
    opened.close()


@pytest.fixture
def client(counters: Counters) -> Iterator[HttpClient]:
    opened = counters.client([])
    yield opened
    opened.close()


def ask_to_rebuild(client: HttpClient, key: str) -> Response:
    return client.tell(OPERATOR, REBUILD, REASON, key)


def submit(counters: Counters, counter: str) -> None:
    (future,) = counters.service.writer.submit([counters.open(counter)])
    assert isinstance(future.result(60), Done)


def counters_shown(counters: Counters) -> list[str]:
    return [row[0] for row in counters.rows(LABEL_ROWS)]


@contextmanager
def looking(counters: Counters) -> Iterator[list[int]]:
    """Count the rows from another thread, again and again."""
    counts: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            counts.append(len(counters_shown(counters)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join(60)


class WhenTheServiceRuns:
    def test_commands_go_on_and_no_reader_sees_fewer_rows_than_before(
        self, counters: Counters
    ) -> None:
        with looking(counters) as counts:
            for round_no in range(8):
                for counter in range(10):
                    submit(counters, f"{round_no}-{counter}")
                counters.service.rebuild_jobs.begin("labels")
                for counter in range(10, 20):
                    submit(counters, f"{round_no}-{counter}")
                counters.service.rebuild_jobs.wait(60)
        assert counts == sorted(counts)
        assert len(counters_shown(counters)) == 8 * 20
        assert [one.state for one in counters.service.rebuild_jobs.status()] == ["current"]

    def test_a_command_is_answered_while_the_rebuild_stands_still(
        self, counters: Counters, gate: Gate
    ) -> None:
        submit(counters, "1")
        gate.open.clear()
        counters.service.rebuild_jobs.begin("labels")
        assert gate.reached.wait(60)
        submit(counters, "2")
        assert counters_shown(counters) == ["1", "2"]
        gate.open.set()
        counters.service.rebuild_jobs.wait(60)
        assert counters_shown(counters) == ["1", "2"]

    def test_stopping_the_service_cancels_it_and_the_old_view_stays(
        self, counters: Counters, gate: Gate, tmp_path: Path
    ) -> None:
        submit(counters, "1")
        gate.open.clear()
        counters.service.rebuild_jobs.begin("labels")
        assert gate.reached.wait(60)
        counters.service.rebuild_jobs.cancel()
        gate.open.set()
        counters.service.rebuild_jobs.stop()
        (status,) = counters.service.rebuild_jobs.status()
        assert status.state == "failed"
        assert "start it again" in status.problem
        assert counters_shown(counters) == ["1"]
        assert not list(tmp_path.rglob("*.building.db*"))


def test_a_reader_that_began_before_the_switch_sees_the_whole_old_view(counters: Counters) -> None:
    """On PostgreSQL an older snapshot sees nothing of a newer table: so the switch has to wait."""
    for counter in range(20):
        submit(counters, f"{counter:02}")
    with counters.service.store.reading() as connection:
        assert head_position(connection) == 20
        counters.service.rebuild_jobs.begin("labels")
        counters.service.rebuild_jobs.wait(1)  # until it is done, or waits for this reader
        assert len(connection.execute(LABEL_ROWS.select()).all()) == 20
    counters.service.rebuild_jobs.wait(60)
    assert [one.state for one in counters.service.rebuild_jobs.status()] == ["current"]


class WhenAnOperatorAsks:
    def test_every_view_says_what_it_was_built_with(self, client: HttpClient) -> None:
        answer = client.ask(OPERATOR, VIEWS).json()
        (item,) = answer["items"]
        assert answer["total"] == 1
        assert (item["view"], item["state"]) == ("labels", "current")
        assert item["built"] == item["current"] != ""

    def test_a_rebuild_is_begun_once_per_key_and_shows_how_far_it_is(
        self, client: HttpClient, counters: Counters, gate: Gate
    ) -> None:
        submit(counters, "1")
        gate.open.clear()
        assert ask_to_rebuild(client, "a").status_code == 200
        assert gate.reached.wait(60)
        (item,) = client.ask(OPERATOR, VIEWS).json()["items"]
        assert item["state"] == "building"
        assert item["progress"] == [{"log": "counters", "position": 0, "head": 1}]
        assert counters.service.rebuild_jobs.last_progress is not None
        refused = ask_to_rebuild(client, "b")
        assert (refused.status_code, refused.json()["code"]) == (409, "rebuild_underway")
        gate.open.set()
        counters.service.rebuild_jobs.wait(60)
        (item,) = client.ask(OPERATOR, VIEWS).json()["items"]
        assert (item["state"], item["event_count"]) == ("current", 1)
        assert counters.service.rebuild_jobs.last_progress is None
        again = ask_to_rebuild(client, "a")
        assert again.headers["idempotency-replayed"] == "true"
        assert client.ask(OPERATOR, VIEWS).json()["items"][0]["since"] == item["since"]

    def test_a_view_that_is_not_there_cannot_be_rebuilt(self, client: HttpClient) -> None:
        answer = client.tell(OPERATOR, f"{VIEWS}/attics/rebuild", REASON, "a")
        assert (answer.status_code, answer.json()["code"]) == (404, "view_unknown")

    def test_a_failed_one_says_why_and_how_to_go_on(
        self, client: HttpClient, counters: Counters, gate: Gate
    ) -> None:
        submit(counters, "1")
        gate.breaks = True
        ask_to_rebuild(client, "a")
        counters.service.rebuild_jobs.wait(60)
        (item,) = client.ask(OPERATOR, VIEWS).json()["items"]
        assert item["state"] == "failed"
        assert item["problem"].startswith("odd event; the view in use is unchanged")
        assert counters_shown(counters) == ["1"]
        gate.breaks = False
        ask_to_rebuild(client, "b")
        counters.service.rebuild_jobs.wait(60)
        assert client.ask(OPERATOR, VIEWS).json()["items"][0]["state"] == "current"

    def test_nobody_else_may(self, client: HttpClient) -> None:
        officer = "officer.street-lighting.p-1"
        assert client.tell(officer, REBUILD, REASON, "a").status_code == 403


def test_a_busy_writer_keeps_a_rebuild_waiting_and_does_not_fail_it(
    counters: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(counters, "1")
    writer = counters.service.writer
    first: list[Callable[..., object]] = []
    honest = writer.submit

    def busy_once(items: list[object]) -> object:
        if not first:
            first.append(honest)
            raise Busy(writer.name)
        return honest(items)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(writer, "submit", busy_once)
    counters.service.rebuild_jobs.begin("labels")
    counters.service.rebuild_jobs.wait(60)
    assert first
    assert [one.state for one in counters.service.rebuild_jobs.status()] == ["current"]
