"""A thousand runs, each from a seed: services are killed at any step, the bus fails as Kafka may.

A failure names its seed, and `WHISTLE_SEED=n` runs it alone. Each control arm is the same
simulation with one guard taken out, and has to find the damage.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from chassis.errors import Fault
from chassis.inbox.checkpoint import Checkpoint
from chassis.inbox.inbound_event import InboundEvent
from chassis.inbox.inbox import Inbox
from chassis.inbox.verdict import Admission
from chassis.unit_of_work.batch import Batch
from chassis.unit_of_work.outcomes import Outcome
from chassis.unit_of_work.requests import Request
from chassis.unit_of_work.unit_of_work import UnitOfWork
from tests.faults.simulation.databases import Database, open_databases
from tests.faults.simulation.findings import findings
from tests.faults.simulation.simulation import Arm, Simulation, models

SEED_COUNT = 1_000
PORTION = 100
SEARCHED_FROM, SEARCHED_MAX = 860, 300
"""Seeds within which a control arm has to find its damage."""

SOUND = Arm()
BUS_ALONE = Arm(consumer_catches_up=False)

Databases = Mapping[str, Database]
Patch = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with open_databases(*models()) as opened:
        yield opened


def simulate(seed: int, databases: Databases) -> Simulation:
    """Run one seed to its end."""
    simulation = Simulation(seed, databases)
    simulation.run()
    return simulation


def findings_of(seed: int, databases: Databases, arm: Arm) -> list[str]:
    """Run one seed, and name what is wrong at its end."""
    simulation = Simulation(seed, databases, arm)
    try:
        simulation.run()
        return findings(simulation)
    except Fault as fault:
        return [f"recovered, and yet: {fault!r}"]


def arm_of(seed: int) -> Arm:
    """Give every third run no consumer that catches up, as the bus alone must be complete."""
    return BUS_ALONE if seed % 3 == 0 else SOUND


def portions() -> Sequence[range]:
    """Give the seeds to run, in portions that may be shared among test processes."""
    wanted = os.environ.get("WHISTLE_SEED")
    if wanted:
        return [range(int(wanted), int(wanted) + 1)]
    return [range(first, first + PORTION) for first in range(0, SEED_COUNT, PORTION)]


@pytest.mark.parametrize("seeds", portions(), ids=str)
def test_every_history_ends_well(seeds: range, databases: Databases) -> None:
    for seed in seeds:
        assert findings_of(seed, databases, arm_of(seed)) == [], f"WHISTLE_SEED={seed}"


def test_a_seed_is_a_history(databases: Databases) -> None:
    assert simulate(7, databases).chance.trace == simulate(7, databases).chance.trace


def test_histories_are_eventful(databases: Databases) -> None:
    ended = [simulate(seed, databases) for seed in range(90)]
    trace = [entry for one in ended for entry in one.chance.trace]
    assert len({entry for entry in trace if entry.startswith("killed ")}) > 5
    assert sum(len(client.due) > 0 for one in ended for client in one.counter_clients) > 10
    assert any("Fault" in entry for entry in trace)


def _process_duplicates(patch: pytest.MonkeyPatch) -> None:
    admit = Inbox.admit

    def admit_seen(inbox: Inbox, event: InboundEvent) -> Admission:
        admission = admit(inbox, event)
        return Admission.NEW if admission is Admission.SEEN else admission

    patch.setattr(Inbox, "admit", admit_seen)


def _forget_answers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Batch, "load_answers", lambda _batch, _asked: None)


def _skip_gaps(patch: pytest.MonkeyPatch) -> None:
    def jump(checkpoint: Checkpoint, position: int) -> Checkpoint:
        return replace(checkpoint, position=position, ahead=0)

    patch.setattr(Checkpoint, "add", jump)


def _overtake_failed(patch: pytest.MonkeyPatch) -> None:
    def one_by_one(unit_of_work: UnitOfWork, requests: Sequence[Request]) -> list[Outcome]:
        return [outcome for one in requests for outcome in unit_of_work.handle([one])]

    patch.setattr(UnitOfWork, "one_by_one", one_by_one)


def _nothing(_patch: pytest.MonkeyPatch) -> None:
    """The guard that is missing is outside the product's code."""


@pytest.mark.parametrize(
    ("arm", "take_out", "damage"),
    [
        pytest.param(SOUND, _process_duplicates, "copy of ", id="an inbox without a memory"),
        pytest.param(SOUND, _forget_answers, "was answered", id="commands done are forgotten"),
        pytest.param(SOUND, _skip_gaps, "FeedGap", id="a checkpoint that jumps gaps"),
        pytest.param(SOUND, _overtake_failed, "rated", id="what follows passes what is stuck"),
        pytest.param(
            Arm(relay_moves_early=True), _nothing, "without", id="checkpoint before publish"
        ),
        pytest.param(
            Arm(subscriber_acknowledges_early=True, consumer_catches_up=False),
            _nothing,
            "copy of ",
            id="ack before commit",
        ),
        pytest.param(
            Arm(subscriber_catches_up=False), _nothing, "rated", id="a new topic taken for the old"
        ),
    ],
)
def test_the_simulation_notices(
    arm: Arm,
    take_out: Patch,
    damage: str,
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    take_out(monkeypatch)
    for seed in range(SEARCHED_FROM, SEARCHED_FROM + SEARCHED_MAX):
        if any(damage in what for what in findings_of(seed, databases, arm)):
            return
    raise AssertionError(f"{SEARCHED_MAX} runs without {damage!r}")
