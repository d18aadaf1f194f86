"""The rules of an appeal: received as it is heard, settled in one of four ways, or taken back."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.errors import Refusal
from contracts.event import Event, parse_event
from contracts.events.intake import SuggestedClass
from contracts.values import Classifier, DeclineGround
from services.intake.domain.appeal import (
    APPEAL,
    Answered,
    AppealAlreadySettled,
    AppealCommand,
    AppealNotLinked,
    AppealUnknown,
    AppealWithdrawnAlready,
    CaseMatterMissing,
    CasePlaceMissing,
    Declined,
    Filed,
    Linked,
    LinkToItself,
    NoAppeal,
    ReceiveAppeal,
    Received,
    Withdrawn,
)
from tests.given import given
from tests.unit.intake.appeals import (
    APPEAL_NO,
    MATTER,
    OTHER_CASE,
    OTHER_MATTER,
    OTHER_STREET,
    STREET,
    answer,
    answered,
    decline,
    declined,
    erased,
    file_case,
    filed,
    hint,
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

RECEIVED = (received(),)
ANSWERED = (*RECEIVED, answered())
DECLINED = (*RECEIVED, declined())
FILED = (*RECEIVED, filed())
LINKED = (*RECEIVED, linked())
UNLINKED = (*LINKED, unlinked())
WITHDRAWN = (*RECEIVED, withdrawn(None))
SETTLED = {
    "answered": ANSWERED,
    "declined": DECLINED,
    "filed": FILED,
    "linked": LINKED,
    "withdrawn": WITHDRAWN,
}
GROUNDS: tuple[DeclineGround, ...] = (
    "emergency",
    "other_procedure",
    "no_new_facts",
    "secret_or_privacy",
    "beyond_duty",
    "unlawful_or_immoral",
)
AFTER_RECEIVING = (answer(), decline(), file_case(), link(), unlink(), withdraw())

each_settled = pytest.mark.parametrize("stage", SETTLED)
each_way_to_settle = pytest.mark.parametrize(
    "command", [answer(), decline(), file_case(), link()], ids=lambda one: type(one).__name__
)


class WhenAnAppealIsReceived:
    def test_it_stands_as_it_was_heard(self) -> None:
        given(APPEAL).when(receive()).then(received())
        assert given(APPEAL, *RECEIVED).state == Received(received())

    def test_place_and_matter_may_be_missing(self) -> None:
        bare = received(street=None, matter=None)
        given(APPEAL).when(ReceiveAppeal(event=bare)).then(bare)

    @each_settled
    def test_it_is_received_once(self, stage: str) -> None:
        given(APPEAL, *RECEIVED).when(receive()).nothing()
        given(APPEAL, *SETTLED[stage]).when(receive()).nothing()

    def test_no_clock_runs_for_it(self) -> None:
        assert given(APPEAL, *RECEIVED).open_milestones() == []


class WhenThereIsNoAppeal:
    @pytest.mark.parametrize("command", AFTER_RECEIVING, ids=lambda one: type(one).__name__)
    def test_there_is_nothing_to_act_on(self, command: AppealCommand) -> None:
        assert given(APPEAL).when(command).refused(AppealUnknown).status == 404

    @pytest.mark.parametrize("event", [answered(), filed(), linked(), unlinked(), withdrawn(None)])
    def test_later_events_change_nothing(self, event: Event) -> None:
        assert given(APPEAL, event).state == NoAppeal()


class WhenItIsSettledAtOnce:
    def test_it_is_answered(self) -> None:
        given(APPEAL, *RECEIVED).when(answer()).then(answered())
        assert given(APPEAL, *ANSWERED).state == Answered(received())

    @pytest.mark.parametrize("ground", GROUNDS)
    def test_it_is_declined_on_one_of_six_grounds(self, ground: DeclineGround) -> None:
        given(APPEAL, *RECEIVED).when(decline(ground)).then(declined(ground))
        assert given(APPEAL, *RECEIVED, declined(ground)).state == Declined(received(), ground)

    @each_settled
    @each_way_to_settle
    def test_it_is_settled_once(self, stage: str, command: AppealCommand) -> None:
        refusal = given(APPEAL, *SETTLED[stage]).when(command).refused(AppealAlreadySettled)
        assert refusal.facts == {"appeal_no": APPEAL_NO, "stage": stage}


class WhenItBecomesACase:
    def test_the_case_has_its_number(self) -> None:
        given(APPEAL, *RECEIVED).when(file_case()).then(filed())
        assert given(APPEAL, *FILED).state == Filed(received(), STREET, MATTER)

    def test_a_caller_who_asks_for_secrecy_is_promised_it(self) -> None:
        history = received(confidential=True)
        given(APPEAL, history).when(file_case()).then(filed(confidential=True))

    def test_what_is_named_in_filing_goes_before_what_was_received(self) -> None:
        given(APPEAL, *RECEIVED).when(file_case(OTHER_STREET, OTHER_MATTER)).then(
            filed(OTHER_STREET, OTHER_MATTER, "agent")
        )

    def test_what_was_missing_is_named_in_filing(self) -> None:
        history = received(street=None, matter=None)
        given(APPEAL, history).when(file_case(STREET, MATTER)).then(filed(classified_by="agent"))

    @pytest.mark.parametrize("street", [None, ""])
    def test_not_without_a_place(self, street: str | None) -> None:
        history = received(street=None)
        given(APPEAL, history).when(file_case(street=street)).refused(CasePlaceMissing)

    def test_not_without_a_matter(self) -> None:
        given(APPEAL, received(matter=None)).when(file_case()).refused(CaseMatterMissing)

    def test_what_the_words_suggest_is_no_decision(self) -> None:
        history = received(street=None, matter=None, suggestion=hint())
        given(APPEAL, history).when(file_case()).refused(CasePlaceMissing)
        given(APPEAL, history).when(file_case(street=STREET)).refused(CaseMatterMissing)


class WhenSomebodyHasToHaveClassifiedIt:
    @pytest.mark.parametrize(
        ("place", "matter", "suggestion", "classified_by"),
        [
            (STREET, MATTER, None, "source"),
            (STREET, MATTER, hint(), "source"),
            (STREET, MATTER, hint(OTHER_STREET, OTHER_MATTER), "source"),
            (None, None, hint(), "words"),
            (STREET, None, hint(OTHER_STREET), "words"),
            (None, MATTER, hint(matter=None), "words"),
            (None, None, hint(street=None), "agent"),
            (None, None, hint(OTHER_STREET), "agent"),
            (None, None, None, "agent"),
            (OTHER_STREET, MATTER, None, "agent"),
            (OTHER_STREET, MATTER, hint(), "agent"),
        ],
    )
    def test_it_is_the_first_who_said_both_the_same(
        self,
        place: str | None,
        matter: str | None,
        suggestion: SuggestedClass | None,
        classified_by: Classifier,
    ) -> None:
        history = received(place, matter, suggestion)
        expected = filed(classified_by=classified_by)
        given(APPEAL, history).when(file_case(STREET, MATTER)).then(expected)


class WhenItIsAboutACaseThatExists:
    def test_it_is_linked_and_waits_for_that(self) -> None:
        given(APPEAL, *RECEIVED).when(link()).then(linked())
        assert given(APPEAL, *LINKED).state == Linked(received(), OTHER_CASE)

    def test_it_is_not_linked_to_itself(self) -> None:
        given(APPEAL, *RECEIVED).when(link(APPEAL_NO)).refused(LinkToItself)

    def test_a_wrong_link_is_undone(self) -> None:
        given(APPEAL, *LINKED).when(unlink()).then(unlinked())

    @each_way_to_settle
    def test_then_it_stands_for_itself_again(self, command: AppealCommand) -> None:
        assert given(APPEAL, *UNLINKED).state == Received(received())
        assert len(APPEAL.decide(command, given(APPEAL, *UNLINKED).state)) == 1

    @pytest.mark.parametrize(
        "history", [RECEIVED, UNLINKED, *(SETTLED[one] for one in SETTLED if one != "linked")]
    )
    def test_only_a_link_is_undone(self, history: tuple[Event, ...]) -> None:
        given(APPEAL, *history).when(unlink()).refused(AppealNotLinked)


class WhenTheCallerTakesItBack:
    @pytest.mark.parametrize(
        ("history", "case_no"),
        [(RECEIVED, None), (UNLINKED, None), (FILED, APPEAL_NO), (LINKED, OTHER_CASE)],
        ids=["received", "unlinked", "filed", "linked"],
    )
    def test_the_case_that_it_waits_for_is_named(
        self, history: tuple[Event, ...], case_no: str | None
    ) -> None:
        given(APPEAL, *history).when(withdraw()).then(withdrawn(case_no))
        after = given(APPEAL, *history, withdrawn(case_no)).state
        assert after == Withdrawn(received(), case_no)

    def test_once(self) -> None:
        given(APPEAL, *WITHDRAWN).when(withdraw()).refused(AppealWithdrawnAlready)

    @pytest.mark.parametrize("stage", ["answered", "declined"])
    def test_not_what_was_settled_without_a_case(self, stage: str) -> None:
        refusal = given(APPEAL, *SETTLED[stage]).when(withdraw()).refused(AppealAlreadySettled)
        assert refusal.facts["stage"] == stage


class WhenAFactDoesNotFit:
    @each_settled
    def test_it_changes_nothing(self, stage: str) -> None:
        before = given(APPEAL, *SETTLED[stage]).state
        assert given(APPEAL, *SETTLED[stage], recorded(), received()).state == before


COMMANDS = st.lists(
    st.sampled_from([receive(), answer(), decline(), link(), link(), unlink(), unlink()])
    | st.sampled_from([file_case(), file_case(OTHER_STREET), withdraw(), link(APPEAL_NO)]),
    max_size=12,
)


def history_of(commands: list[AppealCommand]) -> list[Event]:
    """Give what an appeal that was received goes through; what is refused leaves nothing."""
    events: list[Event] = list(RECEIVED)
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
        replayed = [parse_event(event.wire, event.to_bytes()) for event in events]
        assert given(APPEAL, *replayed).state == given(APPEAL, *events).state

    @for_all(COMMANDS, st.data())
    def test_any_order_of_its_events_folds(
        self, commands: list[AppealCommand], data: st.DataObject
    ) -> None:
        shuffled = data.draw(st.permutations([*history_of(commands), recorded(), erased()]))
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
