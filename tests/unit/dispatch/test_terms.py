"""时限: by when a case is signed for and handled, in the first catalogue version."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.calendar import Deadline, Limit
from contracts.catalogue import FileCatalogue, UnknownMatter
from contracts.instant import SHANGHAI
from services.dispatch.domain.terms import terms_of
from tests.unit.dispatch.cases import ANN, BO, NOBODY_KNOWN, march

CATALOGUE = FileCatalogue().at("2026-01-01")
BARBECUE = "200510"
STREET_LAMP = "100118"
POWER_EQUIPMENT = "100116"
GAS_LEAK = "200403"
ILLEGAL_BUILDING = "200101"
WEEKEND = (date(2026, 3, 7), date(2026, 3, 8))
FRIDAY_EVENING = march(6, 17, 30)

starts = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(SHANGHAI))  # noqa: DTZ001  # Hypothesis adds the zone
matters = st.sampled_from([matter.code for matter in CATALOGUE.matters()])


class WhenALimitIsLookedUp:
    def test_an_unknown_matter_has_none(self) -> None:
        with pytest.raises(UnknownMatter):
            terms_of(CATALOGUE, "999999")

    def test_signing_goes_by_urgency_and_handling_by_matter(self) -> None:
        terms = terms_of(CATALOGUE, BARBECUE)
        assert terms.sign_rule == "case.sign.normal"
        assert terms.sign == Limit(amount=1, unit="workday")
        assert terms.handle_rule == "case.handle.200510"
        assert terms.handle == Limit(amount=2, unit="work_hour")
        assert not terms.around_the_clock

    def test_danger_leaves_minutes(self) -> None:
        terms = terms_of(CATALOGUE, GAS_LEAK)
        assert terms.sign_rule == "case.sign.critical"
        assert terms.sign == Limit(amount=10, unit="minute")
        assert terms.handle == Limit(amount=30, unit="minute")
        assert terms.around_the_clock


def named(matter: str, start: datetime, round_no: int = 1) -> dict[str, Deadline]:
    """Give the deadlines of a round for a caller whom we know, by milestone."""
    given_now = terms_of(CATALOGUE, matter).deadlines(round_no, start, (ANN,))
    return {one.milestone: one for one in given_now}


class WhenARoundStarts:
    def test_working_time_skips_the_weekend(self) -> None:
        clocks = named(BARBECUE, FRIDAY_EVENING)
        assert list(clocks) == ["sign", "contact", "handle"]
        assert clocks["handle"].due_at == march(9, 10, 30)
        assert clocks["handle"].skipped == WEEKEND
        assert {one.started_at for one in clocks.values()} == {FRIDAY_EVENING}

    def test_signing_and_contact_are_due_no_later_than_handling(self) -> None:
        clocks = named(BARBECUE, FRIDAY_EVENING).values()
        assert {one.due_at for one in clocks} == {march(9, 10, 30)}
        assert {one.rule for one in clocks} == {"case.handle.200510"}

    def test_a_matter_with_time_to_spare_is_signed_for_by_its_own_limit(self) -> None:
        clocks = named(STREET_LAMP, FRIDAY_EVENING)
        assert clocks["sign"].due_at == clocks["contact"].due_at == march(9, 17, 30)
        assert clocks["handle"].due_at == march(10, 17, 30)
        assert clocks["sign"].skipped == clocks["handle"].skipped == WEEKEND

    def test_who_works_day_and_night_has_no_weekend(self) -> None:
        clocks = named(POWER_EQUIPMENT, FRIDAY_EVENING)
        assert clocks["sign"].due_at == march(6, 19, 30)
        assert clocks["contact"].due_at == march(6, 21, 30)
        assert clocks["handle"].due_at == march(7, 17, 30)
        assert clocks["sign"].skipped == clocks["handle"].skipped == ()

    def test_a_deadline_says_which_rule_and_calendar_made_it(self) -> None:
        clocks = named(STREET_LAMP, FRIDAY_EVENING, 3)
        assert [one.rule for one in clocks.values()] == [
            "case.sign.normal",
            "policy.first_contact.normal",
            "case.handle.100118",
        ]
        assert {one.round for one in clocks.values()} == {3}
        assert {one.calendar for one in clocks.values()} == {CATALOGUE.calendar.version}

    def test_nobody_is_to_be_contacted_when_every_caller_is_anonymous(self) -> None:
        terms = terms_of(CATALOGUE, STREET_LAMP)
        anonymous = terms.deadlines(1, FRIDAY_EVENING, (NOBODY_KNOWN,))
        assert [one.milestone for one in anonymous] == ["sign", "handle"]
        one_is_known = terms.deadlines(1, FRIDAY_EVENING, (NOBODY_KNOWN, BO))
        assert [one.milestone for one in one_is_known] == ["sign", "contact", "handle"]

    def test_staged_limits_do_not_collapse_into_one(self) -> None:
        newer = FileCatalogue().at("2026-09-01")
        clocks = terms_of(newer, ILLEGAL_BUILDING).deadlines(1, march(2, 9), (NOBODY_KNOWN,))
        stages = {one.milestone: one for one in clocks if one.milestone.startswith("stage.")}
        assert list(stages) == ["stage.stop", "stage.punish", "stage.demolish"]
        assert stages["stage.stop"].due_at == march(2, 14)
        assert stages["stage.punish"].due_at == march(11, 9)
        assert stages["stage.demolish"].due_at == march(30, 9)
        assert stages["stage.stop"].rule == "case.stage.200101.stop"

    def test_a_year_without_a_calendar_gives_provisional_deadlines(self) -> None:
        start = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)
        assert all(one.provisional for one in named(BARBECUE, start).values())

    @given(matter=matters, start=starts, round_no=st.integers(1, 9))
    def test_nothing_is_due_before_it_begins(
        self, matter: str, start: datetime, round_no: int
    ) -> None:
        clocks = named(matter, start, round_no)
        sign, contact, handle = clocks["sign"], clocks["contact"], clocks["handle"]
        assert start < sign.due_at <= handle.due_at
        assert start < contact.due_at <= handle.due_at
        assert {one.started_at for one in clocks.values()} == {start}
        assert {one.round for one in clocks.values()} == {round_no}

    @given(matter=matters, start=starts, later_by=st.timedeltas(timedelta(0), timedelta(days=20)))
    def test_who_starts_later_is_never_due_earlier(
        self, matter: str, start: datetime, later_by: timedelta
    ) -> None:
        sooner, later = named(matter, start), named(matter, start + later_by)
        assert all(sooner[name].due_at <= later[name].due_at for name in sooner)
