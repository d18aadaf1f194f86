"""Plays cases by taking what `…/actions` offers, and notes to whom each command is ever offered.

It prefers a command that it has not given yet, so that it gets to most of them within a few cases;
then the clock moves, so that what comes after a miss is offered too. Chance has a fixed seed: the
same code gives the same answer.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from contracts.catalogue import FileCatalogue
from tests.harness.four_services import MONDAY, FourServices, open_four_services
from tests.story import AGENT, MATTER, STREET, VISITOR, receive

__all__ = ["RELATIONS", "Relations", "explore"]

RELATIONS = {
    "lead": "the unit that leads the case",
    "street": "the street of the place, where another unit leads",
    "called": "a unit that a whistle has called",
    "district": "the district of the street",
    "other": "a unit that has nothing to do with the case",
}
"""Of a unit to a case."""

Offer = tuple[str, Mapping[str, Any]]
"""Somebody, and an action that is offered to them."""

Relations = dict[str, frozenset[str]]
"""By route (`POST /dispatch/v1/cases/{case_no}/signature`): to whom it was offered."""

AUDITOR = "auditor.bureau.x-1"
"""Sees everything and is offered nothing."""
NO = "260928000001"
OBJECTS = (
    f"/dispatch/v1/cases/{NO}",
    f"/dispatch/v1/whistles/{NO}-W1",
    f"/enforcement/v1/operations/{NO}-W1",
    f"/feedback/v1/callbacks/{NO}-R1",
    f"/intake/v1/appeals/{NO}",
)
LED_ELSEWHERE = "100106"
"""A matter that a department leads, so that the street of the place is another unit."""
ENDS = {
    "withdraw_appeal",
    "order_end",
    "declare_conflict",
    "cancel_whistle",
    "refuse_whistle",
    "withdraw_assist",
}
"""Taken when there is nothing else: after these less is offered."""
STEPS = 24


@dataclass
class Explorer:
    """What was taken and seen so far, over several cases."""

    chance: random.Random = field(default_factory=lambda: random.Random(2026))
    taken: Counter[str] = field(default_factory=Counter)
    offered: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def play(self, harness: FourServices, matter: str) -> None:
        """Play one case."""
        where = {"street": STREET, "matter": matter, "file": True}
        step = receive(1, lambda place: f"written as {place}", phone="19900000001")
        body = {**(step.body or {}), **where}
        assert harness.tell(AGENT, str(step.path), body, key="receive").is_success
        harness.listen()
        for count in range(STEPS):
            choice = self._choose(self._look(harness))
            if choice is None or (count > STEPS / 2 and self.chance.random() < 0.15):
                harness.wait_until(harness.clock.moment + timedelta(hours=30))
                harness.listen()
                continue
            actor, item = choice
            answer = harness.tell(actor, item["path"], item["body"], key=f"step-{count}")
            assert answer.is_success, (actor, item, answer.text)
            self.taken[item["name"]] += 1
            harness.listen()

    def _look(self, harness: FourServices) -> list[Offer]:
        """Ask everybody about everything; give what is offered."""
        found: list[Offer] = []
        there = [one for one in OBJECTS if harness.ask(AUDITOR, one).is_success]
        for (actor, relation), path in product(_people(harness), there):
            answer = harness.ask(actor, f"{path}/actions")
            assert answer.status_code in {200, 403}, answer.text
            for item in answer.json()["items"] if answer.is_success else ():
                if item["allowed"]:
                    found.append((actor, item))
                    if relation:
                        self.offered[item["name"]].add(relation)
        return found

    def _choose(self, offered: list[Offer]) -> Offer | None:
        """Choose what is new, then what gets an operation on; what ends a case, last."""
        self.chance.shuffle(offered)

        def rank(offer: Offer) -> tuple[bool, bool, bool, int]:
            name, path = offer[1]["name"], offer[1]["path"]
            taken = self.taken[name]
            return name in ENDS, taken > 0, "/operations/" not in path, taken

        return min(offered, key=rank, default=None)


def explore() -> Relations:
    """Play several cases and give to whom each command was offered."""
    explorer, named = Explorer(), dict[str, str]()
    staged = FileCatalogue().current(MONDAY.date()).stage_rows[0].matter
    for matter in (MATTER, LED_ELSEWHERE, staged):
        with TemporaryDirectory() as folder, open_four_services(Path(folder)) as harness:
            explorer.play(harness, matter)
            named = {name: route for app in harness.apps.values() for name, route in _posts(app)}
    return {named[name]: frozenset(found) for name, found in explorer.offered.items()}


def _posts(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(app.routes):
        if "POST" in (route.methods or ()):
            yield str(route.name), f"POST {route.path}"


def _people(harness: FourServices) -> Iterator[tuple[str, str]]:
    """Give people, each with the relation of their unit to the case; none of the hotline's."""
    yield from ((AGENT, ""), (VISITOR, ""), ("dispatcher.hotline.d-1", ""))
    lead = harness.ask(AUDITOR, f"/dispatch/v1/cases/{NO}").json()["unit"]
    whistle = harness.ask(AUDITOR, f"/dispatch/v1/whistles/{NO}-W1").json()
    called = [one["unit"] for one in whistle.get("units", ())]
    named = dict.fromkeys(called[:1], "called")
    named |= {"fire-rescue": "other", "district": "district", STREET: "street", lead: "lead"}
    for unit, relation in named.items():
        for role in ("officer", "leader", "director"):
            if role == "director" or relation in {"lead", "street"}:
                yield f"{role}.{unit}.{role[0]}-{unit[:4]}", relation
