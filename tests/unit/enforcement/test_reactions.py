"""What enforcement does about the events of dispatch and intake."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from httpx import Response

from chassis.decider import Meta
from chassis.store.tables import deadlines
from chassis.unit_of_work.outcomes import Done
from contracts.catalogue import UnknownVersion
from contracts.events.dispatch import WhistleBlown
from contracts.events.enforcement import OperationOpened, UnitTaskAdded
from contracts.events.intake import SubjectErased
from contracts.ids import SubjectId, subject_stream, whistle_of_operation, whistle_stream
from contracts.instant import format_instant
from contracts.values import WhistleKind
from services.enforcement.domain.operation.decider import OPERATION
from services.enforcement.domain.operation.state import NoOperation, Underway
from services.enforcement.reactions import opening
from tests.unit.enforcement.catalogue import WATCHED
from tests.unit.enforcement.facts import (
    CASE_NO,
    CATALOGUE,
    DISTRICT,
    FIRE,
    MARKET,
    OPENED_AT,
    OPERATION_NO,
    POLICE,
    STREET,
    blown,
    callers_erased,
    declared,
    joined,
    lifted,
    unit_added,
    whistle_cancelled,
)
from tests.unit.enforcement.harness import EnforcementHarness
from tests.unit.enforcement.steps import SYSTEM

AT = f"/operations/{OPERATION_NO}"
WHISTLE_NO = whistle_of_operation(OPERATION_NO)
SUBJECT = SubjectId("ab" * 16)
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
MONDAY_0300 = OPENED_AT
"""2026-11-23, a Monday, 03:00 in Shanghai."""


def erase(enforcement: EnforcementHarness) -> None:
    erased = SubjectErased(
        subject=SUBJECT, ground="request", erased_by="p-operator", erased_at=enforcement.clock.now()
    )
    enforcement.receive(enforcement.intake.says(erased, subject_stream(SUBJECT)))


def complete(enforcement: EnforcementHarness, unit: str, result: str) -> None:
    assert enforcement.post(f"{AT}/report", {"officer_count": 2}, unit).status_code == 200
    assert enforcement.post(f"{AT}/completion", {"result": result}, unit).status_code == 200


def opened_by(whistle: WhistleBlown, at: datetime = MONDAY_0300) -> OperationOpened:
    """Give what a whistle opens that arrives at a moment."""
    command = opening(whistle, WATCHED.at(whistle.catalogue), Meta(SYSTEM, at))
    (opened,) = OPERATION.decide(command, OPERATION.initial)
    assert isinstance(opened, OperationOpened)
    return opened


class WhenAWhistleIsBlown:
    @pytest.mark.parametrize(
        ("kind", "acknowledge_by", "report_by"),
        [
            ("emergency", timedelta(minutes=5), timedelta(minutes=30)),
            ("enforcement", timedelta(minutes=30), timedelta(hours=2)),
            ("daily", timedelta(hours=1), timedelta(days=1, hours=6)),
            ("key", timedelta(hours=1), timedelta(days=3, hours=6)),
        ],
    )
    def test_its_kind_decides_how_long_the_units_have(
        self, kind: WhistleKind, acknowledge_by: timedelta, report_by: timedelta
    ) -> None:
        """Working time begins at nine, six hours after these whistles."""
        version = WATCHED.at(CATALOGUE)
        opened = opened_by(blown(kind=kind))
        for task in opened.tasks:
            assert task.acknowledge.milestone == f"acknowledge/{task.unit}"
            assert task.acknowledge.rule == f"whistle.{kind}.acknowledge"
            assert task.acknowledge.due_at == MONDAY_0300 + acknowledge_by
            assert task.report.milestone == f"report/{task.unit}"
            assert task.report.rule == f"whistle.{kind}.report"
            assert task.report.due_at == MONDAY_0300 + report_by
            assert task.report.calendar == version.calendar.version
            assert not task.report.provisional

    def test_working_days_are_those_of_the_calendar(self) -> None:
        opened = opened_by(blown(kind="daily", blown_at=FRIDAY), FRIDAY)
        assert opened.tasks[0].report.due_at == FRIDAY + timedelta(days=3)

    def test_a_unit_on_duty_round_the_clock_has_no_days_off(self) -> None:
        """Art. 19. The control arm is the test above: the police of this catalogue has weekends."""
        whistle = blown(OPERATION_NO, POLICE, FIRE, kind="daily", blown_at=FRIDAY)
        police, fire = opened_by(whistle, FRIDAY).tasks
        assert fire.report.due_at == FRIDAY + timedelta(days=1)
        assert (police.report.around_the_clock, fire.report.around_the_clock) == (False, True)
        assert fire.acknowledge.around_the_clock

    def test_the_units_keep_their_parts(self) -> None:
        opened = opened_by(blown())
        assert [(task.unit, task.role) for task in opened.tasks] == [
            (POLICE, "lead"),
            (MARKET, "assisting"),
        ]
        assert (opened.operation_no, opened.case_no) == (OPERATION_NO, CASE_NO)
        assert (opened.street, opened.opened_at) == (STREET, MONDAY_0300)

    def test_the_clocks_start_when_it_was_blown(self, enforcement: EnforcementHarness) -> None:
        blown_at = OPENED_AT - timedelta(minutes=2)
        enforcement.blow(blown(OPERATION_NO, POLICE, blown_at=blown_at))
        with enforcement.service.store.reading() as connection:
            rows = connection.execute(deadlines.select().order_by(deadlines.c.due_at)).all()
        assert [tuple(row) for row in rows] == [
            (f"operation-{OPERATION_NO}", f"{step}/{POLICE}", 1, format_instant(due_at))
            for step, due_at in (
                ("acknowledge", blown_at + timedelta(minutes=5)),
                ("report", blown_at + timedelta(minutes=30)),
            )
        ]

    def test_what_was_due_before_it_arrived_does_not_count(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown(OPERATION_NO, POLICE, blown_at=OPENED_AT - timedelta(minutes=10)))
        enforcement.wait_until(OPENED_AT + timedelta(hours=1))
        missed = enforcement.events(f"operation-{OPERATION_NO}")[1:]
        assert [(type(one).__name__, getattr(one, "counts", None)) for one in missed] == [
            ("UnitAcknowledgementMissed", False),
            ("UnitReportMissed", True),
        ]

    def test_a_catalogue_that_is_not_there_parks_the_case(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown().model_copy(update={"catalogue": "1999-01-01"}))
        assert enforcement.service.load(f"operation-{OPERATION_NO}").state == NoOperation()
        (parked,) = enforcement.get("/parked", "district", "operator").json()["items"]
        assert (parked["kind"], parked["reason"]) == ("parked", UnknownVersion.__name__)


def end_operation(enforcement: EnforcementHarness) -> None:
    """Blow the whistle; both units come, do their work and are released."""
    enforcement.blow(blown())
    for unit in (POLICE, MARKET):
        complete(enforcement, unit, "已处置")
        assert enforcement.post(f"{AT}/releases/{unit}", unit=STREET).status_code == 200


def status(enforcement: EnforcementHarness) -> str:
    """Give that of the operation, as the list has it."""
    (listed,) = enforcement.get("/operations", STREET).json()["items"]
    return str(listed["status"])


class WhenAUnitIsAdded:
    def test_it_gets_clocks_of_its_own_from_when_it_was_called(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        enforcement.clock.moment = OPENED_AT + timedelta(minutes=20)
        called_at = OPENED_AT + timedelta(minutes=18)
        enforcement.blow(unit_added(FIRE, called_at))
        added = enforcement.events(f"operation-{OPERATION_NO}")[-1]
        assert isinstance(added, UnitTaskAdded)
        assert (added.task.unit, added.added_at) == (FIRE, OPENED_AT + timedelta(minutes=20))
        assert added.task.report.rule == "whistle.emergency.report"
        assert added.task.report.due_at == called_at + timedelta(minutes=30)
        assert added.task.report.around_the_clock
        (row,) = enforcement.get("/queue", FIRE).json()["items"]
        assert (row["street"], row["district"], row["kind"], row["role"]) == (
            STREET,
            DISTRICT,
            "emergency",
            "assisting",
        )
        (listed,) = enforcement.get("/operations", FIRE).json()["items"]
        assert listed["unit_count"] == 3

    def test_it_waits_for_the_operation(self, enforcement: EnforcementHarness) -> None:
        added = unit_added()
        inbound = enforcement.dispatch.says(added, whistle_stream(added.whistle_no))
        (outcome,) = enforcement.deliver(inbound)
        assert isinstance(outcome, Done)
        (parked,) = enforcement.get("/parked", "district", "operator").json()["items"]
        assert parked["kind"] == "waiting"

    def test_it_opens_an_operation_that_ended_meanwhile(
        self, enforcement: EnforcementHarness
    ) -> None:
        end_operation(enforcement)
        assert status(enforcement) == "concluded"
        enforcement.blow(unit_added())
        assert status(enforcement) == "underway"
        (row,) = enforcement.get("/queue", FIRE).json()["items"]
        assert row["report_due_at"]

    def test_not_timed_either_where_nobody_waits(self, enforcement: EnforcementHarness) -> None:
        end_operation(enforcement)
        enforcement.hear(callers_erased(WHISTLE_NO))
        enforcement.blow(unit_added())
        assert status(enforcement) == "underway"
        assert enforcement.rows(deadlines) == []

    def test_it_is_not_timed_once_nobody_waits(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        enforcement.hear(callers_erased(WHISTLE_NO))
        enforcement.blow(unit_added())
        enforcement.wait_until(OPENED_AT + timedelta(days=1))
        assert enforcement.rows(deadlines) == []
        (row,) = enforcement.get("/queue", FIRE).json()["items"]
        assert (row["report_due_at"], row["next_due_at"], row["lamp"]) == (None, None, None)


class WhenAWhistleIsCancelled:
    def test_nobody_has_to_come_any_more(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        complete(enforcement, POLICE, "现场已恢复")
        enforcement.post(f"{AT}/releases/{POLICE}", unit=STREET)
        enforcement.blow(whistle_cancelled())
        assert enforcement.rows(deadlines) == []
        assert enforcement.get("/queue", MARKET).json()["total"] == 0
        answer = enforcement.post(f"{AT}/report", {"officer_count": 2}, MARKET)
        assert (answer.status_code, answer.json()["code"]) == (409, "operation_cancelled_already")
        shown = enforcement.get(AT).json()
        assert (shown["status"], shown["cancelled_at"]) == (
            "cancelled",
            "2026-11-22T19:00:00.000000Z",
        )
        assert [task["status"] for task in shown["tasks"]] == ["released", "cancelled"]
        (listed,) = enforcement.get("/operations", MARKET, status="cancelled").json()["items"]
        assert (listed["unit_count"], listed["released_count"]) == (2, 1)

    def test_one_that_was_never_blown_has_no_operation(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(whistle_cancelled())
        assert enforcement.log() == []


class WhenAPersonIsErased:
    def test_what_was_written_about_them_is_gone(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown(subject=SUBJECT))
        complete(enforcement, POLICE, "已对当事人批评教育")
        erase(enforcement)
        assert enforcement.get(f"{AT}/results").json() == [{"unit": POLICE, "result": None}]

    def test_the_operation_goes_on(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown(subject=SUBJECT))
        erase(enforcement)
        complete(enforcement, POLICE, "现场已恢复")
        assert enforcement.get(f"{AT}/results").json() == [{"unit": POLICE, "result": "现场已恢复"}]
        assert enforcement.post(f"{AT}/releases/{POLICE}", unit=STREET).status_code == 200

    def test_before_their_whistle_arrives_it_opens_all_the_same(
        self, enforcement: EnforcementHarness
    ) -> None:
        erase(enforcement)
        enforcement.blow(blown(subject=SUBJECT))
        assert isinstance(enforcement.service.load(f"operation-{OPERATION_NO}").state, Underway)

    def test_what_others_cases_hold_stays(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        complete(enforcement, POLICE, "摊点已清理")
        erase(enforcement)
        assert enforcement.get(f"{AT}/results").json() == [{"unit": POLICE, "result": "摊点已清理"}]


class WhenTheLastCallerOfACaseIsErased:
    def test_the_units_are_not_timed_and_nothing_is_missed(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown())
        enforcement.hear(callers_erased(WHISTLE_NO))
        assert enforcement.rows(deadlines) == []
        enforcement.wait_until(OPENED_AT + timedelta(days=30))
        assert [name for _, _, name in enforcement.log()] == [
            "operation_opened",
            "deadlines_lifted",
        ]
        (row, _) = enforcement.get("/queue", "district", "auditor").json()["items"]
        assert (row["next_due_at"], row["report_due_at"], row["report_missed"]) == (
            None,
            None,
            False,
        )

    def test_the_control_arm_misses_all_four(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        enforcement.wait_until(OPENED_AT + timedelta(days=30))
        assert len(enforcement.log()) == 5

    def test_what_passed_before_is_missed(self, enforcement: EnforcementHarness) -> None:
        enforcement.blow(blown())
        enforcement.clock.moment = OPENED_AT + timedelta(minutes=6)
        enforcement.hear(callers_erased(WHISTLE_NO))
        missed = ["unit_acknowledgement_missed"] * 2
        assert [name for _, _, name in enforcement.log()][1:] == [*missed, "deadlines_lifted"]

    def test_a_whistle_blown_afterwards_has_no_clocks_either(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.hear(callers_erased(WHISTLE_NO))
        enforcement.blow(blown())
        assert enforcement.rows(deadlines) == []
        assert enforcement.post(f"{AT}/acknowledgement").status_code == 200
        (row, _) = enforcement.get("/queue", "district", "auditor").json()["items"]
        assert row["next_due_at"] is None

    def test_unless_somebody_waits_again(self, enforcement: EnforcementHarness) -> None:
        enforcement.hear(callers_erased())
        enforcement.hear(joined())
        enforcement.blow(blown())
        assert len(enforcement.rows(deadlines)) == 4

    def test_the_texts_of_the_case_itself_are_gone_and_later_ones_are_kept(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.blow(blown(subject=None))
        complete(enforcement, POLICE, "写在工单名下")
        enforcement.hear(callers_erased(WHISTLE_NO))
        complete(enforcement, MARKET, "之后所写")
        assert enforcement.get(f"{AT}/results").json() == [
            {"unit": POLICE, "result": None},
            {"unit": MARKET, "result": "之后所写"},
        ]


class WhenAnOfficerIsRecused:
    def test_they_neither_act_nor_read_until_it_is_lifted(
        self, enforcement: EnforcementHarness
    ) -> None:
        enforcement.hear(declared(f"p-{POLICE}"))
        enforcement.blow(blown())
        acts: tuple[Callable[[], Response], ...] = (
            lambda: enforcement.get(AT),
            lambda: enforcement.get(f"{AT}/results"),
            lambda: enforcement.post(f"{AT}/acknowledgement"),
        )
        for act in acts:
            answer = act()
            assert (answer.status_code, answer.json()["code"]) == (403, "officer_recused")
        enforcement.hear(lifted(f"p-{POLICE}"))
        assert [act().status_code for act in acts] == [200, 200, 200]

    def test_the_others_of_the_unit_go_on(self, enforcement: EnforcementHarness) -> None:
        enforcement.hear(declared("p-somebody"))
        enforcement.blow(blown())
        assert enforcement.post(f"{AT}/acknowledgement").status_code == 200
