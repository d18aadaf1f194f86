"""Four services, four processes, four databases: the loop of one complaint, over HTTP alone.

Each service has its own address and folder, and reads the feeds of the others. Two of them are
killed while the others wait for them, and the case is closed all the same.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chassis.http.identity import FileTokens
from contracts.envelope import Actor
from contracts.services import SERVICES
from tests.faults.consistency import faults_in
from tests.people import People
from tests.servers import Server, free_ports, until
from tests.story import AGENT, STREET, UNITS, loop, receive

MESH = "service.system.mesh"
KILLED_AFTER = {"blow 1": "enforcement", f"release {UNITS[1]} 1": "dispatch"}
"""The restarted service receives the whistle, or the end of the operation."""


def say(place: str) -> str:
    return f"what is written as {place}"


@dataclass
class FourProcesses:
    """The four processes, and tokens for people."""

    folder: Path
    servers: dict[str, Server] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        peers = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        for name, port in ports.items():
            env = {
                "WHISTLE_DATA": str(self.folder / name),
                "WHISTLE_PORT": str(port),
                "WHISTLE_PEERS": json.dumps({**peers, name: "http://127.0.0.1:1"}),
                "WHISTLE_TOKEN": self.token(MESH),
            }
            program = ("-m", f"services.{name}")
            self.servers[name] = Server(program, (name,), peers[name], env).start()

    def token(self, actor: str) -> str:
        """Give an actor's token, the same for every service."""
        if actor not in self.tokens:
            role, unit, person = actor.split(".")
            made = self.folder / "tokens.json"
            self.tokens[actor] = FileTokens(made).issue(Actor(role=role, unit=unit, person=person))
            for name in SERVICES:
                (self.folder / name).mkdir(exist_ok=True)
                (self.folder / name / "tokens.json").write_bytes(made.read_bytes())
        return self.tokens[actor]

    def stop(self) -> None:
        """Stop all processes."""
        for server in self.servers.values():
            if server.is_running:
                server.stop()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[FourProcesses]:
    with ExitStack() as stack:
        opened = FourProcesses(tmp_path)
        stack.callback(opened.stop)
        for server in opened.servers.values():
            server.ready()
        yield opened


def test_the_loop_ends_although_two_of_them_are_killed(processes: FourProcesses) -> None:
    people = People(lambda path: processes.servers[path.split("/")[1]].url, processes.token)
    no = people.take(receive(1, say, phone="19900000001"))["id"]
    for step in loop(no, 1, say):
        people.take(step)
        if step.name in KILLED_AFTER:
            killed = processes.servers[KILLED_AFTER[step.name]]
            killed.kill()
            killed.start().ready()

    until(lambda: people.ask(AGENT, f"/intake/v1/appeals/{no}")["case_status"] == "closed")
    case = people.ask(f"officer.{STREET}.s-1", f"/dispatch/v1/cases/{no}")
    assert (case["stage"], case["outcome"], case["round"]) == ("closed", "resolved", 2)
    assert [one["status"] for one in case["whistles"]] == ["settled"]
    operation = people.ask(f"officer.{UNITS[0]}.u-1", f"/enforcement/v1/operations/{no}-W1")
    assert [one["status"] for one in operation["tasks"]] == ["released", "released"]
    scores = people.ask(f"officer.{STREET}.s-1", f"/feedback/v1/scores/{STREET}/callbacks")
    assert [(one["round"], one["resolved"]) for one in scores["items"]] == [(1, 0), (2, 1)]

    until(lambda: is_all_processed(people))
    people.close()
    processes.stop()
    assert faults_in({name: processes.folder / name for name in SERVICES}) == []


def is_all_processed(people: People) -> bool:
    """Say whether no service is behind, by their own measure."""
    behind = [people.ask(MESH, f"/{name}/v1/status")["behind"] for name in SERVICES]
    return all(count == 0 for one in behind for count in one.values())
