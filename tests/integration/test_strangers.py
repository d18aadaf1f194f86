"""A unit without a part in a case can neither act on it nor read it, at any of its stages.

Before every step of the loop the same command is sent by officers and leaders of units that have
no part in it. (That every route asks who calls is `tests/architecture/test_routes.py`.)
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.store.reading import read_types
from tests.harness.four_services import FourServices, open_four_services
from tests.story import AGENT, STREET, UNITS, VISITOR, Step, loop, receive

NO = "260928000001"
STRANGERS = ("street-willow-brook", "fire-rescue")
ROLES = ("officer", "leader")
APPEAL = f"/intake/v1/appeals/{NO}"


def say(place: str) -> str:
    return f"what is written as {place}"


def by(step: Step, actor: str, harness: FourServices, key: str) -> int:
    """Send a step's command as an actor; give the status."""
    assert isinstance(step.path, str)
    return harness.tell(actor, step.path, step.body, key=key.replace(" ", "/")).status_code


def steps_taken(harness: FourServices, until: str = "") -> Iterator[Step]:
    """Give the steps of the loop one by one; each is taken when the next is asked for."""
    for step in (receive(1, say, phone="19900000001"), *loop(NO, 1, say)):
        yield step
        assert by(step, step.actor, harness, step.name) < 300, step
        harness.listen()
        if step.name == until:
            return


def heads(harness: FourServices) -> dict[str, int]:
    return {name: service.head() for name, service in harness.services.items()}


def contact(harness: FourServices, actor: str) -> int:
    """Ask as an actor how to reach the caller; give the status."""
    body = {"reason": "需要回电核实"}
    return harness.tell(actor, f"{APPEAL}/contact", body).status_code


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[FourServices]:
    with open_four_services(tmp_path) as opened:
        yield opened


def test_no_step_can_be_taken_by_a_unit_without_a_part(harness: FourServices) -> None:
    tried = 0
    for step in steps_taken(harness):
        role, unit, _ = step.actor.split(".")
        if role not in ROLES:
            continue
        strangers = {*STRANGERS, *((STREET,) if unit in UNITS else UNITS)}
        if step.name.startswith("propose"):  # any department may propose one to the street
            strangers = {"street-willow-brook"}
        for stranger in strangers:
            before = heads(harness)
            status = by(step, f"leader.{stranger}.x-1", harness, f"stranger/{step.name}")
            assert status == 403, (step, stranger)
            assert heads(harness) == before
            tried += 1
    assert tried > 40
    assert harness.ask(AGENT, f"/dispatch/v1/cases/{NO}").json()["stage"] == "closed"


def test_an_officer_cannot_approve_and_a_proposer_not_either(harness: FourServices) -> None:
    for step in steps_taken(harness, until="approve 1"):
        if step.name == "approve 1":
            assert by(step, f"officer.{STREET}.s-9", harness, "officer") == 403
            assert by(step, f"leader.{STREET}.s-1", harness, "proposer") == 403


def test_a_visitor_of_the_unit_that_handled_cannot_call_back(harness: FourServices) -> None:
    for step in steps_taken(harness, until="call-1 1"):
        if step.name == "call-1 1":
            assert by(step, f"visitor.{STREET}.v-9", harness, "own unit") == 403
            assert by(step, "visitor.callback-centre.s-1", harness, "own person") == 403


READS = (
    f"{APPEAL}",
    f"{APPEAL}/text",
    f"/dispatch/v1/cases/{NO}",
    f"/dispatch/v1/cases/{NO}/account",
    f"/dispatch/v1/whistles/{NO}-W1",
    f"/dispatch/v1/whistles/{NO}-W1/request",
    f"/enforcement/v1/operations/{NO}-W1",
    f"/enforcement/v1/operations/{NO}-W1/results",
    f"/enforcement/v1/operations/{NO}-W1/contests",
    f"/dispatch/v1/queue?unit={STREET}",
    f"/dispatch/v1/cases?unit={STREET}",
    f"/enforcement/v1/queue?unit={UNITS[0]}",
)
LISTS = (
    "/dispatch/v1/queue",
    "/dispatch/v1/cases",
    "/dispatch/v1/whistles",
    "/enforcement/v1/queue",
    "/enforcement/v1/operations",
    "/enforcement/v1/contests",
)


def test_nothing_can_be_read_by_a_unit_without_a_part(harness: FourServices) -> None:
    for _ in steps_taken(harness, until=f"complete {UNITS[0]} 1"):
        pass
    for role in ROLES:
        for stranger in STRANGERS:
            actor = f"{role}.{stranger}.x-1"
            assert {path: harness.ask(actor, path).status_code for path in READS} == dict.fromkeys(
                READS, 403
            )
            assert {path: harness.ask(actor, path).json()["total"] for path in LISTS} == (
                dict.fromkeys(LISTS, 0)
            )
            assert contact(harness, actor) == 403
    assert contact(harness, f"officer.{STREET}.s-1") == 200
    assert contact(harness, AGENT) == 200
    assert contact(harness, VISITOR) == 403, "no call-back is due yet"


def test_a_called_unit_may_read_from_the_blow_on(harness: FourServices) -> None:
    member = f"officer.{UNITS[0]}.u-1"
    paths = (f"{APPEAL}/text", f"/dispatch/v1/whistles/{NO}-W1/request")
    for path in paths:
        assert harness.ask(member, path).status_code == 404
    seen = [
        {harness.ask(member, path).status_code for path in paths}
        for _ in steps_taken(harness, until="blow 1")
    ]
    assert set().union(*seen) <= {403, 404}
    assert seen[-1] == {403}
    for path in paths:
        assert harness.ask(member, path).status_code == 200
    assert contact(harness, member) == 200


def test_another_hotline_sees_and_does_nothing(harness: FourServices) -> None:
    own, other = "integrator.city-hotline.system", "integrator.other-hotline.system"
    for _ in steps_taken(harness, until="file 1"):
        pass
    assert harness.ask(own, APPEAL).status_code == 200
    assert harness.ask(other, APPEAL).status_code == 403
    assert harness.ask(own, "/intake/v1/appeals").json()["total"] == 1
    for query in ("", "?source=city-hotline"):
        assert harness.ask(other, f"/intake/v1/appeals{query}").json()["total"] == 0
    for act in ("case", "withdrawal"):
        assert harness.tell(other, f"{APPEAL}/{act}", {}, key=act).status_code == 403
    assert harness.ask(own, f"{APPEAL}/text").status_code == 403


def test_a_contact_shown_again_is_noted_once_an_hour(harness: FourServices) -> None:
    for _ in steps_taken(harness, until="sign 1"):
        pass
    officer, intake = f"officer.{STREET}.s-1", harness.services["intake"]
    assert [contact(harness, officer), contact(harness, officer)] == [200, 200]
    harness.clock.moment += timedelta(hours=1)
    assert contact(harness, officer) == 200
    with intake.store.reading() as connection:
        noted = read_types(connection, ["intake.reading_noted.v1"], 0, intake.head())
    assert [one.envelope.actor.person for one in noted] == ["s-1", "s-1"]
