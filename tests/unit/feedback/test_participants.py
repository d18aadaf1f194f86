"""监管分离 over HTTP: who had a part in a case makes no call-back about it (invariant 9.3 (6))."""

from collections.abc import Callable

import pytest

from chassis.inbox.inbound_event import InboundEvent
from services.feedback.views.participants import participants_of
from tests.unit.feedback.facts import (
    CASE_NO,
    LI,
    case_filed,
    case_signed,
    deadline_missed,
    end_ordered,
    extension_granted,
    handling_reported,
    number,
    objection_ruled,
    redispatched,
)
from tests.unit.feedback.harness import CALLS, SATISFIED, FeedbackHarness
from tests.unit.feedback.whistles import (
    FIRE,
    POLICE,
    URBAN,
    assist_requested,
    blown,
    contest_ruled,
    reported,
    unit_added,
)

Told = Callable[[FeedbackHarness], InboundEvent]

BY_UNIT: dict[str, tuple[str, Told]] = {
    "called by a whistle": (URBAN, lambda feedback: feedback.of_whistle(blown(URBAN, POLICE))),
    "added to a whistle": (FIRE, lambda feedback: feedback.of_whistle(unit_added(FIRE))),
    "asked to assist": (FIRE, lambda feedback: feedback.of_case(assist_requested(FIRE))),
    "led it later": (FIRE, lambda feedback: feedback.of_case(redispatched(FIRE))),
}
BY_PERSON: dict[str, tuple[str, str, Told]] = {
    "blew the whistle": (
        "p-blower",
        "callback_by_handler",
        lambda feedback: feedback.of_whistle(blown(URBAN)),
    ),
    "reported in": (
        "p-there",
        "callback_by_handler",
        lambda feedback: feedback.of_operation(reported(URBAN, "p-there")),
    ),
    "signed after the deadline was missed": (
        "p-late",
        "callback_by_handler",
        lambda feedback: feedback.of_case(case_signed("p-late")),
    ),
    "handled after the deadline was missed": (
        "p-late",
        "callback_by_handler",
        lambda feedback: feedback.of_case(handling_reported(LI, handlers=("p-late",))),
    ),
    "filed it": (
        "p-filer",
        "callback_by_dispatcher",
        lambda feedback: feedback.of_appeal(case_filed("p-filer")),
    ),
    "re-dispatched it": (
        "p-dispatcher",
        "callback_by_dispatcher",
        lambda feedback: feedback.of_case(redispatched(FIRE)),
    ),
    "ruled on its objection": (
        "p-dispatcher",
        "callback_by_dispatcher",
        lambda feedback: feedback.of_case(objection_ruled("p-dispatcher")),
    ),
    "granted its extension": (
        "p-dispatcher",
        "callback_by_dispatcher",
        lambda feedback: feedback.of_case(extension_granted("p-dispatcher")),
    ),
    "ruled on a contest": (
        "p-ruler",
        "callback_by_dispatcher",
        lambda feedback: feedback.of_operation(contest_ruled(URBAN, "rejected")),
    ),
}
STEPS = ("attempts", "completion", "waiver")


def refusals(feedback: FeedbackHarness, actor: str) -> set[str]:
    """Try each act as an actor; give what the refusals are."""
    found = set()
    for step in STEPS:
        body = SATISFIED if step == "completion" else None
        answer = feedback.post(f"{CALLS}/{number()}/{step}", body, f"visitor.{actor}")
        assert answer.status_code == 403, answer.text
        found.add(str(answer.json()["code"]))
    return found


class WhenACallbackIsDueAndOthersHadAPart:
    @pytest.mark.parametrize("how", BY_UNIT)
    @pytest.mark.parametrize("before", [True, False])
    def test_nobody_of_a_unit_that_took_part_calls(
        self, feedback: FeedbackHarness, how: str, *, before: bool
    ) -> None:
        unit, told = BY_UNIT[how]
        happens: list[Told] = [told, lambda feedback: feedback.of_case(deadline_missed())]
        for happening in happens if before else reversed(happens):
            feedback.receive(happening(feedback))
        assert refusals(feedback, f"{unit}.p-anyone") == {"callback_by_handler"}

    @pytest.mark.parametrize("how", BY_PERSON)
    def test_nobody_who_worked_on_it_or_decided_about_it_calls(
        self, feedback: FeedbackHarness, how: str
    ) -> None:
        person, code, told = BY_PERSON[how]
        feedback.receive(feedback.of_case(deadline_missed()))
        feedback.receive(told(feedback))
        assert refusals(feedback, f"hotline.{person}") == {code}

    @pytest.mark.parametrize("how", [*BY_UNIT, *BY_PERSON])
    def test_a_visitor_without_a_part_calls(self, feedback: FeedbackHarness, how: str) -> None:
        """The control arm: the same events, and somebody whom they do not name."""
        told = BY_UNIT[how][1] if how in BY_UNIT else BY_PERSON[how][2]
        feedback.receive(feedback.of_case(deadline_missed()))
        feedback.receive(told(feedback))
        assert feedback.complete(number()).status_code == 200

    def test_a_part_in_another_case_keeps_nobody_out(self, feedback: FeedbackHarness) -> None:
        other = case_signed("p-visitor").model_copy(update={"case_no": "261123000077"})
        feedback.receive(feedback.of_case(deadline_missed()), feedback.of_case(other))
        assert feedback.complete(number()).status_code == 200

    def test_who_ordered_the_end_had_a_part(self, feedback: FeedbackHarness) -> None:
        """The call-back is over with the order, so that nobody makes it: the view says it all."""
        feedback.receive(feedback.of_case(end_ordered()))
        with feedback.service.store.reading() as connection:
            assert participants_of(connection, CASE_NO).deciders == {"p-director"}
