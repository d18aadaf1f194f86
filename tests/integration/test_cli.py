"""The commands against a whole demonstration server."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands import Ended, Shell, write_export
from tests.servers import ROOT, run_demo

SAMPLE = ROOT / "whistle" / "sample"
UNIT = "street-locust-peace"
NOWHERE = "http://127.0.0.1:1"
TEXT = "楼下烧烤店每晚油烟扰民。"
FIGURES = ("answered", "declined", "withdrawn", "linked", "open", "closed")


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with run_demo(tmp_path_factory.mktemp("cli")) as server:
        yield Shell(server.url)


@pytest.fixture(scope="module")
def imported(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """The shipped sample, imported once."""
    return import_sample(shell, tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def case_no(shell: Shell, imported: Ended) -> str:
    """A case of the street, filed by an agent."""
    assert imported.code == 0
    headers = {"Authorization": "Bearer demo.agent.hotline.seat-1", "Idempotency-Key": "file-it"}
    with httpx.Client(base_url=shell.server, headers=headers, trust_env=False) as client:
        received = client.get("/intake/v1/appeals", params={"status": "received", "limit": 1})
        number: str = received.json()["items"][0]["appeal_no"]
        body = {"street": UNIT, "matter": "100114"}
        client.post(f"/intake/v1/appeals/{number}/case", json=body).raise_for_status()
    assert shell.run("reconcile", "--quiet").code == 0
    return number


def import_sample(shell: Shell, folder: Path) -> Ended:
    export = folder / "complaints.csv"
    shutil.copy(SAMPLE / "complaints.csv", export)
    ended = shell.run("import", str(export), "--mapping", str(SAMPLE / "mapping.toml"), "--json")
    assert [path.name for path in folder.iterdir()] == [export.name]
    return ended


class WhenImporting:
    def test_every_row_becomes_an_appeal_once(self, imported: Ended) -> None:
        assert imported.code == 0, imported.err
        read = imported.json["read"]
        assert read >= 60
        assert imported.json == {
            "read": read,
            "filed": read,
            "already_there": 0,
            "rejected": 0,
            "phone_unreadable": 0,
        }

    def test_again_nothing_is_created(self, shell: Shell, imported: Ended, tmp_path: Path) -> None:
        again, read = import_sample(shell, tmp_path), imported.json["read"]
        assert again.code == 0
        assert again.json == {
            "read": read,
            "filed": 0,
            "already_there": read,
            "rejected": 0,
            "phone_unreadable": 0,
        }

    def test_another_person_does_not_create_them_either(
        self, shell: Shell, imported: Ended, tmp_path: Path
    ) -> None:
        other = Shell(shell.server, {"WHISTLE_TOKEN": "demo.agent.hotline.seat-2"})
        again, read = import_sample(other, tmp_path), imported.json["read"]
        assert again.json == {
            "read": read,
            "filed": 0,
            "already_there": read,
            "rejected": 0,
            "phone_unreadable": 0,
        }

    def test_broken_and_refused_rows_are_listed_and_the_good_ones_go_in(
        self, shell: Shell, tmp_path: Path
    ) -> None:
        export = tmp_path / "broken.csv"
        export.write_text(
            "external_no,text,street,reporter_phone,kind\n"
            "B-1,好的一行,槐安街道,19900000001,求助\n"
            "B-2,,,,求助\n"
            "B-1,同号不同内容,,,求助\n"
            "B-3,不存在的街道,某街道,19900000001,求助\n"
            f"B-4,电话太长,,{'1' * 41},求助\n"
            "B-1,好的一行,槐安街道,19900000001,求助\n"
            "B-5,没有类型,,19900000001,\n"
            "B-6,不是五类,,19900000001,表扬\n"
            "B-7,没有联系方式,,,求助\n",
            encoding="utf-8",
        )
        ended = shell.run("import", str(export), "--source", "broken", "--json")
        assert ended.code == 3
        assert ended.json == {
            "read": 9,
            "filed": 1,
            "already_there": 1,
            "rejected": 7,
            "phone_unreadable": 0,
        }
        listed = (tmp_path / "broken.rejects.csv").read_text(encoding="utf-8-sig").splitlines()
        assert [tuple(line.split(",")[:2]) for line in listed] == [
            ("line", "reason_code"),
            ("3", "text_missing"),
            ("4", "external_no_reused"),
            ("5", "street_unknown"),
            ("6", "invalid_fields"),
            ("8", "kind_missing"),
            ("9", "kind_unknown"),
            ("10", "contact_or_anonymous"),
        ]
        assert "19900000001" not in "".join(listed)

    def test_a_limit_reads_that_many(self, shell: Shell, tmp_path: Path) -> None:
        export = write_export(tmp_path / "many.csv", range(9))
        ended = shell.run("import", str(export), "--source", "limited", "--limit", "4", "--json")
        assert ended.json == {
            "read": 4,
            "filed": 4,
            "already_there": 0,
            "rejected": 0,
            "phone_unreadable": 0,
        }

    def test_a_file_that_is_no_list_of_rejects_is_never_replaced(
        self, shell: Shell, tmp_path: Path
    ) -> None:
        export = write_export(tmp_path / "one.csv", range(1))
        ended = shell.run("import", str(export), "--rejects", str(export))
        assert ended.code == 2
        assert export.read_text(encoding="utf-8").startswith("external_no")

    @pytest.mark.parametrize("content", [None, b"", b"a,b\n1,2\n", b"PK\x03\x04"])
    def test_a_file_that_cannot_be_read_is_a_usage_error(
        self, shell: Shell, content: bytes | None, tmp_path: Path
    ) -> None:
        export = tmp_path / "odd.csv"
        if content is not None:
            export.write_bytes(content)
        ended = shell.run("import", str(export))
        assert ended.code == 2
        assert "hint: " in ended.err

    def test_one_integrator_does_not_file_under_another_name(
        self, shell: Shell, tmp_path: Path
    ) -> None:
        other = Shell(shell.server, {"WHISTLE_TOKEN": "demo.integrator.mine.me"})
        export = write_export(tmp_path / "one.csv", range(1))
        ended = other.run("import", str(export), "--source", "theirs")
        assert ended.code == 4
        assert "source_not_yours" in ended.err


class WhenReading:
    def test_a_queue(self, shell: Shell, case_no: str) -> None:
        found = shell.run("queue", "--unit", UNIT, "--json").json
        assert found["unit"] == UNIT
        assert case_no in [item["case_no"] for item in found["items"]]
        assert found["totals"]["cases"] == len(found["items"])
        assert all("title" in item for item in found["items"])
        due = [item["next_due_at"] for item in found["items"]]
        assert due == sorted(due)

    def test_a_case_as_it_stands_and_stood(self, shell: Shell, case_no: str) -> None:
        found = shell.run("case", "show", case_no, "--json").json
        assert (found["case_no"], found["stage"]) == (case_no, "dispatched")
        first = shell.run("case", "show", case_no, "--as-of", "1", "--json").json
        assert first["version"] == 1

    def test_a_complaint_that_is_no_case_is_explained(self, shell: Shell, case_no: str) -> None:
        ended = shell.run("case", "show", str(int(case_no) + 1))
        assert ended.code == 5
        assert "is a complaint, and received" in ended.err

    @pytest.mark.parametrize(("no", "code"), [("990101000001", 5), ("12", 2), ("../../x", 2)])
    def test_a_number_that_is_none(self, shell: Shell, no: str, code: int) -> None:
        ended = shell.run("case", "show", no)
        assert (ended.code, ended.out) == (code, "")

    def test_scores(self, shell: Shell, case_no: str) -> None:
        found = shell.run("scores", "--from", "2026-09-01", "--to", "2026-12-31", "--json").json
        volumes = {item["unit"]: item["volume"] for item in found["items"]}
        assert sum(volumes.values()) == found["totals"]["volume"] >= 1
        assert shell.run("case", "show", case_no, "--json").json["unit"] in volumes

    def test_who_read_and_who_was_refused(self, shell: Shell, case_no: str) -> None:
        path = f"/intake/v1/appeals/{case_no}/text"
        for actor in (f"officer.{UNIT}.o-1", "officer.fire-rescue.o-2"):
            headers = {"Authorization": f"Bearer demo.{actor}"}
            httpx.get(shell.server + path, headers=headers, trust_env=False)
        found = shell.run("readings", "--reader", "o-1", "--json").json
        (read,) = [one for one in found["items"] if one["about"] == f"appeal-{case_no}"]
        assert (read["service"], read["what"], read["outcome"]) == ("intake", "text", "noted")
        refused = shell.run("readings", "--refused", "--unit", "fire-rescue", "--json").json
        assert [one["reader"] for one in refused["items"]] == ["o-2"]
        head, *_ = shell.run("readings").out.splitlines()
        assert head.split("\t")[:3] == ["at", "service", "reader"]
        assert shell.run("readings", "--case", "12").code == 5

    def test_parked_events(self, shell: Shell) -> None:
        assert shell.run("parked", "list", "--json").json == {"items": [], "total": 0}

    def test_views_and_a_rebuild_that_is_followed(self, shell: Shell, case_no: str) -> None:
        before = shell.run("queue", "--unit", UNIT, "--json").json
        found = shell.run("views", "status", "--json").json
        assert {item["state"] for item in found["items"]} == {"current"}
        reason = ("--reason", "figures look odd")
        ended = shell.run("views", "rebuild", "dispatch", "cases", *reason, "--follow", "--json")
        assert (ended.code, ended.json["state"]) == (0, "current")
        assert case_no
        assert ended.json["event_count"] > 0
        assert shell.run("queue", "--unit", UNIT, "--json").json == before
        assert shell.run("views", "rebuild", "dispatch", "attics", *reason).code == 5
        assert shell.run("views", "status", "--service", "nowhere").code == 2

    def test_a_reconciliation(self, shell: Shell, case_no: str) -> None:
        ended = shell.run("reconcile", "--json")
        found = ended.json
        assert (ended.code, found["differences"], found["drained"]) == (0, [], True)
        assert found["received"] == sum(found[name] for name in FIGURES) > int(bool(case_no))
        assert found["whistles"] == {"blown": 0, "settled": 0, "cancelled": 0, "open": 0}

    def test_events_are_a_line_each(self, shell: Shell, case_no: str) -> None:
        ended = shell.run("events", "tail", "--service", "dispatch")
        events = [json.loads(line) for line in ended.out.splitlines()]
        assert [event["position"] for event in events] == list(range(1, len(events) + 1))
        assert case_no in [event["data"].get("case_no") for event in events]
        last = str(events[-1]["position"])
        assert shell.run("events", "tail", "--service", "dispatch", "--after", last).out == ""

    def test_without_a_terminal_a_table_is_tab_separated(self, shell: Shell, case_no: str) -> None:
        head, *rows = shell.run("queue", "--unit", UNIT).out.splitlines()
        assert head.split("\t")[:3] == ["next_due_at", "is_late", "kind"]
        assert case_no in [row.split("\t")[3] for row in rows]

    def test_data_and_notes_are_kept_apart(self, shell: Shell) -> None:
        loud = shell.run("reconcile", "--json")
        quiet = shell.run("reconcile", "--json", "--quiet")
        assert "demonstration: acting as auditor" in loud.err
        assert quiet.err == ""
        assert loud.json == quiet.json


class WhenAnOfficerActs:
    """The steps of one case by commands alone, as the guide for duty officers has them."""

    def test_a_case_goes_from_the_queue_to_the_report(self, shell: Shell) -> None:
        words = ("--source", "seat", "--external-no", "A-1", "--kind", "complaint", "--text", TEXT)
        received = shell.run("appeal", "receive", *words, "--phone", "19900000009", "--json")
        number = received.json["id"]
        where = ("--street", "云桥街道", "--matter", "油烟扰民")
        assert shell.run("appeal", "file", number, *where).code == 0
        assert shell.run("reconcile", "--quiet").code == 0
        listed = shell.run("queue", "--unit", "云桥街道", "--json").json["items"]
        assert [(row["no"], row["next_step"]) for row in listed] == [(number, "sign")]
        assert shell.run("case", "sign", number).out == f"signed for case {number}\n"
        assert "油烟扰民" in shell.run("case", "text", number).out
        assert "number to call" in shell.run("case", "caller", number, "--reason", "call").out
        assert shell.run("case", "contact", number, "--result", "reached").code == 0
        report = ("--claim", "resolved", "--contact", "reached", "--account", "-")
        assert shell.run("case", "report", number, *report, typed="已整改").code == 0
        assert shell.run("reconcile", "--quiet").code == 0
        said = ("--contacted", "yes", "--resolved", "yes", "--satisfaction", "满意")
        assert shell.run("callback", "complete", number, *said).code == 0
        assert shell.run("reconcile", "--quiet").code == 0
        assert shell.run("case", "show", number, "--json").json["stage"] == "closed"


class WhenItCannotBeDone:
    @pytest.mark.parametrize(
        "words",
        [
            ("queue", "--unit", UNIT),
            ("scores",),
            ("reconcile", "--json"),
            ("parked", "list"),
            ("events", "tail"),
        ],
    )
    def test_a_server_that_is_not_there_is_exit_seven(self, words: tuple[str, ...]) -> None:
        ended = Shell(NOWHERE).run(*words)
        assert (ended.code, ended.out) == (7, "")
        assert len(ended.err.splitlines()) == 3
        assert ended.err.splitlines()[2].startswith("hint: start it with `whistle run`")

    def test_a_token_that_nobody_issued_is_exit_four(self, shell: Shell) -> None:
        ended = Shell(shell.server, {"WHISTLE_TOKEN": "stolen"}).run("scores")
        assert (ended.code, ended.out) == (4, "")
        assert "stolen" not in ended.err

    def test_a_role_that_may_not_is_exit_four(self, shell: Shell) -> None:
        other = Shell(shell.server, {"WHISTLE_TOKEN": "demo.officer.fire-rescue.o-1"})
        ended = other.run("queue", "--unit", UNIT)
        assert ended.code == 4
        assert "other_units_queue" in ended.err

    def test_what_is_not_held_cannot_be_released_or_discarded(self, shell: Shell) -> None:
        reason = ("--reason", "tidying up")
        assert shell.run("parked", "release", "dispatch", "7", *reason).code == 5
        assert shell.run("parked", "show", "dispatch", "7").code == 5
        assert shell.run("parked", "discard", "dispatch", "7", *reason, "--yes").code == 5

    def test_discarding_is_never_done_unasked(self, shell: Shell) -> None:
        ended = shell.run("parked", "discard", "dispatch", "7", "--reason", "tidying up")
        assert (ended.code, ended.out) == (2, "")
        assert "--yes" in ended.err

    @pytest.mark.parametrize(
        "words",
        [
            ("parked", "release", "dispatch", "7"),
            ("parked", "show", "nowhere", "7"),
            ("events", "tail", "--service", "nowhere"),
            ("queue",),
            ("case", "show"),
            ("scores", "--from", "yesterday"),
        ],
    )
    def test_a_wrong_call_is_exit_two(self, shell: Shell, words: tuple[str, ...]) -> None:
        assert shell.run(*words).code == 2


class WhenAskedForHelp:
    @pytest.mark.parametrize(
        "words",
        [
            (),
            ("run",),
            ("demo",),
            ("simulate",),
            ("import",),
            ("queue",),
            ("case", "show"),
            ("case", "text"),
            ("case", "caller"),
            ("case", "history"),
            ("whistle", "show"),
            ("whistle", "units"),
            ("operation", "show"),
            ("callback", "list"),
            ("appeal", "list"),
            ("scores",),
            ("reconcile",),
            ("events", "tail"),
            ("parked", "list"),
            ("parked", "show"),
            ("parked", "release"),
            ("parked", "discard"),
            ("views", "status"),
            ("views", "rebuild"),
            ("seed",),
            ("token", "add"),
        ],
    )
    def test_every_command_shows_an_example(self, words: tuple[str, ...]) -> None:
        ended = Shell(NOWHERE).run(*words, "--help")
        assert ended.code == 0
        assert f"Example: whistle {' '.join(words)}".strip() in ended.out

    def test_nothing_slow_is_loaded_for_it(self) -> None:
        slow = ("aiohttp", "fastapi", "httpx", "pydantic", "rich", "sqlalchemy")
        program = f"import sys, whistle.cli; print([m for m in {slow} if m in sys.modules])"
        found = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == "[]"

    def test_the_version(self) -> None:
        assert Shell(NOWHERE).run("--version").out.startswith("whistle ")
