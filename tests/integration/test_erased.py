"""A person is erased while cases are open: nothing of the person is left, and the cases go on.

One caller has three cases. One waits for its call-back, in one a whistle was blown and the units
are on their way, one was ended by order. The case of another caller loses nothing.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import SystemClock
from chassis.commit_signal import CommitSignal
from chassis.feeds.feed import LogFeed
from chassis.hosting.assembly import open_ground
from chassis.hosting.definition import ServiceDefinition
from chassis.store.sqlite.store import SqliteStore
from chassis.views.versions import rebuild
from contracts.catalogue import FileCatalogue
from contracts.services import SERVICES
from tests.detours import ASKED, detours
from tests.erasing import erase, erasing
from tests.faults.consistency import faults_in
from tests.harness.four_services import MONDAY, open_four_services
from tests.integration.planting import PHONES, STEM, Planted, found_in_files
from tests.people import People
from tests.servers import run_demo, until
from tests.story import AGENT, STREET, UNITS, VISITOR, Step, loop, receive
from whistle.composition import definitions

WAITING, WHISTLED, OTHER, ORDERED = 1, 2, 3, 4
GONE, STAYING = f"{PHONES}001", f"{PHONES}002"
OFFICER = f"officer.{STREET}.s-1"
WHERE_REASONS_ARE = {
    "/dispatch/v1/cases/{}/transfer-texts": 3,
    "/dispatch/v1/cases/{}/request-reasons": 6,
    f"/dispatch/v1/cases/{{}}/assists/{ASKED}/texts": 3,
    "/dispatch/v1/whistles/{}-W1/request": 9,
    "/dispatch/v1/whistles/{}-W2/request": 8,
    "/enforcement/v1/operations/{}-W2/contests": 2,
}
"""Where the texts of the case that was ended by order are read, and how many there are."""


def number(count: int) -> str:
    return f"260928{count:06d}"


@dataclass(frozen=True)
class Left:
    """The folder of a stopped server, and what was read before and after the erasure."""

    folder: Path
    keys: dict[str, set[bytes]]
    """Per service: the wrapped key and the ciphertexts of the person before the erasure."""
    subject: str
    seen: dict[str, Any]
    remains: list[str]
    """Files that still held a key or a ciphertext while the server ran."""


def steps_of(count: int, planted: Planted, first: str, last: str) -> Iterator[Step]:
    """Give the steps of one complaint from `first` to `last`."""
    steps = list(loop(number(count), count, planted.say))
    names = [step.name for step in steps]
    yield from steps[names.index(f"{first} {count}") : names.index(f"{last} {count}") + 1]


def secrets_of(folder: Path, service: str, subject: str) -> set[bytes]:
    """Give the wrapped key and the ciphertexts that a service has of a person."""
    queries = (
        "SELECT wrapped FROM vault_keys WHERE owner = ? AND wrapped IS NOT NULL",
        "SELECT ciphertext FROM vault_items WHERE owner = ?",
    )
    with closing(sqlite3.connect(folder / f"{service}.db")) as connection:
        return {row[0] for query in queries for row in connection.execute(query, [subject])}


def play(folder: Path, people: People, planted: Planted) -> Left:
    """Go on until a call-back waits and a whistle is blown; erase; then go to the end."""
    for count, phone in ((WAITING, GONE), (WHISTLED, GONE), (OTHER, STAYING), (ORDERED, GONE)):
        people.take(receive(count, planted.say, phone=phone, name=f"name {phone[-1]}"))
    for count, first, last in (
        (WAITING, "file", "contact-1"),
        (WAITING, "handle-1", "handle-1"),
        (WHISTLED, "file", f"complete {UNITS[0]}"),
        (OTHER, "file", "call-1"),
    ):
        for step in steps_of(count, planted, first, last):
            people.take(step)
    filed = steps_of(ORDERED, planted, "file", "file")
    for step in (*filed, *detours(number(ORDERED), ORDERED, planted.say, MONDAY)):
        people.take(step)
    written = reasons(people)
    assert {path: text.count(STEM) for path, text in written.items()} == WHERE_REASONS_ARE
    recusal = {"officer": "s-9", "unit": STREET, "reason": planted.say("conflict")}
    people.take(Step("recuse", AGENT, f"/dispatch/v1/cases/{number(WAITING)}/conflicts", recusal))
    callback = f"/feedback/v1/callbacks/{number(WAITING)}-R1"
    until(lambda: people.send("GET", VISITOR, callback).is_success)
    subject = people.ask(AGENT, f"/intake/v1/appeals/{number(WAITING)}")["subject"]
    assert subject == people.ask(AGENT, f"/intake/v1/appeals/{number(WHISTLED)}")["subject"]
    keys = {name: secrets_of(folder, name, f"subject-{subject}") for name in SERVICES}

    for step in erasing("erase", lambda _ask: subject, [number(WAITING), number(WHISTLED)]):
        people.take(step)
    until(lambda: people.ask(VISITOR, callback)["status"] == "waived")
    for count, first, last in (
        (WHISTLED, f"release {UNITS[0]}", "handle-1"),
        (OTHER, "sign-2", "call-2"),
    ):
        for step in steps_of(count, planted, first, last):
            people.take(step)
    until(lambda: people.ask(AGENT, "/dispatch/v1/cases?status=open")["total"] == 0)
    return Left(folder, keys, subject, look(people), remains(folder, keys))


def remains(folder: Path, keys: dict[str, set[bytes]]) -> list[str]:
    """Name the files of services that still hold a key or a ciphertext of the person."""
    return [
        path.name
        for name, secrets in keys.items()
        for path in sorted(folder.glob(f"{name}.db*"))
        if any(secret in path.read_bytes() for secret in secrets)
    ]


def reasons(people: People) -> dict[str, str]:
    """Read what people wrote about the case that was ended by order."""
    return {
        path: people.send("GET", OFFICER, path.format(number(ORDERED))).text
        for path in WHERE_REASONS_ARE
    }


def look(people: People) -> dict[str, Any]:
    """Read everything that could still show something of the person."""
    cases = people.ask(AGENT, "/dispatch/v1/cases")["items"]
    read, path = {"reason": "需要回电"}, f"/intake/v1/appeals/{number(WAITING)}/contact"
    return {
        "outcomes": {one["case_no"]: (one["outcome"], one["round"]) for one in cases},
        "texts": {
            count: people.ask(AGENT, f"/intake/v1/appeals/{number(count)}/text")
            for count in (WAITING, WHISTLED, OTHER, ORDERED)
        },
        "accounts": {
            count: people.ask(OFFICER, f"/dispatch/v1/cases/{number(count)}/account")["items"]
            for count in (WAITING, WHISTLED, OTHER)
        },
        "results": {
            count: people.ask(OFFICER, f"/enforcement/v1/operations/{number(count)}-W1/results")
            for count in (WHISTLED, OTHER)
        },
        "callbacks": {
            count: people.ask(VISITOR, f"/feedback/v1/callbacks/{number(count)}-R1")
            for count in (WAITING, WHISTLED, OTHER)
        },
        "reasons": reasons(people),
        "contact": people.send("POST", AGENT, path, json=read).json(),
        "note": people.ask(VISITOR, f"/feedback/v1/callbacks/{number(OTHER)}-R1/note"),
    }


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("erased")
    with (
        run_demo(folder) as server,
        closing(People(lambda _path: server.url, lambda actor: f"demo.{actor}")) as people,
    ):
        return play(folder, people, Planted())


def test_every_case_is_closed(left: Left) -> None:
    assert left.seen["outcomes"] == {
        number(WAITING): ("unconfirmed", 1),
        number(WHISTLED): ("unconfirmed", 1),
        number(OTHER): ("resolved", 2),
        number(ORDERED): ("ordered", 1),
    }
    assert faults_in(dict.fromkeys(SERVICES, left.folder)) == []


def test_their_call_backs_are_waived_those_that_waited_and_those_that_come(left: Left) -> None:
    callbacks = left.seen["callbacks"]
    for count in (WAITING, WHISTLED):
        assert (callbacks[count]["status"], callbacks[count]["ground"]) == (
            "waived",
            "subject_erased",
        )
    assert callbacks[OTHER]["status"] == "completed"


def test_their_texts_read_as_erased(left: Left) -> None:
    for count in (WAITING, WHISTLED, ORDERED):
        text = left.seen["texts"][count]
        assert text == {
            "appeal_no": number(count),
            "title": None,
            "text": None,
            "address": None,
            "reply": None,
            "erased": True,
        }
    assert {path: text.count(STEM) for path, text in left.seen["reasons"].items()} == dict.fromkeys(
        WHERE_REASONS_ARE, 0
    )
    assert left.seen["contact"]["code"] == "subject_already_erased"
    assert left.seen["accounts"][WAITING] == [{"round": 1, "account": None}]
    before, after = left.seen["results"][WHISTLED]
    assert before == {"unit": UNITS[0], "result": None}
    assert STEM in after["result"]  # written after the erasure, and kept under the key of the case


def test_the_texts_of_others_can_still_be_read(left: Left) -> None:
    text = left.seen["texts"][OTHER]
    assert text["erased"] is False
    assert all(STEM in text[name] for name in ("title", "text", "address"))
    assert [STEM in one["account"] for one in left.seen["accounts"][OTHER]] == [True, True]
    assert [STEM in one["result"] for one in left.seen["results"][OTHER]] == [True, True]
    assert STEM in left.seen["note"]["note"]


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_keeps_a_key_or_a_text_of_theirs(left: Left, service: str) -> None:
    with closing(sqlite3.connect(left.folder / f"{service}.db")) as connection:
        query = "SELECT wrapped FROM vault_keys WHERE owner = ?"
        assert connection.execute(query, [f"subject-{left.subject}"]).fetchall() == [(None,)]
    assert secrets_of(left.folder, service, f"subject-{left.subject}") == set()


def test_the_bytes_of_key_and_texts_are_in_no_file_any_more(left: Left) -> None:
    assert all(len(left.keys[name]) > 1 for name in ("intake", "dispatch", "enforcement"))
    assert left.remains == []  # while the server ran
    assert remains(left.folder, left.keys) == []


def test_nothing_planted_stands_in_any_file(left: Left) -> None:
    assert found_in_files(left.folder) == {}


@pytest.mark.parametrize("defined", definitions(FileCatalogue()), ids=SERVICES)
def test_every_view_is_rebuilt_as_it_was(left: Left, defined: ServiceDefinition) -> None:
    with ExitStack() as stack:
        stores = {name: SqliteStore(left.folder / f"{name}.db") for name in SERVICES}
        for store in stores.values():
            stack.callback(store.close)
        feeds = {name: LogFeed(stores[name]) for name in defined.model.sources}
        for view in defined.model.views:
            names = [table.name for table in view.tables.sorted_tables]
            grown = rows(left.folder, defined.name, names)
            assert any(grown.values())
            assert rebuild(stores[defined.name], view, feeds) > 0
            assert rows(left.folder, defined.name, names) == grown


def rows(folder: Path, service: str, tables: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Read whole tables, in an order that does not depend on how they were written."""
    with closing(sqlite3.connect(folder / f"{service}.db")) as connection:
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608  # a table's own name
            for name in tables
        }


def test_a_server_killed_before_it_could_scrub_does_so_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Planted()
    with open_four_services(tmp_path / "running") as harness:
        monkeypatch.setattr(SqliteStore, "scrub", lambda _store: None)
        step = receive(1, planted.say, phone=GONE)
        assert harness.tell(AGENT, str(step.path), step.body, key="receive").is_success
        subject = harness.ask(AGENT, f"/intake/v1/appeals/{number(1)}").json()["subject"]
        keys = {"intake": secrets_of(harness.folder, "intake", f"subject-{subject}")}
        erase(harness, subject)
        shutil.copytree(harness.folder, tmp_path / "killed")
        monkeypatch.undo()
    assert remains(tmp_path / "killed", keys) == ["intake.db-wal"]
    (tmp_path / "killed" / "keys").mkdir(exist_ok=True)
    (tmp_path / "killed" / "keys" / "intake.key").write_bytes(b"k" * 32)  # that of the harness
    ground = open_ground("intake", tmp_path / "killed", SystemClock(), CommitSignal())
    assert remains(tmp_path / "killed", keys) == []
    ground.store.close()
