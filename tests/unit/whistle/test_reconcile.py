"""Comparing records: nothing where they agree, one sentence with the number where not."""

from dataclasses import replace
from typing import Any

import pytest

from whistle.reconciling.comparison import differences
from whistle.reconciling.draining import Look, heads, under_way
from whistle.reconciling.records import (
    Appeal,
    Callback,
    Case,
    Held,
    Operation,
    Records,
    Task,
    Whistle,
)
from whistle.reconciling.totals import totals


def appeal(no: str, status: str, **more: Any) -> Appeal:  # noqa: ANN401  # columns of a row
    blank = {"case_no": None, "case_status": None, "case_round": None}
    return Appeal(appeal_no=no, status=status, **{**blank, **more})


def filed(no: str, status: str = "open", round_no: int = 1) -> Appeal:
    return appeal(no, "filed", case_no=no, case_status=status, case_round=round_no)


def case(no: str, **more: Any) -> Case:  # noqa: ANN401  # columns of a row
    blank = {"status": "open", "outcome": None, "round": 1, "caller_count": 1, "missed_count": 0}
    return Case(case_no=no, **{**blank, **more})


def closed(no: str, outcome: str = "resolved", **more: Any) -> Case:  # noqa: ANN401  # columns of a row
    return case(no, status="closed", outcome=outcome, **more)


def whistle(no: str, status: str, blown_at: str | None = "2026-09-28T00:30:00Z") -> Whistle:
    return Whistle(whistle_no=no, case_no=no.partition("-")[0], status=status, blown_at=blown_at)


def operation(no: str, status: str) -> Operation:
    return Operation(operation_no=no, status=status)


def callback(no: str, status: str, round_no: int = 1) -> Callback:
    case_no = no.partition("-")[0]
    return Callback(callback_no=no, case_no=case_no, round=round_no, status=status)


AGREEING = Records(
    appeals=(
        appeal("01", "received"),
        appeal("02", "answered"),
        appeal("03", "declined"),
        filed("04"),
        filed("05", "closed", 2),
        appeal("06", "linked", case_no="05", case_status="closed", case_round=2),
        appeal("07", "withdrawn"),
        appeal("08", "withdrawn", case_no="08", case_status="closed", case_round=1),
        appeal("09", "withdrawn", case_no="05", case_status="closed", case_round=2),
        filed("10"),
    ),
    cases=(
        case("04", missed_count=2),
        closed("05", round=2, missed_count=1),
        closed("08", "withdrawn", caller_count=0),
        case("10"),
    ),
    whistles=(
        whistle("04-W1", "settled"),
        whistle("04-W2", "refused", None),
        whistle("04-W3", "blown"),
        whistle("05-W1", "settled"),
        whistle("05-W2", "cancelled"),
        whistle("10-W1", "concluded"),
    ),
    operations=(
        operation("04-W1", "concluded"),
        operation("04-W3", "underway"),
        operation("05-W1", "concluded"),
        operation("05-W2", "cancelled"),
        operation("10-W1", "concluded"),
    ),
    tasks=(
        Task(operation_no="04-W3", unit="a", acknowledgement_missed=True, report_missed=True),
        Task(operation_no="04-W3", unit="b", acknowledgement_missed=True, report_missed=False),
    ),
    callbacks=(
        callback("05-R1", "completed"),
        callback("05-R2", "waived", 2),
        callback("04-R1", "open"),
    ),
)


def test_records_that_agree_show_no_difference() -> None:
    assert differences(AGREEING) == []


def test_the_figures() -> None:
    assert totals(AGREEING) == {
        "received": 10,
        "answered": 1,
        "declined": 1,
        "withdrawn": 3,
        "linked": 1,
        "open": 3,
        "closed": 1,
        "waiting_for_agent": 1,
        "cases": {"open": 2, "closed": 2, "closed_of_withdrawn_or_linked": 1},
        "whistles": {"blown": 5, "settled": 2, "cancelled": 1, "open": 2},
        "rounds": {"1": 3, "2": 1},
        "outcomes": {"open": 2, "resolved": 1, "withdrawn": 1},
        "missed": {"case_deadlines": 3, "acknowledgements": 2, "reports": 1},
        "callbacks": {"open": 1, "completed": 1, "waived": 1},
    }


def test_received_is_the_sum_of_the_others() -> None:
    found = totals(AGREEING)
    parts = ("answered", "declined", "withdrawn", "linked", "open", "closed")
    assert found["received"] == sum(found[name] for name in parts)


