"""What a city may choose, and what holds where it chooses nothing."""

import pytest
from pydantic import ValidationError

from contracts.calendar import Limit
from contracts.policies import Policies


class WhenACityChoosesNothing:
    def test_only_a_question_is_answered_on_the_spot(self) -> None:
        assert Policies().answered_on_spot == ("consultation",)

    def test_a_key_whistle_takes_the_director(self) -> None:
        approvers = Policies().approvers
        assert approvers["key"] == ("director",)
        assert all("leader" in who for kind, who in approvers.items() if kind != "key")

    def test_an_extension_is_given_once_and_of_ten_working_days(self) -> None:
        policies = Policies()
        assert (policies.extensions_max, policies.extension_workdays_max) == (1, 10)

    def test_a_limit_stands_for_every_urgency(self) -> None:
        assert set(Policies().first_contact) == {"normal", "urgent", "critical"}


class WhenACityChooses:
    def test_what_it_leaves_out_has_our_default(self) -> None:
        chosen = Policies.model_validate({"objection": {"amount": 1, "unit": "workday"}})
        assert chosen.objection == Limit(amount=1, unit="workday")
        assert chosen.assist == Policies().assist

    @pytest.mark.parametrize(
        "choice",
        [
            {"yellow_at_per_cent": 0},
            {"yellow_at_per_cent": 101},
            {"extensions_max": -1},
            {"approvers": {"daily": ["officer"]}},
            {"approvers": {"daily": ["leader"]}},
            {"approvers": dict.fromkeys(("emergency", "enforcement", "daily", "key"), ())},
            {"first_contact": {"normal": {"amount": 1, "unit": "day"}}},
            {"answered_on_spot": ["anything"]},
            {"objection": {"amount": 2, "unit": "fortnight"}},
            {"objections": {"amount": 2, "unit": "day"}},
        ],
    )
    def test_what_has_no_meaning_is_refused(self, choice: dict[str, object]) -> None:
        with pytest.raises(ValidationError):
            Policies.model_validate(choice)
