"""The invariants (1), (2), (3), (7), (8), (10) of section 9.3, each under its number."""

from typing import Literal

import pytest
from hypothesis import example
from hypothesis import given as forall

from contracts.calendar import Deadline
from contracts.events.dispatch import (
    AssistRequested,
    CallbackNoted,
    CaseClosed,
    CaseDispatched,
    CaseObjected,
    CaseRedispatched,
    CaseReopened,
    CaseResumed,
    CaseSuspended,
    DeadlineMissed,
    DeadlineRevised,
    ExtensionGranted,
    HandlingReported,
    ObjectionRuled,
    WhistleAttached,
    WhistleDetached,
)
from contracts.ids import UnitCode
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.state import NoCase
from services.dispatch.domain.routing import LeadRefused, Target
from tests.given import given
from tests.unit.dispatch.case_model import MOVES, Move, played
from tests.unit.dispatch.cases import ANN, BO, OFFICER, STREET, dispatched
from tests.unit.dispatch.transfers import COMMUNITY, OTHER_UNIT, redispatch, rows_of_duty, target

UPHELD: list[Move] = [
    ("object", None),
    ("rule", "upheld"),
    ("sign", OFFICER),
    ("contact", "reached"),
    ("report", OFFICER),
]
RETURNED_TWICE: list[Move] = [("object", None), ("rule", "rejected"), ("object", None)]
SILENT: list[Move] = [("wait", 24 * 8), ("redispatch", "unit_silent"), ("sign", OFFICER)]
TWO_ROUNDS: list[Move] = [
    ("sign", OFFICER),
    ("contact", "reached"),
    ("report", OFFICER),
    ("note", (ANN, False, 0)),
    ("note", (BO, True, 0)),
    ("sign", OFFICER),
    ("contact", "reached"),
    ("report", OFFICER),
    ("note", (ANN, True, 0)),
    ("note", (BO, True, 0)),
]


@forall(MOVES)
@example(UPHELD)
@example(SILENT)
def test_1_one_unit_leads_until_another_is_named_or_the_case_closes(moves: list[Move]) -> None:
    model = played(moves)
    lead = UnitCode("")
    for event in model.case_events:
        match event:
            case CaseDispatched():
                lead = event.unit
            case CaseRedispatched():
                assert event.from_unit == lead
                lead = event.unit
            case CaseReopened() | HandlingReported() | DeadlineMissed() | CaseClosed():
                assert event.unit == lead
            case _:
                continue
    assert not isinstance(model.case, NoCase)
    assert model.case.facts.unit == lead


@pytest.mark.parametrize(
    ("wanted", "lead", "duty"),
    [
        (target(COMMUNITY, "community"), "@street", "basic"),
        (target("some-property", "property"), "@street", "basic"),
        (target(STREET, "street", is_admitted=True), OTHER_UNIT, "taken_back"),
        (target(STREET, "street"), OTHER_UNIT, "basic"),
    ],
    ids=["community", "property company", "taken back", "not admitted"],
)
def test_2_no_case_goes_where_the_law_forbids_it(
    wanted: Target, lead: str, duty: Literal["basic", "taken_back"]
) -> None:
    history = (dispatched(unit=OTHER_UNIT),)
    command = redispatch(to=wanted, catalogue=rows_of_duty(lead, duty))
    with pytest.raises(LeadRefused):
        CASE.decide(command, given(CASE, *history).state)


def test_2_it_goes_to_a_street_with_an_admission() -> None:
    """The control arm."""
    admitted = target(STREET, "street", is_admitted=True)
    command = redispatch(to=admitted, catalogue=rows_of_duty(OTHER_UNIT, "cooperate"))
    moved, _copied = CASE.decide(command, given(CASE, dispatched(unit=OTHER_UNIT)).state)
    assert isinstance(moved, CaseRedispatched)
    assert moved.unit == STREET


@forall(MOVES)
@example(UPHELD)
@example(RETURNED_TWICE)
def test_3_after_a_ruling_nobody_returns_the_case(moves: list[Move]) -> None:
    names = [type(event) for event in played(moves).case_events]
    after = names[names.index(ObjectionRuled) :] if ObjectionRuled in names else []
    assert CaseObjected not in after
    assert names.count(ObjectionRuled) <= 1


@forall(MOVES)
@example(TWO_ROUNDS)
def test_7_a_case_closes_when_it_is_reported_its_callers_asked_and_its_whistles_over(
    moves: list[Move],
) -> None:
    events = played(moves).case_events
    end = events[-1]
    if not isinstance(end, CaseClosed) or end.outcome in {"withdrawn", "ordered"}:
        return
    this_round = [event for event in events if event.round == end.round]
    assert any(isinstance(event, HandlingReported) for event in this_round)
    assert any(isinstance(event, CallbackNoted) for event in this_round)
    hung = sum(isinstance(event, WhistleAttached) for event in events)
    assert hung == sum(isinstance(event, WhistleDetached) for event in events)


def test_7_is_reached() -> None:
    """The control arm: some history ends so."""
    end = played(TWO_ROUNDS).case_events[-1]
    assert isinstance(end, CaseClosed)
    assert end.outcome == "resolved"


def test_8_a_reopening_begins_the_next_round_and_the_answers_of_both_stay() -> None:
    events = played(TWO_ROUNDS).case_events
    said = [
        (event.round, event.resolved, event.satisfaction)
        for event in events
        if isinstance(event, CallbackNoted) and event.appeal_no == ANN.appeal_no
    ]
    assert said == [(1, False, "dissatisfied"), (2, True, "satisfied")]
    reports = [event.round for event in events if isinstance(event, HandlingReported)]
    reopened = [event.round for event in events if isinstance(event, CaseReopened)]
    assert (reports, reopened) == ([1, 2], [2])


@forall(MOVES)
@example(UPHELD)
@example(SILENT)
def test_10_a_deadline_stands_as_it_was_given_until_it_is_met_or_missed(
    moves: list[Move],
) -> None:
    given_so_far: set[Deadline] = set()
    state = CASE.initial
    for event in played(moves).case_events:
        given_so_far |= set(_given_by(event))
        state = CASE.evolve(state, event)
        assert set(CASE.deadlines(state)) <= given_so_far


def _given_by(event: CaseEvent) -> tuple[Deadline, ...]:
    match event:
        case CaseDispatched() | CaseReopened() | CaseRedispatched():
            return event.deadlines
        case CaseResumed():
            return event.deadlines
        case AssistRequested(deadline=Deadline() as deadline):
            return (deadline,)
        case ExtensionGranted() | DeadlineRevised():
            return (event.deadline,)
        case CaseSuspended():
            return (event.review,)
        case _:
            return ()
