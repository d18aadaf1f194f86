"""时限: by when a case is signed for and handled, in the first catalogue version."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.calendar import Limit
from contracts.catalogue import FileCatalogue, UnknownMatter
from contracts.instant import SHANGHAI
from services.dispatch.domain.terms import terms_of
from tests.unit.dispatch.cases import march

CATALOGUE = FileCatalogue().at("2026-01-01")
BARBECUE = "200510"
STREET_LAMP = "100118"
POWER_EQUIPMENT = "100116"
GAS_LEAK = "200403"
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


class WhenARoundStarts:
    def test_working_time_skips_the_weekend(self) -> None:
        sign, handle = terms_of(CATALOGUE, BARBECUE).deadlines(1, FRIDAY_EVENING)
        assert (sign.milestone, handle.milestone) == ("sign", "handle")
        assert handle.due_at == march(9, 10, 30)
        assert handle.skipped == WEEKEND
        assert sign.started_at == handle.started_at == FRIDAY_EVENING

    def test_signing_is_due_no_later_than_handling(self) -> None:
        sign, handle = terms_of(CATALOGUE, BARBECUE).deadlines(1, FRIDAY_EVENING)
        assert sign.due_at == handle.due_at == march(9, 10, 30)
        assert sign.rule == handle.rule == "case.handle.200510"

    def test_a_matter_with_time_to_spare_is_signed_for_by_its_own_limit(self) -> None:
        sign, handle = terms_of(CATALOGUE, STREET_LAMP).deadlines(1, FRIDAY_EVENING)
        assert (sign.due_at, handle.due_at) == (march(9, 17, 30), march(10, 17, 30))
        assert sign.skipped == handle.skipped == WEEKEND

    def test_who_works_day_and_night_has_no_weekend(self) -> None:
        sign, handle = terms_of(CATALOGUE, POWER_EQUIPMENT).deadlines(1, FRIDAY_EVENING)
        assert (sign.due_at, handle.due_at) == (march(6, 19, 30), march(7, 17, 30))
        assert sign.skipped == handle.skipped == ()

    def test_a_deadline_says_which_rule_and_calendar_made_it(self) -> None:
        sign, handle = terms_of(CATALOGUE, STREET_LAMP).deadlines(3, FRIDAY_EVENING)
        assert (sign.rule, handle.rule) == ("case.sign.normal", "case.handle.100118")
        assert (sign.round, handle.round) == (3, 3)
        assert sign.calendar == handle.calendar == CATALOGUE.calendar.version

    def test_a_year_without_a_calendar_gives_provisional_deadlines(self) -> None:
        start = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)
        assert [one.provisional for one in terms_of(CATALOGUE, BARBECUE).deadlines(1, start)] == [
            True,
            True,
        ]

    @given(matter=matters, start=starts, round_no=st.integers(1, 9))
    def test_nothing_is_due_before_it_begins(
        self, matter: str, start: datetime, round_no: int
    ) -> None:
        sign, handle = terms_of(CATALOGUE, matter).deadlines(round_no, start)
        assert start < sign.due_at <= handle.due_at
        assert sign.started_at == handle.started_at == start
        assert sign.round == handle.round == round_no

    @given(matter=matters, start=starts, later_by=st.timedeltas(timedelta(0), timedelta(days=20)))
    def test_who_starts_later_is_never_due_earlier(
        self, matter: str, start: datetime, later_by: timedelta
    ) -> None:
        terms = terms_of(CATALOGUE, matter)
        for sooner, later in zip(
            terms.deadlines(1, start), terms.deadlines(1, start + later_by), strict=True
        ):
            assert sooner.due_at <= later.due_at
