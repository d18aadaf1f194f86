"""回避: a recused person neither acts on a case nor reads it, in whatever service, unit and role.

Everybody of the story has a colleague of the same role and unit who is recused. Before each step
the colleague tries it and is refused; then the step is taken, which is the control arm.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.http.command_routes import CommandRoutes
from contracts.catalogue import FileCatalogue
from tests.detours import ASKED, DISPATCHER, detours
from tests.harness.four_services import FourServices, open_four_services
from tests.harness.routes import roles_by_route
from tests.story import AGENT, STREET, UNITS, VISITOR, Step, loop, receive
from whistle.composition import definitions

ONE, TWO, THREE, FOUR = (f"26092800000{number}" for number in (1, 2, 3, 4))
SERVICES = ("dispatch", "enforcement", "feedback")
OFFICER, LEADER = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"
IN_STAGES = "200101"
"""违法建设: led by the street of the place, with a limit for each stage."""
OF_A_PERSON = {"agent", "officer", "leader", "visitor", "dispatcher"}
OF_NO_CASE = {"operator"}
"""They revise the deadlines of every case alike, when the calendar of a year comes out."""
ALSO_THE_RECUSED = {"/dispatch/v1/cases/{case_no}/conflicts"}
"""Who is recused sees that, and by whose word."""


def say(place: str) -> str:
    return f"what is written as {place}"


def colleague_of(actor: str) -> str:
    """Name the one who is recused."""
    return f"{actor}-kin"


@dataclass
class Day:
    """What is done on the day, and which commands a recused colleague tried in vain."""

    harness: FourServices
    tried: set[str] = field(default_factory=set)

    def take(self, step: Step, *, is_tried: bool = True) -> None:
        """Let the colleague try a step, then take it."""
        key, path = step.name.replace(" ", "/"), str(step.path)
        if is_tried:
            kin = colleague_of(step.actor)
            refused = self.harness.tell(kin, path, step.body, key=key)
            assert (refused.status_code, refused.json()["code"]) == (403, "officer_recused"), step
            self.tried.add(path)
        done = self.harness.tell(step.actor, path, step.body, key=key)
        assert done.is_success, (step, done.text)
        self.harness.listen()

    def recuse(self, no: str, *actors: str) -> None:
        """Let an agent record that the callers want the colleagues to keep out."""
        for actor in actors:
            _role, unit, person = colleague_of(actor).split(".")
            body = {"officer": person, "unit": unit, "reason": "系被投诉人亲属"}
            name = f"recuse {person} {unit} {no}"
            self.take(Step(name, AGENT, f"/dispatch/v1/cases/{no}/conflicts", body), is_tried=False)


CALLED = tuple(f"officer.{unit}.u-1" for unit in UNITS)
ACTORS = (OFFICER, LEADER, VISITOR, AGENT, CALLED[0])


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with open_four_services(tmp_path) as harness:
        yield Day(harness)


def the_loop(day: Day) -> None:
    """Take a complaint through its whole loop; on the way another unit is asked to assist."""
    day.take(receive(1, say, phone="19900000001"), is_tried=False)
    file, sign, *others = loop(ONE, 1, say)
    day.take(file, is_tried=False)
    day.recuse(ONE, *ACTORS)
    asked = {"unit": ASKED, "request": "请配合", "reason": "现场需要"}
    for step in (sign, Step("ask 1", OFFICER, f"/dispatch/v1/cases/{ONE}/assists", asked), *others):
        day.take(step)


def what_the_loop_leaves_out(day: Day) -> None:
    """Reach nobody, ask nobody, declare and lift a conflict."""
    day.take(receive(2, say, phone="19900000002"), is_tried=False)
    file, sign, contact, *others = loop(TWO, 2, say)
    day.take(file, is_tried=False)
    day.recuse(TWO, *ACTORS)
    case, callback = f"/dispatch/v1/cases/{TWO}", f"/feedback/v1/callbacks/{TWO}-R1"
    (handle,) = [step for step in others if step.name == "handle-1 2"]
    reason = {"reason": "可自行处置"}
    day.take(sign)
    day.take(contact)
    day.take(Step("declare", f"officer.{STREET}.s-3", f"{case}/conflicts", reason), is_tried=False)
    tried = Step("declare another", LEADER, f"{case}/conflicts", {**reason, "officer": "s-4"})
    day.take(tried)
    day.take(Step("lift", LEADER, f"{case}/conflicts/s-3/lift"))
    day.take(handle)
    day.take(Step("attempt", VISITOR, f"{callback}/attempts"))
    day.take(Step("waive", VISITOR, f"{callback}/waiver"))


def everything_else(day: Day) -> None:
    """Take every step besides, until the district orders the end."""
    day.take(receive(3, say, phone="19900000003"), is_tried=False)
    day.take(next(loop(THREE, 3, say)), is_tried=False)
    left = list(detours(THREE, 3, say, day.harness.clock.moment))
    day.recuse(THREE, *sorted({step.actor for step in left}))
    for step in left:
        day.take(step)


def nobody_comes(day: Day) -> None:
    """Reach a stage; the units that were called stay away, and so does the lead."""
    day.take(receive(4, say, phone="19900000004"), is_tried=False)
    steps = {step.name: step for step in loop(FOUR, 4, say)}
    where = {"street": STREET, "matter": IN_STAGES}
    day.take(replace(steps["file 4"], body=where), is_tried=False)
    day.recuse(FOUR, OFFICER, LEADER, DISPATCHER)
    case, operation = f"/dispatch/v1/cases/{FOUR}", f"/enforcement/v1/operations/{FOUR}-W1"
    day.take(steps["sign 4"])
    day.take(Step("stop", OFFICER, f"{case}/stages/stop"))
    for name in ("propose 4", "approve 4", "blow 4"):
        day.take(steps[name])
    day.harness.wait_until(day.harness.clock.moment + timedelta(days=60))
    day.harness.listen()
    for unit in UNITS:
        day.take(Step(f"absent {unit}", OFFICER, f"{operation}/absences/{unit}"))
    another = {"unit": UNITS[0], "ground": "unit_silent"}
    day.take(Step("redispatch", DISPATCHER, f"{case}/redispatch", another))


def commands_of_persons(harness: FourServices) -> dict[str, str]:
    """Give the names of the commands that persons give on a case, by the pattern of their path."""
    found: dict[str, str] = {}
    for definition in definitions(FileCatalogue()):
        if definition.name not in SERVICES:
            continue
        for router in definition.routers(harness.services[definition.name]):
            if isinstance(router, CommandRoutes):
                for one in router.declared:
                    if one.roles == OF_NO_CASE:
                        continue
                    assert one.roles & OF_A_PERSON, one.name
                    found[re.sub(r"{\w+}", "[^/]+", router.prefix + one.path)] = one.name
    return found


def test_no_command_that_a_person_gives_is_open_to_the_recused(day: Day) -> None:
    the_loop(day)
    what_the_loop_leaves_out(day)
    everything_else(day)
    nobody_comes(day)
    commands = commands_of_persons(day.harness)
    tried = {
        name
        for pattern, name in commands.items()
        if any(re.fullmatch(pattern, path) for path in day.tried)
    }
    assert tried == set(commands.values())
    assert len(tried) == 46
    assert day.harness.ask(AGENT, f"/dispatch/v1/cases/{ONE}").json()["stage"] == "closed"
    assert day.harness.ask(AGENT, f"/dispatch/v1/cases/{TWO}").json()["stage"] == "closed"
    assert day.harness.ask(AGENT, f"/dispatch/v1/cases/{THREE}").json()["outcome"] == "ordered"


def reads_of_a_case(harness: FourServices) -> Iterator[tuple[str, str]]:
    """Give every route that reads something of a case, with each role of a person it lets in."""
    for service in SERVICES:
        for route, roles in roles_by_route(harness.apps[service]).items():
            method, template = route.split(" ")
            names = ("{case_no}", "{whistle_no}", "{operation_no}", "{callback_no}")
            if method == "GET" and any(name in template for name in names):
                yield from ((template, role) for role in sorted(roles - {"service"}))


def test_no_read_of_the_case_is_open_to_the_recused(day: Day) -> None:
    the_loop(day)
    units = {"officer": STREET, "leader": STREET, "director": STREET}
    filled = {"case_no": ONE, "whistle_no": f"{ONE}-W1", "operation_no": f"{ONE}-W1"}
    filled |= {"callback_no": f"{ONE}-R1", "officer": "s-1-kin", "unit": ASKED}
    found = list(reads_of_a_case(day.harness))
    assert len({template for template, _ in found}) == 24
    for template, role in found:
        path = template.format(**filled)
        actor = f"{role}.{units.get(role, 'hotline')}.s-1"
        allowed = day.harness.ask(actor, path)
        assert allowed.status_code == 200, (actor, path, allowed.text)
        refused = day.harness.ask(colleague_of(actor), path)
        if template in ALSO_THE_RECUSED:
            assert refused.status_code == 200
        else:
            assert (refused.status_code, refused.json()["code"]) == (403, "officer_recused"), path


def test_the_past_of_the_case_is_closed_to_the_recused_too(day: Day) -> None:
    the_loop(day)
    path = f"/dispatch/v1/cases/{ONE}"
    assert day.harness.ask(OFFICER, path, as_of=1).status_code == 200
    assert day.harness.ask(colleague_of(OFFICER), path, as_of=1).status_code == 403


class WhenConflictsAreRead:
    @pytest.fixture(autouse=True)
    def _declared(self, day: Day) -> None:
        day.take(receive(1, say, phone="19900000001"), is_tried=False)
        day.take(next(loop(ONE, 1, say)), is_tried=False)
        day.recuse(ONE, OFFICER)

    path = f"/dispatch/v1/cases/{ONE}/conflicts"

    def test_the_list_says_who_keeps_out_by_whose_word_and_not_why(self, day: Day) -> None:
        listed = day.harness.ask("auditor.audit.x-1", self.path).json()
        assert listed["total"] == 1
        (row,) = listed["items"]
        assert (row["officer"], row["unit"], row["declared_by"]) == ("s-1-kin", STREET, "a-1")
        assert row["lifted_at"] is None
        assert "reason" not in row

    def test_the_reason_is_for_who_may_lift_it(self, day: Day) -> None:
        reason = f"{self.path}/s-1-kin/reason"
        for actor in (AGENT, LEADER):
            assert day.harness.ask(actor, reason).json()["reason"] == "系被投诉人亲属"
        answers = {
            actor: day.harness.ask(actor, reason).json()["code"]
            for actor in (OFFICER, f"leader.{UNITS[0]}.u-2", colleague_of(AGENT))
            if not day.harness.ask(actor, reason).is_success
        }
        assert answers == {OFFICER: "role_missing", f"leader.{UNITS[0]}.u-2": "case_not_visible"}
        assert day.harness.ask(AGENT, f"{self.path}/s-7/reason").json()["code"] == "not_recused"

    def test_nor_is_it_for_a_leader_of_another_unit_of_the_case(self, day: Day) -> None:
        steps = list(loop(ONE, 1, say))
        for step in steps[1 : [step.name for step in steps].index("blow 1") + 1]:
            day.take(step, is_tried=False)
        called = f"leader.{UNITS[0]}.u-2"
        assert day.harness.ask(called, self.path).is_success
        answer = day.harness.ask(called, f"{self.path}/s-1-kin/reason")
        assert answer.json()["code"] == "conflict_not_yours_to_lift"

    def test_a_unit_without_a_part_in_the_case_sees_no_list(self, day: Day) -> None:
        answer = day.harness.ask(f"officer.{UNITS[0]}.u-1", self.path)
        assert answer.json()["code"] == "case_not_visible"

    def test_of_a_case_that_does_not_exist_there_is_none(self, day: Day) -> None:
        path = "/dispatch/v1/cases/260928000009/conflicts"
        assert day.harness.ask(AGENT, path).json()["code"] == "case_unknown"

    def test_what_was_lifted_stays_in_the_list(self, day: Day) -> None:
        day.take(Step("lift", LEADER, f"{self.path}/s-1-kin/lift"), is_tried=False)
        (row,) = day.harness.ask(LEADER, self.path).json()["items"]
        assert row["lifted_by"] == "s-2"
        assert day.harness.ask(colleague_of(OFFICER), self.path[: -len("/conflicts")]).is_success
