"""A case and its whistles under random moves, executed the way the unit of work executes them.

Deadlines that have passed are recorded before a command is decided; a command on both the case and
a whistle happens on both or on neither; one that is refused leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from chassis.decider import Decider
from chassis.errors import Refusal
from contracts.event import Event
from contracts.ids import WhistleNo, whistle_no
from contracts.values import Caller
from services.dispatch.domain.case.decider import CASE, CaseCommand
from services.dispatch.domain.case.state import CaseEvent, CaseState, NoCase
from services.dispatch.domain.whistle.approval import RefuseWhistle
from services.dispatch.domain.whistle.cancelling import CancelWhistle
from services.dispatch.domain.whistle.commands import WhistleCommand
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.proposing import ProposeWhistle
from services.dispatch.domain.whistle.settlement import SettleWhistle
from services.dispatch.domain.whistle.state import WhistleEvent, WhistleState
from tests.unit.dispatch import cases, conflicts, whistles
from tests.unit.dispatch.cases import ANN, BO, CASE_NO, DISPATCHED_AT, NOBODY_KNOWN

__all__ = ["MOVES", "CaseModel", "Move", "played"]

Move = tuple[str, Any]
"""The name of a method of the model, and its argument."""

Command = TypeVar("Command")
State = TypeVar("State")
Fact = TypeVar("Fact", bound=Event)

OF_THE_WHISTLE: dict[str, WhistleCommand] = {
    "approve": whistles.approve(),
    "blow": whistles.blow(),
    "escalate": whistles.escalate(),
    "name absent": whistles.name_absent(),
    "ask": whistles.ask(),
    "answer": whistles.answer(),
    "add": whistles.add(),
    "excuse": whistles.excuse(),
    "excuse the lead": whistles.excuse(whistles.MARKET),
    "conclude": whistles.conclude(),
}
"""Steps that the whistle alone decides here: of its case nothing but a recusal would matter."""


@dataclass
class CaseModel:
    """Where the case and its whistles stand at a moment, and how they came there."""

    now: datetime = DISPATCHED_AT
    case: CaseState = CASE.initial
    case_events: list[CaseEvent] = field(default_factory=list)
    whistle: dict[WhistleNo, WhistleState] = field(default_factory=dict)
    whistle_events: dict[WhistleNo, list[WhistleEvent]] = field(default_factory=dict)

    def wait(self, hours: int) -> None:
        """Let time pass without anybody noticing."""
        self.now += timedelta(hours=hours)

    def tick(self, _: None) -> None:
        """Notice the deadlines that have passed."""
        self._record_case(CASE.missed(self.case, self.now))
        for number, state in list(self.whistle.items()):
            self._record_whistle(number, WHISTLE.missed(state, self.now))

    def sign(self, by: str) -> None:
        """Sign."""
        self._ask_case(cases.sign(self.now, by))

    def report(self, by: str) -> None:
        """Report."""
        self._ask_case(cases.report(self.now, by))

    def note(self, call: tuple[Caller, bool | None, int]) -> None:
        """Note a caller's answer, about this round or one that many rounds ago."""
        caller, resolved, rounds_ago = call
        round_no = max(self._round - rounds_ago, 1)
        self._ask_case(cases.note(caller, resolved, round_no, self.now))

    def join(self, caller: Caller) -> None:
        """Let a caller join."""
        self._ask_case(cases.join(caller, self.now))

    def leave(self, caller: Caller) -> None:
        """Let a caller leave."""
        self._ask_case(cases.leave(caller, self.now))

    def erase(self, callers: tuple[Caller, ...]) -> None:
        """Let the case hear which callers were erased."""
        self._ask_case(cases.note_erasure(*callers, at=self.now))

    def recuse(self, person: str) -> None:
        """Let a person keep out."""
        self._ask_case(conflicts.declare(conflicts.AN_AGENT, person))

    def admit(self, person: str) -> None:
        """Let a person act again."""
        self._ask_case(conflicts.lift(conflicts.AN_AGENT, person))

    def propose(self, street: str) -> None:
        """Propose the next whistle, numbered as the service does."""
        number = whistle_no(CASE_NO, len(self.whistle_events) + 1)
        self._ask_both(number, whistles.propose(unit=street, whistle_no=number, at=self.now))

    def decide(self, step: str) -> None:
        """Take a step with the newest whistle, ready for it or not."""
        if not self.whistle:
            return
        number = list(self.whistle)[-1]
        if step in OF_THE_WHISTLE:
            self._ask_whistle(number, OF_THE_WHISTLE[step])
            return
        command: RefuseWhistle | CancelWhistle | SettleWhistle
        match step:
            case "refuse":
                command = replace(whistles.refuse(at=self.now), whistle_no=number)
            case "cancel":
                command = replace(whistles.cancel(at=self.now), whistle_no=number)
            case _:
                command = replace(whistles.settle(at=self.now), whistle_no=number)
        self._ask_both(number, command)

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
        """Dispatch the case for one caller, whom a second one joins."""
        self._ask_case(cases.dispatch())
        self.join(BO)

    def _ask_case(self, command: CaseCommand) -> None:
        self._record_case(_missed_and_decided(CASE, command, self.case, self.now))

    def _ask_whistle(self, number: WhistleNo, command: WhistleCommand) -> None:
        state = self.whistle.get(number, WHISTLE.initial)
        self._record_whistle(number, _missed_and_decided(WHISTLE, command, state, self.now))

    def _ask_both(
        self,
        number: WhistleNo,
        command: ProposeWhistle | RefuseWhistle | CancelWhistle | SettleWhistle,
    ) -> None:
        state = self.whistle.get(number, WHISTLE.initial)
        of_case = _missed_and_decided(CASE, command, self.case, self.now)
        of_whistle = _missed_and_decided(WHISTLE, command, state, self.now)
        if of_case and of_whistle:
            self._record_case(of_case)
            self._record_whistle(number, of_whistle)

    def _record_case(self, events: Sequence[CaseEvent]) -> None:
        self.case = CASE.fold(self.case, events)
        self.case_events.extend(events)

    def _record_whistle(self, number: WhistleNo, events: Sequence[WhistleEvent]) -> None:
        if events:
            self.whistle[number] = WHISTLE.fold(self.whistle.get(number, WHISTLE.initial), events)
            self.whistle_events.setdefault(number, []).extend(events)


