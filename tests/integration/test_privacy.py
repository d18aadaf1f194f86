"""Texts and identities of people are in the ciphertext of the vaults and nowhere besides.

Planted names, phones, addresses and texts go through a whole demonstration; then every file, every
line of the logs, every feed and every answer to every role is searched for them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.clock import DEMO_START
from contracts.services import SERVICES
from tests.commands import Shell
from tests.detours import ASKED, DIRECTOR, DISPATCHER, DISTRICT_LEADER, detours
from tests.integration.everything import addresses
from tests.integration.planting import PHONES, STEM, Planted, found_in, found_in_files
from tests.people import People
from tests.servers import Server, run_demo
from tests.story import AGENT, MATTER, OPERATOR, STREET, UNITS, VISITOR, Step, loop, receive

OFFICER, LEADER = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"
MEMBER, OTHER_LEADER = f"officer.{UNITS[0]}.u-1", "leader.fire-rescue.x-1"
AUDITOR, MESH = "auditor.bureau.d-1", "service.system.mesh"
HOTLINE = "integrator.city-hotline.system"
ALL_ACTORS = (
    AGENT, HOTLINE, OFFICER, LEADER, DIRECTOR, DISTRICT_LEADER, MEMBER, OTHER_LEADER, DISPATCHER,
    VISITOR, AUDITOR, OPERATOR, MESH, ""
)  # fmt: skip
KEPT_OUT = "s-9"
STAFF = {"agent", "visitor", "officer", "leader"}
MAY_READ = {
    "/intake/v1/appeals/{appeal_no}/text": STAFF,
    "/dispatch/v1/cases/{case_no}/account": STAFF,
    "/dispatch/v1/cases/{case_no}/conflicts/{officer}/reason": {"agent", "leader"},
    "/dispatch/v1/whistles/{whistle_no}/request": {"officer", "leader"},
    "/enforcement/v1/operations/{operation_no}/results": {"officer", "leader", "director"},
    "/enforcement/v1/operations/{operation_no}/contests": {"officer", "leader", "director"},
    "/feedback/v1/callbacks/{callback_no}/note": {"visitor"},
}
"""The paths that show a text, and the roles that read it in order to work on it."""

FEED_PAGE = 1_000
CRASHING = """
import typer
from chassis.vault import Vault
from whistle.run import run

seal, open_ = Vault.seal, Vault.open

def seal_or_crash(self, connection, ref, text, *owners, **more):
    if "crash" in text:
        raise RuntimeError(text, owners)
    return seal(self, connection, ref, text, *owners, **more)

def open_and_crash(self, connection, ref):
    raise RuntimeError(open_(self, connection, ref))

Vault.seal, Vault.open = seal_or_crash, open_and_crash
typer.run(run)
"""


def number(count: int) -> str:
    return f"260928{count:06d}"


@dataclass
class PlantedDemo:
    """A running demonstration in which every text is planted."""

    server: Server
    folder: Path
    people: People
    planted: Planted = field(default_factory=Planted)

    def send(self, name: str, actor: str, path: str, **body: object) -> None:
        self.people.take(Step(name, actor, path, body or None))

    def numbers(self, count: int) -> dict[str, str]:
        """Give the numbers that addresses about a complaint can hold."""
        appeal = self.people.ask(AGENT, f"/intake/v1/appeals/{number(count)}")
        return {
            "appeal_no": number(count),
            "case_no": number(count),
            "whistle_no": f"{number(count)}-W1",
            "operation_no": f"{number(count)}-W1",
            "callback_no": f"{number(count)}-R1",
            "subject": appeal["subject"],
            "unit": ASKED,
            "officer": KEPT_OUT,
            "held_id": "1",
            "view": "appeals",
            "stage": "stop",
        }

    def read_contact(self, actor: str) -> Any:  # noqa: ANN401  # JSON
        """Read the contact of the first complaint's caller, for a reason."""
        body = {"reason": self.planted.say(f"reason of {actor}")}
        path = f"/intake/v1/appeals/{number(1)}/contact"
        return self.people.send("POST", actor, path, json=body).json()


