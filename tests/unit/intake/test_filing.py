"""立案 Filing: an appeal becomes a case as soon as its place and its matter are known."""

import pytest

from contracts.events.intake import SuggestedClass
from contracts.ids import UnitCode
from contracts.values import Classifier
from services.intake.domain.appeal.decider import APPEAL
from services.intake.domain.appeal.filing import CaseMatterMissing, CasePlaceMissing
from services.intake.domain.appeal.state import Filed
from tests.given import given
from tests.unit.intake.appeals import (
    MATTER,
    OTHER_MATTER,
    OTHER_STREET,
    STREET,
    file_case,
    filed,
    hint,
    received,
)
from tests.unit.intake.histories import FILED, RECEIVED


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

    @pytest.mark.parametrize("street", [None, UnitCode("")])
    def test_not_without_a_place(self, street: UnitCode | None) -> None:
        history = received(street=None)
        given(APPEAL, history).when(file_case(street=street)).refused(CasePlaceMissing)

    def test_not_without_a_matter(self) -> None:
        given(APPEAL, received(matter=None)).when(file_case()).refused(CaseMatterMissing)

    def test_what_the_words_suggest_is_no_decision(self) -> None:
        history = received(street=None, matter=None, suggestion=hint())
        given(APPEAL, history).when(file_case()).refused(CasePlaceMissing)
        given(APPEAL, history).when(file_case(street=STREET)).refused(CaseMatterMissing)


class WhenItsClassificationIsCredited:
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
    def test_to_the_first_of_sender_words_and_agent_who_named_both(
        self,
        place: UnitCode | None,
        matter: str | None,
        suggestion: SuggestedClass | None,
        classified_by: Classifier,
    ) -> None:
        history = received(place, matter, suggestion)
        expected = filed(classified_by=classified_by)
        given(APPEAL, history).when(file_case(STREET, MATTER)).then(expected)
