"""A view rebuilt while its service runs: commands go on, readers see a whole view."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from chassis.errors import Busy
from chassis.store.reading import head_position
from chassis.unit_of_work.unit_of_work import Done
from contracts.envelope import Envelope
from contracts.event import Event
from tests.caller import Caller
from tests.contracts.stores import STORES
from tests.house import House
from tests.lamps import Rooms, lamps_blueprint
from tests.lamps_api import lamps_app
from tests.servers import until
from tests.substrate.postgres import Postgres

OPERATOR = {"Authorization": "Bearer demo.operator.system.p-o"}
VIEWS = "/lamps/v1/views"
REBUILD = f"{VIEWS}/rooms/rebuild"
REASON = {"reason": "the figures look odd"}


class Gated(Rooms):
    """Rooms whose rebuild waits at a gate, or breaks."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.reached = threading.Event()
        self.breaks = False

    def project(self, connection: Connection, event: Event, envelope: Envelope) -> None:
        """Apply one event; of a rebuild, when the gate is open."""
        if threading.current_thread().name.startswith("rebuild-"):
            self.reached.set()
            self.gate.wait(60)
            if self.breaks:
                raise ZeroDivisionError("odd event")
        super().project(connection, event, envelope)


@pytest.fixture
def view() -> Gated:
    return Gated()


@pytest.fixture(params=STORES)
def house(tmp_path: Path, view: Gated, request: pytest.FixtureRequest) -> Iterator[House]:
    on_postgres = request.param == "postgres"
    postgres: Postgres | None = request.getfixturevalue("postgres") if on_postgres else None
    database = postgres.ready().app if postgres else ""
    opened = House(tmp_path, lamps_blueprint(view), database=database)
    opened.service.start({})
    yield opened
    view.gate.set()
    opened.service.stop()
    opened.close()


@pytest.fixture
def client(house: House) -> Caller:
    return Caller(lamps_app(house.service))


def key(name: str) -> dict[str, str]:
    return {**OPERATOR, "Idempotency-Key": name}


def submit(house: House, lamp: str) -> None:
    (future,) = house.service.writer.submit([house.hang(lamp)])
    assert isinstance(future.result(60), Done)


def lamps_shown(house: House) -> list[str]:
    return [row[0] for row in house.rows(Rooms.rows)]


@contextmanager
def looking(house: House) -> Iterator[list[int]]:
    """Count the rows from another thread, again and again."""
    counts: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            counts.append(len(lamps_shown(house)))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield counts
    finally:
        over.set()
        thread.join(60)


class WhenTheServiceRuns:
    def test_commands_go_on_and_no_reader_sees_fewer_rows_than_before(self, house: House) -> None:
        with looking(house) as counts:
            for round_no in range(8):
                for lamp in range(10):
                    submit(house, f"{round_no}-{lamp}")
                house.service.rebuilds.begin("rooms")
                for lamp in range(10, 20):
                    submit(house, f"{round_no}-{lamp}")
                house.service.rebuilds.wait(60)
        assert counts == sorted(counts)
        assert len(lamps_shown(house)) == 8 * 20
        assert [one.state for one in house.service.rebuilds.status()] == ["current"]

    def test_a_command_is_answered_while_the_rebuild_stands_still(
        self, house: House, view: Gated
    ) -> None:
        submit(house, "1")
        view.gate.clear()
        house.service.rebuilds.begin("rooms")
        assert view.reached.wait(60)
        submit(house, "2")
        assert lamps_shown(house) == ["1", "2"]
        view.gate.set()
        house.service.rebuilds.wait(60)
        assert lamps_shown(house) == ["1", "2"]

    def test_stopping_the_service_cancels_it_and_the_old_view_stays(
        self, house: House, view: Gated, tmp_path: Path
    ) -> None:
        submit(house, "1")
        view.gate.clear()
        house.service.rebuilds.begin("rooms")
        assert view.reached.wait(60)
        stopping = threading.Thread(target=house.service.rebuilds.stop)
        stopping.start()
        run = house.service.rebuilds._runs["rooms"]
        until(run.progress.cancelled.is_set)
        view.gate.set()
        stopping.join(60)
        (status,) = house.service.rebuilds.status()
        assert status.state == "failed"
        assert "start it again" in status.problem
        assert lamps_shown(house) == ["1"]
        assert not list(tmp_path.rglob("*.building.db*"))


