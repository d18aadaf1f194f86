"""The appeal as a whole: what holds at every step, and in whatever order its events come."""

from typing import cast, get_args

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.errors import Refusal
from contracts.event import parse_event
from contracts.events.intake import (
    AppealAnswered,
    AppealDeclined,
    AppealLinked,
    AppealReceived,
    AppealUnlinked,
    AppealWithdrawn,
    CaseFiled,
)
from services.intake.domain.appeal.decider import APPEAL, AppealCommand
from services.intake.domain.appeal.policies import AppealAlreadySettled, AppealUnknown
from services.intake.domain.appeal.state import (
    AppealEvent,
    AppealStage,
    AppealState,
    Linked,
    NoAppeal,
    Received,
    RecordedAppeal,
)
from tests.given import given
from tests.unit.intake.appeals import (
    APPEAL_NO,
    OTHER_CASE,
    OTHER_STREET,
    OWN_CASE,
    answer,
    answered,
    decline,
    declined,
    erased,
    file_case,
    filed,
    link,
    linked,
    receive,
    received,
    recorded,
    unlink,
    unlinked,
    withdraw,
    withdrawn,
)
from tests.unit.intake.histories import RECEIVED, SETTLED, each_settled, each_way_to_settle

AFTER_RECEIVING = (answer(), decline(), file_case(), link(), unlink(), withdraw())
CHANGES: dict[type[AppealEvent], tuple[AppealState, AppealEvent]] = {
    AppealReceived: (NoAppeal(), received()),
    AppealAnswered: (Received(received()), answered()),
    AppealDeclined: (Received(received()), declined()),
    CaseFiled: (Received(received()), filed()),
    AppealLinked: (Received(received()), linked()),
    AppealUnlinked: (Linked(received(), OTHER_CASE), unlinked()),
    AppealWithdrawn: (Received(received()), withdrawn(None)),
}
"""A state that each event changes."""
OF_OTHERS = cast("list[AppealEvent]", [recorded(), erased()])
"""Events of another aggregate, which no stream of an appeal holds."""


class WhenThereIsNoAppeal:
    @pytest.mark.parametrize("command", AFTER_RECEIVING, ids=lambda one: type(one).__name__)
    def test_there_is_nothing_to_act_on(self, command: AppealCommand) -> None:
        assert given(APPEAL).when(command).refused(AppealUnknown).status == 404

    @pytest.mark.parametrize("event", [answered(), filed(), linked(), unlinked(), withdrawn(None)])
    def test_later_events_change_nothing(self, event: AppealEvent) -> None:
        assert given(APPEAL, event).state == NoAppeal()


class WhenItIsSettled:
    @each_settled
    @each_way_to_settle
    def test_it_is_settled_once(self, stage: str, command: AppealCommand) -> None:
        refusal = given(APPEAL, *SETTLED[stage]).when(command).refused(AppealAlreadySettled)
        assert refusal.facts == {"appeal_no": APPEAL_NO, "stage": stage}


class WhenAFactDoesNotFit:
    @each_settled
    def test_it_changes_nothing(self, stage: str) -> None:
        before = given(APPEAL, *SETTLED[stage]).state
        assert given(APPEAL, *SETTLED[stage], *OF_OTHERS, received()).state == before


class WhenAnEventIsAdded:
    @pytest.mark.parametrize("kind", get_args(AppealEvent), ids=lambda one: one.__name__)
    def test_it_changes_a_state(self, kind: type[AppealEvent]) -> None:
        """An event that changes none has to stand in a list here."""
        before, event = CHANGES[kind]
        assert APPEAL.evolve(before, event) != before

    def test_every_stage_is_a_word_of_the_list(self) -> None:
        stages = {state.stage for state in get_args(RecordedAppeal)}
        assert stages == set(get_args(AppealStage))


COMMANDS = st.lists(
    st.sampled_from([receive(), answer(), decline(), link(), link(), unlink(), unlink()])
    | st.sampled_from([file_case(), file_case(OTHER_STREET), withdraw(), link(OWN_CASE)]),
    max_size=12,
)


def history_of(commands: list[AppealCommand]) -> list[AppealEvent]:
    """Give what an appeal that was received goes through; what is refused leaves nothing."""
    events = list(RECEIVED)
    for command in commands:
        try:
            events += APPEAL.decide(command, APPEAL.fold(APPEAL.initial, events))
        except Refusal:
            continue
    return events


class WhenAnythingIsDoneToIt:
    @for_all(COMMANDS)
    def test_what_was_decided_on_is_what_a_replay_gives(
        self, commands: list[AppealCommand]
    ) -> None:
        events = history_of(commands)
        replayed = [cast("AppealEvent", parse_event(one.wire, one.to_bytes())) for one in events]
        assert given(APPEAL, *replayed).state == given(APPEAL, *events).state

    @for_all(COMMANDS, st.data())
    def test_any_order_of_its_events_folds(
        self, commands: list[AppealCommand], data: st.DataObject
    ) -> None:
        shuffled = data.draw(st.permutations([*history_of(commands), *OF_OTHERS]))
        assert given(APPEAL, *shuffled).state != NoAppeal()

    @for_all(COMMANDS)
    def test_it_begins_once_and_nothing_follows_its_end(
        self, commands: list[AppealCommand]
    ) -> None:
        names = [type(event).__name__ for event in history_of(commands)]
        assert [name for name in names if name == "AppealReceived"] == names[:1]
        assert {"AppealAnswered", "AppealDeclined", "AppealWithdrawn"}.isdisjoint(names[:-1])

    @for_all(COMMANDS)
    def test_a_case_once_filed_can_only_be_withdrawn(self, commands: list[AppealCommand]) -> None:
        names = [type(event).__name__ for event in history_of(commands)]
        after_filing = names[names.index("CaseFiled") + 1 :] if "CaseFiled" in names else []
        assert after_filing in ([], ["AppealWithdrawn"])

    @for_all(COMMANDS)
    def test_links_are_made_and_undone_in_turn(self, commands: list[AppealCommand]) -> None:
        turns = [event.wire for event in history_of(commands) if event.wire.endswith("linked.v1")]
        assert turns[::2] == [linked().wire] * len(turns[::2])
        assert turns[1::2] == [unlinked().wire] * len(turns[1::2])
