"""Real processes are killed at every failpoint, on both databases, and every command counts once.

The last process of each service is not killed. What has to be in the logs follows from the commands
that succeeded.
"""

import signal
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from chassis.clock import DEMO_START, DemoClock
from chassis.failpoints import FAILPOINTS
from contracts.event import parse_event
from contracts.events.dispatch import DeadlineMissed
from contracts.services import SERVICES
from tests.faults.expected_events import deviations, is_all_processed, logs_of
from tests.faults.installation import Installation, RetryingPeople, run_installation
from tests.people import People
from tests.servers import Server, free_ports, until
from tests.story import AGENT, loop, receive

KILLED_AT = {
    "intake": (
        "before_view_switch",
        "after_append_before_answer",
        "after_effect_before_commit:3",
        "after_commit_before_acknowledge",
    ),
    "dispatch": (
        "after_effect_before_commit:2",
        "after_append_before_answer:2",
        "after_commit_before_acknowledge:2",
        "after_deadline_found",
    ),
    "enforcement": (
        "after_effect_before_commit",
        "after_append_before_answer:2",
        "after_commit_before_acknowledge",
    ),
    "feedback": (
        "before_view_switch",
        "after_append_before_answer",
        "after_effect_before_commit:2",
        "after_commit_before_acknowledge:2",
    ),
}
MISSED = DeadlineMissed.wire
MISSES = [("handle", 1), ("sign", 1)]
"""Of the one complaint that nobody signs."""

LATER = DEMO_START + timedelta(days=30)


def say(place: str) -> str:
    return f"what is written as {place}"


def play(people: RetryingPeople, numbers: range) -> tuple[list[str], str]:
    """Take complaints through the whole loop; give the steps and the last complaint's number."""
    taken: list[str] = []
    for number in numbers:
        first = receive(number, say, phone="19900000001")
        no = people.take(first)["id"]
        steps = list(loop(no, number, say))
        for step in steps:
            people.take(step)
        taken += [first.name, *(step.name for step in steps)]
    return taken, no


def leave_unsigned(people: RetryingPeople, number: int) -> list[str]:
    """File a complaint that nobody signs, until its time is over."""
    first = receive(number, say)
    no = people.take(first)["id"]
    filing = next(iter(loop(no, number, say)))
    people.take(filing)
    return [first.name, filing.name, "time over"]


def misses(installation: Installation) -> list[tuple[str, int]]:
    """Give every miss in the log of dispatch."""
    log = logs_of({"dispatch": installation.url_of("/dispatch")})["dispatch"]
    events = [parse_event(MISSED, one.data) for one in log if one.envelope.type == MISSED]
    return sorted((one.milestone, one.round) for one in events if isinstance(one, DeadlineMissed))


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    postgres = request.getfixturevalue("postgres")
    return {name: postgres.ready().app for name in SERVICES}


def test_every_failpoint_is_used() -> None:
    used = {one.partition(":")[0] for failpoints in KILLED_AT.values() for one in failpoints}
    assert used >= set(FAILPOINTS) - {
        "after_publish_before_checkpoint",
        "before_key_files_settle",  # tests/faults/test_rotation_killed.py
    }


def test_processes_that_die_at_every_moment(tmp_path: Path, databases: dict[str, str]) -> None:
    with run_installation(tmp_path, databases, KILLED_AT) as (installation, people):
        taken, no = play(people, range(1, 2))
        taken += leave_unsigned(people, 2)
        until(lambda: is_all_processed(people))
        for name in SERVICES:
            DemoClock(tmp_path / name / "clock").advance(LATER)
        until(lambda: installation.left() == {})
        until(lambda: is_all_processed(people))
        until(lambda: len(misses(installation)) >= len(MISSES))
        closed = people.ask(AGENT, f"/intake/v1/appeals/{no}")
        missed = misses(installation)
        logs = logs_of({name: installation.url_of(f"/{name}") for name in SERVICES})
    assert closed["case_status"] == "closed"
    assert installation.killed_at == {name: list(all_) for name, all_ in KILLED_AT.items()}
    assert missed == MISSES
    assert deviations(logs, taken) == []


FORGETFUL = """
from runpy import run_module
from tests.faults.forking_server import forget
forget()
run_module("services.intake", run_name="__main__")
"""


def listening(server: Server) -> None:
    """Wait until it is alive; it is not ready without the other services."""

    def is_alive() -> bool:
        try:
            return httpx.get(f"{server.url}/intake/v1/health/live", trust_env=False).is_success
        except httpx.TransportError:
            return False

    until(is_alive)


@pytest.mark.parametrize(
    ("program", "status"),
    [(("-m", "services.intake"), 200), (("-c", FORGETFUL), 409)],
    ids=["sound", "control arm: commands done are forgotten"],
)
def test_what_was_committed_and_not_answered_is_asked_for_again(
    tmp_path: Path, program: tuple[str, str], status: int
) -> None:
    (port,) = free_ports(1)
    env = {"WHISTLE_DEMO": "true", "WHISTLE_DATA": str(tmp_path), "WHISTLE_PORT": str(port)}
    server = Server(program, ("intake",), f"http://127.0.0.1:{port}", env)
    people = People(lambda _path: server.url, lambda actor: f"demo.{actor}")
    with ExitStack() as stack:
        stack.callback(people.close)
        stack.callback(lambda: server.is_running and server.stop())
        server.env = {**env, "WHISTLE_CRASH_AT": "after_append_before_answer:2"}
        listening(server.start())
        no = people.take(receive(1, say))["id"]
        filing = next(iter(loop(no, 1, say)))
        request = {"headers": {"Idempotency-Key": "once"}, "json": filing.body}
        with pytest.raises(httpx.TransportError):
            people.send("POST", filing.actor, str(filing.path), **request)
        assert server.wait() == -signal.SIGKILL
        server.env = env
        listening(server.start())
        assert people.send("POST", filing.actor, str(filing.path), **request).status_code == status
