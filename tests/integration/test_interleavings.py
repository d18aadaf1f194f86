"""In whatever order and in whatever pages feeds are read, once or twice: it ends the same.

The story is played once in order, and every event is processed after every step. Then it is played
by a random source that chooses at every moment between a step that may be taken (those that come
too early are refused and sent again) and a service that reads a piece of a log: the next page, an
old one again, two sources mixed, or, as a partitioned transport brings it, some cases ahead of
others.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.inbox.checkpoint import read_checkpoint
from chassis.inbox.inbound_event import InboundEvent
from chassis.inbox.inbox import Inbox
from chassis.inbox.verdict import Admission
from chassis.unit_of_work.outcomes import Done
from tests.harness.four_services import FourServices, open_four_services
from tests.integration.entangled import RACED
from tests.integration.snapshot import Snapshot, snapshot
from tests.integration.story_run import StoryRun, play_in_order

EXAMPLES = 8
CHOICES_MAX = 20_000
"""Choices after which a run is stuck."""

PAGE_MAX = 9


def deliver(harness: FourServices, chance: random.Random) -> None:
    """Let a service read something, in a way that a transport might bring it."""
    service = chance.choice(list(harness.services.values()))
    sources = service.model.sources
    ways = (_next_page, _old_page, _some_cases)
    pieces = [
        chance.choice(ways)(harness, service.name, source, chance)
        for source in chance.sample(sources, chance.randint(1, len(sources)))
    ]
    inbound_events = list(_mixed(pieces, chance))
    outcomes = harness.unit_of_work(service.name).handle(inbound_events)
    assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
    if chance.random() < 0.5:
        service.consumer.release()


def _page(
    harness: FourServices, service: str, source: str, after: int, limit: int
) -> list[InboundEvent]:
    page = harness.feeds[source].read(after, limit)
    return [InboundEvent.of(source, recorded) for recorded in page]


def _position(harness: FourServices, service: str, source: str) -> int:
    with harness.services[service].store.reading() as connection:
        checkpoint = read_checkpoint(connection, source)
    return checkpoint.position if checkpoint else 0


def _next_page(
    harness: FourServices, service: str, source: str, chance: random.Random
) -> list[InboundEvent]:
    after = _position(harness, service, source)
    return _page(harness, service, source, after, chance.randint(1, PAGE_MAX))


def _old_page(
    harness: FourServices, service: str, source: str, chance: random.Random
) -> list[InboundEvent]:
    """Begin somewhere before the checkpoint, and perhaps go beyond it."""
    after = chance.randint(0, _position(harness, service, source))
    return _page(harness, service, source, after, chance.randint(1, 3 * PAGE_MAX))


def _some_cases(
    harness: FourServices, service: str, source: str, chance: random.Random
) -> list[InboundEvent]:
    """Take the keys of what comes next in any order, the events of each key in their own."""
    after = _position(harness, service, source)
    page = _page(harness, service, source, after, 3 * PAGE_MAX)
    keys = sorted({inbound.envelope.key for inbound in page})
    chosen = chance.sample(keys, chance.randint(0, len(keys)))
    return [inbound for key in chosen for inbound in page if inbound.envelope.key == key]


def _mixed(pieces: list[list[InboundEvent]], chance: random.Random) -> Iterator[InboundEvent]:
    """Mix several sources, each in its own order."""
    left = [piece for piece in pieces if piece]
    while left:
        piece = chance.choice(left)
        yield piece.pop(0)
        left = [piece for piece in left if piece]


def play_by(chance: random.Random, harness: FourServices) -> Snapshot:
    run = StoryRun(harness)
    eagerness = chance.uniform(0.2, 0.95)
    for _ in range(CHOICES_MAX):
        if not run.left:
            break
        if chance.random() < eagerness:
            run.take(chance.choice(run.possible()))
        else:
            deliver(harness, chance)
    assert not run.left, run.left
    harness.listen()
    return snapshot(harness, RACED)


@dataclass(frozen=True)
class Played:
    """The end of a run; too long to be shown."""

    snapshot: Snapshot = field(repr=False)

    def unlike(self, other: Snapshot) -> dict[str, Any]:
        """Give what is not the same, by name."""
        mine = self.snapshot
        return {name: (mine[name], other[name]) for name in mine if mine[name] != other[name]}


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Played:
    with open_four_services(tmp_path_factory.mktemp("in_order")) as harness:
        return Played(play_in_order(harness))


def test_the_story_goes_every_way_a_case_can_go(in_order: Played) -> None:
    found = in_order.snapshot
    rounds = {
        (one["outcome"], one["round"], one["missed_count"]) for one in found["dispatch.cases"]
    }
    assert rounds == {
        ("resolved", 2, 0),
        ("unconfirmed", 1, 0),
        ("unconfirmed", 1, 3),
        ("withdrawn", 1, 0),
    }
    assert {one["status"] for one in found["intake.appeals"]} == {
        "answered",
        "declined",
        "filed",
        "linked",
        "withdrawn",
    }
    assert sorted(one["report_missed"] for one in found["enforcement.tasks"]) == [0, 1]
    assert {one["status"] for one in found["feedback.callbacks"]} == {"completed", "waived"}
    assert not any(found[name] for name in found if name.endswith((".held", ".deadlines")))


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_every_interleaving_ends_the_same(in_order: Played, seed: int) -> None:
    with TemporaryDirectory() as folder, open_four_services(Path(folder)) as harness:
        assert in_order.unlike(play_by(random.Random(seed), harness)) == {}


def test_the_harness_notices_an_inbox_that_forgets_what_it_has_seen(
    in_order: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admit = Inbox.admit

    def admit_seen(inbox: Inbox, event: InboundEvent) -> Admission:
        admission = admit(inbox, event)
        return Admission.NEW if admission is Admission.SEEN else admission

    monkeypatch.setattr(Inbox, "admit", admit_seen)
    with open_four_services(tmp_path) as harness:
        assert in_order.unlike(play_by(random.Random(1), harness))