def test_a_reader_that_began_before_the_switch_sees_the_whole_old_view(house: House) -> None:
    """On PostgreSQL an older snapshot sees nothing of a newer table: so the switch has to wait."""
    for lamp in range(20):
        submit(house, f"{lamp:02}")
    with house.service.store.reading() as connection:
        assert head_position(connection) == 20
        house.service.rebuilds.begin("rooms")
        house.service.rebuilds.wait(1)  # until it is done, or waits for this reader
        assert len(connection.execute(Rooms.rows.select()).all()) == 20
    house.service.rebuilds.wait(60)
    assert [one.state for one in house.service.rebuilds.status()] == ["current"]


class WhenAnOperatorAsks:
    def test_every_view_says_what_it_was_built_with(self, client: Caller) -> None:
        answer = client.get(VIEWS, headers=OPERATOR).json()
        (item,) = answer["items"]
        assert answer["total"] == 1
        assert (item["view"], item["state"]) == ("rooms", "current")
        assert item["built"] == item["current"] != ""

    def test_a_rebuild_is_begun_once_per_key_and_shows_how_far_it_is(
        self, client: Caller, house: House, view: Gated
    ) -> None:
        submit(house, "1")
        view.gate.clear()
        assert client.post(REBUILD, json=REASON, headers=key("a")).status_code == 200
        assert view.reached.wait(60)
        (item,) = client.get(VIEWS, headers=OPERATOR).json()["items"]
        assert item["state"] == "building"
        assert item["progress"] == [{"log": "lamps", "position": 0, "head": 1}]
        assert house.service.rebuilds.last_progress is not None
        refused = client.post(REBUILD, json=REASON, headers=key("b"))
        assert (refused.status_code, refused.json()["code"]) == (409, "rebuild_underway")
        view.gate.set()
        house.service.rebuilds.wait(60)
        (item,) = client.get(VIEWS, headers=OPERATOR).json()["items"]
        assert (item["state"], item["event_count"]) == ("current", 1)
        assert house.service.rebuilds.last_progress is None
        again = client.post(REBUILD, json=REASON, headers=key("a"))
        assert again.headers["idempotency-replayed"] == "true"
        assert client.get(VIEWS, headers=OPERATOR).json()["items"][0]["since"] == item["since"]

    def test_a_view_that_is_not_there_cannot_be_rebuilt(self, client: Caller) -> None:
        answer = client.post(f"{VIEWS}/attics/rebuild", json=REASON, headers=key("a"))
        assert (answer.status_code, answer.json()["code"]) == (404, "view_unknown")

    def test_a_failed_one_says_why_and_how_to_go_on(
        self, client: Caller, house: House, view: Gated
    ) -> None:
        submit(house, "1")
        view.breaks = True
        client.post(REBUILD, json=REASON, headers=key("a"))
        house.service.rebuilds.wait(60)
        (item,) = client.get(VIEWS, headers=OPERATOR).json()["items"]
        assert item["state"] == "failed"
        assert item["problem"].startswith("odd event; the view in use is unchanged")
        assert lamps_shown(house) == ["1"]
        view.breaks = False
        client.post(REBUILD, json=REASON, headers=key("b"))
        house.service.rebuilds.wait(60)
        assert client.get(VIEWS, headers=OPERATOR).json()["items"][0]["state"] == "current"

    def test_nobody_else_may(self, client: Caller) -> None:
        other = {**key("a"), "Authorization": "Bearer demo.officer.street-lighting.p-1"}
        assert client.post(REBUILD, json=REASON, headers=other).status_code == 403


def test_a_busy_writer_keeps_a_rebuild_waiting_and_does_not_fail_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(house, "1")
    writer = house.service.writer
    first: list[Callable[..., object]] = []
    honest = writer.submit

    def busy_once(items: list[object]) -> object:
        if not first:
            first.append(honest)
            raise Busy(writer.name)
        return honest(items)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(writer, "submit", busy_once)
    house.service.rebuilds.begin("rooms")
    house.service.rebuilds.wait(60)
    assert first
    assert [one.state for one in house.service.rebuilds.status()] == ["current"]
