"""Whatever order feeds are heard in, in pages of whatever size, once or twice: it ends the same.

The story is told once in a straight line, everybody hearing everything after every step. Then it is
told by a die that chooses at every moment between a step that may be taken (too early ones are
refused and come again) and somebody who hears a piece of somebody's log: the next page, an old one
again, two sources mixed, or, as a partitioned transport would bring it, some cases ahead of others.
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

from chassis.inbox.inbox import InboundEvent, Inbox, checkpoint_of
from chassis.unit_of_work.unit_of_work import Done
from tests.district import District, open_district
from tests.integration.entangled import RACED
from tests.integration.snapshot import Snapshot, snapshot
from tests.integration.telling import Telling, tell_straight

EXAMPLES = 8
CHOICES_MAX = 20_000
"""Choices after which a telling is stuck."""

PAGE_MAX = 9


def hear(district: District, die: random.Random) -> None:
    """Let somebody hear something, in a way that a transport might bring it."""
    service = die.choice(list(district.services.values()))
    sources = service.model.sources
    ways = (_next_page, _old_page, _some_cases)
    pieces = [
        die.choice(ways)(district, service.name, source, die)
        for source in die.sample(sources, die.randint(1, len(sources)))
    ]
    inbound_events = list(_mixed(pieces, die))
    outcomes = district.units_of_work[service.name].handle(inbound_events)
    assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
    if die.random() < 0.5 and service.consumer is not None:
        service.consumer.release()


def _page(
    district: District, service: str, source: str, after: int, limit: int
) -> list[InboundEvent]:
    page = district.feeds[source].read(after, limit)
    return [InboundEvent(source, recorded, recorded.envelope) for recorded in page]


def _heard(district: District, service: str, source: str) -> int:
    with district.services[service].store.reading() as connection:
        return checkpoint_of(connection, source)


def _next_page(
    district: District, service: str, source: str, die: random.Random
) -> list[InboundEvent]:
    after = _heard(district, service, source)
    return _page(district, service, source, after, die.randint(1, PAGE_MAX))


def _old_page(
    district: District, service: str, source: str, die: random.Random
) -> list[InboundEvent]:
    """Begin somewhere before the checkpoint, and perhaps go beyond it."""
    after = die.randint(0, _heard(district, service, source))
    return _page(district, service, source, after, die.randint(1, 3 * PAGE_MAX))


def _some_cases(
    district: District, service: str, source: str, die: random.Random
) -> list[InboundEvent]:
    """Take the keys of what comes next in any order, each key's own events in theirs."""
    after = _heard(district, service, source)
    page = _page(district, service, source, after, 3 * PAGE_MAX)
    keys = sorted({inbound.envelope.key for inbound in page})
    chosen = die.sample(keys, die.randint(0, len(keys)))
    return [inbound for key in chosen for inbound in page if inbound.envelope.key == key]


def _mixed(pieces: list[list[InboundEvent]], die: random.Random) -> Iterator[InboundEvent]:
    """Shuffle several sources into one another, each in its own order."""
    left = [piece for piece in pieces if piece]
    while left:
        piece = die.choice(left)
        yield piece.pop(0)
        left = [piece for piece in left if piece]


def tell_by(die: random.Random, district: District) -> Snapshot:
    telling = Telling(district)
    eagerness = die.uniform(0.2, 0.95)
    for _ in range(CHOICES_MAX):
        if not telling.left:
            break
        if die.random() < eagerness:
            telling.take(die.choice(telling.possible()))
        else:
            hear(district, die)
    assert not telling.left, telling.left
    district.listen()
    return snapshot(district, RACED)


@dataclass(frozen=True)
class Told:
    """How a telling ended; too long to be shown."""

    snapshot: Snapshot = field(repr=False)

    def unlike(self, other: Snapshot) -> dict[str, Any]:
        """Give what is not the same, by name."""
        mine = self.snapshot
        return {name: (mine[name], other[name]) for name in mine if mine[name] != other[name]}


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Told:
    with open_district(tmp_path_factory.mktemp("straight")) as district:
        return Told(tell_straight(district))


def test_the_story_goes_every_way_a_case_can_go(straight: Told) -> None:
    found = straight.snapshot
    rounds = {
        (one["outcome"], one["round"], one["missed_count"]) for one in found["dispatch.cases"]
    }
    assert rounds == {
        ("resolved", 2, 0),
        ("unconfirmed", 1, 0),
        ("unconfirmed", 1, 2),
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
@given(die=st.randoms(use_true_random=True))
def test_every_interleaving_ends_the_same(straight: Told, die: random.Random) -> None:
    with TemporaryDirectory() as folder, open_district(Path(folder)) as district:
        assert straight.unlike(tell_by(die, district)) == {}


def test_the_harness_notices_an_inbox_that_forgets_what_it_has_seen(
    straight: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Inbox, "is_new", lambda _inbox, _arrival: True)
    with open_district(tmp_path) as district:
        assert straight.unlike(tell_by(random.Random(1), district))
