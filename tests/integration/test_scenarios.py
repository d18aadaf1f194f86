"""The scenarios of the domain, each over HTTP on both databases, named by what has to hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.events.dispatch import DeadlineMissed
from contracts.services import SERVICES
from tests.harness.four_services import open_four_services
from tests.integration.city import (
    AGENT,
    DISPATCHER,
    DISTRICT,
    DISTRICT_LEADER,
    STREET,
    City,
    leader,
    officer,
    rating,
)
from tests.substrate.postgres import Postgres

POLICE, MARKET, ENFORCEMENT = "public-security", "market-regulation", "urban-enforcement"
FIRE, HOUSING = "fire-rescue", "housing-construction"
LAMP = "100114"


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[City]:
    """A city on one of the two databases."""
    databases = {}
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        databases = {name: postgres.ready().app for name in SERVICES}
    with open_four_services(tmp_path, databases) as harness:
        yield City(harness)


def test_01_skewers_at_night_are_settled_together(city: City) -> None:
    """占道烧烤: three units report in within two hours; the caller is satisfied."""
    city.harness.clock.moment = datetime(2026, 9, 28, 14, 0, tzinfo=UTC)  # 22:00 in Shanghai
    case_no = city.complain()
    city.act(case_no, "signature")
    no = city.whistle(case_no, "enforcement", ENFORCEMENT, MARKET, POLICE)
    city.wait(minutes=90)
    for unit in (ENFORCEMENT, MARKET, POLICE):
        city.attend(no, unit)
    city.settle(no, *(rating(unit) for unit in (ENFORCEMENT, MARKET, POLICE)))
    city.handle(case_no)
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"
    operation = city.ask(officer(STREET), f"/enforcement/v1/operations/{no}")
    assert not any(task["report_missed"] for task in operation["tasks"])


def test_02_a_smell_of_gas_is_whistled_by_the_duty_leader_alone(city: City) -> None:
    """应急哨: half an hour to report, confirmed afterwards."""
    case_no = city.complain()
    body = {
        "ground": "no_power",
        "evidence": "现场有燃气味",
        "lead": "gas-company",
        "assisting": [FIRE],
        "reasons": {"gas-company": "燃气", FIRE: "防火"},
        "request": "立即到场关阀",
    }
    path = f"/dispatch/v1/cases/{case_no}/emergency-whistle"
    assert city.refused(officer(STREET), path, body) == "role_missing"
    no = city.tell(leader(STREET), path, body)["id"]
    operation = city.ask(officer(STREET), f"/enforcement/v1/operations/{no}")
    due = {task["unit"]: task["report"]["due_at"] for task in operation["tasks"]}
    half_past = city.harness.clock.moment + timedelta(minutes=30)
    assert {datetime.fromisoformat(one) for one in due.values()} == {half_past}
    for unit in ("gas-company", FIRE):
        city.attend(no, unit)
    settlement = f"/dispatch/v1/whistles/{no}/settlement"
    ratings = {"ratings": [rating("gas-company"), rating(FIRE)]}
    assert city.refused(officer(STREET), settlement, ratings) == "whistle_not_confirmed"
    city.tell(f"director.{STREET}.chief", f"/dispatch/v1/whistles/{no}/confirmation")
    city.tell(officer(STREET), settlement, ratings)
    city.handle(case_no)
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"


def test_03_a_department_that_never_comes_ends_nothing_and_is_answered_for(city: City) -> None:
    """群租: one of four units misses; the street goes on, and the district answers."""
    units = (HOUSING, POLICE, FIRE, MARKET)
    case_no = city.complain()
    city.act(case_no, "signature")
    no = city.whistle(case_no, "enforcement", *units)
    operation = f"/enforcement/v1/operations/{no}"
    absence = f"{operation}/absences/{FIRE}"
    for unit in (HOUSING, POLICE, MARKET):
        city.attend(no, unit)
    assert city.refused(officer(STREET), absence) == "absent_too_early"
    city.wait(hours=2, minutes=1)
    city.tell(officer(STREET), absence)
    escalations = city.ask(DISTRICT, "/dispatch/v1/escalations")
    assert {one["unit"] for one in escalations["items"]} == {FIRE}
    answer = f"/dispatch/v1/whistles/{no}/escalations/{FIRE}/answer"
    assert (
        city.refused(officer(STREET), answer, {"answer": "已约谈"}) == "not_the_whistles_district"
    )
    city.tell(DISTRICT, answer, {"answer": "已约谈该单位负责人，纳入绩效考评。"})
    late = rating(FIRE, 0, reason="未报到")
    city.settle(no, *(rating(unit) for unit in (HOUSING, POLICE, MARKET)), late)
    city.handle(case_no)
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"


def test_a_unit_called_as_its_operation_concludes_has_yet_to_come(city: City) -> None:
    """加派: neither side has heard of the other's last step, and nobody is forgotten."""
    case_no = city.complain()
    city.act(case_no, "signature")
    no = city.whistle(case_no, "enforcement", POLICE)
    member, operation = officer(POLICE), f"/enforcement/v1/operations/{no}"
    city.tell(member, f"{operation}/acknowledgement")
    city.tell(member, f"{operation}/report", {"officer_count": 2})
    city.tell(member, f"{operation}/completion", {"result": "已处置。"})
    one_more = {"unit": FIRE, "reason": "现场需要"}
    for path, body in (
        (f"{operation}/releases/{POLICE}", None),
        (f"/dispatch/v1/whistles/{no}/units", one_more),
    ):
        assert city.harness.tell(officer(STREET), path, body, key=path).is_success
    city.harness.listen()
    settlement = {"ratings": [rating(POLICE), rating(FIRE)]}
    path = f"/dispatch/v1/whistles/{no}/settlement"
    assert city.refused(officer(STREET), path, settlement) == "whistle_not_ready"
    city.attend(no, FIRE)
    city.tell(officer(STREET), path, settlement)


