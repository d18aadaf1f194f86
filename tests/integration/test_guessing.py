"""Nobody who lacks the keys finds out who called by trying phones and names.

H2, L3, L4 of the security test. A client makes its idempotency keys from what the caller said, as
the importer of 0.1.0 did. Then 100,000 candidates are tried: from each, every digest and id is
computed that needs no key of ours, and looked for in all that anybody can see: feeds, messages,
spans, log lines, databases, and every answer to every role. The control arm takes the key away.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_DNS, NAMESPACE_OID, NAMESPACE_URL, UUID, uuid5

import pytest
import structlog
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import MetaData, inspect

from chassis.hosting.assembly import trace
from chassis.kafka.binding import write_message
from chassis.observability.tracing import Tracing
from chassis.store.reading import read_after
from chassis.vault import Vault
from tests.erasing import erase
from tests.harness.four_services import FourServices, open_four_services
from tests.story import AGENT, MATTER, OPERATOR, STREET, VISITOR

CALLER = ("丙三", "19900073646")
CANDIDATES = [
    (name, f"199000{tail:05d}") for tail in range(50_000, 100_000) for name in ("丙三", "丁四")
]
"""The phones of two names: 100,000 pairs, and the caller among them."""

NO = "260928000001"
SENDER = "integrator.hotline.system"
ROLES = (
    AGENT, SENDER, OPERATOR, VISITOR, "auditor.bureau.d-1", "service.system.mesh",
    f"officer.{STREET}.s-1", f"leader.{STREET}.s-2", "officer.fire-rescue.x-1",
)  # fmt: skip
TOKEN = re.compile(r"[0-9a-f]{16,128}")
COMMANDS = uuid5(NAMESPACE_URL, "whistle/command")
SPACES = (NAMESPACE_URL, NAMESPACE_DNS, NAMESPACE_OID, COMMANDS)


def content(name: str, phone: str) -> dict[str, object]:
    """Give the complaint: everything but name and phone is known to the one who guesses."""
    return {
        "source": "hotline",
        "external_no": "H-1",
        "kind": "complaint",
        "text": "楼道灯不亮",
        "street": STREET,
        "matter": MATTER,
        "file": True,
        "confidential": True,
        "reporter": {"name": name, "phone": phone},
    }


def key_of(name: str, phone: str) -> str:
    """Give the idempotency key as the importer of 0.1.0 made it."""
    body = json.dumps(content(name, phone), ensure_ascii=False, sort_keys=True).encode()
    return f"import-{hashlib.sha256(body).hexdigest()}"


def guesses(name: str, phone: str) -> Iterator[str]:
    """Give, in hexadecimal, what can be computed from a candidate without a key."""
    key = key_of(name, phone)
    role, unit, person = SENDER.split(".")
    command = uuid5(COMMANDS, f"intake|{role}/{unit}/{person}|{key}")
    yield from (command.hex, command.hex[:16], command.hex[16:])
    yield uuid5(command, "0").hex
    yield key.removeprefix("import-")
    for word in (phone, name + phone, f"{phone}{name}", json.dumps([phone, name])):
        raw = word.encode()
        yield hashlib.sha256(raw).hexdigest()
        yield hashlib.sha256(raw).hexdigest()[:32]
        yield hashlib.md5(raw).hexdigest()  # noqa: S324  # what somebody might have used
        yield hmac.digest(b"", raw, "sha256").hex()
        yield from (uuid5(space, word).hex for space in SPACES)


def found_by_guessing(
    evidence: set[str], candidates: list[tuple[str, str]] = CANDIDATES
) -> set[tuple[str, str]]:
    """Give the candidates of whom something stands in the evidence."""
    return {one for one in candidates if not evidence.isdisjoint(guesses(*one))}


def tokens(text: str) -> set[str]:
    """Give what may be an id or a digest, with the halves that spans are named by."""
    whole = set(TOKEN.findall(text.replace("-", "").lower()))
    return whole | {one[:16] for one in whole} | {one[16:] for one in whole if len(one) == 32}


def shown(cell: object) -> str:
    """Write a cell of a table; bytes in hexadecimal."""
    return cell.hex() if isinstance(cell, bytes) else str(cell)


class Watched:
    """The services, and everything that anybody sees of them without a master key."""

    def __init__(self, harness: FourServices) -> None:
        self.harness = harness
        self.spans = InMemorySpanExporter()
        for name, service in harness.services.items():
            trace(service, Tracing(name, SimpleSpanProcessor(self.spans)))

    def evidence(self, lines: list[object]) -> set[str]:
        """Gather it."""
        seen = [*self._spans(), *self._logs(), *self._tables(), *self._answers(), repr(lines)]
        assert len(seen) > 200
        return set().union(*map(tokens, seen))

    def _spans(self) -> Iterator[str]:
        yield from (one.to_json() for one in self.spans.get_finished_spans())

    def _logs(self) -> Iterator[str]:
        for service in self.harness.services.values():
            with service.store.reading() as connection:
                for one in read_after(connection, 0, 1_000):
                    key, headers = write_message(one)
                    yield f"{one.meta!r} {one.data!r} {key!r} {headers!r}"

    def _tables(self) -> Iterator[str]:
        for service in self.harness.services.values():
            with service.store.reading() as connection:
                held = MetaData()
                held.reflect(bind=connection)
                assert inspect(connection).get_table_names()
                for table in held.sorted_tables:
                    for row in connection.execute(table.select()):
                        yield " ".join(
                            one.hex() if isinstance(one, bytes) else str(one) for one in row
                        )

    def _answers(self) -> Iterator[str]:
        names = {
            **dict.fromkeys(("appeal_no", "case_no"), NO),
            **dict.fromkeys(("whistle_no", "operation_no"), f"{NO}-W1"),
            "callback_no": f"{NO}-R1",
            "unit": STREET,
            "officer": "s-1",
            "view": "appeals",
            "subject": "0" * 32,
        }
        for app in self.harness.apps.values():
            for path, item in app.openapi()["paths"].items():
                for role in ROLES if "get" in item else ():
                    answer = self.harness.ask(role, path.format_map(names))
                    yield f"{answer.text} {dict(answer.headers)}"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with open_four_services(tmp_path) as harness:
        yield Watched(harness)


def send(harness: FourServices, name: str, phone: str) -> int:
    key, body = key_of(name, phone), content(name, phone)
    answer = harness.tell(SENDER, "/intake/v1/appeals", body, key=key)
    harness.listen()
    return answer.status_code


def test_no_candidate_is_confirmed_before_or_after_the_erasure(watched: Watched) -> None:
    assert CALLER in CANDIDATES
    assert len(CANDIDATES) == 100_000
    harness = watched.harness
    with structlog.testing.capture_logs() as lines:
        assert send(harness, *CALLER) == 201
        before = watched.evidence([])
        subject = harness.ask(AGENT, f"/intake/v1/appeals/{NO}").json()["subject"]
        erase(harness, subject)
        harness.listen()
        after = watched.evidence(list(lines))
    assert subject in before & after, "the control arm: what is searched are ids"
    assert found_by_guessing(before | after) == set()


def test_after_the_erasure_right_and_wrong_guesses_are_answered_alike(watched: Watched) -> None:
    """L3: the same number with the right content was accepted, and refused with any other."""
    harness = watched.harness
    assert send(harness, *CALLER) == 201
    erase(harness, harness.ask(AGENT, f"/intake/v1/appeals/{NO}").json()["subject"])
    for key in (key_of(*CALLER), "another"):
        answers = [
            harness.tell(SENDER, "/intake/v1/appeals", content(*one), key=key).json()["code"]
            for one in (CALLER, ("丁四", CALLER[1]), ("丙三", "19900000104"))
        ]
        assert len(set(answers)) == 1


def test_without_the_key_the_same_search_finds_the_caller(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control arm: ids as 0.1.0 made them."""

    def as_before(_vault: Vault, kind: str, service: str = "", *parts: str) -> UUID:
        *who, key = parts or ("",)
        return uuid5(COMMANDS, f"{service}|{'/'.join(who)}|{key}" if parts else f"{kind}{service}")

    monkeypatch.setattr(Vault, "identify", as_before)
    assert send(watched.harness, *CALLER) == 201
    some = [*CANDIDATES[:5_000], CALLER]
    assert found_by_guessing(watched.evidence([]), some) == {CALLER}
