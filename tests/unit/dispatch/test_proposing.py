"""拟哨: who needs units names them, exactly one of which leads."""

from dataclasses import replace

import pytest

from contracts.catalogue import FileCatalogue
from contracts.events.dispatch import SummonedUnit
from contracts.ids import UnitCode
from contracts.values import WhistleKind
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.proposing import KeyPlanMissing, PlanOnlyForKey
from services.dispatch.domain.whistle.state import Proposed
from services.dispatch.domain.whistle.units import (
    NamedUnit,
    OneUnitLeads,
    UnitCannotReport,
    UnitNeedsReason,
    listed_units,
)
from tests.given import given
from tests.unit.dispatch.cases import DEPARTMENT, STREET
from tests.unit.dispatch.whistles import (
    CITY,
    MARKET,
    OTHER_DISTRICT,
    PLAN,
    POLICE,
    PROPOSED,
    REASON,
    WATER,
    History,
    at_every_stage_but,
    named,
    propose,
    proposed,
)

LISTED = named(MARKET, "lead", is_listed=True, reason=None)


class WhenAWhistleIsProposed:
    def test_it_waits_for_an_authorised_person(self) -> None:
        given(WHISTLE).when(propose()).then(proposed())
        assert given(WHISTLE, *PROPOSED).state == Proposed(proposed())

    @at_every_stage_but()
    def test_a_number_is_proposed_once(self, history: History) -> None:
        given(WHISTLE, *history).when(propose()).nothing()

    def test_it_belongs_to_the_street_of_the_place_also_where_another_asks(self) -> None:
        asked = proposed(unit=DEPARTMENT)
        given(WHISTLE).when(propose(unit=DEPARTMENT)).then(asked)

    def test_one_unit_alone_may_be_called(self) -> None:
        alone = SummonedUnit(unit=POLICE, role="lead", basis="street", reason=REASON)
        given(WHISTLE).when(propose(named(POLICE, "lead"))).then(proposed(units=(alone,)))

    def test_but_never_none(self) -> None:
        nobody = replace(propose(), summons=replace(propose().summons, units=()))
        given(WHISTLE).when(nobody).refused(OneUnitLeads)

    @pytest.mark.parametrize(
        "units",
        [
            [named(POLICE), named(MARKET)],
            [named(POLICE, "lead"), named(MARKET, "lead")],
            [named(POLICE, "lead"), named(POLICE)],
            [named(POLICE, "lead"), named(MARKET), named(MARKET)],
            [named(POLICE, "lead"), named(STREET)],
            [named(STREET, "lead"), named(POLICE)],
        ],
        ids=[
            "nobody leads",
            "two lead",
            "one leads and assists",
            "one assists twice",
            "the street assists itself",
            "the street leads itself",
        ],
    )
    def test_exactly_one_unit_leads_and_none_stands_twice(self, units: list[NamedUnit]) -> None:
        given(WHISTLE).when(propose(*units)).refused(OneUnitLeads)


class WhenUnitsAreNamed:
    def test_one_on_the_responsibility_list_takes_no_reason(self) -> None:
        on_list = SummonedUnit(unit=MARKET, role="lead", basis="list", reason=None)
        given(WHISTLE).when(propose(LISTED)).then(proposed(units=(on_list,)))

    def test_any_other_takes_one(self) -> None:
        command = propose(LISTED, named(POLICE, reason=None))
        refusal = given(WHISTLE).when(command).refused(UnitNeedsReason)
        assert refusal.facts == {"unit": POLICE}

    @pytest.mark.parametrize("kind", ["city", "district", "centre"])
    def test_a_government_or_its_centre_does_not_report(self, kind: str) -> None:
        command = propose(LISTED, named("somewhere", kind=kind))  # type: ignore[arg-type]  # of the list above
        given(WHISTLE).when(command).refused(UnitCannotReport)

    @pytest.mark.parametrize("kind", ["community", "property"])
    def test_a_community_or_property_company_assists_where_the_list_names_it(
        self, kind: str
    ) -> None:
        unit = named("residents", kind=kind, is_listed=True, reason=None)  # type: ignore[arg-type]  # as above
        on_list = SummonedUnit(unit=unit.row.code, role="assisting", basis="list", reason=None)  # type: ignore[arg-type]  # a code is one
        lead = SummonedUnit(unit=MARKET, role="lead", basis="list", reason=None)
        given(WHISTLE).when(propose(LISTED, unit)).then(proposed(units=(lead, on_list)))
        given(WHISTLE).when(propose(LISTED, replace(unit, is_listed=False))).refused(
            UnitCannotReport
        )
        given(WHISTLE).when(propose(replace(unit, role="lead"))).refused(UnitCannotReport)

    def test_another_street_of_the_district_is_not_called(self) -> None:
        command = propose(LISTED, named("street-locust-peace", kind="street"))
        given(WHISTLE).when(command).refused(UnitCannotReport)