def test_04_a_ruling_ends_the_ping_pong(city: City) -> None:
    """退单异议: once it is ruled on, nobody returns the case again."""
    case_no = city.complain()
    first = city.case(case_no)["unit"]
    city.act(case_no, "objection", basis="权责清单第 3 项", proposed_unit=ENFORCEMENT)
    ruling = f"/dispatch/v1/cases/{case_no}/ruling"
    upheld = {"outcome": "upheld", "reason": "属城管职责", "unit": ENFORCEMENT}
    assert city.refused(officer(first), ruling, upheld)
    city.tell(DISPATCHER, ruling, upheld)
    assert city.case(case_no)["unit"] == ENFORCEMENT
    objection = f"/dispatch/v1/cases/{case_no}/objection"
    again = {"basis": "不属本单位", "proposed_unit": first}
    assert city.refused(officer(ENFORCEMENT), objection, again) == "case_already_ruled"
    city.handle(case_no)
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"


def test_05_a_community_never_gets_a_case_handed_down(city: City) -> None:
    """反甩锅: the attempt is refused, and it is counted."""
    case_no = city.complain()
    path = f"/dispatch/v1/cases/{case_no}/redispatch"
    community = {"unit": "residents-committee", "ground": "dispatch_error"}
    assert city.refused(DISPATCHER, path, community) == "community_never_leads"
    log = city.harness.services["dispatch"].history(f"case-{case_no}")
    assert [type(one).__name__ for one in log].count("DispatchRefused") == 1


def test_06_callers_about_one_road_are_one_case_and_each_is_asked(city: City) -> None:
    """合并: three callers, one case, three call-backs."""
    case_no = city.complain()
    for number in (2, 3):
        other = city.complain(phone=f"1990000000{number}", file=False)
        city.tell(AGENT, f"/intake/v1/appeals/{other}/link", {"case_no": case_no})
    city.handle(case_no)
    assert len(city.callbacks(case_no)) == 3
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"


def test_07_basically_satisfied_and_unsolved_goes_round_again(city: City) -> None:
    """重新办理: solved and satisfied are two answers."""
    case_no = city.complain()
    city.handle(case_no)
    city.call_back(case_no, resolved=False, satisfaction="basically_satisfied")
    assert (city.case(case_no)["round"], city.closed_as(case_no)) == (2, None)
    city.handle(case_no)
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"


