"""The rules of a call-back, one class per thing that is asked."""

from dataclasses import replace
from itertools import permutations
from typing import get_args

import pytest

from chassis.decider import Meta
from chassis.errors import OfficerRecused, Refusal
from contracts.envelope import Actor
from contracts.events.feedback import CallbackAnswers, CallbackAttempted
from contracts.events.feedback.callback import WaiverGround
from contracts.ids import UnitCode
from services.feedback.domain.callback.asking import (
    ATTEMPTS_MAX,
    CallbackAlreadyOver,
    CompleteCallback,
    RecordAttempt,
)
from services.feedback.domain.callback.decider import CALLBACK, CallbackCommand
from services.feedback.domain.callback.participants import Participants
from services.feedback.domain.callback.policies import (
    CallbackByDispatcher,
    CallbackByHandler,
    CallbackUnknown,
)
from services.feedback.domain.callback.scheduling import ScheduleCallback
from services.feedback.domain.callback.state import (
    CallbackEvent,
    Completed,
    NoCallback,
    Scheduled,
    Waived,
)
from services.feedback.domain.callback.waiving import WaiveCallback
from tests.given import given
from tests.unit.feedback.facts import (
    CASE_NO,
    HANDLER,
    NOON,
    SEALED,
    STREET,
    VISITOR,
    WANG,
    answers,
    attempted,
    completed,
    minutes,
    number,
    scheduled,
    waived,
)

SYSTEM = Actor(person="system:feedback", unit="system", role="service")
OF_THE_UNIT = Actor(person="p-other", unit=STREET, role="visitor")
LENT_HANDLER = Actor(person=HANDLER, unit="hotline", role="visitor")
SATISFIED = answers()
OVER: dict[str, list[CallbackEvent]] = {
    "completed": [scheduled(), completed(SATISFIED, minutes(1))],
    "never reached": [scheduled(), *map(attempted, (1, 2, 3)), completed(None, minutes(3))],
    "not wanted": [scheduled(), waived("not_wanted", minutes(1))],
    "caller left": [scheduled(), waived("caller_left", minutes(1))],
    "erased": [scheduled(), waived("subject_erased", minutes(1))],
    "anonymous": [scheduled(), waived("anonymous", minutes(1))],
    "ended by order": [scheduled(), waived("end_ordered", minutes(1))],
}
RECUSED = frozenset({"p-recused"})
CALLED = UnitCode("urban-management")
OTHERS = Participants(
    units=frozenset({CALLED}),
    handlers=frozenset({"p-reported-in"}),
    deciders=frozenset({"p-dispatcher"}),
)
"""Who had a part in the case besides the street that handled it."""


def attempt(at: int, actor: Actor = VISITOR) -> RecordAttempt:
    return RecordAttempt(
        callback_no=number(), recused=RECUSED, participants=OTHERS, meta=Meta(actor, minutes(at))
    )


def complete(said: CallbackAnswers = SATISFIED, actor: Actor = VISITOR) -> CompleteCallback:
    return CompleteCallback(
        callback_no=number(),
        answers=said,
        note=SEALED,
        recused=RECUSED,
        participants=OTHERS,
        meta=Meta(actor, minutes(9)),
    )


def waive(ground: WaiverGround = "not_wanted", actor: Actor = VISITOR) -> WaiveCallback:
    return WaiveCallback(
        callback_no=number(),
        ground=ground,
        recused=RECUSED,
        participants=OTHERS,
        meta=Meta(actor, minutes(9)),
    )


def schedule() -> ScheduleCallback:
    return ScheduleCallback(
        case_no=CASE_NO,
        round=1,
        caller=WANG,
        unit=STREET,
        handlers=(HANDLER,),
        trigger="handling_reported",
        meta=Meta(SYSTEM, NOON),
    )


BY_A_VISITOR = (attempt(1), complete(), waive())


class WhenACallbackIsScheduled:
    def test_it_is_once(self) -> None:
        given(CALLBACK).when(schedule()).then(scheduled())

    def test_it_is_not_scheduled_again_while_open(self) -> None:
        given(CALLBACK, scheduled()).when(schedule()).nothing()

    @pytest.mark.parametrize("how", [how for how in OVER if how != "caller left"])
    def test_it_is_not_scheduled_again_when_over(self, how: str) -> None:
        given(CALLBACK, *OVER[how]).when(schedule()).nothing()

    def test_a_caller_who_left_and_came_back_is_owed_it_again(self) -> None:
        again = given(CALLBACK, *OVER["caller left"]).when(schedule())
        again.then(scheduled())
        assert given(CALLBACK, *OVER["caller left"], scheduled()).state == Scheduled(scheduled())


class WhenTheCallerIsNotReached:
    def test_the_attempt_is_counted(self) -> None:
        given(CALLBACK, scheduled()).when(attempt(1)).then(attempted(1))
        given(CALLBACK, scheduled(), attempted(1)).when(attempt(2)).then(attempted(2))
        assert given(CALLBACK, scheduled(), attempted(1), attempted(2)).state == Scheduled(
            scheduled(), 2
        )

    def test_the_last_attempt_allowed_ends_it_without_answers(self) -> None:
        assert ATTEMPTS_MAX == 3
        given(CALLBACK, scheduled(), attempted(1), attempted(2)).when(attempt(3)).then(
            attempted(3), completed(None, minutes(3))
        )