class WhenTheListIsRead:
    """Of the shipped catalogue of two districts."""

    VERSION = FileCatalogue().at("2026-09-01")

    def test_it_gives_the_lead_first(self) -> None:
        listed = listed_units(self.VERSION, "100101", STREET)
        assert list(listed.items()) == [(WATER, "lead"), ("urban-management", "assisting")]

    def test_the_street_of_the_place_is_left_out_and_says_who_leads(self) -> None:
        listed = listed_units(self.VERSION, "100114", STREET)
        assert listed == {"urban-management": "assisting", "water-affairs": "assisting"}

    def test_each_district_has_its_own_departments(self) -> None:
        listed = listed_units(self.VERSION, "100101", UnitCode("street-clear-moon"))
        assert list(listed) == [WATER, "east-urban-management"]


class WhenUnitsOfAnotherDistrictAreCalled:
    """场景 9.6 (11): 跨区联合哨."""

    @pytest.mark.parametrize("kind", ["department", "street"])
    def test_the_whistle_is_a_cross_district_one(self, kind: str) -> None:
        other = named("over-there", kind=kind, district=OTHER_DISTRICT)  # type: ignore[arg-type]  # one of both
        over_there = SummonedUnit(
            unit=other.row.code,  # type: ignore[arg-type]  # a code is one
            role="assisting",
            basis="street",
            reason=REASON,
        )
        lead = SummonedUnit(unit=MARKET, role="lead", basis="list", reason=None)
        expected = proposed(units=(lead, over_there), is_cross_district=True)
        given(WHISTLE).when(propose(LISTED, other)).then(expected)

    def test_it_takes_a_reason(self) -> None:
        other = named("over-there", district=OTHER_DISTRICT, reason=None)
        given(WHISTLE).when(propose(LISTED, other)).refused(UnitNeedsReason)

    def test_a_unit_of_the_city_is_of_no_other_district(self) -> None:
        of_city = named(WATER, kind="company", district=None)
        lead = SummonedUnit(unit=MARKET, role="lead", basis="list", reason=None)
        water = SummonedUnit(unit=WATER, role="assisting", basis="street", reason=REASON)
        expected = proposed(units=(lead, water), is_cross_district=False)
        given(WHISTLE).when(propose(LISTED, of_city)).then(expected)
        assert of_city.district != CITY


class WhenItIsAKeyWhistle:
    def test_it_has_a_plan(self) -> None:
        expected = proposed("key", plan=PLAN)
        given(WHISTLE).when(propose(kind="key", plan=PLAN)).then(expected)

    @pytest.mark.parametrize("plan", [None, PLAN.model_copy(update={"nodes": ()})])
    def test_without_a_plan_or_its_nodes_it_is_refused(self, plan: None) -> None:
        given(WHISTLE).when(propose(kind="key", plan=plan)).refused(KeyPlanMissing)

    @pytest.mark.parametrize("kind", ["emergency", "enforcement", "daily"])
    def test_no_other_kind_has_one(self, kind: WhistleKind) -> None:
        given(WHISTLE).when(propose(kind=kind, plan=PLAN)).refused(PlanOnlyForKey)
