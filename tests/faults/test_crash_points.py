"""Real processes die at every named moment, on both databases, and every command counts once.

The last of a process's lives is an ordinary one. What has to stand in the logs follows from the
commands that were answered with yes.
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
from tests.faults.deeds import all_heard, logs_of, wrong_in
from tests.faults.precinct import Patient, Precinct, standing
from tests.people import People
from tests.servers import Server, free_ports, until
from tests.story import AGENT, loop, receive

DOOMS = {
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
"""Of the one complaint that is left alone."""

LATER = DEMO_START + timedelta(days=30)


def say(place: str) -> str:
    return f"what is written as {place}"


def play(people: Patient, numbers: range) -> tuple[list[str], str]:
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


def leave_unsigned(people: Patient, number: int) -> list[str]:
    """File a complaint that nobody signs, until its time is over."""
    first = receive(number, say)
    no = people.take(first)["id"]
    filing = next(iter(loop(no, number, say)))
    people.take(filing)
    return [first.name, filing.name, "time over"]


def misses(precinct: Precinct) -> list[tuple[str, int]]:
    """Give every miss that stands in the log of dispatch."""
    log = logs_of({"dispatch": precinct.url_of("/dispatch")})["dispatch"]
    events = [parse_event(MISSED, one.data) for one in log if one.envelope.type == MISSED]
    return sorted((one.milestone, one.round) for one in events if isinstance(one, DeadlineMissed))


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    postgres = request.getfixturevalue("postgres")
    return {name: postgres.ready().app for name in SERVICES}


def test_every_moment_is_aimed_at() -> None:
    aimed = {doom.partition(":")[0] for dooms in DOOMS.values() for doom in dooms}
    assert aimed >= set(FAILPOINTS) - {"after_publish_before_checkpoint"}


def test_processes_that_die_at_every_moment(tmp_path: Path, databases: dict[str, str]) -> None:
    with standing(tmp_path, databases, DOOMS) as (precinct, people):
        taken, no = play(people, range(1, 2))
        taken += leave_unsigned(people, 2)
        until(lambda: all_heard(people))
        for name in SERVICES:
            DemoClock(tmp_path / name / "clock").advance(LATER)
        until(lambda: precinct.unmet() == {})
        until(lambda: all_heard(people))
        until(lambda: len(misses(precinct)) >= len(MISSES))
        closed = people.ask(AGENT, f"/intake/v1/appeals/{no}")
        missed = misses(precinct)
        logs = logs_of({name: precinct.url_of(f"/{name}") for name in SERVICES})
    assert closed["case_status"] == "closed"
    assert precinct.died == {name: list(dooms) for name, dooms in DOOMS.items()}
    assert missed == MISSES
    assert wrong_in(logs, taken) == []


FORGETFUL = """
from runpy import run_module
from tests.faults.standby import forget
forget()
run_module("services.intake", run_name="__main__")
"""


def listening(server: Server) -> None:
    """Wait until it answers at all; ready it is not, as nobody else is there."""

    def is_alive() -> bool:
        try:
            return httpx.get(f"{server.url}/intake/v1/health/live", trust_env=False).is_success
        except httpx.TransportError:
            return False

    until(is_alive)


@pytest.mark.parametrize(
    ("program", "status"),
    [(("-m", "services.intake"), 200), (("-c", FORGETFUL), 409)],
    ids=["sound", "control arm: a door that forgets commands"],
)
def test_what_was_committed_and_not_answered_is_asked_for_again(
    tmp_path: Path, program: tuple[str, str], status: int
) -> None:
    (port,) = free_ports(1)
    env = {"WHISTLE_DEMO": "true", "WHISTLE_DATA": str(tmp_path), "WHISTLE_PORT": str(port)}
    doomed = Server(program, ("intake",), f"http://127.0.0.1:{port}", env)
    people = People(lambda _path: doomed.url, lambda actor: f"demo.{actor}")
    with ExitStack() as stack:
        stack.callback(people.close)
        stack.callback(lambda: doomed.is_running and doomed.stop())
        doomed.env = {**env, "WHISTLE_CRASH_AT": "after_append_before_answer:2"}
        listening(doomed.start())
        no = people.take(receive(1, say))["id"]
        filing = next(iter(loop(no, 1, say)))
        request = {"headers": {"Idempotency-Key": "once"}, "json": filing.body}
        with pytest.raises(httpx.TransportError):
            people.send("POST", filing.actor, str(filing.path), **request)
        assert doomed.wait() == -signal.SIGKILL
        doomed.env = env
        listening(doomed.start())
        assert people.send("POST", filing.actor, str(filing.path), **request).status_code == status
