"""派单: which unit answers, by matter and place, in the first catalogue version."""

from datetime import date, timedelta

import pytest

from contracts.catalogue import (
    FileCatalogue,
    UnknownMatter,
    UnknownStreet,
    UnknownUnit,
)
from contracts.catalogue.rows import Admission, UnitKind
from contracts.ids import UnitCode
from services.dispatch.domain.routing import (
    CommunityNeverLeads,
    DutyTakenBack,
    HandDownNotAdmitted,
    Route,
    UnitNeverLeads,
    UnitOfOtherDistrict,
    assisting,
    must_be_able_to_lead,
    route,
    rows_of,
    target_of,
)
from tests.unit.dispatch.cases import DISTRICT
from tests.unit.dispatch.transfers import rows_of_duty, target

CATALOGUE = FileCatalogue().at("2026-01-01")
STREET = UnitCode("street-willow-brook")
BARBECUE = "200510"
STREET_LAMP = "100118"
ON = date(2026, 3, 3)
MATTER_OF_STREETS = rows_of_duty("@street", "basic").matter


def routed(street: str, matter: str) -> Route:
    """Choose the unit by the rows that the catalogue has."""
    return route(rows_of(CATALOGUE, street, matter))


class WhenAMatterIsLeftToTheStreet:
    def test_the_street_of_the_place_leads_and_its_district_gets_a_copy(self) -> None:
        assert routed(STREET, BARBECUE) == Route(STREET, "street_lead", UnitCode("district"))


class WhenAMatterNamesItsLead:
    def test_that_unit_leads_wherever_it_is(self) -> None:
        expected = Route(UnitCode("street-lighting"), "matter_lead", None)
        for street in CATALOGUE.streets():
            assert routed(street.code, STREET_LAMP) == expected


class WhenTheDistrictHasAUnitOfItsOwn:
    """职责就近: the counterpart in the district of the place, not the one that the list names."""

    def test_that_one_leads_and_assists(self) -> None:
        city = FileCatalogue().at("2026-09-01")
        matter = next(one for one in city.matters() if one.lead == "urban-enforcement")
        for street, unit in (
            ("street-clear-moon", "east-urban-enforcement"),
            ("street-locust-peace", "urban-enforcement"),
        ):
            rows = rows_of(city, street, matter.code)
            assert route(rows) == Route(UnitCode(unit), "matter_lead", None)

    def test_the_units_beside_it_are_of_that_district_too(self) -> None:
        city = FileCatalogue().at("2026-09-01")
        matter = next(one for one in city.matters() if "public-security" in one.assisting)
        rows = rows_of(city, "street-clear-moon", matter.code)
        assert "east-public-security" in assisting(rows, UnitCode("nobody"))
        assert "public-security" not in assisting(rows, UnitCode("nobody"))


class WhenAnotherUnitIsToLead:
    def test_a_street_a_department_and_a_company_may(self) -> None:
        for kind in ("street", "department", "company"):
            must_be_able_to_lead(target(kind=kind), MATTER_OF_STREETS, DISTRICT)

    @pytest.mark.parametrize("kind", ["community", "property"])
    def test_a_community_or_property_company_never_does(self, kind: UnitKind) -> None:
        """接诉即办工作条例 art. 17."""
        with pytest.raises(CommunityNeverLeads):
            must_be_able_to_lead(target(kind=kind), MATTER_OF_STREETS, DISTRICT)

    @pytest.mark.parametrize("kind", ["city", "district", "centre"])
    def test_who_directs_handles_nothing(self, kind: UnitKind) -> None:
        with pytest.raises(UnitNeverLeads):
            must_be_able_to_lead(target(kind=kind), MATTER_OF_STREETS, DISTRICT)

    def test_a_unit_of_another_district_does_not(self) -> None:
        with pytest.raises(UnitOfOtherDistrict):
            must_be_able_to_lead(target(district="other"), MATTER_OF_STREETS, DISTRICT)

    def test_one_of_the_whole_city_does(self) -> None:
        must_be_able_to_lead(target(district=None), MATTER_OF_STREETS, DISTRICT)

    @pytest.mark.parametrize("lead", ["@street", "street-lighting"])
    def test_what_was_taken_back_goes_to_no_street_whatever_was_admitted(self, lead: str) -> None:
        matter = rows_of_duty(lead, "taken_back").matter
        street = target("street-x", "street", is_admitted=True)
        with pytest.raises(DutyTakenBack):
            must_be_able_to_lead(street, matter, DISTRICT)
        must_be_able_to_lead(target(), matter, DISTRICT)

    def test_a_department_hands_nothing_down_without_an_admission(self) -> None:
        matter = rows_of_duty("street-lighting", "cooperate").matter
        with pytest.raises(HandDownNotAdmitted):
            must_be_able_to_lead(target("street-x", "street"), matter, DISTRICT)
        admitted = target("street-x", "street", is_admitted=True)
        must_be_able_to_lead(admitted, matter, DISTRICT)


class WhenATargetIsLookedUp:
    def test_it_comes_with_its_district(self) -> None:
        found = target_of(CATALOGUE, "street-lighting", BARBECUE, ON)
        assert (found.unit.code, found.district) == ("street-lighting", "district")
        assert target_of(CATALOGUE, "district", BARBECUE, ON).district == "district"

    def test_a_unit_of_the_city_has_none(self) -> None:
        wider = FileCatalogue().at("2026-09-01")
        assert target_of(wider, "city", BARBECUE, ON).district is None

    def test_an_admission_holds_from_its_day_on(self) -> None:
        admission = Admission(matter=STREET_LAMP, document="x", approved_on=ON, source="invented")
        version = CATALOGUE.model_copy(update={"admission_rows": (admission,)})
        before = ON - timedelta(days=1)
        assert target_of(version, STREET, STREET_LAMP, ON).is_admitted
        assert not target_of(version, STREET, STREET_LAMP, before).is_admitted
        assert not target_of(version, STREET, BARBECUE, ON).is_admitted

    def test_an_unknown_one_is_none(self) -> None:
        with pytest.raises(UnknownUnit):
            target_of(CATALOGUE, "nowhere", BARBECUE, ON)


class WhenACodeIsUnknown:
    def test_a_matter_leads_nowhere(self) -> None:
        with pytest.raises(UnknownMatter):
            routed(STREET, "999999")

    @pytest.mark.parametrize("matter", [BARBECUE, STREET_LAMP])
    @pytest.mark.parametrize("street", ["street-nowhere", "street-lighting"])
    def test_a_street_leads_nowhere_whatever_the_matter(self, street: str, matter: str) -> None:
        with pytest.raises(UnknownStreet):
            routed(street, matter)


class WhenAnyMatterMeetsAnyStreet:
    def test_exactly_one_unit_leads_and_it_is_never_a_community(self) -> None:
        """接诉即办工作条例 art. 17: the community is never made the main handler."""
        for matter in CATALOGUE.matters():
            for street in CATALOGUE.streets():
                chosen = routed(street.code, matter.code)
                assert CATALOGUE.unit(chosen.unit).kind in {"street", "department", "company"}
                assert (chosen.district is None) is (chosen.routed_by == "matter_lead")
