"""What people said and who they are stands in the vaults' ciphertext and nowhere else.

Planted names, phones, addresses and texts go through a whole demonstration; then every file, every
line of the logs, every feed and every answer to everybody is searched for them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.commands import Shell
from tests.integration.everything import addresses
from tests.integration.planting import PHONES, STEM, Planted, found_in, found_in_files
from tests.people import People
from tests.servers import SERVICES, Server, run_demo
from tests.story import AGENT, MATTER, OPERATOR, STREET, UNITS, VISITOR, Step, loop, receive

OFFICER, LEADER = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"
MEMBER, STRANGER = f"officer.{UNITS[0]}.u-1", "leader.fire-rescue.x-1"
AUDITOR, MESH = "auditor.bureau.d-1", "service.system.mesh"
HOTLINE = "integrator.city-hotline.system"
EVERYBODY = (
    AGENT, HOTLINE, OFFICER, LEADER, MEMBER, STRANGER, VISITOR, AUDITOR, OPERATOR, MESH, ""
)  # fmt: skip
STAFF = {"agent", "visitor", "officer", "leader"}
MAY_READ = {
    "/intake/v1/appeals/{appeal_no}/text": STAFF,
    "/dispatch/v1/cases/{case_no}/account": STAFF,
    "/dispatch/v1/whistles/{whistle_no}/request": {"officer", "leader"},
    "/enforcement/v1/operations/{operation_no}/results": {"officer", "leader"},
    "/feedback/v1/callbacks/{callback_no}/note": {"visitor"},
}
"""Where a text is read in order to work on it, and the roles that have such work."""

FEED_PAGE = 1_000
CRASHING = """
import typer
from chassis.vault import Vault
from whistle.run import run

seal, open_ = Vault.seal, Vault.open

def seal_or_crash(self, connection, ref, text, *owners):
    if "crash" in text:
        raise RuntimeError(text, owners)
    return seal(self, connection, ref, text, *owners)

def open_and_crash(self, connection, ref):
    raise RuntimeError(open_(self, connection, ref))

Vault.seal, Vault.open = seal_or_crash, open_and_crash
typer.run(run)
"""


def number(count: int) -> str:
    return f"260928{count:06d}"


@dataclass
class Town:
    """A running demonstration in which everything that is written is planted."""

    server: Server
    folder: Path
    people: People
    planted: Planted = field(default_factory=Planted)

    def tell(self, name: str, actor: str, path: str, **body: object) -> None:
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
            "unit": STREET,
            "held_id": "1",
            "view": "appeals",
        }

    def read_contact(self, actor: str) -> Any:  # noqa: ANN401  # JSON
        """Read the contact of the first complaint's caller, for a reason."""
        path = f"/intake/v1/subjects/{self.numbers(1)['subject']}/reads"
        body = {"reason": self.planted.say(f"reason of {actor}"), "case_no": number(1)}
        headers = {"Idempotency-Key": f"contact/{actor}"}
        return self.people.send("POST", actor, path, json=body, headers=headers).json()


