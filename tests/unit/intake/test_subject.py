"""当事人 The record of a person: every look leaves a trace, and erasing is for good."""

from typing import cast, get_args

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.errors import Refusal
from contracts.event import parse_event
from contracts.events.intake import (
    ErasureRejected,
    ErasureRequested,
    PersonalDataRead,
    SubjectCorrected,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
    SubjectRecorded,
    SubjectsLinked,
    SubjectsUnlinked,
)
from services.intake.domain.subject.decider import SUBJECT, SubjectCommand
from services.intake.domain.subject.policies import (
    SubjectAlreadyErased,
    SubjectUnknown,
    is_processed,
)
from services.intake.domain.subject.state import (
    Erased,
    Known,
    NoSubject,
    SubjectEvent,
    SubjectState,
)
from tests.given import given
from tests.unit.intake.appeals import (
    NAME,
    OTHER_PERSON,
    PHONE,
    approve_erasure,
    contact_read,
    correct,
    corrected,
    erased,
    erasure_rejected,
    erasure_requested,
    held,
    hold,
    hold_lifted,
    lift_hold,
    link_subjects,
    received,
    record,
    recorded,
    reject_erasure,
    request_erasure,
    sealed,
    subjects_linked,
    subjects_unlinked,
    unlink_subjects,
)

KNOWN = (recorded(),)
ERASED = (*KNOWN, erased())
OF_OTHERS = cast("list[SubjectEvent]", [received()])
"""An event of another aggregate, which no stream of a person holds."""
CHANGES: dict[type[SubjectEvent], tuple[SubjectState, SubjectEvent]] = {
    SubjectRecorded: (NoSubject(), recorded()),
    SubjectCorrected: (Known(NAME, PHONE), corrected(phone=sealed(9))),
    SubjectsLinked: (Known(NAME, PHONE), subjects_linked()),
    SubjectsUnlinked: (Known(NAME, PHONE, frozenset({OTHER_PERSON})), subjects_unlinked()),
    ErasureRequested: (Known(NAME, PHONE), erasure_requested()),
    ErasureRejected: (Known(NAME, PHONE, request=erasure_requested()), erasure_rejected()),
    SubjectHeld: (Known(NAME, PHONE), held()),
    SubjectHoldLifted: (Known(NAME, PHONE, is_held=True), hold_lifted()),
    SubjectErased: (Known(NAME, PHONE), erased()),
}
"""A state that each event changes."""
CHANGE_NOTHING = {PersonalDataRead}
"""A look is a fact for those who audit; the record stays as it is."""
OF_THE_KNOWN: tuple[SubjectCommand, ...] = (
    correct(name=sealed(9)),
    link_subjects(),
    unlink_subjects(),
    request_erasure(),
    approve_erasure(),
    reject_erasure(),
    hold(),
    lift_hold(),
)
"""What can be asked of a record that is there."""
COMMANDS = st.lists(st.sampled_from([record(), *OF_THE_KNOWN]), max_size=12)

each_of_the_known = pytest.mark.parametrize(
    "command", OF_THE_KNOWN, ids=lambda one: type(one).__name__
)


class WhenAPersonCalls:
    def test_they_become_known(self) -> None:
        given(SUBJECT).when(record()).then(recorded())
        assert given(SUBJECT, *KNOWN).state == Known(NAME, PHONE)

    def test_with_as_little_as_they_say(self) -> None:
        expected = recorded().model_copy(update={"name": None, "phone": None})
        given(SUBJECT).when(record(name=None, phone=None)).then(expected)

    def test_they_are_recorded_once(self) -> None:
        given(SUBJECT, *KNOWN).when(record()).nothing()

    def test_what_is_known_of_them_is_not_overwritten(self) -> None:
        given(SUBJECT, *KNOWN).when(record(phone=sealed(9))).nothing()
        another = recorded().model_copy(update={"phone": sealed(9)})
        assert given(SUBJECT, *KNOWN, another).state == Known(NAME, PHONE)


class WhenAContactIsRead:
    def test_looking_changes_nothing(self) -> None:
        assert given(SUBJECT, *KNOWN, contact_read()).state == Known(NAME, PHONE)


class WhenAPersonIsErased:
    def test_nothing_is_left_of_them(self) -> None:
        assert given(SUBJECT, *ERASED).state == Erased()
        assert not is_processed(given(SUBJECT, *ERASED).state)

    @pytest.mark.parametrize(
        "command", [record(), *OF_THE_KNOWN], ids=lambda one: type(one).__name__
    )
    def test_it_is_for_good(self, command: SubjectCommand) -> None:
        given(SUBJECT, *ERASED).when(command).refused(SubjectAlreadyErased)

    @pytest.mark.parametrize(
        "event", [recorded(), contact_read(), erasure_rejected(), held(), *OF_OTHERS]
    )
    def test_no_later_event_brings_them_back(self, event: SubjectEvent) -> None:
        assert given(SUBJECT, *ERASED, event).state == Erased()


class WhenNobodyIsRecorded:
    @each_of_the_known
    def test_there_is_nothing_to_read_correct_or_erase(self, command: SubjectCommand) -> None:
        assert given(SUBJECT).when(command).refused(SubjectUnknown).status == 404

    @pytest.mark.parametrize("event", [contact_read(), held(), *OF_OTHERS])
    def test_other_events_change_nothing(self, event: SubjectEvent) -> None:
        assert given(SUBJECT, event).state == NoSubject()

    def test_no_clock_runs(self) -> None:
        assert given(SUBJECT, *KNOWN).open_milestones() == []


class WhenAnEventIsAdded:
    @pytest.mark.parametrize("kind", get_args(SubjectEvent), ids=lambda one: one.__name__)
    def test_it_changes_a_state_or_is_known_to_change_none(self, kind: type[SubjectEvent]) -> None:
        if kind not in CHANGE_NOTHING:
            before, event = CHANGES[kind]
            assert SUBJECT.evolve(before, event) != before


def history_of(commands: list[SubjectCommand]) -> list[SubjectEvent]:
    """Give what a record goes through; what is refused leaves nothing."""
    events: list[SubjectEvent] = []
    for command in commands:
        try:
            events += SUBJECT.decide(command, SUBJECT.fold(SUBJECT.initial, events))
        except Refusal:
            continue
    return events


class WhenAnythingIsDoneToIt:
    @for_all(COMMANDS)
    def test_what_was_decided_on_is_what_a_replay_gives(
        self, commands: list[SubjectCommand]
    ) -> None:
        events = history_of(commands)
        replayed = [cast("SubjectEvent", parse_event(one.wire, one.to_bytes())) for one in events]
        assert given(SUBJECT, *replayed).state == given(SUBJECT, *events).state

    @for_all(COMMANDS, st.data())
    def test_any_order_of_its_events_folds_and_erased_stays_erased(
        self, commands: list[SubjectCommand], data: st.DataObject
    ) -> None:
        events = history_of(commands)
        shuffled = data.draw(st.permutations([*events, *OF_OTHERS]))
        assert (given(SUBJECT, *shuffled).state == Erased()) is (erased() in events)

    @for_all(COMMANDS)
    def test_nothing_follows_an_erasure(self, commands: list[SubjectCommand]) -> None:
        assert erased() not in history_of(commands)[:-1]

    @for_all(COMMANDS)
    def test_nobody_is_erased_who_was_not_requested_or_is_held(
        self, commands: list[SubjectCommand]
    ) -> None:
        events = history_of(commands)
        if erased() in events:
            before = given(SUBJECT, *events[:-1]).state
            assert isinstance(before, Known)
            assert before.request is not None
            assert not before.is_held
