"""吹哨、升级: the street calls the units, and the district learns who did not come."""

from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.stage import NotTheStreet, WhistleNotReady
from services.dispatch.domain.whistle.state import Blown, Concluded, Settled
from tests.given import given
from tests.unit.dispatch.whistles import (
    APPROVED,
    BLOWN,
    MARKET,
    POLICE,
    History,
    at_every_stage_but,
    blow,
    blown,
    concluded,
    escalate,
    escalated,
    proposed,
    settled,
)


class WhenItIsApproved:
    def test_the_street_blows_it(self) -> None:
        given(WHISTLE, *APPROVED).when(blow()).then(blown())
        assert given(WHISTLE, *BLOWN).state == Blown(proposed())

    @at_every_stage_but("approved")
    def test_it_is_blown_then_and_only_then(self, history: History) -> None:
        given(WHISTLE, *history).when(blow()).refused(WhistleNotReady)

    def test_no_other_unit_blows_it(self) -> None:
        given(WHISTLE, *APPROVED).when(blow(unit=POLICE)).refused(NotTheStreet)


class WhenAUnitDoesNotReport:
    def test_the_district_is_told(self) -> None:
        given(WHISTLE, *BLOWN).when(escalate()).then(escalated())

    def test_once_per_unit(self) -> None:
        given(WHISTLE, *BLOWN, escalated()).when(escalate()).nothing()

    def test_and_for_each_unit_of_its_own(self) -> None:
        given(WHISTLE, *BLOWN, escalated()).when(escalate(MARKET)).then(escalated(MARKET))

    @at_every_stage_but("blown")
    def test_before_and_after_nobody_is_late(self, history: History) -> None:
        given(WHISTLE, *history).when(escalate()).nothing()

    def test_who_was_late_is_not_forgotten(self) -> None:
        late = (*BLOWN, escalated(), escalated(MARKET))
        assert given(WHISTLE, *late).state == Blown(proposed(), (POLICE, MARKET))
        assert given(WHISTLE, *late, concluded()).state == Concluded(proposed(), (POLICE, MARKET))
        ended = given(WHISTLE, *late, concluded(), settled())
        assert ended.state == Settled(proposed(), (POLICE, MARKET))
