"""What holds for every joint operation, whatever is asked and in whatever order."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, get_args

from hypothesis import Phase, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.errors import Refusal
from contracts.events.enforcement import (
    OperationCancelled,
    OperationConcluded,
    OperationOpened,
    UnitChased,
    UnitLeftEarly,
    UnitNamedAbsent,
    UnitReleased,
    UnitTaskAdded,
)
from contracts.ids import UnitCode
from services.enforcement.domain.operation.decider import OPERATION, OperationCommand
from services.enforcement.domain.operation.opening import OpenOperation
from services.enforcement.domain.operation.state import (
    FINISHED,
    Begun,
    Cancelled,
    Concluded,
    NoOperation,
    OperationEvent,
    OperationState,
    Task,
    Underway,
)
from tests.unit.enforcement.facts import FIRE, MARKET, OPENED_AT, POLICE, STREET
from tests.unit.enforcement.steps import (
    acknowledge,
    add,
    cancel,
    chase,
    complete,
    contest,
    leave,
    lift,
    name_absent,
    open_operation,
    release,
    report,
    rule,
)

UNITS = (POLICE, MARKET, FIRE)

openings = st.builds(
    lambda units, kind: replace(open_operation(*units), kind=kind),
    st.lists(st.sampled_from(UNITS), min_size=1, unique=True),
    st.sampled_from(["emergency", "enforcement", "daily", "key"]),
)


Step = Literal[
    "acknowledge",
    "contest",
    "report",
    "complete",
    "release",
    "absent",
    "leave",
    "chase",
    "uphold",
    "reject",
    "add",
    "lift",
    "cancel",
]
STEPS: tuple[Step, ...] = get_args(Step)


@dataclass(frozen=True)
class Move:
    """Something asked.

    Chance alone rarely ends: `onward` is the unit's next step on the straight way to its release,
    `astray` that on another way to be finished.
    """

    step: Step | Literal["onward", "astray"]
    whom: int
    acting_unit: UnitCode = STREET
    officer_count: int = 2
    minutes_later: int = 0

    def command(self, state: Begun, minute: int) -> OperationCommand:
        """Ask for it."""
        called = list(state.tasks)
        unit = [*called, FIRE, STREET][self.whom % (len(called) + 2)]
        if self.step == "onward" or self.step == "astray":  # noqa: PLR1714  # narrows for mypy
            unit = called[self.whom % len(called)]
            following = _next_onward if self.step == "onward" else _next_astray
            step = following(state.tasks[unit])
        else:
            step = self.step
        at, by = OPENED_AT + timedelta(minutes=minute), self.acting_unit
        commands: dict[Step, OperationCommand] = {
            "acknowledge": acknowledge(unit, at),
            "contest": contest(unit, at),
            "report": report(unit, at, self.officer_count),
            "complete": complete(unit, at),
            "release": release(unit, by, at),
            "absent": name_absent(unit, by, at),
            "leave": leave(unit, by, at),
            "chase": chase(unit, by, at),
            "uphold": rule(unit, "upheld", at=at),
            "reject": rule(unit, "rejected", at=at),
            "add": add(unit, at, at + timedelta(minutes=self.officer_count)),
            "lift": lift(at),
            "cancel": cancel(at),
        }
        return commands[step]


def _next_astray(task: Task) -> Step:
    if task.reported:
        return "leave"
    if task.contest == "waiting":
        return "absent" if task.report_missed else "uphold"
    return "absent" if task.report_missed else "contest"


def _next_onward(task: Task) -> Step:
    if task.completed:
        return "release"
    if task.reported:
        return "complete"
    return "report" if task.acknowledged else "acknowledge"


whom = st.integers(0, 9)
later = st.integers(0, 40)
moves = st.builds(
    Move, st.sampled_from(["onward", "onward", "astray"]), whom, minutes_later=later
) | st.builds(
    Move,
    st.sampled_from([step for step in STEPS if step != "cancel"]),
    whom,
    st.sampled_from((STREET, STREET, POLICE)),
    st.integers(0, 3),
    later,
)
CANCELLED = [Move("cancel", 0), Move("uphold", 0), Move("reject", 1), Move("report", 0)]
days = st.builds(
    lambda asked, last: [*asked, *last],
    st.integers(0, 24).flatmap(lambda count: st.lists(moves, min_size=count, max_size=30)),
    st.sampled_from([[], CANCELLED]),
)


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
        assert not isinstance(state, NoOperation)
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


def are_all_finished(state: OperationState) -> bool:
    """Say whether the street waits for no unit any more."""
    return not isinstance(state, NoOperation) and all(
        task.is_finished for task in state.tasks.values()
    )


@for_all(lives)
def test_it_is_concluded_as_soon_as_every_unit_is_finished_whatever_finished_the_last(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    for number, (event, state) in enumerate(lived):
        if isinstance(event, OperationConcluded):
            assert are_all_finished(lived[number - 1][1])
        if isinstance(state, Underway) and are_all_finished(state):
            assert isinstance(lived[number + 1][0], OperationConcluded)
    assert isinstance(lived[-1][1], Underway) is not are_all_finished(lived[-1][1])


@for_all(lives)
def test_a_unit_is_never_finished_twice(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    """Only an upheld contest comes on top: it says that the absence or the miss is void."""
    before: OperationState = OPERATION.initial
    for event, state in lived:
        if isinstance(event, UnitReleased | UnitNamedAbsent | UnitLeftEarly):
            assert isinstance(before, Underway)
            assert not before.tasks[event.unit].is_finished
        if isinstance(event, OperationCancelled | OperationConcluded):
            assert isinstance(before, Underway)
        before = state


@for_all(lives, st.integers(0, 3_000))
def test_with_every_unit_silent_the_street_alone_ends_it(
    lived: list[tuple[OperationEvent, OperationState]], minute: int
) -> None:
    """From whatever was reached: who never comes is absent, who is there and silent has left."""
    last = lived[-1][1]
    now = OPENED_AT + timedelta(minutes=10_000 + minute)
    state = OPERATION.fold(last, OPERATION.missed(last, now))
    assert not isinstance(state, NoOperation)
    for unit, task in state.tasks.items():
        if isinstance(last, Underway) and not task.is_finished:
            step = leave if task.reported else name_absent
            events = OPERATION.decide(step(unit, at=now), state)
            state = OPERATION.fold(state, events)
    assert isinstance(state, Concluded | Cancelled)
    assert isinstance(state, Cancelled) is isinstance(last, Cancelled)


@for_all(lives)
def test_an_open_deadline_belongs_to_a_unit_that_has_not_reported_in(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    for _, state in lived:
        assert not isinstance(state, NoOperation)
        for due in OPERATION.deadlines(state):
            step, _, unit = due.milestone.partition("/")
            task = state.tasks[UnitCode(unit)]
            assert task.reported is None
            assert not task.is_finished
            assert due == (task.owed.acknowledge if step == "acknowledge" else task.owed.report)


def _about(event: OperationEvent) -> object:
    """The unit it is about; the units of a conclusion, as there may be one of more units later."""
    if isinstance(event, UnitTaskAdded):
        return event.task.unit
    return getattr(event, "unit", getattr(event, "units", None))


@for_all(lives)
def test_every_fact_happens_at_most_once(
    lived: list[tuple[OperationEvent, OperationState]],
) -> None:
    """But for a chase, which may come again."""
    once = [event for event, _ in lived if not isinstance(event, UnitChased)]
    facts = [(type(event), _about(event)) for event in once]
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
        started = not isinstance(before, NoOperation) or isinstance(event, OperationOpened)
        assert state == before or started
    assert not isinstance(state, NoOperation)
    assert state.fact == lived[0][0]


@for_all(st.data())
def test_repeating_events_changes_nothing(data: st.DataObject) -> None:
    events = [event for event, _ in data.draw(lives)]
    once = OPERATION.fold(OPERATION.initial, events)
    twice = OPERATION.fold(OPERATION.initial, [same for event in events for same in (event, event)])
    assert once == twice


def test_chance_reaches_every_end() -> None:
    """The properties above are not empty: every way to finish is among the lives that are drawn."""
    ended: set[str] = set()

    @settings(max_examples=150, phases=[Phase.generate], derandomize=True, database=None)
    @for_all(lives)
    def live(lived: list[tuple[OperationEvent, OperationState]]) -> None:
        last = lived[-1][1]
        assert not isinstance(last, NoOperation)
        ended.update({last.stage}, (task.status for task in last.tasks.values()))

    live()
    assert ended >= {"underway", "concluded", "cancelled", *FINISHED}