def test_empty_records_agree() -> None:
    assert differences(Records()) == []
    assert totals(Records())["received"] == 0


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        (
            Records(appeals=(filed("01"),)),
            "appeal 01 was filed at intake, but dispatch has no such case",
        ),
        (
            Records(appeals=(appeal("01", "received"),), cases=(case("01"),)),
            "case 01 is at dispatch, but intake never filed it",
        ),
        (
            Records(
                appeals=(filed("01"),),
                cases=(closed("01"),),
                callbacks=(callback("01-R1", "completed"),),
            ),
            "case 01 is closed in round 1 at dispatch, open in round 1 at intake",
        ),
        (
            Records(appeals=(filed("01"),), cases=(case("01", round=2),)),
            "case 01 is open in round 2 at dispatch, open in round 1 at intake",
        ),
        (
            Records(appeals=(appeal("01", "filed", case_no="01"),), cases=(case("01"),)),
            "case 01 is open in round 1 at dispatch, None in round None at intake",
        ),
        (
            Records(appeals=(appeal("02", "linked", case_no="01"),)),
            "appeal 02 is linked to case 01, which is nowhere",
        ),
        (
            Records(appeals=(filed("01", "closed"),), cases=(closed("01", "withdrawn"),)),
            "appeal 01 still stands, but its case was closed as withdrawn",
        ),
        (
            Records(appeals=(filed("01"),), cases=(case("01", caller_count=0),)),
            "case 01 is open, but nobody waits for it",
        ),
        (
            replace(AGREEING, operations=AGREEING.operations[1:]),
            "whistle 04-W1 was blown at dispatch, but enforcement has no such operation",
        ),
        (
            replace(AGREEING, operations=(*AGREEING.operations, operation("04-W2", "underway"))),
            "operation 04-W2 is at enforcement, but dispatch never blew that whistle",
        ),
        (
            Records(
                appeals=(filed("01"),),
                cases=(case("01"),),
                whistles=(whistle("01-W1", "settled"),),
                operations=(operation("01-W1", "underway"),),
            ),
            "whistle 01-W1 is settled at dispatch, its operation underway at enforcement",
        ),
        (
            Records(
                appeals=(filed("01"),),
                cases=(case("01"),),
                whistles=(whistle("01-W1", "blown"),),
                operations=(operation("01-W1", "concluded"),),
            ),
            "whistle 01-W1 is blown at dispatch, its operation concluded at enforcement",
        ),
        (
            Records(whistles=(whistle("01-W1", "proposed", None),)),
            "whistle 01-W1 belongs to no case",
        ),
        (
            Records(
                appeals=(filed("01", "closed"),),
                cases=(closed("01"),),
                whistles=(whistle("01-W1", "approved", None),),
                callbacks=(callback("01-R1", "completed"),),
            ),
            "case 01 is closed, but whistle 01-W1 is open",
        ),
        (
            Records(callbacks=(callback("01-R1", "completed"),)),
            "call-back 01-R1 belongs to no case",
        ),
        (
            replace(AGREEING, callbacks=(*AGREEING.callbacks, callback("05-R3", "open"))),
            "case 05 is closed, but call-back 05-R3 is open",
        ),
        (
            replace(AGREEING, callbacks=AGREEING.callbacks[::2]),
            "case 05 was closed in round 2 without a call-back",
        ),
        (
            Records(
                held=(Held(service="dispatch", id=3, kind="parked", type="a.b.v1", stream="s"),)
            ),
            "dispatch holds event 3 (parked): a.b.v1 of s",
        ),
    ],
)
def test_each_difference_is_named(records: Records, sentence: str) -> None:
    assert differences(records) == [sentence]


class WhenWaitingForTheFeeds:
    REST = Look("intake", 5, {"dispatch": 0}, {}, "")

    def test_two_looks_at_rest_are_enough(self) -> None:
        assert under_way([self.REST], [self.REST]) == []
        assert heads([self.REST]) == {"intake": 5}

    @pytest.mark.parametrize(
        ("now", "sentence"),
        [
            (replace(REST, head=6), "intake has grown from 5 to 6"),
            (
                replace(REST, behind={"dispatch": 2}),
                "intake has yet to process 2 events of dispatch",
            ),
            (
                replace(REST, behind={"dispatch": -1}),
                "intake has yet to process an unknown number of events of dispatch",
            ),
            (replace(REST, behind={}, fault="gap"), "intake cannot follow: gap"),
        ],
    )
    def test_what_is_under_way_is_named(self, now: Look, sentence: str) -> None:
        assert under_way([self.REST], [now]) == [sentence]

    def test_held_events_are_no_obstacle(self) -> None:
        held = replace(self.REST, held={"parked": 1, "behind": 2})
        assert under_way([held], [held]) == []
