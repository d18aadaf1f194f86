"""Everything that is held on a person can be gathered: in four services, and nobody else's."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.services import SERVICES
from tests.commands import Shell
from tests.erasing import erase
from tests.harness.four_services import FourServices, open_four_services
from tests.servers import run_demo
from tests.story import AGENT, Step, loop, receive

PHONE = "19900000101"


def number(count: int) -> str:
    return f"260928{count:06d}"


def say(place: str) -> str:
    return f"<{place}>"


@pytest.fixture
def played(tmp_path: Path) -> Iterator[FourServices]:
    """Two complaints through the whole loop, each of a caller of its own."""
    with open_four_services(tmp_path) as services:
        for count in (1, 2):
            take(services, receive(count, say, phone=PHONE))
        for count in (1, 2):
            for step in loop(number(count), count, say):
                take(services, step)
        yield services


def take(services: FourServices, step: Step) -> None:
    key = step.name.replace(" ", "/")
    answer = services.tell(step.actor, str(step.path), step.body, key)
    assert answer.is_success, (step.name, answer.text)
    services.listen()


def person(services: FourServices, count: int) -> str:
    return str(services.ask(AGENT, f"/intake/v1/appeals/{number(count)}").json()["subject"])


def held(services: FourServices, subject: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for name in SERVICES:
        answer = services.tell(AGENT, f"/{name}/v1/held/{subject}", {"reason": "a reason"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["next"] is None
        found[name] = answer.json()["items"]
    return found


class WhenAPersonAsksWhatIsHeldOnThem:
    def test_every_text_of_theirs_is_there_and_none_of_others(self, played: FourServices) -> None:
        """查阅、复制 (个人信息保护法 art. 45)."""
        mine = json.dumps(held(played, person(played, 1)), ensure_ascii=False)
        texts = ["name 1", "title 1", "text 1", "address 1", "request 1", "account 1 1"]
        texts += ["result urban-management 1", "note 1 1"]
        for text in texts:
            assert f"<{text}>" in mine, text
            assert f"<{text[:-1]}2>" not in mine, text
        assert PHONE in mine

    def test_every_service_gives_its_part(self, played: FourServices) -> None:
        found = held(played, person(played, 1))
        assert all(found.values())
        assert {item["type"].split(".")[0] for item in found["dispatch"]} == {"dispatch"}
        assert len({item["position"] for item in found["intake"]}) == len(found["intake"])

    def test_the_export_is_noted_with_its_reason(self, played: FourServices) -> None:
        subject = person(played, 1)
        held(played, subject)
        noted = [
            item["event"]
            for item in held(played, subject)["dispatch"]
            if item["type"] == "dispatch.reading_noted.v1"
        ]
        (event,) = (one for one in noted if one["what"] == "export")
        assert (event["subjects"], event["reason"]) == ([subject], "a reason")

    def test_of_the_erased_no_text_is_there(self, played: FourServices) -> None:
        subject = person(played, 1)
        erase(played, subject)
        played.listen()
        mine = json.dumps(held(played, subject), ensure_ascii=False)
        assert "<" not in mine
        assert PHONE not in mine
        assert subject in mine

    @pytest.mark.parametrize("role", ["operator", "officer", "leader", "integrator", "service"])
    def test_agents_alone_gather_it(self, played: FourServices, role: str) -> None:
        path = f"/dispatch/v1/held/{person(played, 1)}"
        answer = played.tell(f"{role}.hotline.x", path, {"reason": "a reason"})
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


def test_a_long_log_is_walked_in_parts(
    played: FourServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = person(played, 1)
    whole = held(played, subject)["intake"]
    for name in ("_PAGE", "SCANNED_MAX"):
        monkeypatch.setattr(f"chassis.http.held.{name}", 3)
    parts: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        body = {"reason": "a reason", "after": after}
        part = played.tell(AGENT, f"/intake/v1/held/{subject}", body).json()
        assert part["next"] is None or part["next"] > after
        parts, after = parts + part["items"], part["next"]
    assert parts == whole


def test_the_command_line_finds_exports_and_erases_by_two(tmp_path: Path) -> None:
    with run_demo(tmp_path / "data") as server:
        shell = Shell(server.url)
        body = {
            "source": "hotline",
            "external_no": "n",
            "kind": "help",
            "text": "灯不亮",
            "reporter": {"name": "某某", "phone": PHONE},
        }
        received = shell_post(server.url, body)
        looked = ("person", "lookup", "--purpose", "export", "--reason", "a letter", "--json")
        found = shell.run(*looked, typed=f"+86 {PHONE}\n").json
        (item,) = found["items"]
        subject, out = item["subject"], tmp_path / "person.json"
        exported = ("person", "export", subject, "--out", str(out), "--reason", "a letter")
        assert shell.run(*exported, "--json").json["records"] == 1
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert "灯不亮" in out.read_text(encoding="utf-8")
        assert shell.run(*exported).code == 2  # never over a file that is there
        refused = shell.run("person", "erase-request", subject, "--reason", "a letter")
        assert (refused.code, received in refused.err) == (5, True)
        chosen = ("--go-on", received)
        asked = ("person", "erase-request", subject, "--reason", "a letter", *chosen)
        assert shell.run(*asked).code == 0
        assert shell.run("person", "list", "--json").json["total"] == 1
        shown = shell.run("person", "show", subject, "--json").json
        assert shown["erasure"]["reason"] == "a letter"
        alone = shell.run("person", "approve", subject, "--yes")
        assert "erasure_needs_another" in alone.err
        assert shell.run("person", "hold", subject, "--reason", "a court").code == 0
        assert shell.run("person", "lift-hold", subject, "--reason", "is over").code == 0
        assert shell.run("person", "reject", subject, "--reason", "not theirs").code == 0
        assert shell.run("person", "list", "--json").json["total"] == 0
        assert shell.run("person", "approve", "what", "--yes").code == 2
        assert shell.run("person", "approve", subject).code == 2


def shell_post(url: str, body: dict[str, Any]) -> str:
    headers = {"Authorization": f"Bearer demo.{AGENT}", "Idempotency-Key": "receive"}
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{url}/intake/v1/appeals", json=body, headers=headers)
    return str(answer.json()["id"])
