"""A case and its whistles under random moves, executed the way the unit of work executes them.

Deadlines that have passed are recorded before a command is decided; a command on both the case and
a whistle happens on both or on neither; one that is refused leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from hypothesis import strategies as st

from chassis.decider import Decider
from chassis.errors import Refusal
from contracts.event import Event
from contracts.ids import UnitCode, WhistleNo, whistle_no
from contracts.values import Caller, Contact
from services.dispatch.domain.case.contacting import Claim
from services.dispatch.domain.case.decider import CASE, CaseCommand
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.state import CaseState, NoCase, Reported
from services.dispatch.domain.routing import Target
from services.dispatch.domain.whistle.approval import RefuseWhistle
from services.dispatch.domain.whistle.cancelling import CancelWhistle
from services.dispatch.domain.whistle.commands import WhistleCommand
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.proposing import ProposeWhistle
from services.dispatch.domain.whistle.settlement import SettleWhistle
from services.dispatch.domain.whistle.state import WhistleEvent, WhistleState
from tests.unit.dispatch import cases, conflicts, timing, transfers, whistles
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
        self._ask_case(cases.sign(self.now, by, self._unit))

    def report(self, by: str) -> None:
        """Report."""
        self._ask_case(cases.report(self.now, by, self._unit))

    def contact(self, result: Literal["reached", "unreachable"]) -> None:
        """Call the first caller who can be called."""
        self._ask_case(cases.note_contact(result, at=self.now, unit=self._unit))

    def report_as_it_is(self, _: None) -> None:
        """Report with the contact that the record allows."""
        told: tuple[tuple[Claim, Contact], ...] = (
            ("resolved", "reached"),
            ("unresolved", "unreachable"),
            ("resolved", "not_needed"),
        )
        for claim, contact in told:
            if not isinstance(self.case, Reported):
                self._ask_case(
                    cases.report(self.now, unit=self._unit, claim=claim, contact=contact)
                )

    def ask_time(self, what: str) -> None:
        """Ask for more time or for a suspension, or answer that."""
        match what:
            case "extension":
                self._ask_case(timing.ask_extension(at=self.now, unit=self._unit))
            case "grant":
                self._ask_case(timing.grant(at=self.now))
            case "deny":
                self._ask_case(timing.deny_extension(at=self.now))
            case "suspension":
                day = (self.now + timedelta(days=10)).date()
                self._ask_case(timing.ask_suspension(day, at=self.now, unit=self._unit))
            case "approve":
                self._ask_case(timing.approve_suspension(at=self.now))
            case "refuse":
                self._ask_case(timing.deny_suspension(at=self.now))
            case _:
                self._ask_case(timing.resume(timing.DISPATCHER, self.now))

    def claim(self, person: str) -> None:
        """Claim the case."""
        self._ask_case(timing.claim(cases.officer(person, self._unit), self.now))

    def give_away(self, person: str) -> None:
        """Hand the case over, or give it back if that is refused."""
        before = self.case
        self._ask_case(timing.hand_over(timing.LEADER, person, self.now))
        if self.case == before:
            self._ask_case(timing.release(timing.LEADER, self.now))

    def note(self, call: tuple[Caller, bool | None, int]) -> None:
        """Note a caller's answer, about this round or one that many rounds ago."""
        caller, resolved, rounds_ago = call
        round_no = max(self._round - rounds_ago, 1)
        self._ask_case(cases.note(caller, resolved, round_no, self.now))

    def grumble(self, caller: Caller) -> None:
        """Note that a caller finds it solved and is dissatisfied all the same."""
        said = cases.note(caller, True, self._round, self.now)
        self._ask_case(replace(said, satisfaction="dissatisfied"))

    def object(self, _: None) -> None:
        """Let the unit that leads object."""
        self._ask_case(transfers.object_to(self.now, self._unit))

    def rule(self, outcome: Literal["upheld", "rejected"]) -> None:
        """Rule; upheld, the next of two units leads."""
        to = self._next if outcome == "upheld" else None
        self._ask_case(transfers.rule(outcome, to=to, at=self.now))

    def redispatch(self, ground: Literal["dispatch_error", "unit_silent"]) -> None:
        """Give the case to the next of two units."""
        self._ask_case(transfers.redispatch(ground, self._next, self.now))

    def ask(self, _: None) -> None:
        """Let the lead ask a department."""
        self._ask_case(transfers.request(of=self._unit, at=self.now))

    def answer(self, _: None) -> None:
        """Let the department answer."""
        self._ask_case(transfers.answer(at=self.now))

    def order(self, _: None) -> None:
        """Let the district end the case."""
        self._ask_case(transfers.order_end(at=self.now))

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

    @property
    def _unit(self) -> UnitCode:
        return cases.STREET if isinstance(self.case, NoCase) else self.case.facts.unit

    @property
    def _next(self) -> Target:
        if self._unit == cases.STREET:
            return transfers.target()
        return transfers.target(cases.STREET, "street")

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
_times = st.sampled_from(
    ["extension", "grant", "deny", "suspension", "approve", "refuse", "resume"]
)
_move: st.SearchStrategy[Move] = st.one_of(
    st.tuples(st.just("sign"), _people),
    st.tuples(st.just("report"), _people),
    st.tuples(st.just("contact"), st.sampled_from(["reached", "unreachable"])),
    st.tuples(st.just("report_as_it_is"), st.none()),
    st.tuples(st.just("ask_time"), _times),
    st.tuples(st.just("ask_time"), _times),
    st.tuples(st.just("claim"), _people),
    st.tuples(st.just("give_away"), _people),
    st.tuples(st.just("note"), _calls),
    st.tuples(st.just("note"), _calls),
    st.tuples(st.just("note"), _calls),
    st.tuples(st.just("grumble"), _callers),
    st.tuples(st.just("object"), st.none()),
    st.tuples(st.just("rule"), st.sampled_from(["upheld", "rejected"])),
    st.tuples(st.just("redispatch"), st.sampled_from(["dispatch_error", "unit_silent"])),
    st.tuples(st.just("ask"), st.none()),
    st.tuples(st.just("answer"), st.none()),
    st.tuples(st.sampled_from(["order", *["tick"] * 9]), st.none()),
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
