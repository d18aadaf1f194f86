"""A thousand histories, each from a seed: services die at any step, the bus does what a bus may do.

A seed that fails is named, and is played again by `WHISTLE_SEED=n`. Each control arm is the same
simulation with one guard taken out, and has to find the damage.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from chassis.errors import Fault
from chassis.inbox.checkpoint import Checkpoint
from chassis.inbox.inbox import InboundEvent, Inbox
from chassis.unit_of_work.unit_of_work import Item, Outcome, UnitOfWork, _Batch
from tests.faults.simulation.findings import findings
from tests.faults.simulation.ground import Ground, open_ground
from tests.faults.simulation.world import Arm, World, models

SEED_COUNT = 1_000
PORTION = 100
SEARCHED_FROM, SEARCHED_MAX = 860, 300
"""Seeds within which a control arm has to show."""

SOUND = Arm()
BUS_ALONE = Arm(backstop=False)

Patch = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def grounds() -> Iterator[Mapping[str, Ground]]:
    with open_ground(*models()) as opened:
        yield opened


def wrong_in(seed: int, grounds: Mapping[str, Ground], arm: Arm) -> list[str]:
    """Play one history and name what is wrong with its end."""
    world = World(seed, grounds, arm)
    try:
        world.run()
        return findings(world)
    except Fault as stalled:
        return [f"healed, and yet: {stalled!r}"]


def arm_of(seed: int) -> Arm:
    """Every third history has to do without the backstop, as the bus alone must be complete."""
    return BUS_ALONE if seed % 3 == 0 else SOUND


def portions() -> Sequence[range]:
    """Give the seeds to play, in portions that may be shared among test processes."""
    wanted = os.environ.get("WHISTLE_SEED")
    if wanted:
        return [range(int(wanted), int(wanted) + 1)]
    return [range(first, first + PORTION) for first in range(0, SEED_COUNT, PORTION)]


@pytest.mark.parametrize("seeds", portions(), ids=str)
def test_every_history_ends_well(seeds: range, grounds: Mapping[str, Ground]) -> None:
    for seed in seeds:
        assert wrong_in(seed, grounds, arm_of(seed)) == [], f"WHISTLE_SEED={seed}"


def test_a_seed_is_a_history(grounds: Mapping[str, Ground]) -> None:
    once, again = World(7, grounds), World(7, grounds)
    for world in (once, again):
        for ground in grounds.values():
            ground.clear(world.fate)
        world.run()
    assert once.fate.trail == again.fate.trail


def test_histories_are_eventful(grounds: Mapping[str, Ground]) -> None:
    worlds = [World(seed, grounds) for seed in range(90)]
    for world in worlds:
        for ground in grounds.values():
            ground.clear(world.fate)
        world.run()
    trail = [entry for world in worlds for entry in world.fate.trail]
    assert len({entry for entry in trail if entry.startswith("killed ")}) > 5
    assert sum(len(keeper.due) > 0 for world in worlds for keeper in world.keepers) > 10
    assert any("Fault" in entry for entry in trail)


def _hear_all_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Inbox, "is_new", lambda _inbox, _arrival: True)


def _forget_commands(patch: pytest.MonkeyPatch) -> None:
    load = UnitOfWork._load

    def load_without(unit_of_work: UnitOfWork, batch: _Batch, items: Sequence[Item]) -> None:
        load(unit_of_work, batch, items)  # type: ignore[arg-type]  # passed on as they came
        batch.done.clear()

    patch.setattr(UnitOfWork, "_load", load_without)


def _jump_gaps(patch: pytest.MonkeyPatch) -> None:
    mark = Inbox.mark

    def mark_beyond(inbox: Inbox, inbound: InboundEvent) -> None:
        mark(inbox, inbound)
        if inbound.held_id is None:
            beyond = Checkpoint(inbound.envelope.log_id, inbound.recorded.position)
            inbox.marks[inbound.source] = beyond
            inbox._moved.add(inbound.source)

    patch.setattr(Inbox, "mark", mark_beyond)


def _pass_the_stuck(patch: pytest.MonkeyPatch) -> None:
    def one_by_one(unit_of_work: UnitOfWork, items: Sequence[Item]) -> list[Outcome]:
        return [outcome for item in items for outcome in unit_of_work.handle([item])]

    patch.setattr(UnitOfWork, "_one_by_one", one_by_one)


def _nothing(_patch: pytest.MonkeyPatch) -> None:
    """The guard that is missing is outside the product's code."""


@pytest.mark.parametrize(
    ("arm", "take_out", "damage"),
    [
        pytest.param(SOUND, _hear_all_again, "tag ", id="an inbox that forgets what it heard"),
        pytest.param(SOUND, _forget_commands, "was answered", id="a door that forgets commands"),
        pytest.param(SOUND, _jump_gaps, "FeedGap", id="a checkpoint that jumps gaps"),
        pytest.param(SOUND, _pass_the_stuck, "praised", id="what follows passes what is stuck"),
        pytest.param(Arm(relay_early=True), _nothing, "without", id="checkpoint before publish"),
        pytest.param(
            Arm(subscriber_early=True, backstop=False), _nothing, "tag ", id="ack before commit"
        ),
        pytest.param(
            Arm(catches_up=False), _nothing, "praised", id="a new topic taken for the old"
        ),
    ],
)
def test_the_simulation_notices(
    arm: Arm,
    take_out: Patch,
    damage: str,
    grounds: Mapping[str, Ground],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_out(monkeypatch)
    for seed in range(SEARCHED_FROM, SEARCHED_FROM + SEARCHED_MAX):
        if any(damage in what for what in wrong_in(seed, grounds, arm)):
            return
    raise AssertionError(f"{SEARCHED_MAX} histories without {damage!r}")
