"""受理 Receiving: an appeal is written down as the caller brings it, once."""

from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.appeal.state import Received
from tests.given import given
from tests.unit.intake.appeals import hint, receive, received
from tests.unit.intake.histories import RECEIVED, SETTLED, each_settled


class WhenAnAppealIsReceived:
    def test_it_stands_as_it_was_brought(self) -> None:
        given(APPEAL).when(receive()).then(received())
        assert given(APPEAL, *RECEIVED).state == Received(received())

    def test_place_and_matter_may_be_missing(self) -> None:
        given(APPEAL).when(receive(street=None, matter=None)).then(
            received(street=None, matter=None)
        )

    def test_what_the_words_suggest_is_kept_beside_what_the_sender_named(self) -> None:
        command = receive(matter=None, suggestion=hint())
        given(APPEAL).when(command).then(received(matter=None, suggestion=hint()))

    @each_settled
    def test_it_is_received_once(self, stage: str) -> None:
        given(APPEAL, *RECEIVED).when(receive()).nothing()
        given(APPEAL, *SETTLED[stage]).when(receive()).nothing()

    def test_no_clock_runs_for_it(self) -> None:
        assert given(APPEAL, *RECEIVED).open_milestones() == []
