"""A whole installation of processes: PostgreSQL, Kafka, a relay per service, one address.

It is started as `make up-local` starts it, on ports of its own. A complaint takes the whole loop
through the one address with real tokens; then Kafka is killed while complaints come in, and started
again.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from chassis.http.identity import FileTokens
from contracts.envelope import Actor
from contracts.services import SERVICES
from deploy.local import kafka, postgres
from deploy.local.layout import Layout
from deploy.local.processes import NotStarted, is_free
from deploy.local.records import Records
from tests.people import People
from tests.servers import ROOT, free_ports, until
from tests.story import AGENT, MATTER, OPERATOR, STREET, loop, receive
from tests.substrate.availability import unavailable

MESH = "service.system.mesh-test"
_RED_WITHIN_S = 15
_TRIES = 50


def say(place: str) -> str:
    return f"what is written as {place}"


@dataclass
class LocalInstallation:
    """The installation, and tokens for people."""

    layout: Layout
    tokens: dict[str, str] = field(default_factory=dict)
    restarted: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    """Relays that were started after one was killed."""

    def token(self, actor: str) -> str:
        if actor not in self.tokens:
            role, unit, person = actor.split(".")
            made = FileTokens(self.layout.data / "tokens.json")
            self.tokens[actor] = made.issue(Actor(role=role, unit=unit, person=person))
        return self.tokens[actor]

    def people(self) -> People:
        return People(lambda _path: self.layout.address, self.token)

    def behind(self, people: People) -> dict[str, dict[str, int]]:
        return {name: people.ask(OPERATOR, f"/{name}/v1/status")["behind"] for name in SERVICES}

    def relay(self, service: str) -> dict[str, int]:
        port = self.layout.relay_port(service)
        found: dict[str, int] = httpx.get(f"http://127.0.0.1:{port}/status", trust_env=False).json()
        return found

    def all_published(self, service: str) -> bool:
        found = self.relay(service)
        return 0 < found["head"] == found["published"]

    def relay_is_ready(self, service: str) -> bool:
        url = f"http://127.0.0.1:{self.layout.relay_port(service)}/health/ready"
        return httpx.get(url, trust_env=False).is_success


def _free_base() -> int:
    """Find a port with a hundred free ports behind it."""
    for _ in range(_TRIES):
        (base,) = free_ports(1)
        if base < 65_000 and all(map(is_free, Layout(Path(), 1, base).ports().values())):
            return base
    pytest.fail("no hundred free ports in a row")


def _local(*words: str) -> None:
    """Run the command in a process of its own, which what it starts outlives."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalInstallation]:
    folder = tmp_path_factory.mktemp("installation")
    layout = Layout(folder, free_ports(1)[0], _free_base())
    try:
        postgres.binary("initdb")
        kafka.archives()
    except NotStarted as why:
        unavailable(str(why))
    ports = ["--port", str(layout.port), "--base-port", str(layout.base_port)]
    _local("up", "--folder", str(folder), *ports)
    opened = LocalInstallation(layout)
    yield opened
    for process in opened.restarted:
        process.terminate()
        process.wait(30)
    _local("down", "--folder", str(folder), "--delete-data")
    shutil.rmtree(layout.postgres, ignore_errors=True)


def test_the_loop_runs_through_the_one_address(installation: LocalInstallation) -> None:
    people = installation.people()
    no = people.take(receive(1, say, phone="19900000001"))["id"]
    for step in loop(no, 1, say):
        people.take(step)
    until(lambda: people.ask(AGENT, f"/intake/v1/appeals/{no}")["case_status"] == "closed")
    case = people.ask(f"officer.{STREET}.s-1", f"/dispatch/v1/cases/{no}")
    assert (case["stage"], case["outcome"], case["round"]) == ("closed", "resolved", 2)
    until(
        lambda: (
            not any(count for one in installation.behind(people).values() for count in one.values())
        )
    )
    until(lambda: all(installation.all_published(name) for name in SERVICES))
    people.close()


def test_a_relay_is_killed_between_publishing_and_its_checkpoint(
    installation: LocalInstallation,
) -> None:
    people = installation.people()
    env = _end_relay(installation)
    no = people.take(receive(300, say))["id"]
    dying = _start_relay({**env, "WHISTLE_CRASH_AT": "after_publish_before_checkpoint"})
    assert dying.wait(60) == -signal.SIGKILL
    marked = people.ask(OPERATOR, "/intake/v1/status")
    assert marked["published"] < marked["head"]  # published already, and to be published once more
    installation.restarted.append(_start_relay(env))
    until(lambda: _answers(installation) and installation.all_published("intake"))
    until(lambda: not any(n for one in installation.behind(people).values() for n in one.values()))
    assert people.ask(AGENT, f"/intake/v1/appeals/{no}")["status"] == "received"
    assert not any(people.ask(OPERATOR, f"/{name}/v1/parked")["total"] for name in SERVICES)
    people.close()


def test_kafka_goes_away_while_complaints_come_in(installation: LocalInstallation) -> None:
    people = installation.people()
    before = installation.relay("intake")
    (broker,) = [one for one in Records(installation.layout.run).read() if one.name == "kafka"]
    os.kill(broker.pid, signal.SIGKILL)
    until(lambda: not broker.runs)
    accepted = []
    for number in range(100, 120):
        received = people.take(receive(number, say))
        where = {"street": STREET, "matter": MATTER}
        answer = people.send(
            "POST",
            AGENT,
            f"/intake/v1/appeals/{received['id']}/case",
            json=where,
            headers={"Idempotency-Key": f"file/{number}"},
        )
        assert answer.is_success, answer.text
        accepted.append(received["id"])
    until(lambda: not installation.relay_is_ready("intake"), _RED_WITHIN_S)
    stuck = installation.relay("intake")
    assert stuck["published"] == before["published"]
    assert stuck["head"] >= before["head"] + 40
    # The services read one another's logs meanwhile, so accepted complaints go on.
    officer = f"officer.{STREET}.s-1"
    until(lambda: all(_is_dispatched(people, officer, no) for no in accepted))

    again = kafka.start(installation.layout.kafka, installation.layout.kafka_port)
    try:
        until(
            lambda: (
                installation.relay("intake")["published"] == installation.relay("intake")["head"]
            )
        )
        until(lambda: installation.relay_is_ready("intake"))
        until(
            lambda: not any(n for one in installation.behind(people).values() for n in one.values())
        )
        later = people.take(receive(200, say))["id"]
        assert all(_is_dispatched(people, officer, no) for no in accepted)
        assert later not in accepted
    finally:
        kafka.stop(again)
        people.close()


def _end_relay(installation: LocalInstallation) -> dict[str, str]:
    """Kill intake's relay; give the environment it ran in."""
    (relay,) = [
        one for one in Records(installation.layout.run).read() if one.name == "intake-relay"
    ]
    variables = Path(f"/proc/{relay.pid}/environ").read_bytes().decode().split("\0")
    os.kill(relay.pid, signal.SIGKILL)
    until(lambda: not relay.runs)
    return dict(pair.split("=", 1) for pair in variables if "=" in pair)


def _start_relay(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "services.intake", "relay"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)


def _answers(installation: LocalInstallation) -> bool:
    try:
        return installation.relay_is_ready("intake")
    except httpx.TransportError:
        return False


def _is_dispatched(people: People, officer: str, no: str) -> bool:
    return people.send("GET", officer, f"/dispatch/v1/cases/{no}").is_success
