"""What holds for every joint operation, whatever is asked and in whatever order."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.errors import Refusal
from contracts.events.enforcement import OperationConcluded, OperationOpened, UnitReleased
from contracts.ids import UnitCode
from services.enforcement.domain.operation.decider import OPERATION, OperationCommand
from services.enforcement.domain.operation.opening import OpenOperation
from services.enforcement.domain.operation.state import (
    Concluded,
    OperationEvent,
    OperationState,
    Task,
    Underway,
)
from tests.unit.enforcement.facts import FIRE, MARKET, OPENED_AT, POLICE, STREET
from tests.unit.enforcement.steps import (
    acknowledge,
    complete,
    lift,
    open_operation,
    release,
    report,
)

UNITS = (POLICE, MARKET, FIRE)

openings = st.builds(
    lambda units, kind: replace(open_operation(*units), kind=kind),
    st.lists(st.sampled_from(UNITS), min_size=1, unique=True),
    st.sampled_from(["emergency", "enforcement", "daily", "key"]),
)


@dataclass(frozen=True)
class Move:
    """Something asked. `onward` is the unit's next step: chance alone rarely ends."""

    step: Literal["onward", "acknowledge", "report", "complete", "release", "lift"]
    whom: int
    acting_unit: UnitCode = STREET
    officer_count: int = 2
    minutes_later: int = 0

    def command(self, state: Underway | Concluded, minute: int) -> OperationCommand:
        """Ask for it."""
        called = list(state.tasks)
        unit = [*called, FIRE, STREET][self.whom % (len(called) + 2)]
        step = self.step
        if step == "onward":
            unit = called[self.whom % len(called)]
            step = _next_step(state.tasks[unit])
        at = OPENED_AT + timedelta(minutes=minute)
        commands: dict[str, OperationCommand] = {
            "acknowledge": acknowledge(unit, at),
            "report": report(unit, at, self.officer_count),
            "complete": complete(unit, at),
            "release": release(unit, self.acting_unit, at),
            "lift": lift(at),
        }
        return commands[step]


def _next_step(task: Task) -> Literal["acknowledge", "report", "complete", "release"]:
    if task.completed:
        return "release"
    if task.reported:
        return "complete"
    return "report" if task.acknowledged else "acknowledge"


whom = st.integers(0, 9)
later = st.integers(0, 40)
moves = st.builds(Move, st.just("onward"), whom, minutes_later=later) | st.builds(
    Move,
    st.sampled_from(["acknowledge", "report", "complete", "release", "lift"]),
    whom,
    st.sampled_from((STREET, POLICE)),
    st.integers(0, 3),
    later,
)
days = st.integers(0, 24).flatmap(lambda count: st.lists(moves, min_size=count, max_size=30))


def play(opening: OpenOperation, asked: list[Move]) -> list[tuple[OperationEvent, OperationState]]:
    """Live an operation as the session does: misses first, then the command unless refused."""
    state = OPERATION.initial
    lived: list[tuple[OperationEvent, OperationState]] = []

    def happen(event: OperationEvent) -> None:
        nonlocal state
        state = OPERATION.evolve(state, event)
        lived.append((event, state))

    for event in OPERATION.decide(opening, state):
        happen(event)
    minute = 0
    for move in asked:
        minute += move.minutes_later
        for event in OPERATION.missed(state, OPENED_AT + timedelta(minutes=minute)):
            happen(event)
        assert isinstance(state, Underway | Concluded)
        try:
            events = OPERATION.decide(move.command(state, minute), state)
        except Refusal:
            continue
        for event in events:
            happen(event)
    return lived


lives = st.builds(play, openings, days)


@for_all(lives)
def test_a_unit_is_never_released_before_it_completed(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    for event, state in lived:
        if isinstance(event, UnitReleased):
            assert isinstance(state, Underway)
            task = state.tasks[event.unit]
            assert task.acknowledged
            assert task.reported
            assert task.completed


@for_all(lives)
def test_it_is_concluded_exactly_when_every_unit_is_released(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    for number, (event, state) in enumerate(lived):
        assert not isinstance(event, OperationConcluded) or number == len(lived) - 1
        if isinstance(state, Underway) and all(task.released for task in state.tasks.values()):
            assert isinstance(lived[number + 1][0], OperationConcluded)
    last = lived[-1][1]
    assert isinstance(last, Underway | Concluded)
    assert isinstance(last, Concluded) is all(task.released for task in last.tasks.values())


@for_all(lives)
def test_an_open_deadline_belongs_to_a_unit_that_has_not_reported_in(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    for _, state in lived:
        assert isinstance(state, Underway | Concluded)
        for due in OPERATION.deadlines(state):
            step, _, unit = due.milestone.partition("/")
            task = state.tasks[UnitCode(unit)]
            assert task.reported is None
            assert due == (task.owed.acknowledge if step == "acknowledge" else task.owed.report)


@for_all(lives)
def test_every_fact_happens_at_most_once(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    facts = [(type(event), getattr(event, "unit", None)) for event, _ in lived]
    assert len(facts) == len(set(facts))


@for_all(lives, st.integers(0, 3_000))
def test_what_was_missed_leaves_no_deadline_due(
    lived: list[tuple[OperationEvent, OperationState]], minute: int
) -> None:
    now = OPENED_AT + timedelta(minutes=minute)
    state = lived[-1][1]
    missed = OPERATION.missed(state, now)
    after = OPERATION.fold(state, missed)
    assert all(due.due_at > now for due in OPERATION.deadlines(after))
    assert list(OPERATION.missed(after, now)) == []
    assert len(OPERATION.deadlines(state)) == len(OPERATION.deadlines(after)) + len(missed)


@for_all(st.data())
def test_any_order_of_any_stream_folds(data: st.DataObject) -> None:
    lived = data.draw(lives)
    state = OPERATION.initial
    for event in data.draw(st.permutations([event for event, _ in lived])):
        before, state = state, OPERATION.evolve(state, event)
        started = isinstance(before, Underway) or isinstance(event, OperationOpened)
        assert state == before or started
    assert isinstance(state, Underway | Concluded)
    assert state.fact == lived[0][0]


@for_all(st.data())
def test_repeating_events_changes_nothing(data: st.DataObject) -> None:
    events = [event for event, _ in data.draw(lives)]
    once = OPERATION.fold(OPERATION.initial, events)
    twice = OPERATION.fold(OPERATION.initial, [same for event in events for same in (event, event)])
    assert once == twice


def test_chance_reaches_the_end() -> None:
    """The properties above are not empty: full lives are among those that are drawn."""
    ended: list[bool] = []

    @for_all(lives)
    def live(lived: list[tuple[OperationEvent, OperationState]]) -> None:
        ended.append(isinstance(lived[-1][1], Concluded))

    live()
    assert any(ended)
    assert not all(ended)
