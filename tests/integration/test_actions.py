"""An action is offered exactly when it would be accepted, and asking for it writes nothing.

Somebody plays cases at random over the real services. After every step, people of all kinds ask of
an object what they may do with it: what is not offered is sent and has to be refused with the very
code that was shown, then one that is offered is sent and has to be accepted. The body that goes
with a command is the one that was tried.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData

from chassis.http.actions import _Trial
from contracts.services import SERVICES
from tests.harness.four_services import FourServices, open_four_services
from tests.story import AGENT, MATTER, STREET, UNITS, VISITOR, receive
from tests.substrate.postgres import Postgres

EXAMPLES = 4
STEPS = 14
SEEDS = (3, 4, 7)
OTHERS = 2
"""People asked besides those who have most to do."""
NO = "260928000001"
OBJECTS = (
    f"/intake/v1/appeals/{NO}",
    "/intake/v1/appeals/260928000002",
    f"/dispatch/v1/cases/{NO}",
    f"/dispatch/v1/whistles/{NO}-W1",
    f"/dispatch/v1/whistles/{NO}-W2",
    f"/enforcement/v1/operations/{NO}-W1",
    f"/feedback/v1/callbacks/{NO}-R1",
)
PEOPLE = (
    AGENT,
    VISITOR,
    "dispatcher.hotline.d-1",
    "auditor.bureau.x-1",
    "integrator.hotline.system",
    *(
        f"{role}.{unit}.{role[0]}-{unit[:3]}"
        for role, unit in product(
            ("officer", "leader", "director"), (STREET, *UNITS, "district", "fire-rescue")
        )
    ),
)
BUSY = (AGENT, VISITOR, *(one for one in PEOPLE if STREET in one or UNITS[0] in one))
"""Those who have most to do with the objects."""
ENDING = {"withdraw_appeal", "declare_conflict", "order_end", "cancel_whistle", "refuse_whistle"}
"""After these there is less to ask."""


def say(place: str) -> str:
    return f"what is written as {place}"


@dataclass
class Walk:
    """One random history, and what was found on the way."""

    harness: FourServices
    chance: random.Random
    sent: int = 0
    allowed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Receive two complaints, of which one is a case."""
        filed = {"street": STREET, "matter": MATTER, "file": True}
        for number, more in ((1, filed), (2, {})):
            step = receive(number, say, phone=f"1990000000{number}")
            body = {**(step.body or {}), **more}
            assert self.send(step.actor, str(step.path), body).is_success

    def send(self, actor: str, path: str, body: object) -> Any:  # noqa: ANN401  # httpx's
        self.sent += 1
        answer = self.harness.tell(actor, path, body, key=f"walk-{self.sent}")
        if answer.is_success:
            self.harness.listen()
        return answer

    def step(self) -> None:
        """Ask and try; sometimes let time pass before."""
        if self.chance.random() < 0.3:
            hours = self.chance.choice((1, 3, 30, 400))
            self.harness.wait_until(self.harness.clock.moment + timedelta(hours=hours))
            self.harness.listen()
        path = self.chance.choice(OBJECTS)
        people = [*BUSY, *self.chance.sample(PEOPLE, OTHERS)]
        self.chance.shuffle(people)
        any(self.ask(actor, path) for actor in people)

    def ask(self, actor: str, path: str) -> bool:
        """Check what one person is told of one object; say whether that brought it on."""
        shown = self.harness.ask(actor, path)
        answers = [self.harness.ask(actor, f"{path}/{what}") for what in ("history", "actions")]
        assert {one.status_code for one in answers} == {shown.status_code}, (actor, path)
        if not shown.is_success:
            assert {one.json()["code"] for one in answers} == {shown.json()["code"]}
            return False
        items = answers[1].json()["items"]
        for item in items:
            if not item["allowed"]:
                self.must_be_refused(actor, item)
        is_ending = self.chance.random() < 0.1
        offered = [one for one in items if one["allowed"] and (one["name"] in ENDING) is is_ending]
        if offered:
            self.must_be_accepted(actor, self.chance.choice(offered))
        return bool(offered)

    def must_be_refused(self, actor: str, item: Mapping[str, Any]) -> None:
        answer = self.send(actor, item["path"].replace("{", "").replace("}", ""), item["body"])
        assert answer.json().get("code") == item["code"], (actor, item, answer.text)
        self.refused.add(item["code"])

    def must_be_accepted(self, actor: str, item: Mapping[str, Any]) -> None:
        answer = self.send(actor, item["path"], item["body"])
        assert answer.is_success, (actor, item, answer.text)
        self.allowed.add(item["name"])


