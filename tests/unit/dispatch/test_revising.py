"""时限核定: what was provisional is not missed before a calendar makes it definite."""

from datetime import UTC, date, datetime

from contracts.calendar import Calendar, Deadline
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.revising import NothingToRevise
from tests.given import given
from tests.unit.dispatch.cases import CALENDAR, FIRST_ROUND, dispatched, missed
from tests.unit.dispatch.histories import SIGNED, facts_after
from tests.unit.dispatch.timing import revise, revised

UNPUBLISHED = CALENDAR.model_copy(update={"years": (2025,)})
FESTIVAL = (date(2026, 3, 4), date(2026, 3, 5))
PUBLISHED = Calendar(
    version="later",
    source="invented",
    years=(2026,),
    holidays=frozenset(FESTIVAL),
    makeup_days=frozenset(),
)
SIGN, CONTACT, HANDLE = FIRST_ROUND
FOR_NOW: Deadline = HANDLE.model_copy(update={"provisional": True})
PROVISIONAL = (dispatched().model_copy(update={"deadlines": (SIGN, CONTACT, FOR_NOW)}),)
DEFINITE: Deadline = HANDLE.model_copy(
    update={
        "due_at": datetime(2026, 3, 11, 1, tzinfo=UTC),
        "warn_at": datetime(2026, 3, 9, 6, tzinfo=UTC),
        "calendar": "later",
        "skipped": (*FESTIVAL, date(2026, 3, 7), date(2026, 3, 8)),
    }
)
"""Two days later: the 4th and the 5th are off."""
AFTER_ALL = datetime(2026, 3, 31, tzinfo=UTC)


class WhenADeadlineIsProvisional:
    def test_it_counts_no_miss(self) -> None:
        case = given(CASE, *PROVISIONAL)
        assert case.open_milestones() == ["sign", "contact"]
        case.missed(
            AFTER_ALL,
            missed("sign", SIGN.due_at, AFTER_ALL),
            missed("contact", CONTACT.due_at, AFTER_ALL),
        )
        assert FOR_NOW in facts_after(*PROVISIONAL).deadlines

    def test_the_calendar_of_its_year_makes_it_definite(self) -> None:
        given(CASE, *PROVISIONAL).when(revise(PUBLISHED)).then(revised(DEFINITE))
        case = given(CASE, *PROVISIONAL, revised(DEFINITE))
        assert case.open_milestones() == ["sign", "contact", "handle"]

    def test_what_has_passed_is_missed_by_its_revised_time(self) -> None:
        given(CASE, *PROVISIONAL, revised(DEFINITE, AFTER_ALL)).missed(
            AFTER_ALL,
            missed("sign", SIGN.due_at, AFTER_ALL),
            missed("contact", CONTACT.due_at, AFTER_ALL),
            missed("handle", DEFINITE.due_at, AFTER_ALL),
        )

    def test_the_one_for_now_stays_in_the_ledger(self) -> None:
        clocks = facts_after(*PROVISIONAL, revised(DEFINITE)).timing.clocks
        handle = [one for one in clocks if one.deadline.milestone == "handle"]
        assert [(one.deadline, one.state) for one in handle] == [
            (FOR_NOW, "lifted"),
            (DEFINITE, "running"),
        ]


class WhenThereIsNothingToRevise:
    def test_the_year_is_still_not_published(self) -> None:
        given(CASE, *PROVISIONAL).when(revise(UNPUBLISHED)).refused(NothingToRevise)

    def test_a_catalogue_change_moves_nothing_given(self) -> None:
        given(CASE, *SIGNED).when(revise(PUBLISHED)).refused(NothingToRevise)
        assert facts_after(*SIGNED).deadlines == (HANDLE,)