def _missed_and_decided(
    decider: Decider[Command, State, Fact], command: Command, state: State, now: datetime
) -> Sequence[Fact]:
    """Give what a command leads to, misses first; nothing when it is refused."""
    misses = decider.missed(state, now)
    try:
        return [*misses, *decider.decide(command, decider.fold(state, misses))]
    except Refusal:
        return []


_callers = st.sampled_from([ANN, BO, NOBODY_KNOWN])
_people = st.sampled_from([cases.OFFICER, cases.COLLEAGUE])
_calls = st.tuples(_callers, st.sampled_from([True, False, None]), st.sampled_from([0, 0, 0, 0, 1]))
_streets = st.sampled_from([cases.STREET, cases.STREET, cases.STREET, cases.DEPARTMENT])
_steps = st.sampled_from([*OF_THE_WHISTLE, "settle", "refuse", "cancel"])
_move: st.SearchStrategy[Move] = st.one_of(
    st.tuples(st.just("sign"), _people),
    st.tuples(st.just("report"), _people),
    st.tuples(st.just("note"), _calls),
    st.tuples(st.just("note"), _calls),
    st.tuples(st.just("note"), _calls),
    st.tuples(st.just("join"), _callers),
    st.tuples(st.just("leave"), _callers),
    st.tuples(st.just("erase"), st.sampled_from([(ANN,), (ANN, BO)])),
    st.tuples(st.just("recuse"), _people),
    st.tuples(st.just("admit"), _people),
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


def played(moves: Sequence[Move]) -> CaseModel:
    """Dispatch the case to two callers and make the moves."""
    model = CaseModel()
    model.begin()
    for name, argument in moves:
        getattr(model, name)(argument)
    return model
