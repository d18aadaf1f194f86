"""A case and its whistles under random moves, taken the way the door of the service takes them.

What a deadline has become by now is recorded before a command is looked at; a command on both the
case and a whistle happens on both or on neither; one that is refused leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from chassis.decider import Decider
from chassis.errors import Refusal
from contracts.event import Event
from contracts.values import Caller
from services.dispatch.domain.case import CASE
from services.dispatch.domain.case_commands import CaseCommand, DispatchCase
from services.dispatch.domain.case_state import CaseState, NoCase
from services.dispatch.domain.whistle import (
    WHISTLE,
    ProposeWhistle,
    RefuseWhistle,
    SettleWhistle,
    WhistleCommand,
    WhistleState,
)
from tests.unit.dispatch import cases, whistles
from tests.unit.dispatch.cases import ANN, BO, CASE_NO, DISPATCHED_AT, NOBODY_KNOWN

__all__ = ["MOVES", "Docket", "Move", "played"]

Move = tuple[str, Any]
"""The name of a method of the docket, and its argument."""

Command = TypeVar("Command")
State = TypeVar("State")


@dataclass
class Docket:
    """Where the case and its whistles stand at a moment, and how they came there."""

    now: datetime = DISPATCHED_AT
    case: CaseState = CASE.initial
    case_events: list[Event] = field(default_factory=list)
    whistle: dict[str, WhistleState] = field(default_factory=dict)
    whistle_events: dict[str, list[Event]] = field(default_factory=dict)

    def wait(self, hours: int) -> None:
        """Let time pass without anybody noticing."""
        self.now += timedelta(hours=hours)

    def tick(self, _: None) -> None:
        """Notice what has lapsed."""
        self._record_case(CASE.lapse(self.case, self.now))

    def sign(self, by: str) -> None:
        """Sign."""
        self._ask_case(cases.sign(self.now, by))

    def report(self, by: str) -> None:
        """Report."""
        self._ask_case(cases.report(self.now, by))

    def hear(self, call: tuple[Caller, bool | None, int]) -> None:
        """Hear a caller, about this round or one that many rounds ago."""
        caller, resolved, rounds_ago = call
        round_no = max(self._round - rounds_ago, 1)
        self._ask_case(cases.hear(caller, resolved, round_no, self.now))

    def join(self, caller: Caller) -> None:
        """Let a caller join."""
        self._ask_case(cases.join(caller, self.now))

    def leave(self, caller: Caller) -> None:
        """Let a caller leave."""
        self._ask_case(cases.leave(caller, self.now))

    def propose(self, street: str) -> None:
        """Propose the next whistle, numbered as the service does."""
        number = f"{CASE_NO}-W{len(self.whistle_events) + 1}"
        self._ask_both(number, whistles.propose(street=street, whistle_no=number, at=self.now))

    def decide(self, step: str) -> None:
        """Take a step with the newest whistle, ready for it or not."""
        if not self.whistle:
            return
        number = list(self.whistle)[-1]
        match step:
            case "approve":
                self._ask_whistle(number, whistles.approve())
            case "blow":
                self._ask_whistle(number, whistles.blow())
            case "escalate":
                self._ask_whistle(number, whistles.escalate())
            case "conclude":
                self._ask_whistle(number, whistles.conclude())
            case "refuse":
                self._ask_both(number, whistles.refuse(at=self.now))
            case _:
                self._ask_both(number, whistles.settle(at=self.now))

    def advance(self, _: None) -> None:
        """Take the newest whistle one step further, the way it is meant to go."""
        for step in ("approve", "blow", "conclude", "settle"):
            before = dict(self.whistle)
            self.decide(step)
            if self.whistle != before:
                return

    @property
    def _round(self) -> int:
        return 1 if isinstance(self.case, NoCase) else self.case.facts.round

    def begin(self) -> None:
        """Dispatch the case."""
        self._ask_case(DispatchCase(event=cases.dispatched(ANN, BO), district="district"))

    def _ask_case(self, command: CaseCommand) -> None:
        self._record_case(_lapsed_and_decided(CASE, command, self.case, self.now))

    def _ask_whistle(self, number: str, command: WhistleCommand) -> None:
        state = self.whistle.get(number, WHISTLE.initial)
        self._record_whistle(number, _lapsed_and_decided(WHISTLE, command, state, self.now))

    def _ask_both(
        self,
        number: str,
        command: ProposeWhistle | RefuseWhistle | SettleWhistle,
    ) -> None:
        state = self.whistle.get(number, WHISTLE.initial)
        of_case = _lapsed_and_decided(CASE, command, self.case, self.now)
        of_whistle = _lapsed_and_decided(WHISTLE, command, state, self.now)
        if of_case and of_whistle:
            self._record_case(of_case)
            self._record_whistle(number, of_whistle)

    def _record_case(self, events: Sequence[Event]) -> None:
        self.case = CASE.fold(self.case, events)
        self.case_events.extend(events)

    def _record_whistle(self, number: str, events: Sequence[Event]) -> None:
        if events:
            self.whistle[number] = WHISTLE.fold(self.whistle.get(number, WHISTLE.initial), events)
            self.whistle_events.setdefault(number, []).extend(events)


def _lapsed_and_decided(
    decider: Decider[Command, State], command: Command, state: State, now: datetime
) -> Sequence[Event]:
    """Give what a command leads to, misses first; nothing when it is refused."""
    misses = decider.lapse(state, now)
    try:
        return [*misses, *decider.decide(command, decider.fold(state, misses))]
    except Refusal:
        return []


_callers = st.sampled_from([ANN, BO, NOBODY_KNOWN])
_people = st.sampled_from([cases.OFFICER, cases.COLLEAGUE])
_calls = st.tuples(_callers, st.sampled_from([True, False, None]), st.sampled_from([0, 0, 0, 0, 1]))
_streets = st.sampled_from([cases.STREET, cases.STREET, cases.STREET, cases.DEPARTMENT])
_steps = st.sampled_from(["approve", "blow", "escalate", "conclude", "settle", "refuse"])
_move: st.SearchStrategy[Move] = st.one_of(
    st.tuples(st.just("sign"), _people),
    st.tuples(st.just("report"), _people),
    st.tuples(st.just("hear"), _calls),
    st.tuples(st.just("hear"), _calls),
    st.tuples(st.just("hear"), _calls),
    st.tuples(st.just("join"), _callers),
    st.tuples(st.just("leave"), _callers),
    st.tuples(st.just("propose"), _streets),
    st.tuples(st.just("decide"), _steps),
    st.tuples(st.just("advance"), st.none()),
    st.tuples(st.just("advance"), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 24 * 8)),
    st.tuples(st.just("tick"), st.none()),
)
MOVES: st.SearchStrategy[list[Move]] = st.integers(0, 40).flatmap(
    lambda count: st.lists(_move, min_size=count, max_size=count)
)
"""As many moves as not: a list without a wanted length is short, and a short history ends early."""


def played(moves: Sequence[Move]) -> Docket:
    """Dispatch the case to two callers and make the moves."""
    docket = Docket()
    docket.begin()
    for name, argument in moves:
        getattr(docket, name)(argument)
    return docket
