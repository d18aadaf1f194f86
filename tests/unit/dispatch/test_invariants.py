"""What holds for a case and its whistles whatever is done to them, in whatever order."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.event import Event, parse_event
from contracts.events.dispatch import WhistleProposed, WhistleUnitAdded, WhistleUnitExcused
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.state import Closed, NoCase, OpenCase, Reported, Signed
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.state import NoWhistle, call_of
from tests.unit.dispatch.case_invariants import CaseInvariants
from tests.unit.dispatch.case_model import MOVES, CaseModel, Move, played
from tests.unit.dispatch.cases import ANN, BO, HANDLE_BY, OFFICER, STREET, march

LATE: Move = ("wait", 24 * 8)
SOLVED: list[Move] = [
    ("sign", OFFICER),
    ("contact", "reached"),
    ("report", OFFICER),
    ("note", (ANN, True, 0)),
    ("note", (BO, None, 0)),
]
BACK_AFTER_A_NO: list[Move] = [
    ("sign", OFFICER),
    LATE,
    ("note", (BO, False, 0)),
    ("leave", BO),
    ("note", (ANN, True, 0)),
    ("join", BO),
    ("contact", "reached"),
    ("report", OFFICER),
]
WAITED: list[Move] = [
    ("sign", OFFICER),
    ("ask_time", "extension"),
    ("ask_time", "grant"),
    ("ask_time", "suspension"),
    ("ask_time", "approve"),
    LATE,
    ("ask_time", "resume"),
]
"""Extended, suspended, and resumed."""
ENDED_ROUND_UNDER_A_WHISTLE: list[Move] = [
    ("sign", OFFICER),
    ("propose", STREET),
    ("leave", ANN),
    ("note", (BO, False, 0)),
    ("decide", "refuse"),
    *SOLVED,
]


TWO_WHISTLES: list[Move] = [
    ("sign", OFFICER),
    ("propose", STREET),
    ("decide", "refuse"),
    ("propose", STREET),
    ("decide", "refuse"),
]


def all_events(model: CaseModel) -> list[Any]:
    """Give the events of the case and of its whistles."""
    return [*model.case_events, *(one for own in model.whistle_events.values() for one in own)]


def replayed(events: Sequence[Event]) -> list[Any]:
    """Give events as they come back from a log."""
    return [parse_event(event.wire, event.to_bytes()) for event in events]


@given(MOVES)
@example(SOLVED)
@example(BACK_AFTER_A_NO)
@example(ENDED_ROUND_UNDER_A_WHISTLE)
@example(TWO_WHISTLES)
@example(WAITED)
def test_no_history_breaks_a_rule(moves: list[Move]) -> None:
    invariants = CaseInvariants()
    for event in played(moves).case_events:
        invariants.follow(event)


@given(MOVES)
@example(SOLVED)
@example(BACK_AFTER_A_NO)
@example(WAITED)
def test_the_open_deadlines_are_those_begun_and_neither_met_nor_missed(moves: list[Move]) -> None:
    invariants, state = CaseInvariants(), CASE.initial
    for event in played(moves).case_events:
        invariants.follow(event)
        state = CASE.evolve(state, event)
        open_now = [(due.round, due.milestone, due.due_at) for due in CASE.deadlines(state)]
        assert Counter(open_now) == Counter(invariants.clocks)


@given(MOVES)
def test_nothing_that_is_due_outlives_a_tick(moves: list[Move]) -> None:
    model = played([*moves, ("tick", None)])
    for state in model.whistle.values():
        assert [due for due in WHISTLE.deadlines(state) if due.due_at <= model.now] == []
        assert list(WHISTLE.missed(state, model.now)) == []
    assert [due for due in CASE.deadlines(model.case) if due.due_at <= model.now] == []
    assert list(CASE.missed(model.case, model.now)) == []


@given(MOVES)
def test_a_round_that_could_end_has_ended(moves: list[Move]) -> None:
    model = played(moves)
    if isinstance(model.case, OpenCase):
        facts = model.case.facts
        answers = {answer.appeal_no: answer.resolved for answer in facts.answers}
        unasked = [one for one in facts.callers if one.appeal_no not in answers]
        held = facts.open_whistles or (facts.callers and not isinstance(model.case, Reported))
        assert unasked or held
        is_waiting = unasked or facts.timing.suspension
        assert is_waiting or False not in [answers[one.appeal_no] for one in facts.callers]


@given(MOVES)
@example(SOLVED)
def test_what_was_decided_on_is_what_a_replay_gives(moves: list[Move]) -> None:
    model = played(moves)
    assert CASE.fold(CASE.initial, replayed(model.case_events)) == model.case
    for number, events in model.whistle_events.items():
        assert WHISTLE.fold(WHISTLE.initial, replayed(events)) == model.whistle[number]


@given(MOVES, st.data())
def test_any_order_of_any_history_folds(moves: list[Move], data: st.DataObject) -> None:
    model = played(moves)
    shuffled = data.draw(st.permutations(all_events(model)))
    state = CASE.fold(CASE.initial, shuffled)
    assert isinstance(state, OpenCase | Closed), "the case was dispatched, early or late"
    assert len(CASE.missed(state, march(31, 0))) <= len(CASE.deadlines(state))
    whistle = WHISTLE.fold(WHISTLE.initial, shuffled)
    assert isinstance(whistle, NoWhistle) is not bool(model.whistle_events)


CALLED_AGAIN: list[Move] = [
    ("propose", STREET),
    ("decide", "approve"),
    ("decide", "blow"),
    ("decide", "excuse the lead"),
    ("decide", "add"),
]


@given(MOVES)
@example(CALLED_AGAIN)
@example(CALLED_AGAIN[:-1])
@example([*CALLED_AGAIN[:3], ("decide", "add"), ("decide", "excuse the lead")])
def test_a_whistle_never_has_two_leads_and_none_only_until_another_is_called(
    moves: list[Move],
) -> None:
    """不变量 9.3 (1): exactly one leads; after a ruling that excuses it, the next one called."""
    for events in played(moves).whistle_events.values():
        lead: str | None = None
        for event in events:
            match event:
                case WhistleProposed(units=units):
                    (lead,) = [one.unit for one in units if one.role == "lead"]
                case WhistleUnitExcused(unit=unit) if unit == lead:
                    lead = None
                case WhistleUnitAdded(summoned=summoned):
                    assert (summoned.role == "lead") is (lead is None)
                    lead = lead or summoned.unit
                case _:
                    pass
        call = call_of(WHISTLE.fold(WHISTLE.initial, events))
        assert call is None or call.lead == lead


@given(MOVES)
def test_a_history_without_its_beginning_folds_to_nothing(moves: list[Move]) -> None:
    model = played(moves)
    assert CASE.fold(CASE.initial, model.case_events[1:]) == NoCase()
    for events in model.whistle_events.values():
        assert WHISTLE.fold(WHISTLE.initial, events[1:]) == NoWhistle()


def test_the_moves_reach_what_they_are_meant_to_reach() -> None:
    assert isinstance(played(SOLVED).case, Closed)
    back = played(BACK_AFTER_A_NO)
    assert back.now >= HANDLE_BY
    assert isinstance(back.case, OpenCase)
    assert back.case.facts.round == 2
    under_whistle = played(ENDED_ROUND_UNDER_A_WHISTLE).case
    assert isinstance(under_whistle, Closed)
    assert (under_whistle.facts.round, under_whistle.facts.whistle_count) == (2, 1)
    waited = played(WAITED).case
    assert isinstance(waited, Signed)
    assert [one.state for one in waited.facts.timing.clocks].count("lifted") > 1
