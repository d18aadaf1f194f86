"""派单: which unit answers, by matter and place, in the first catalogue version."""

import pytest

from contracts.catalogue import FileCatalogue, UnknownMatter, UnknownStreet
from contracts.ids import UnitCode
from services.dispatch.domain.routing import Route, route, rows_of

CATALOGUE = FileCatalogue().at("2026-01-01")
STREET = UnitCode("street-willow-brook")
BARBECUE = "200510"
STREET_LAMP = "100118"


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
