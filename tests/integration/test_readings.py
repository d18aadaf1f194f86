"""Who read what, in all services: found by case, person and reader, and never with a text."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.store.reading import read_after
from contracts.services import SERVICES
from tests.harness.four_services import FourServices, open_four_services
from tests.integration.planting import PHONES, STEM, Planted
from tests.story import AGENT, STREET, UNITS, VISITOR, loop, receive

NO = "260928000001"
OFFICER, STRANGER = f"officer.{STREET}.s-1", "officer.fire-rescue.x-1"
AUDITOR = "auditor.bureau.d-1"
TEXTS = {
    "dispatch": [
        (OFFICER, f"/dispatch/v1/cases/{NO}/account", "account"),
        (OFFICER, f"/dispatch/v1/whistles/{NO}-W1/request", "request"),
    ],
    "enforcement": [(OFFICER, f"/enforcement/v1/operations/{NO}-W1/results", "results")],
    "feedback": [(VISITOR, f"/feedback/v1/callbacks/{NO}-R1/note", "note")],
}
"""Who reads each text, where, and of which kind it is; intake's own are tried beside its routes."""

Row = dict[str, Any]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[FourServices]:
    """A whole loop that was played, with words planted in every text."""
    planted = Planted()
    with open_four_services(tmp_path) as opened:
        for step in (receive(1, planted.say, phone=f"{PHONES}001"), *loop(NO, 1, planted.say)):
            assert isinstance(step.path, str)
            key = step.name.replace(" ", "/")
            assert opened.tell(step.actor, step.path, step.body, key=key).status_code < 300, step
            opened.listen()
        yield opened


def listed(services: FourServices, **query: str) -> list[tuple[str, Row]]:
    """Give what an auditor finds in all services."""
    return [
        (name, row)
        for name in SERVICES
        for row in services.ask(AUDITOR, f"/{name}/v1/readings", **query).json()["items"]
    ]


def read_all(services: FourServices) -> None:
    for actor, path, _ in (one for some in TEXTS.values() for one in some):
        answer = services.ask(actor, path)
        assert answer.status_code == 200
        assert STEM in answer.text


def expected() -> list[tuple[str, str]]:
    return sorted((name, kind) for name, some in TEXTS.items() for _, _, kind in some)


def kinds(found: list[tuple[str, Row]]) -> list[tuple[str, str]]:
    """Give service and kind of what was found; the clock stands still, so time gives no order."""
    return sorted((name, row["what"]) for name, row in found if name != "intake")


def test_a_reading_is_found_by_case_person_and_reader(services: FourServices) -> None:
    read_all(services)
    of_case = listed(services, case_no=NO, outcome="noted")
    assert kinds(of_case) == expected()
    persons = {one for _, row in of_case for one in row["subjects"]}
    (person,) = persons
    of_person = listed(services, subject=person, outcome="noted")
    assert kinds(of_person) == expected()
    by_officer = listed(services, reader="s-1", unit=STREET)
    assert {name for name, _ in by_officer} >= {"dispatch", "enforcement"}
    assert listed(services, case_no="260928000009") == []


def test_a_refused_one_is_found_the_same_way(services: FourServices) -> None:
    for _, path, _ in (one for some in TEXTS.values() for one in some):
        assert services.ask(STRANGER, path).status_code == 403
        assert services.ask("operator.system.p-op", path).status_code == 403
    found = listed(services, case_no=NO, outcome="refused")
    by_stranger = [
        (name, row["what"], row["code"]) for name, row in found if row["reader"] == "x-1"
    ]
    assert sorted(by_stranger) == [
        ("dispatch", "account", "case_not_visible"),
        ("dispatch", "request", "not_the_whistles_street"),
        ("enforcement", "results", "operation_not_yours"),
        ("feedback", "note", "role_missing"),
    ]
    by_operator = [row["code"] for _, row in found if row["reader"] == "p-op"]
    assert by_operator == ["role_missing"] * 4
    assert all(len(row["subjects"]) == 1 for _, row in found)


def test_what_is_read_again_in_another_hour_is_another_reading(services: FourServices) -> None:
    for hours in (0, 0, 1):
        services.clock.moment += timedelta(hours=hours)
        read_all(services)
    found = [name for name, _ in listed(services, case_no=NO) if name != "intake"]
    assert len(found) == 2 * len(expected())


def test_a_unit_that_takes_part_reads_and_is_noted_for_itself(services: FourServices) -> None:
    member = f"officer.{UNITS[0]}.u-1"
    assert services.ask(member, TEXTS["enforcement"][0][1]).status_code == 200
    ((name, row),) = listed(services, reader="u-1")
    assert (name, row["unit"], row["role"]) == ("enforcement", UNITS[0], "officer")


def test_no_reading_holds_a_text_a_name_or_a_phone(services: FourServices) -> None:
    read_all(services)
    services.ask(AGENT, f"/intake/v1/appeals/{NO}/text")
    services.ask(STRANGER, f"/intake/v1/appeals/{NO}/text")
    written = 0
    for service in services.services.values():
        with service.store.reading() as connection:
            log = read_after(connection, 0, 1_000_000)
        readings = [one for one in log if one.envelope.stream.startswith("reading-")]
        written += len(readings)
        for one in readings:
            text = (one.meta + one.data).decode()
            assert STEM not in text
            assert PHONES not in text
    shown = str(listed(services))
    assert (STEM in shown, PHONES in shown, NO in shown) == (False, False, True)
    assert written >= len(expected()) + 2


def test_others_pass_readings_by(services: FourServices) -> None:
    """They are events of the feed as all are; nobody reacts to them, and nothing is held."""
    read_all(services)
    services.listen()
    for name in SERVICES:
        status = services.ask("operator.system.p-op", f"/{name}/v1/status").json()
        assert (status["held"], set(status["behind"].values())) == ({}, {0})
