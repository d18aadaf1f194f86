"""From every state some permitted person ends a case, though units are silent for ever.

Everybody acts at random first, so that case, whistle and operation stand somewhere. Then the called
and the asked units never act again, and those who are left take what they are offered. A leading
unit that works ends its case without an order of the district; one that is silent as well is what
the order is for (指令结案), and nothing else ends its case.
"""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.harness.four_services import open_four_services
from tests.integration.city import AGENT, DISPATCHER, STREET, VISITOR, City

SEEDS = range(5)
STEPS = 12
"""Random steps before the units fall silent."""
PATIENCE = 60
"""Steps and waits within which an end has to come."""
LITTLE_PATIENCE = 15
CALLED = ("urban-enforcement", "public-security")
DISTRICT = "director.district.q-3"
NOT_AT_RANDOM = {"order_end", "withdraw_appeal", "declare_conflict", "unlink_appeal", "link_appeal"}
"""These end a case at once, or keep its people out."""
WAY_ON = (
    "resume_case",
    "complete_callback",
    "confirm_whistle",
    "settle_whistle",
    "release_unit",
    "name_absent",
    "note_early_departure",
    "approve_whistle",
    "blow_whistle",
    "sign_case",
    "report_handling",
    "note_contact",
)
"""What gets a case on, the nearest to its end first; cancelling and ordering are not among it."""
ORDER = (*WAY_ON, "order_end")

Offer = tuple[str, dict[str, Any]]


def staff(unit: str) -> Sequence[str]:
    """Name two people of a unit, since some steps take a second one."""
    return [f"{role}.{unit}.{role}-{unit[-5:]}" for role in ("leader", "director")]


@dataclass
class Life:
    """One case, and everybody who has to do with it."""

    city: City
    chance: random.Random
    no: str = ""
    taken: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """File the case."""
        self.no = self.city.complain()

    @property
    def _last(self) -> str:
        return self.taken[-1] if self.taken else ""

    @property
    def lead(self) -> str:
        """The unit that leads the case now."""
        unit: str = self.city.case(self.no)["unit"]
        return unit

    def objects(self) -> Iterator[str]:
        """Give the case, its whistles and operations, and its call-backs."""
        yield f"/dispatch/v1/cases/{self.no}"
        found = self.city.ask(AGENT, "/dispatch/v1/whistles", case_no=self.no)["items"]
        for whistle in found:
            yield f"/dispatch/v1/whistles/{whistle['whistle_no']}"
            if whistle["blown_at"]:
                yield f"/enforcement/v1/operations/{whistle['whistle_no']}"
        for callback in self.city.callbacks(self.no):
            yield f"/feedback/v1/callbacks/{callback['callback_no']}"

    def offered(self, people: Collection[str]) -> Iterator[Offer]:
        """Give what people may do now."""
        for path in self.objects():
            for actor in people:
                answer = self.city.harness.ask(actor, f"{path}/actions")
                for item in answer.json()["items"] if answer.is_success else ():
                    if item["allowed"]:
                        yield actor, item

    def take(self, offer: Offer) -> None:
        """Do what is offered."""
        actor, item = offer
        self.city.tell(actor, item["path"], item["body"])
        self.taken.append(item["name"])

    def live(self) -> None:
        """Let everybody act at random, and time pass."""
        for _ in range(STEPS):
            units = {self.lead, STREET, *CALLED}
            people = [
                DISPATCHER,
                DISTRICT,
                VISITOR,
                *(one for unit in units for one in staff(unit)),
            ]
            actor = self.chance.choice(people)
            allowed = [one for one in self.offered([actor]) if one[1]["name"] not in NOT_AT_RANDOM]
            if allowed:
                self.take(self.chance.choice(allowed))
            if self.chance.random() < 0.3:
                self.city.wait(hours=self.chance.choice((1, 5, 30)))

    def end(
        self, people: Collection[str], steps: Sequence[str], patience: int = PATIENCE
    ) -> str | None:
        """Let these people do these things until the case is closed; give its outcome."""
        for _ in range(patience):
            if outcome := self.city.closed_as(self.no):
                return outcome
            offers = [one for one in self.offered(people) if self._gets_on(one, steps)]
            if offers:
                self.take(min(offers, key=lambda one: steps.index(one[1]["name"])))
            else:
                self.city.wait(days=1)
        return None

    def _gets_on(self, offer: Offer, steps: Sequence[str]) -> bool:
        """Say whether a step is one of these; a caller who was called just now waits."""
        name = offer[1]["name"]
        return name in steps and (name, self._last) != ("note_contact", "note_contact")


@pytest.fixture(params=SEEDS)
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    """A case that has come somewhere."""
    with open_four_services(tmp_path) as harness:
        found = Life(City(harness), random.Random(request.param))
        found.begin()
        found.live()
        yield found


def test_with_every_called_unit_silent_a_case_ends_without_an_order(life: Life) -> None:
    people = [DISPATCHER, DISTRICT, VISITOR, *staff(STREET), *staff(life.lead)]
    assert life.end(people, WAY_ON) in {"resolved", "unconfirmed"}, life.taken
    assert "order_end" not in life.taken


def test_with_the_leading_unit_silent_as_well_the_district_orders_the_end(life: Life) -> None:
    others = [DISPATCHER, DISTRICT, VISITOR, *(staff(STREET) if life.lead != STREET else ())]
    is_reported = life.city.case(life.no)["stage"] in {"reported", "closed"}
    outcome = life.end(others, WAY_ON, LITTLE_PATIENCE)
    assert (outcome is not None) is is_reported, "the control arm: nothing else ends it"
    assert life.end(others, ORDER) == (outcome or "ordered"), life.taken


def test_the_lives_are_not_all_alike(tmp_path: Path) -> None:
    taken: set[str] = set()
    for seed in SEEDS:
        with open_four_services(tmp_path / str(seed)) as harness:
            one = Life(City(harness), random.Random(seed))
            one.begin()
            one.live()
            taken.update(one.taken)
    assert len(taken) > 12, sorted(taken)
