"""双考核 (art. 33): the marks of called units and the whistles of streets, through HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.events.dispatch import WhistleUnitExcused
from contracts.ids import UnitCode, whistle_no
from services.feedback.domain.whistle_marks import FIGURES, Marks
from tests.unit.feedback.facts import CASE_NO, NOON, STREET, WHISTLE_NO
from tests.unit.feedback.harness import FeedbackHarness
from tests.unit.feedback.whistles import (
    POLICE,
    URBAN,
    acknowledgement_missed,
    blown,
    cancelled,
    contest_ruled,
    named_absent,
    rating,
    report_missed,
    settled,
)

PATH = "/feedback/v1/whistle-scores"
SECOND = whistle_no(CASE_NO, 2)
OTHER_STREET = UnitCode("street-locust-peace")
TOMORROW = NOON + timedelta(days=1)


def of(feedback: FeedbackHarness, kind: str, unit: str, **query: str) -> dict[str, Any]:
    rows = feedback.get(PATH, **query).json()[kind]
    (found,) = [one for one in rows if one["unit"] == unit]
    return dict(found)


def test_a_mean_is_of_the_ratings_given_and_rounded_half_up() -> None:
    marks = Marks(3, dict.fromkeys(FIGURES, 200), 0, 0, 0)
    assert marks.mean("quality") == "66.7"
    assert Marks(0, {}, 1, 0, 0).mean("quality") is None


class WhenAStreetSettlesItsWhistles:
    def test_each_figure_is_the_mean_over_the_settled_whistles(
        self, feedback: FeedbackHarness
    ) -> None:
        for event in (
            blown(URBAN, POLICE),
            settled(rating(URBAN, 100, quality=41), rating(POLICE, 60)),
        ):
            feedback.receive(feedback.of_whistle(event))
        for event in (blown(URBAN, number=SECOND), settled(rating(URBAN, 90), number=SECOND)):
            feedback.receive(feedback.of_whistle(event, SECOND))
        found = of(feedback, "units", URBAN)
        assert (found["rated"], found["signing"], found["quality"]) == (2, "95.0", "65.5")
        assert found["name_zh"] != URBAN
        assert of(feedback, "units", POLICE)["staying"] == "60.0"

    def test_each_step_counts_in_the_period_of_its_own_day(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_whistle(blown(URBAN)))
        feedback.receive(feedback.of_whistle(settled(rating(URBAN), at=TOMORROW)))
        feedback.receive(feedback.of_whistle(blown(number=SECOND, street=OTHER_STREET), SECOND))
        feedback.receive(feedback.of_whistle(cancelled(SECOND), SECOND))
        steps = ("blown", "settled", "cancelled")
        assert [of(feedback, "streets", STREET)[step] for step in steps] == [1, 1, 0]
        assert [of(feedback, "streets", OTHER_STREET)[step] for step in steps] == [1, 0, 1]
        today = of(feedback, "streets", STREET, until="2026-11-23")
        assert [today[step] for step in steps] == [1, 0, 0]
        assert feedback.get(PATH, until="2026-11-23").json()["units"] == []

    def test_one_that_was_never_blown_counts_nowhere(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_whistle(cancelled()))
        answer = feedback.get(PATH).json()
        assert (answer["streets"], answer["units"]) == ([], [])


class WhenAUnitDoesNotCome:
    def test_what_it_missed_counts_even_where_nobody_rated_it(
        self, feedback: FeedbackHarness
    ) -> None:
        for event in (acknowledgement_missed(URBAN), report_missed(URBAN), named_absent(URBAN)):
            feedback.receive(feedback.of_operation(event))
        found = of(feedback, "units", URBAN)
        assert (found["rated"], found["quality"]) == (0, None)
        counted = ("acknowledgements_missed", "reports_missed", "absences")
        assert [found[name] for name in counted] == [1, 1, 1]

    def test_what_was_due_before_it_could_see_the_whistle_does_not(
        self, feedback: FeedbackHarness
    ) -> None:
        """The control arm is the test above."""
        feedback.receive(feedback.of_operation(acknowledgement_missed(URBAN, counts=False)))
        feedback.receive(feedback.of_operation(report_missed(URBAN, counts=False)))
        assert feedback.get(PATH).json()["units"] == []

    def test_a_contest_that_is_upheld_voids_it(self, feedback: FeedbackHarness) -> None:
        for event in (
            report_missed(URBAN),
            report_missed(POLICE),
            contest_ruled(URBAN, "upheld"),
            contest_ruled(POLICE, "rejected"),
        ):
            feedback.receive(feedback.of_operation(event))
        assert [one["unit"] for one in feedback.get(PATH).json()["units"]] == [POLICE]

    def test_nor_does_a_rating_given_before_the_ruling(self, feedback: FeedbackHarness) -> None:
        excused = WhistleUnitExcused(
            whistle_no=WHISTLE_NO, case_no=CASE_NO, round=1, unit=URBAN, excused_at=TOMORROW
        )
        for event in (blown(URBAN, POLICE), settled(rating(URBAN, 0), rating(POLICE)), excused):
            feedback.receive(feedback.of_whistle(event))
        assert [one["unit"] for one in feedback.get(PATH).json()["units"]] == [POLICE]


@pytest.mark.parametrize(("role", "status"), [("director", 200), ("integrator", 403)])
def test_they_are_for_staff(feedback: FeedbackHarness, role: str, status: int) -> None:
    assert feedback.get(PATH, f"{role}.{STREET}.p-1").status_code == status
