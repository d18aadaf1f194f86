"""What holds for a case and its whistles whatever is done to them, in whatever order."""

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.event import Event, parse_event
from services.dispatch.domain.case import CASE
from services.dispatch.domain.case_state import Closed, NoCase, OpenCase, Reported
from services.dispatch.domain.whistle import WHISTLE, NoWhistle
from tests.unit.dispatch.cases import ANN, BO, HANDLE_BY, OFFICER, STREET, march
from tests.unit.dispatch.docket import MOVES, Docket, Move, played
from tests.unit.dispatch.ledger import Ledger

LATE: Move = ("wait", 24 * 8)
SOLVED: list[Move] = [
    ("sign", OFFICER),
    ("report", OFFICER),
    ("hear", (ANN, True, 0)),
    ("hear", (BO, None, 0)),
]
BACK_AFTER_A_NO: list[Move] = [
    ("sign", OFFICER),
    LATE,
    ("hear", (BO, False, 0)),
    ("leave", BO),
    ("hear", (ANN, True, 0)),
    ("join", BO),
    ("report", OFFICER),
]
ENDED_ROUND_UNDER_A_WHISTLE: list[Move] = [
    ("sign", OFFICER),
    ("propose", STREET),
    ("leave", ANN),
    ("hear", (BO, False, 0)),
    ("decide", "refuse"),
    *SOLVED,
]


def all_events(docket: Docket) -> list[Event]:
    return [*docket.case_events, *(one for own in docket.whistle_events.values() for one in own)]


def replayed(events: list[Event]) -> list[Event]:
    """Give events as they come back from a log."""
    return [parse_event(event.wire, event.to_bytes()) for event in events]


@given(MOVES)
@example(SOLVED)
@example(BACK_AFTER_A_NO)
@example(ENDED_ROUND_UNDER_A_WHISTLE)
def test_no_history_breaks_a_rule(moves: list[Move]) -> None:
    ledger = Ledger()
    for event in played(moves).case_events:
        ledger.follow(event)


@given(MOVES)
@example(SOLVED)
@example(BACK_AFTER_A_NO)
def test_the_open_deadlines_are_those_begun_and_neither_met_nor_missed(moves: list[Move]) -> None:
    ledger, state = Ledger(), CASE.initial
    for event in played(moves).case_events:
        ledger.follow(event)
        state = CASE.evolve(state, event)
        open_now = [(due.round, due.milestone, due.due_at) for due in CASE.deadlines(state)]
        assert Counter(open_now) == Counter(ledger.clocks)


@given(MOVES)
def test_nothing_that_is_due_outlives_a_tick(moves: list[Move]) -> None:
    docket = played([*moves, ("tick", None)])
    assert [due for due in CASE.deadlines(docket.case) if due.due_at <= docket.now] == []
    assert list(CASE.lapse(docket.case, docket.now)) == []


@given(MOVES)
def test_a_round_that_could_end_has_ended(moves: list[Move]) -> None:
    docket = played(moves)
    if isinstance(docket.case, OpenCase):
        facts = docket.case.facts
        heard = {answer.appeal_no: answer.resolved for answer in facts.answers}
        unheard = [one for one in facts.callers if one.appeal_no not in heard]
        held = facts.open_whistles or (facts.callers and not isinstance(docket.case, Reported))
        assert unheard or held
        assert unheard or False not in [heard[one.appeal_no] for one in facts.callers]


@given(MOVES)
@example(SOLVED)
def test_what_was_decided_on_is_what_a_replay_gives(moves: list[Move]) -> None:
    docket = played(moves)
    assert CASE.fold(CASE.initial, replayed(docket.case_events)) == docket.case
    for number, events in docket.whistle_events.items():
        assert WHISTLE.fold(WHISTLE.initial, replayed(events)) == docket.whistle[number]


@given(MOVES, st.data())
def test_any_order_of_any_history_folds(moves: list[Move], data: st.DataObject) -> None:
    docket = played(moves)
    shuffled = data.draw(st.permutations(all_events(docket)))
    state = CASE.fold(CASE.initial, shuffled)
    assert isinstance(state, OpenCase | Closed), "the case was dispatched, early or late"
    assert len(CASE.lapse(state, march(31, 0))) <= len(CASE.deadlines(state))
    whistle = WHISTLE.fold(WHISTLE.initial, shuffled)
    assert isinstance(whistle, NoWhistle) is not bool(docket.whistle_events)


@given(MOVES)
def test_a_history_without_its_beginning_folds_to_nothing(moves: list[Move]) -> None:
    docket = played(moves)
    assert CASE.fold(CASE.initial, docket.case_events[1:]) == NoCase()
    for events in docket.whistle_events.values():
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
