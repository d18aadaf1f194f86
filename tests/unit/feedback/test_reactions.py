"""What feedback does about the events of others, through the unit of work and on a real store."""

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest

from chassis.inbox.inbox import InboundEvent
from chassis.store.tables import held, refusals
from chassis.vault import KeyDestroyed
from contracts.event import Event
from contracts.values import Caller
from services.feedback.app import model
from services.feedback.domain.callback import Completed, NoCallback, Scheduled, Waived
from tests.house import House
from tests.unit.feedback.desk import Desk
from tests.unit.feedback.facts import (
    LI,
    NOBODY,
    NOON,
    WANG,
    deadline_missed,
    dispatched,
    handling_reported,
    joined,
    left,
    number,
)


def ground(desk: Desk, caller: Caller = WANG) -> str:
    state = desk.state(caller)
    assert isinstance(state, Waived), state
    return state.ground


class WhenAUnitReportsItsHandling:
    def test_every_caller_gets_a_callback_of_the_round(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported(WANG, LI, NOBODY)))
        assert desk.house.log() == [
            (f"callback-{number(caller)}", 1, "callback_scheduled") for caller in (WANG, LI, NOBODY)
        ]
        for caller in (WANG, LI, NOBODY):
            state = desk.state(caller)
            assert isinstance(state, Scheduled)
            assert (state.fact.subject, state.fact.trigger) == (caller.subject, "handling_reported")

    def test_everything_about_the_case_keeps_its_order(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported(WANG, LI)))
        assert {one.envelope.key for one in desk.house.recorded()} == {WANG.appeal_no}

    def test_a_second_reason_makes_no_second_callback(self, desk: Desk) -> None:
        desk.hears(desk.of_case(deadline_missed()), desk.of_case(handling_reported()))
        assert [name for _, _, name in desk.house.log()] == ["callback_scheduled"]

    def test_the_same_event_again_changes_nothing(self, desk: Desk) -> None:
        said = desk.of_case(handling_reported(WANG, LI))
        desk.hears(said, said)
        desk.hears(said)
        assert len(desk.house.log()) == 2

    def test_a_units_word_does_not_spare_it_the_call(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported(WANG, LI, contact="not_wanted")))
        assert isinstance(desk.state(WANG), Scheduled)
        assert isinstance(desk.state(LI), Scheduled)

    def test_what_the_caller_said_before_stays(self, desk: Desk) -> None:
        desk.hears(desk.of_case(deadline_missed()))
        desk.hears_answer()
        desk.hears(desk.of_case(handling_reported(contact="not_wanted")))
        assert isinstance(desk.state(), Completed)


class WhenADeadlineIsMissed:
    def test_the_callers_are_asked_all_the_same(self, desk: Desk) -> None:
        desk.hears(desk.of_case(deadline_missed(WANG, NOBODY)))
        for caller in (WANG, NOBODY):
            state = desk.state(caller)
            assert isinstance(state, Scheduled)
            assert state.fact.trigger == "deadline_missed"

    def test_signing_late_is_no_reason_to_call(self, desk: Desk) -> None:
        desk.hears(desk.of_case(deadline_missed(milestone="sign")))
        assert desk.house.log() == []


class WhenCallersComeAndGo:
    def test_one_who_joins_late_is_called_too(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported()), desk.of_case(joined(LI)))
        state = desk.state(LI)
        assert isinstance(state, Scheduled)
        assert state.fact.trigger == "caller_joined"

    def test_one_who_joins_in_time_is_called_with_the_others(self, desk: Desk) -> None:
        desk.hears(desk.of_case(joined(LI, callback_due=False)))
        assert desk.house.log() == []

    def test_one_who_leaves_is_not_called(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported(WANG, LI)), desk.of_case(left(LI)))
        assert ground(desk, LI) == "caller_left"
        assert isinstance(desk.state(WANG), Scheduled)

    def test_one_who_leaves_before_any_callback_changes_nothing(self, desk: Desk) -> None:
        desk.hears(desk.of_case(left(LI)))
        assert (desk.house.log(), desk.house.rows(held)) == ([], [])

    def test_one_who_comes_back_is_called_again(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported(LI)), desk.of_case(left(LI)))
        desk.hears(desk.of_case(joined(LI)))
        assert isinstance(desk.state(LI), Scheduled)

    def test_events_that_are_not_its_affair_pass_by(self, desk: Desk) -> None:
        desk.hears(desk.of_case(dispatched()))
        assert desk.house.log() == []


class WhenAPersonIsErased:
    def test_their_key_is_destroyed_and_their_open_callbacks_are_waived(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported(WANG, LI)))
        desk.hears(desk.of_person())
        assert ground(desk, WANG) == "subject_erased"
        assert isinstance(desk.state(LI), Scheduled)
        vault, owner = desk.house.service.vault, f"subject-{WANG.subject}"
        with desk.house.service.store.writing() as connection:
            assert vault.is_destroyed(connection, owner)
            with pytest.raises(KeyDestroyed):
                vault.seal(connection, desk.house.service.store.log_id, "late", owner)

    def test_what_was_said_before_stays(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported()))
        desk.hears_answer()
        desk.hears(desk.of_person())
        assert isinstance(desk.state(), Completed)

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
        self, desk: Desk, event: Event, expected: str, *, erased_first: bool, together: bool
    ) -> None:
        inbound_events = [desk.of_case(event), desk.of_person()]
        inbound_events.sort(key=lambda one: one.source, reverse=erased_first)
        if together:
            desk.hears(*inbound_events)
        else:
            for inbound in inbound_events:
                desk.hears(inbound)
        assert ground(desk) == expected

    def test_one_who_left_and_came_back_in_the_same_batch_is_found(self, desk: Desk) -> None:
        desk.hears(desk.of_case(handling_reported()))
        desk.hears(desk.of_case(left(WANG)))
        desk.hears(desk.of_case(joined(WANG)), desk.of_person())
        assert ground(desk) == "subject_erased"


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
    said: list[Callable[[], Event]] = [
        deadline_missed,
        lambda: handling_reported(WANG, LI, NOBODY),
        lambda: left(NOBODY),
    ]
    ends = set()
    for place, cut in product(range(len(said) + 1), range(2 ** len(said))):
        house = House(tmp_path / f"{place}-{cut}", model())
        house.clock.moment = NOON
        desk = Desk(house)
        inbound_events = [desk.of_case(make()) for make in said]
        inbound_events.insert(place, desk.of_person())
        for batch in splits(inbound_events)[cut]:
            desk.hears(*batch)
        assert not house.rows(held)
        assert not house.rows(refusals)
        ends.add((repr(desk.state(WANG)), repr(desk.state(LI)), repr(desk.state(NOBODY))))
        house.close()
    (end,) = ends
    assert [text.partition("(")[0] for text in end] == ["Waived", "Scheduled", "Waived"]


def test_a_number_nobody_gave_out_is_no_callback(desk: Desk) -> None:
    assert desk.state(NOBODY) == NoCallback()
