"""The codes of the catalogue in force, as any office reads them."""

import pytest

from tests.unit.intake.harness import IntakeHarness

PATH = "/intake/v1/catalogue"


class WhenCodesAreRead:
    @pytest.mark.parametrize(
        "actor",
        [
            "agent.hotline.a-1",
            "dispatcher.hotline.d-1",
            "officer.street-clear-moon.o-1",
            "director.street-clear-moon.o-2",
        ],
    )
    def test_they_are_those_in_force(self, intake: IntakeHarness, actor: str) -> None:
        found = intake.ask(actor, PATH).json()
        assert found["version"] == "2026-09-01"
        streets = {street["code"]: street["district"] for street in found["streets"]}
        assert streets["street-clear-moon"] == "district-east"
        assert len(found["matters"]) == 228

    def test_units_say_whether_they_work_day_and_night(self, intake: IntakeHarness) -> None:
        units = {one["code"]: one for one in intake.ask("auditor.office.x-1", PATH).json()["units"]}
        assert units["gas-company"]["around_the_clock"] is True
        assert units["sports"]["around_the_clock"] is False

    def test_a_matter_with_staged_limits_has_its_stages(self, intake: IntakeHarness) -> None:
        stages = intake.ask("agent.hotline.a-1", PATH).json()["stages"]
        assert [(one["matter"], one["code"]) for one in stages] == [
            ("200101", "stop"),
            ("200101", "punish"),
            ("200101", "demolish"),
        ]