class WhenTheCallerAnswers:
    def test_what_was_said_is_recorded_as_it_was_said(self) -> None:
        given(CALLBACK, scheduled()).when(complete()).then(completed(SATISFIED, minutes(9), SEALED))

    def test_after_attempts_that_failed_too(self) -> None:
        given(CALLBACK, scheduled(), attempted(1)).when(complete()).then(
            completed(SATISFIED, minutes(9), SEALED)
        )

    @pytest.mark.parametrize(
        "said",
        [
            answers("satisfied", resolved=False),
            answers("dissatisfied", resolved=True),
            answers("unrated", contacted=False, resolved=True),
        ],
    )
    def test_solved_and_satisfied_are_two_facts(self, said: CallbackAnswers) -> None:
        given(CALLBACK, scheduled()).when(complete(said)).then(completed(said, minutes(9), SEALED))


class WhenTheCallerIsNotToBeAsked:
    @pytest.mark.parametrize("ground", get_args(WaiverGround))
    def test_the_callback_is_waived_with_its_ground(self, ground: WaiverGround) -> None:
        given(CALLBACK, scheduled()).when(waive(ground, SYSTEM)).then(waived(ground, minutes(9)))

    @pytest.mark.parametrize("how", OVER)
    def test_what_is_over_is_left_alone(self, how: str) -> None:
        given(CALLBACK, *OVER[how]).when(waive()).nothing()


class WhenSomebodyWhoHandledItCalls:
    @pytest.mark.parametrize("actor", [OF_THE_UNIT, LENT_HANDLER])
    @pytest.mark.parametrize("index", range(len(BY_A_VISITOR)))
    def test_nothing_is_taken_from_them(self, actor: Actor, index: int) -> None:
        command = (attempt(1, actor), complete(actor=actor), waive(actor=actor))[index]
        refusal = given(CALLBACK, scheduled()).when(command).refused(CallbackByHandler)
        assert refusal.status == 403


class WhenSomebodyWhoHadAPartInItCalls:
    """监管分离: who handles, assists, is called or dispatches does not verify (9.3 (6))."""

    @pytest.mark.parametrize(
        ("actor", "refusal"),
        [
            (Actor(person="p-new", unit=CALLED, role="visitor"), CallbackByHandler),
            (Actor(person="p-reported-in", unit="hotline", role="visitor"), CallbackByHandler),
            (Actor(person="p-dispatcher", unit="hotline", role="visitor"), CallbackByDispatcher),
        ],
    )
    @pytest.mark.parametrize("index", range(len(BY_A_VISITOR)))
    def test_nothing_is_taken_from_them(
        self, actor: Actor, refusal: type[Refusal], index: int
    ) -> None:
        command = (attempt(1, actor), complete(actor=actor), waive(actor=actor))[index]
        assert given(CALLBACK, scheduled()).when(command).refused(refusal).status == 403

    @pytest.mark.parametrize("actor", [VISITOR, Actor(person="p-1", unit="hall", role="visitor")])
    def test_who_had_none_may(self, actor: Actor) -> None:
        """The control arm: the same case with the same participants."""
        decided = CALLBACK.decide(attempt(1, actor), Scheduled(scheduled()))
        assert [type(event) for event in decided] == [CallbackAttempted]


class WhenThereIsNothingToDoItOn:
    @pytest.mark.parametrize("command", BY_A_VISITOR)
    def test_a_number_nobody_gave_out_is_unknown(self, command: CallbackCommand) -> None:
        assert given(CALLBACK).when(command).refused(CallbackUnknown).status == 404

    @pytest.mark.parametrize("how", OVER)
    def test_what_is_over_takes_no_more(self, how: str) -> None:
        given(CALLBACK, *OVER[how]).when(attempt(4)).refused(CallbackAlreadyOver)
        given(CALLBACK, *OVER[how]).when(complete()).refused(CallbackAlreadyOver)


class WhenEventsAreFolded:
    def test_each_stage_keeps_what_it_has(self) -> None:
        fact = scheduled()
        assert given(CALLBACK).state == NoCallback()
        assert given(CALLBACK, fact, attempted(1), completed(SATISFIED, minutes(2))).state == (
            Completed(fact, 1, SATISFIED, None)
        )
        assert given(CALLBACK, fact, attempted(1), waived("not_wanted", minutes(2))).state == (
            Waived(fact, 1, "not_wanted")
        )

    @pytest.mark.parametrize("how", OVER)
    def test_no_order_of_a_stream_is_an_error(self, how: str) -> None:
        for events in permutations([*OVER[how], attempted(3)]):
            state = given(CALLBACK, *events).state
            assert isinstance(state, NoCallback | Scheduled | Completed | Waived)

    def test_an_event_that_does_not_fit_changes_nothing(self) -> None:
        assert given(CALLBACK, attempted(1)).state == NoCallback()
        over = given(CALLBACK, *OVER["completed"])
        assert given(CALLBACK, *OVER["completed"], scheduled()).state == over.state


class WhenAVisitorIsRecused:
    @pytest.mark.parametrize("command", [attempt(1), complete(), waive()])
    def test_a_colleague_asks(
        self, command: RecordAttempt | CompleteCallback | WaiveCallback
    ) -> None:
        barred = replace(command, recused=frozenset({VISITOR.person}))
        given(CALLBACK, scheduled()).when(barred).refused(OfficerRecused)

    def test_who_is_not_recused_may(self) -> None:
        """The control arm: somebody else is recused in every test of this file."""
        assert VISITOR.person not in RECUSED
        given(CALLBACK, scheduled()).when(attempt(1)).then(attempted(1))
