"""时限台账: a case keeps every clock it has had, with due, met, missed and noticed (F8)."""

from datetime import datetime

from contracts.events.dispatch import AssistAnswered, CaseRedispatched
from services.dispatch.domain.case.clocks import follow, void
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.timing import Clock, Timing
from services.dispatch.domain.lamps import lamp
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    CALLED_AT,
    CASE_NO,
    CONTACTED_AT,
    DEPARTMENT,
    DISPATCHED_AT,
    FIRST_ROUND,
    HANDLE_BY,
    OFFICER,
    REPORTED_AT,
    SIGN_BY,
    SIGNED_AT,
    STREET,
    dispatched,
    march,
    missed,
    noted,
    reopened,
    report,
    signed,
)
from tests.unit.dispatch.conflicts import declared
from tests.unit.dispatch.histories import INSTANT, LATER, REPORTED, SIGNED, facts_after

SIGN, CONTACT, HANDLE = FIRST_ROUND
LATE_AT = march(2, 12)
LATE = missed("sign", SIGN_BY, LATE_AT)


def redispatched(ground: str) -> CaseRedispatched:
    """Give the case to the department, without clocks of its own."""
    return CaseRedispatched.model_validate(
        {
            "case_no": CASE_NO,
            "round": 1,
            "from_unit": STREET,
            "unit": DEPARTMENT,
            "ground": ground,
            "hop": 1,
            "assisting": (),
            "deadlines": (),
            "redispatched_by": "p-dispatcher",
            "redispatched_at": LATER,
        }
    )


class WhenAClockEnds:
    def test_what_was_met_in_time_says_when(self) -> None:
        assert facts_after(*REPORTED).timing.clocks == (
            Clock(SIGN, met_at=SIGNED_AT),
            Clock(CONTACT, met_at=CONTACTED_AT),
            Clock(HANDLE, met_at=REPORTED_AT),
        )

    def test_a_missed_deadline_does_not_vanish_from_the_case(self) -> None:
        clock = facts_after(dispatched(), LATE).timing.clocks[0]
        assert (clock.state, clock.deadline.due_at, clock.noticed_at) == (
            "missed",
            SIGN_BY,
            LATE_AT,
        )

    def test_what_is_met_late_stays_missed(self) -> None:
        clock = facts_after(dispatched(), LATE, signed(at=march(2, 13))).timing.clocks[0]
        assert (clock.state, clock.met_at) == ("missed", march(2, 13))

    def test_a_new_round_lifts_what_ran_and_begins_its_own(self) -> None:
        clocks = facts_after(*SIGNED, noted(ANN, False), reopened(ANN)).timing.clocks
        assert [(one.deadline.round, one.state) for one in clocks] == [
            (1, "met"),
            (1, "met"),
            (1, "lifted"),
            (2, "running"),
            (2, "running"),
            (2, "running"),
        ]

    def test_what_a_later_round_does_moves_no_clock_of_the_first(self) -> None:
        history = (dispatched(), LATE, noted(ANN, False), reopened(ANN))
        again = facts_after(*history, signed(2, CALLED_AT)).timing.clocks
        assert again[0] == Clock(SIGN, noticed_at=LATE_AT)


class WhenAnotherUnitLeads:
    def test_an_upheld_objection_voids_what_was_missed(self) -> None:
        timing = Timing(clocks=(Clock(SIGN, noticed_at=LATE_AT), Clock(CONTACT)))
        void_now = void(timing, SIGN.started_at)
        after = follow(void_now, (CONTACT,), (), redispatched("objection_upheld"))
        assert [one.state for one in after.clocks] == ["lifted", "lifted"]

    def test_a_silent_unit_keeps_its_misses(self) -> None:
        timing = Timing(clocks=(Clock(SIGN, noticed_at=LATE_AT), Clock(CONTACT)))
        after = follow(timing, (CONTACT,), (), redispatched("unit_silent"))
        assert [one.state for one in after.clocks] == ["missed", "lifted"]

    def test_contacts_are_those_of_the_unit_that_leads(self) -> None:
        timing = facts_after(*SIGNED).timing
        assert timing.contacts
        assert follow(timing, (HANDLE,), (), redispatched("unit_silent")).contacts == ()


class WhenAnAssistIsAnswered:
    def test_its_own_clock_is_met(self) -> None:
        clock = HANDLE.model_copy(update={"milestone": f"assist/{DEPARTMENT}"})
        answered = AssistAnswered(
            case_no=CASE_NO,
            round=1,
            unit=DEPARTMENT,
            answer=report().account,
            answered_by="p-theirs",
            answered_at=LATE_AT,
        )
        after = follow(Timing(clocks=(Clock(clock),)), (clock,), (), answered)
        assert after.clocks == (Clock(clock, met_at=LATE_AT),)


class WhenALampIsRead:
    def test_green_yellow_red(self) -> None:
        def colour(now: datetime) -> str:
            return lamp(HANDLE.warn_at, HANDLE.due_at, now)

        assert colour(HANDLE.warn_at - INSTANT) == "green"
        assert colour(HANDLE.warn_at) == colour(HANDLE.due_at - INSTANT) == "yellow"
        assert colour(HANDLE.due_at) == "red"


class WhenClocksWentWrongElsewhere:
    """Rows of the museum of bugs that other systems had with their clocks."""

    def test_comment_restarts_the_clock(self) -> None:
        """DIGIT: here nothing that is said or recused of a case moves a deadline."""
        history = (dispatched(), declared())
        assert facts_after(*history).deadlines == FIRST_ROUND

    def test_second_clock_overrules_the_first(self) -> None:
        """zammad#5177: each clock is missed by itself, however many are over."""
        given(CASE, dispatched()).missed(
            LATER,
            missed("sign", SIGN_BY, LATER),
            missed("contact", CONTACT.due_at, LATER),
            missed("handle", HANDLE_BY, LATER),
        )

    def test_same_escalation_fired_twice_by_two_tickers(self) -> None:
        """What a second ticker finds after the first one is nothing."""
        misses = CASE.missed(given(CASE, dispatched()).state, LATER)
        given(CASE, dispatched(), *misses).missed(LATER)

    def test_a_closed_case_still_escalates(self) -> None:
        """zammad#904, of merged cases: nothing is due that is over."""
        given(CASE, *REPORTED).missed(LATER)

    def test_deadline_trusts_a_client_timestamp(self) -> None:
        """CCRS#925: a deadline starts when the service dispatches, by its own clock."""
        assert {one.started_at for one in FIRST_ROUND} == {DISPATCHED_AT}
        assert facts_after(dispatched()).deadlines == FIRST_ROUND

    def test_the_lead_is_late_by_its_own_clock_alone(self) -> None:
        miss = missed("handle", HANDLE_BY, LATER, handlers=(OFFICER,))
        given(CASE, *SIGNED).missed(LATER, miss)