def play(town: Town) -> None:
    """Bring four complaints to four ends, and read what may be read of the first."""
    say = town.planted.say
    for count in (1, 2, 3, 4):
        town.people.take(receive(count, say, phone=f"{PHONES}{count:03d}"))
    for step in loop(number(1), 1, say):
        town.people.take(step)
    appeals = "/intake/v1/appeals"
    town.tell("answer 2", AGENT, f"{appeals}/{number(2)}/answer", answer=say("answer"))
    why = {"ground": "beyond_duty", "explanation": say("explanation")}
    town.tell("decline 3", AGENT, f"{appeals}/{number(3)}/decline", **why)
    case, whistle = f"/dispatch/v1/cases/{number(4)}", f"/dispatch/v1/whistles/{number(4)}-W1"
    where = {"street": STREET, "matter": MATTER}
    town.tell("file 4", AGENT, f"{appeals}/{number(4)}/case", **where)
    town.tell("sign 4", OFFICER, f"{case}/signature")
    called = {"kind": "daily", "lead": UNITS[0]}
    town.tell("propose 4", OFFICER, f"{case}/whistles", **called, request=say("request 4"))
    town.tell("refuse 4", LEADER, f"{whistle}/refusal", reason=say("refusal"))
    for actor in (AGENT, OFFICER, VISITOR):
        assert town.read_contact(actor)["phone"] == f"{PHONES}001"
        assert STEM in town.people.ask(actor, f"{appeals}/{number(1)}/text")["address"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with (
        run_demo(folder, env={"WHISTLE_LOG_LEVEL": "debug"}) as server,
        closing(People(lambda _path: server.url, lambda actor: f"demo.{actor}")) as people,
    ):
        opened = Town(server, folder, people)
        play(opened)
        yield opened


def test_no_file_holds_any_of_it(town: Town) -> None:
    names = {path.name for path in town.folder.rglob("*")}
    assert {f"{name}.db{more}" for name in SERVICES for more in ("", "-wal", "-shm")} <= names
    assert found_in_files(town.folder) == {}


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


def test_no_answer_to_a_command_holds_any_of_it(town: Town) -> None:
    assert len(town.people.told) > 20
    assert [found_in(told) for told in town.people.told if found_in(told)] == []


def test_no_feed_holds_any_of_it(town: Town) -> None:
    for name in SERVICES:
        page = town.people.send("GET", MESH, f"/{name}/v1/events?limit={FEED_PAGE}")
        assert 0 < page.json()["head"] < FEED_PAGE
        assert found_in(page.text) == []


def test_every_other_read_of_anybody_is_without_it(town: Town) -> None:
    opened, asked = set(), 0
    for count in (1, 3, 4):
        for template, path, _ in addresses(town.people, "GET", town.numbers(count)):
            for actor in EVERYBODY:
                asked += 1
                answer = town.people.send("GET", actor, path)
                assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, path
                if found_in(answer.text):
                    opened.add((template, actor.partition(".")[0]))
    assert asked > 500
    assert opened == {(path, role) for path, roles in MAY_READ.items() for role in roles}


def test_no_refusal_of_a_malformed_request_repeats_it(town: Town) -> None:
    word, refused = town.planted.say("malformed"), 0
    for _, path, fields in addresses(town.people, "POST", town.numbers(3)):
        bodies: list[object] = [word, [word], {word: word}]
        bodies += [dict.fromkeys(fields, value) for value in ([word], {word: 1}, word * 20_000)]
        for actor in (AGENT, OFFICER, VISITOR, OPERATOR):
            for body in bodies:
                answer = town.people.send("POST", actor, path, json=body)
                refused += answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
                assert answer.is_client_error, (path, answer.text)
                assert found_in(answer.text) == [], (path, body)
    assert refused > 100
    nowhere = town.people.send("GET", AGENT, f"/intake/v1/appeals/{word}?after={word}")
    assert found_in(nowhere.text) == []


@pytest.mark.parametrize("role", ["officer", "auditor", "operator"])
def test_no_command_line_of_another_role_shows_any_of_it(town: Town, role: str) -> None:
    unit = STREET if role == "officer" else "bureau"
    shell = Shell(town.server.url, {"WHISTLE_TOKEN": f"demo.{role}.{unit}.c-1"})
    for words in (
        ("events", "tail"),
        ("case", "show", number(1)),
        ("queue", "--unit", STREET),
        ("reconcile",),
    ):
        ended = shell.run(*words)
        assert ended.code == (4 if role == "officer" and words[0] in {"events", "reconcile"} else 0)
        assert found_in(ended.out + ended.err) == [], words


def test_no_line_of_the_log_holds_any_of_it(town: Town) -> None:
    assert any("listening on" in line for line in town.server.said)
    assert [line for line in town.server.said if found_in(line)] == []


def test_what_breaks_inside_tells_nobody_what_it_was_about(tmp_path: Path) -> None:
    command = ("-c", CRASHING, "--demo", "--data", str(tmp_path), "--port", "0")
    server = Server(command, env={"WHISTLE_LOG_LEVEL": "debug"}).start().ready()
    people, planted = People(lambda _: server.url, lambda actor: f"demo.{actor}"), Planted()
    people.take(receive(1, planted.say))
    answers = [people.send("GET", AGENT, f"/intake/v1/appeals/{number(1)}/text")]
    for text in (planted.say("a crash"), planted.say("another crash")):
        body = {"source": "city-hotline", "external_no": "H-2", "text": text}
        key = {"Idempotency-Key": f"crash/{len(answers)}"}
        answers.append(people.send("POST", AGENT, "/intake/v1/appeals", json=body, headers=key))
    people.close()
    server.stop()
    assert [answer.status_code for answer in answers] == [500, 500, 500]
    assert [answer.json()["code"] for answer in answers] == ["fault", "fault", "fault"]
    assert [found_in(answer.text) for answer in answers] == [[], [], []]
    said = "".join(server.said)
    assert "RuntimeError" in said
    assert found_in(said) == []
    assert found_in_files(tmp_path) == {}