def play(demo: PlantedDemo) -> None:
    """Take five complaints to five ends, and read all texts of the first."""
    say = demo.planted.say
    for count in (1, 2, 3, 4, 5):
        kind = "consultation" if count == 2 else "complaint"
        demo.people.take(receive(count, say, phone=f"{PHONES}{count:03d}", kind=kind))
    for step in loop(number(1), 1, say):
        demo.people.take(step)
    appeals = "/intake/v1/appeals"
    demo.send("answer 2", AGENT, f"{appeals}/{number(2)}/answer", answer=say("answer"))
    why = {"ground": "beyond_duty", "explanation": say("explanation")}
    demo.send("decline 3", AGENT, f"{appeals}/{number(3)}/decline", **why)
    case, whistle = f"/dispatch/v1/cases/{number(4)}", f"/dispatch/v1/whistles/{number(4)}-W1"
    where = {"street": STREET, "matter": MATTER}
    demo.send("file 4", AGENT, f"{appeals}/{number(4)}/case", **where)
    demo.send("sign 4", OFFICER, f"{case}/signature")
    called = {"kind": "daily", "lead": UNITS[0], "ground": "no_power"}
    texts = {"request": say("request 4"), "evidence": say("evidence 4")}
    reasons = {UNITS[0]: say("reason 4")}
    demo.send("propose 4", OFFICER, f"{case}/whistles", **called, **texts, reasons=reasons)
    demo.send("refuse 4", LEADER, f"{whistle}/refusal", reason=say("refusal"))
    conflict = {"officer": KEPT_OUT, "unit": STREET, "reason": say("conflict")}
    demo.send("recuse 4", AGENT, f"{case}/conflicts", **conflict)
    demo.send("file 5", AGENT, f"{appeals}/{number(5)}/case", **where)
    for step in detours(number(5), 5, say, DEMO_START):
        demo.people.take(step)
    assert demo.read_contact(AGENT)["phone"] == f"{PHONES}001"
    assert demo.read_contact(OFFICER)["code"] == "contact_out_of_time"
    assert demo.read_contact(VISITOR)["code"] == "callback_not_due"
    for actor in (AGENT, OFFICER, VISITOR):
        assert STEM in demo.people.ask(actor, f"{appeals}/{number(1)}/text")["address"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlantedDemo]:
    folder = tmp_path_factory.mktemp("privacy")
    with (
        run_demo(folder, env={"WHISTLE_LOG_LEVEL": "debug"}) as server,
        closing(People(lambda _path: server.url, lambda actor: f"demo.{actor}")) as people,
    ):
        opened = PlantedDemo(server, folder, people)
        play(opened)
        yield opened


