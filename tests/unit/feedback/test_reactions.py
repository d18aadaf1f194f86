"""What feedback does about the events of others, through the unit of work and on a real store."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest
from httpx import Response

from chassis.inbox.inbound_event import InboundEvent
from chassis.store.tables import held, refusals
from chassis.unit_of_work.session import Session
from chassis.vault import KeyDestroyed
from contracts.event import Event
from contracts.ids import callback_stream, case_stream, subject_stream
from contracts.values import Caller
from services.feedback.domain.callback.asking import CompleteCallback
from services.feedback.domain.callback.participants import NOBODY as PARTICIPANTS_NOBODY
from services.feedback.domain.callback.scheduling import ScheduleCallback
from services.feedback.domain.callback.state import Completed, NoCallback, Scheduled, Waived
from tests.unit.feedback.facts import (
    CASE_NO,
    LI,
    NOBODY,
    STREET,
    WANG,
    ZHAO,
    answers,
    callers_erased,
    deadline_missed,
    declared,
    dispatched,
    end_ordered,
    erased,
    handling_reported,
    joined,
    left,
    lifted,
    number,
)
from tests.unit.feedback.harness import CALLS, SCORES, FeedbackHarness


def ground(feedback: FeedbackHarness, caller: Caller = WANG) -> str:
    state = feedback.state(caller)
    assert isinstance(state, Waived), state
    return state.ground


class WhenAUnitReportsItsHandling:
    def test_every_caller_gets_a_callback_of_the_round(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG, LI, ZHAO)))
        assert feedback.log() == [
            (f"callback-{number(caller)}", 1, "callback_scheduled") for caller in (WANG, LI, ZHAO)
        ]
        for caller in (WANG, LI, ZHAO):
            state = feedback.state(caller)
            assert isinstance(state, Scheduled)
            assert (state.fact.subject, state.fact.trigger) == (caller.subject, "handling_reported")

    def test_everything_about_the_case_keeps_its_order(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG, LI)))
        assert {one.envelope.key for one in feedback.recorded()} == {WANG.appeal_no}

    def test_a_second_reason_makes_no_second_callback(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(deadline_missed()), feedback.of_case(handling_reported()))
        assert [name for _, _, name in feedback.log()] == ["callback_scheduled"]

    def test_the_same_event_again_changes_nothing(self, feedback: FeedbackHarness) -> None:
        inbound = feedback.of_case(handling_reported(WANG, LI))
        feedback.receive(inbound, inbound)
        feedback.receive(inbound)
        assert len(feedback.log()) == 2

    def test_a_units_word_does_not_spare_it_the_call(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG, LI, contact="not_wanted")))
        assert isinstance(feedback.state(WANG), Scheduled)
        assert isinstance(feedback.state(LI), Scheduled)

    def test_what_the_caller_said_before_stays(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(deadline_missed()))
        feedback.answer()
        feedback.receive(feedback.of_case(handling_reported(contact="not_wanted")))
        assert isinstance(feedback.state(), Completed)


class WhenADeadlineIsMissed:
    def test_the_callers_are_asked_all_the_same(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(deadline_missed(WANG, ZHAO)))
        for caller in (WANG, ZHAO):
            state = feedback.state(caller)
            assert isinstance(state, Scheduled)
            assert state.fact.trigger == "deadline_missed"

    def test_signing_late_is_no_reason_to_call(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(deadline_missed(milestone="sign")))
        assert feedback.log() == []


class WhenCallersComeAndGo:
    def test_one_who_joins_late_is_called_too(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported()), feedback.of_case(joined(LI)))
        state = feedback.state(LI)
        assert isinstance(state, Scheduled)
        assert state.fact.trigger == "caller_joined"

    def test_one_who_joins_in_time_is_called_with_the_others(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(joined(LI, callback_due=False)))
        assert feedback.log() == []

    def test_one_who_leaves_is_not_called(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG, LI)), feedback.of_case(left(LI)))
        assert ground(feedback, LI) == "caller_left"
        assert isinstance(feedback.state(WANG), Scheduled)

    def test_one_who_leaves_before_any_callback_changes_nothing(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(left(LI)))
        assert (feedback.log(), feedback.rows(held)) == ([], [])

    def test_one_who_comes_back_is_called_again(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(LI)), feedback.of_case(left(LI)))
        feedback.receive(feedback.of_case(joined(LI)))
        assert isinstance(feedback.state(LI), Scheduled)

    def test_other_events_change_nothing(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(dispatched()))
        assert feedback.log() == []


class WhenAPersonIsErased:
    def test_their_key_is_destroyed_and_their_open_callbacks_are_waived(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG, LI)))
        feedback.receive(feedback.of_person())
        assert ground(feedback, WANG) == "subject_erased"
        assert isinstance(feedback.state(LI), Scheduled)
        vault, owner = feedback.service.vault, subject_stream(erased().subject)
        with feedback.service.store.writing() as connection:
            assert vault.is_destroyed(connection, owner)
            with pytest.raises(KeyDestroyed):
                vault.seal(connection, feedback.service.store.log_id, "late", owner)

    def test_what_was_said_before_stays(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported()))
        feedback.answer()
        feedback.receive(feedback.of_person())
        assert isinstance(feedback.state(), Completed)

    @pytest.mark.parametrize("together", [True, False])
    @pytest.mark.parametrize("erased_first", [True, False])
    @pytest.mark.parametrize(
        ("event", "expected"),
        [
            (handling_reported(), "subject_erased"),
            (deadline_missed(), "subject_erased"),
            (joined(WANG), "subject_erased"),
        ],
    )
    def test_it_ends_the_same_in_any_order_and_batch(
        self,
        feedback: FeedbackHarness,
        event: Event,
        expected: str,
        *,
        erased_first: bool,
        together: bool,
    ) -> None:
        inbound_events = [feedback.of_case(event), feedback.of_person()]
        inbound_events.sort(key=lambda one: one.source, reverse=erased_first)
        if together:
            feedback.receive(*inbound_events)
        else:
            for inbound in inbound_events:
                feedback.receive(inbound)
        assert ground(feedback) == expected

    def test_one_who_left_and_came_back_in_the_same_batch_is_found(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(handling_reported()))
        feedback.receive(feedback.of_case(left(WANG)))
        feedback.receive(feedback.of_case(joined(WANG)), feedback.of_person())
        assert ground(feedback) == "subject_erased"


class WhenTheLastCallerOfACaseIsErased:
    def test_the_note_under_the_key_of_the_case_is_gone(self, feedback: FeedbackHarness) -> None:
        """Notes about anonymous callers stand in older logs alone: nobody asks them now."""
        feedback.given(feedback.command(note_of_nobody, callback_stream(number(NOBODY))))
        path = f"{CALLS}/{number(NOBODY)}/note"
        assert feedback.get(path).json()["note"] == "写在工单名下"
        feedback.receive(feedback.of_case(callers_erased()))
        assert feedback.get(path).json()["note"] is None


def note_of_nobody(session: Session) -> None:
    """Schedule and complete a call-back without a person, as earlier releases did."""
    stream = callback_stream(number(NOBODY))
    scheduling = ScheduleCallback(
        case_no=CASE_NO,
        round=1,
        caller=NOBODY,
        unit=STREET,
        handlers=(),
        trigger="handling_reported",
        meta=session.meta,
    )
    session.execute(scheduling, stream)
    completion = CompleteCallback(
        callback_no=number(NOBODY),
        answers=answers(),
        note=session.texts.seal_for(None, case_stream(CASE_NO), "写在工单名下"),
        recused=frozenset(),
        participants=PARTICIPANTS_NOBODY,
        meta=session.meta,
    )
    session.execute(completion, stream)


class WhenACallerIsAnonymous:
    """匿名: no visitor sees a call-back that nobody can make (field 24)."""

    @pytest.mark.parametrize("event", [handling_reported(NOBODY), deadline_missed(NOBODY)])
    def test_the_callback_is_scheduled_and_waived_at_once(
        self, feedback: FeedbackHarness, event: Event
    ) -> None:
        feedback.receive(feedback.of_case(event))
        assert [name for _, _, name in feedback.log()] == ["callback_scheduled", "callback_waived"]
        assert ground(feedback, NOBODY) == "anonymous"
        assert feedback.get(CALLS, status="open").json()["total"] == 0

    def test_it_is_outside_the_rates(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(NOBODY)))
        assert feedback.get(SCORES).json()["totals"]["counts"]["valid"] == 0

    def test_a_named_caller_of_the_same_case_is_asked(self, feedback: FeedbackHarness) -> None:
        """The control arm."""
        feedback.receive(feedback.of_case(handling_reported(NOBODY, WANG)))
        open_ones = feedback.get(CALLS, status="open").json()["items"]
        assert [one["callback_no"] for one in open_ones] == [number(WANG)]

    def test_one_left_open_by_an_earlier_release_is_waived_at_the_next_reason(
        self, feedback: FeedbackHarness
    ) -> None:
        def schedule(session: Session) -> None:
            command = ScheduleCallback(
                case_no=CASE_NO,
                round=1,
                caller=NOBODY,
                unit=STREET,
                handlers=(),
                trigger="deadline_missed",
                meta=session.meta,
            )
            session.execute(command, callback_stream(command.callback_no))

        feedback.given(feedback.command(schedule, callback_stream(number(NOBODY))))
        feedback.receive(feedback.of_case(handling_reported(NOBODY)))
        assert ground(feedback, NOBODY) == "anonymous"


class WhenTheDistrictEndsACaseByOrder:
    @pytest.mark.parametrize("together", [True, False])
    def test_nobody_is_asked_any_more(self, feedback: FeedbackHarness, *, together: bool) -> None:
        inbound = [feedback.of_case(handling_reported(WANG, LI)), feedback.of_case(end_ordered())]
        if together:
            feedback.receive(*inbound)
        else:
            for one in inbound:
                feedback.receive(one)
        assert {ground(feedback, caller) for caller in (WANG, LI)} == {"end_ordered"}

    def test_what_was_said_before_stays(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG, LI)))
        feedback.answer(LI)
        feedback.receive(feedback.of_case(end_ordered()))
        assert isinstance(feedback.state(LI), Completed)
        assert ground(feedback, WANG) == "end_ordered"


class WhenAVisitorIsRecused:
    def test_they_neither_ask_nor_read_until_it_is_lifted(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(declared()), feedback.of_case(handling_reported()))
        path = f"{CALLS}/{number()}"
        acts: tuple[Callable[[], Response], ...] = (
            lambda: feedback.get(path),
            lambda: feedback.get(f"{path}/note"),
            lambda: feedback.post(f"{path}/attempts"),
            lambda: feedback.complete(number()),
            lambda: feedback.post(f"{path}/waiver"),
        )
        for act in acts:
            answer = act()
            assert (answer.status_code, answer.json()["code"]) == (403, "officer_recused")
        feedback.receive(feedback.of_case(lifted()))
        assert [act().status_code for act in acts] == [200] * len(acts)

    def test_a_colleague_asks(self, feedback: FeedbackHarness) -> None:
        feedback.receive(
            feedback.of_case(declared("p-other")), feedback.of_case(handling_reported())
        )
        assert feedback.complete(number()).is_success


def splits(items: Sequence[InboundEvent]) -> list[list[Sequence[InboundEvent]]]:
    """Give every way to cut a sequence into batches."""
    cuts = range(1, len(items))
    found = []
    for count in range(len(items)):
        for at in combinations(cuts, count):
            edges = [0, *at, len(items)]
            found.append([items[a:b] for a, b in pairwise(edges)])
    return found


def test_any_interleaving_in_any_batches_ends_in_the_same_states(tmp_path: Path) -> None:
    makers: list[Callable[[], Event]] = [
        deadline_missed,
        lambda: handling_reported(WANG, LI, ZHAO),
        lambda: left(ZHAO),
    ]
    ends = set()
    for place, cut in product(range(len(makers) + 1), range(2 ** len(makers))):
        feedback = FeedbackHarness(tmp_path / f"{place}-{cut}")
        inbound_events = [feedback.of_case(make()) for make in makers]
        inbound_events.insert(place, feedback.of_person())
        for batch in splits(inbound_events)[cut]:
            feedback.receive(*batch)
        assert not feedback.rows(held)
        assert not feedback.rows(refusals)
        ends.add((repr(feedback.state(WANG)), repr(feedback.state(LI)), repr(feedback.state(ZHAO))))
        feedback.close()
    (end,) = ends
    assert [text.partition("(")[0] for text in end] == ["Waived", "Scheduled", "Waived"]


def test_a_number_nobody_gave_out_is_no_callback(feedback: FeedbackHarness) -> None:
    assert feedback.state(NOBODY) == NoCallback()