def walk(chance: random.Random) -> Walk:
    with TemporaryDirectory() as folder, open_four_services(Path(folder)) as harness:
        found = Walk(harness, chance)
        found.begin()
        for _ in range(STEPS):
            found.step()
        return found


class WhenPeopleAskAtRandom:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.integers(min_value=0, max_value=2**32))
    def test_an_action_is_offered_exactly_when_it_is_accepted(self, seed: int) -> None:
        walk(random.Random(seed))

    def test_the_walk_meets_much_of_what_there_is(self) -> None:
        walks = [walk(random.Random(seed)) for seed in SEEDS]
        assert len(set[str]().union(*(one.allowed for one in walks))) > 5
        assert len(set[str]().union(*(one.refused for one in walks))) > 8

    def test_a_trial_that_leaves_out_a_rule_is_noticed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control arm: the aggregate is not asked, so that its rules do not count."""
        honest = _Trial.run

        def lenient(trial: _Trial, session: Any) -> None:  # noqa: ANN401  # a session
            monkeypatch.setattr(type(session), "execute", lambda *_args: None)
            try:
                honest(trial, session)
            finally:
                monkeypatch.undo()
                monkeypatch.setattr(_Trial, "run", lenient)

        monkeypatch.setattr(_Trial, "run", lenient)
        with pytest.raises(AssertionError):
            walk(random.Random(1))


Tables = dict[str, dict[str, list[tuple[Any, ...]]]]


def everything(harness: FourServices) -> Tables:
    """Give every row of every table of every service, the vault's with their bytes."""
    found: Tables = {}
    for name, service in harness.services.items():
        with service.store.reading() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            found[name] = {
                table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
                for table in metadata.sorted_tables
            }
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FourServices]:
    databases: dict[str, str] = {}
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        databases = {name: postgres.ready().app for name in SERVICES}
    with open_four_services(tmp_path, databases) as opened:
        yield opened


class WhenSomebodyAsksWhatTheyMayDo:
    def test_every_table_holds_the_same_bytes_after_it(self, harness: FourServices) -> None:
        run = Walk(harness, random.Random(0))
        run.begin()
        offered = 0
        for _ in range(3):
            for path in OBJECTS:
                any(run.ask(actor, path) for actor in BUSY)
            before = everything(harness)
            for actor, path in product(BUSY, OBJECTS):
                answer = harness.ask(actor, f"{path}/actions")
                assert answer.status_code in {200, 403, 404}, answer.text
                items = answer.json().get("items", ())
                offered += sum(one["allowed"] and one["body"] is not None for one in items)
            assert everything(harness) == before
        assert offered > 10, "texts were sealed and undone"
        assert sum(len(rows) for tables in before.values() for rows in tables.values()) > 50

    def test_what_is_done_shows_in_the_tables(self, harness: FourServices) -> None:
        """The control arm."""
        run = Walk(harness, random.Random(0))
        before = everything(harness)
        run.begin()
        after = everything(harness)["intake"]
        changed = {name for name, rows in after.items() if rows != before["intake"][name]}
        assert {"events", "vault_items", "vault_keys", "commands", "sequences"} <= changed