def test_no_file_holds_any_of_it(demo: PlantedDemo) -> None:
    names = {path.name for path in demo.folder.rglob("*")}
    assert {f"{name}.db{more}" for name in SERVICES for more in ("", "-wal", "-shm")} <= names
    assert found_in_files(demo.folder) == {}


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    word = Planted().say("somewhere")
    with closing(sqlite3.connect(tmp_path / "scratch.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE scratch (word)")
        connection.execute("INSERT INTO scratch VALUES (?)", [word])
        assert found_in_files(tmp_path).keys() == {"scratch.db-wal"}
    assert found_in_files(tmp_path).keys() == {"scratch.db"}
    (tmp_path / "a.json").write_text(f'{{"phone": "{PHONES}001"}}')
    (tmp_path / "a.log").write_text(ascii(word))
    (tmp_path / "b.log").write_bytes(word.encode("utf-16"))
    assert found_in_files(tmp_path).keys() == {"scratch.db", "a.json", "a.log", "b.log"}


def test_no_answer_to_a_command_holds_any_of_it(demo: PlantedDemo) -> None:
    assert len(demo.people.answers) > 20
    assert [found_in(answer) for answer in demo.people.answers if found_in(answer)] == []


def test_no_feed_holds_any_of_it(demo: PlantedDemo) -> None:
    for name in SERVICES:
        page = demo.people.send("GET", MESH, f"/{name}/v1/events?limit={FEED_PAGE}")
        assert 0 < page.json()["head"] < FEED_PAGE
        assert found_in(page.text) == []


def test_every_other_read_of_every_role_is_without_it(demo: PlantedDemo) -> None:
    found = [
        (path, template)
        for count in (1, 3, 4, 5)
        for template, path, _ in addresses(demo.people, "GET", demo.numbers(count))
    ]
    opened, paths = set(), dict(found)
    for (path, template), actor in product(paths.items(), ALL_ACTORS):
        answer = demo.people.send("GET", actor, path)
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, path
        if found_in(answer.text):
            opened.add((template, actor.partition(".")[0]))
    assert len(paths) * len(ALL_ACTORS) > 500
    assert opened == {(path, role) for path, roles in MAY_READ.items() for role in roles}


def test_no_refusal_of_a_malformed_request_repeats_it(demo: PlantedDemo) -> None:
    word, refused = demo.planted.say("malformed"), 0
    for _, path, fields in addresses(demo.people, "POST", demo.numbers(3)):
        bodies: list[object] = [word, [word], {word: word}]
        bodies += [dict.fromkeys(fields, value) for value in ([word], {word: 1}, word * 20_000)]
        for actor in (AGENT, OFFICER, VISITOR, OPERATOR):
            for body in bodies:
                answer = demo.people.send("POST", actor, path, json=body)
                refused += answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
                assert answer.is_client_error, (path, answer.text)
                assert found_in(answer.text) == [], (path, body)
    assert refused > 100
    nowhere = demo.people.send("GET", AGENT, f"/intake/v1/appeals/{word}?after={word}")
    assert found_in(nowhere.text) == []


@pytest.mark.parametrize("role", ["officer", "auditor", "operator"])
def test_no_command_line_of_another_role_shows_any_of_it(demo: PlantedDemo, role: str) -> None:
    unit = STREET if role == "officer" else "bureau"
    shell = Shell(demo.server.url, {"WHISTLE_TOKEN": f"demo.{role}.{unit}.c-1"})
    for words in (
        ("events", "tail"),
        ("case", "show", number(1)),
        ("queue", "--unit", STREET),
        ("reconcile",),
    ):
        ended = shell.run(*words)
        assert ended.code == (4 if role == "officer" and words[0] in {"events", "reconcile"} else 0)
        found = found_in(ended.out + ended.err)
        if role == "officer" and words[0] == "queue":
            # The list of a unit's own work shows the titles of its cases, and nothing else.
            assert [" title 4 " in one for one in found] == [True] * len(found) != []
        else:
            assert found == [], words


def test_no_line_of_the_log_holds_any_of_it(demo: PlantedDemo) -> None:
    assert any("listening on" in line for line in demo.server.lines)
    assert [line for line in demo.server.lines if found_in(line)] == []


def test_a_fault_inside_shows_nothing_of_what_it_was_about(tmp_path: Path) -> None:
    command = ("-c", CRASHING, "--demo", "--data", str(tmp_path), "--port", "0")
    server = Server(command, env={"WHISTLE_LOG_LEVEL": "debug"}).start().ready()
    people, planted = People(lambda _: server.url, lambda actor: f"demo.{actor}"), Planted()
    people.take(receive(1, planted.say))
    answers = [people.send("GET", AGENT, f"/intake/v1/appeals/{number(1)}/text")]
    for text in (planted.say("a crash"), planted.say("another crash")):
        body = {
            "source": "city-hotline",
            "external_no": "H-2",
            "kind": "help",
            "text": text,
            "anonymous": True,
        }
        key = {"Idempotency-Key": f"crash/{len(answers)}"}
        answers.append(people.send("POST", AGENT, "/intake/v1/appeals", json=body, headers=key))
    people.close()
    server.stop()
    assert [answer.status_code for answer in answers] == [500, 500, 500]
    assert [answer.json()["code"] for answer in answers] == ["fault", "fault", "fault"]
    assert [found_in(answer.text) for answer in answers] == [[], [], []]
    lines = "".join(server.lines)
    assert "RuntimeError" in lines
    assert found_in(lines) == []
    assert found_in_files(tmp_path) == {}
