"""A refusal calls units and matters as staff do; what it raises and logs keeps their codes."""

from chassis.errors import Refusal
from contracts.said import Said


class UnitsAbsent(Refusal):
    code = "units_absent"
    zh = "{units} 未到，{street} 的工单 {case_no} 待办。"
    en = "{units} did not come to case {case_no} of {street}."


REFUSAL = UnitsAbsent(units="water, fire", street="brook", case_no="261123000001")
CALLED = {
    "water": Said("水务局", "Water Bureau"),
    "fire": Said("消防支队", "Fire Brigade"),
    "brook": Said("柳溪街道", "Willow Brook"),
}


def test_units_are_called_by_their_names() -> None:
    assert REFUSAL.sentence("zh", CALLED.__getitem__) == (
        "水务局、消防支队 未到，柳溪街道 的工单 261123000001 待办。"
    )
    assert REFUSAL.sentence("en", CALLED.__getitem__) == (
        "Water Bureau, Fire Brigade did not come to case 261123000001 of Willow Brook."
    )


def test_where_nobody_names_them_their_codes_stand() -> None:
    assert REFUSAL.sentence("zh") == "water、fire 未到，brook 的工单 261123000001 待办。"
    assert str(REFUSAL) == "water, fire did not come to case 261123000001 of brook."
