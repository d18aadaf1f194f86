"""重复件 Linking: an appeal about the matter of an open case waits for that case."""

import pytest

from services.intake.domain.appeal.decider import APPEAL, AppealCommand
from services.intake.domain.appeal.linking import LinkTarget, LinkToItself, NoOpenCase
from services.intake.domain.appeal.policies import AppealUnknown
from services.intake.domain.appeal.state import AppealStage, Linked, Received
from services.intake.domain.appeal.unlinking import AppealNotLinked
from tests.given import given
from tests.unit.intake.appeals import (
    OTHER_CASE,
    OWN_CASE,
    link,
    linked,
    received,
    unlink,
    unlinked,
)
from tests.unit.intake.histories import (
    LINKED,
    RECEIVED,
    SETTLED,
    UNLINKED,
    History,
    each_settled,
    each_way_to_settle,
)


class WhenItIsAboutACaseThatExists:
    def test_it_is_linked_and_waits_for_that(self) -> None:
        given(APPEAL, *RECEIVED).when(link()).then(linked())
        assert given(APPEAL, *LINKED).state == Linked(received(), OTHER_CASE)

    def test_it_is_not_linked_to_itself(self) -> None:
        given(APPEAL, *RECEIVED).when(link(OWN_CASE)).refused(LinkToItself)

    def test_not_to_a_number_that_no_appeal_has(self) -> None:
        refusal = given(APPEAL, *RECEIVED).when(link(target=None)).refused(AppealUnknown)
        assert refusal.facts == {"appeal_no": OTHER_CASE}

    @pytest.mark.parametrize("stage", ["received", "answered", "declined", "linked", "withdrawn"])
    def test_not_to_an_appeal_that_is_no_case(self, stage: AppealStage) -> None:
        target = LinkTarget(stage, case_is_closed=False)
        refusal = given(APPEAL, *RECEIVED).when(link(target=target)).refused(NoOpenCase)
        assert refusal.facts == {"case_no": OTHER_CASE}

    def test_not_to_a_case_that_is_closed(self) -> None:
        closed = LinkTarget("filed", case_is_closed=True)
        given(APPEAL, *RECEIVED).when(link(target=closed)).refused(NoOpenCase)

    @each_settled
    def test_the_case_is_looked_at_before_the_appeal(self, stage: str) -> None:
        given(APPEAL, *SETTLED[stage]).when(link(target=None)).refused(AppealUnknown)

    def test_a_wrong_link_is_undone(self) -> None:
        given(APPEAL, *LINKED).when(unlink()).then(unlinked())

    @each_way_to_settle
    def test_then_it_stands_for_itself_again(self, command: AppealCommand) -> None:
        assert given(APPEAL, *UNLINKED).state == Received(received())
        assert len(APPEAL.decide(command, given(APPEAL, *UNLINKED).state)) == 1

    @pytest.mark.parametrize(
        "history", [RECEIVED, UNLINKED, *(SETTLED[one] for one in SETTLED if one != "linked")]
    )
    def test_only_a_link_is_undone(self, history: History) -> None:
        given(APPEAL, *history).when(unlink()).refused(AppealNotLinked)