def test_08_a_lift_for_an_old_house_waits_in_a_pool(city: City) -> None:
    """挂账: no clock runs, the day of review comes, and what was left goes on."""
    case_no = city.complain()
    city.act(case_no, "signature")
    before = {one["milestone"]: one["due_at"] for one in city.case(case_no)["deadlines"]}
    city.act(case_no, "suspension", pool="consent", reason="邻里意见不一", review_on="2026-12-01")
    city.act(case_no, "suspension/approval", DISTRICT_LEADER)
    city.wait(days=30)
    assert not any(clock["noticed_at"] for clock in city.case(case_no)["clocks"])
    waiting = city.ask(DISTRICT_LEADER, "/dispatch/v1/queue", of="district")
    assert case_no in {one["case_no"] for one in waiting["items"]}
    city.act(case_no, "resumption", DISTRICT_LEADER)
    after = {one["milestone"]: one["due_at"] for one in city.case(case_no)["deadlines"]}
    assert after["handle"] > before["handle"]
    city.handle(case_no)
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"


def test_09_a_caller_who_calls_ever_again_is_judged_by_a_person(city: City) -> None:
    """恶意反复来电: nothing is declined by itself; an agent decides, on a ground."""
    numbers = [city.complain(file=False) for _ in range(5)]
    states = {city.ask(AGENT, f"/intake/v1/appeals/{no}")["status"] for no in numbers}
    assert states == {"received"}
    why = {"ground": "no_new_facts", "explanation": "同一诉求正在办理，已告知进展。"}
    city.tell(AGENT, f"/intake/v1/appeals/{numbers[-1]}/decline", why)
    assert city.ask(AGENT, f"/intake/v1/appeals/{numbers[-1]}")["status"] == "declined"


def test_10_a_confidential_caller_is_reached_by_a_relay_number_and_reads_are_listed(
    city: City,
) -> None:
    """要求保密: the handler sees a relay number alone, and the auditor sees each reading."""
    case_no = city.complain(confidential=True)
    city.act(case_no, "signature")
    contact = f"/intake/v1/appeals/{case_no}/contact"
    found = city.tell(officer(STREET), contact, {"reason": "回电核实"})
    assert "phone" not in found
    readings = city.ask("auditor.audit.u-1", "/intake/v1/readings")
    assert any(one["what"] == "contact" for one in readings["items"])


def test_11_a_whistle_reaches_across_the_border(city: City) -> None:
    """跨区联合哨: the other district's units are called, too."""
    case_no = city.complain()
    city.act(case_no, "signature")
    no = city.whistle(case_no, "daily", ENFORCEMENT, "east-urban-management")
    assert city.ask(officer(STREET), f"/dispatch/v1/whistles/{no}")["is_cross_district"]
    for unit in (ENFORCEMENT, "east-urban-management"):
        city.attend(no, unit)
    city.settle(no, rating(ENFORCEMENT), rating("east-urban-management"))
    city.handle(case_no)
    city.call_back(case_no, resolved=True)
    assert city.closed_as(case_no) == "resolved"


def test_14_a_storm_of_calls_leaves_none_behind(city: City) -> None:
    """暴雨: five times the usual, and every call is one case with its own clocks."""
    numbers = [city.complain(phone=f"199{number:08d}") for number in range(1, 101)]
    page = city.ask(AGENT, "/dispatch/v1/cases", limit=200)
    assert {one["case_no"] for one in page["items"]} == set(numbers)
    assert page["total"] == 100


def test_15_a_restart_during_a_deadline_loses_and_doubles_nothing(city: City) -> None:
    """重启: the deadline that passed meanwhile is noticed once, and late by its due time."""
    case_no = city.complain()
    harness = city.harness
    due = min(datetime.fromisoformat(one["due_at"]) for one in city.case(case_no)["deadlines"])
    with open_four_services(harness.folder, harness.databases) as again:
        again.clock.moment = due + timedelta(hours=3)
        again.wait_until(again.clock.moment)
        again.listen()
        again.wait_until(again.clock.moment)
        log = again.services["dispatch"].history(f"case-{case_no}")
        late = [one for one in log if isinstance(one, DeadlineMissed)]
        assert due in {one.due_at for one in late}
        assert len({one.milestone for one in late}) == len(late)
