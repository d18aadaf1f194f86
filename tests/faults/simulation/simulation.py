"""One run: a seed decides which part moves next, which process is killed, and what goes wrong.

At the end everything recovers: no process is killed, the bus is there, no event breaks its
reaction. Clients without an answer send again, all feeds are read to their ends, and `findings`
compares the databases with the answers.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from chassis.errors import Fault
from chassis.failpoints import on_failpoint
from chassis.unit_of_work.definition import ServiceModel
from tests.counters.counter import counters_model
from tests.counters.follower import Trouble, followers_model, raters_model
from tests.faults.simulation.bus import Bus
from tests.faults.simulation.chance import Chance, Killed
from tests.faults.simulation.clients import CounterClient, RatingClient
from tests.faults.simulation.databases import Database
from tests.faults.simulation.processes import (
    PublishedPositions,
    RelayProcess,
    ServiceProcess,
    Subscriber,
)
from tests.harness.fixed_clock import FixedClock
from tests.harness.service import START

__all__ = ["Arm", "Simulation", "models"]

COUNTER_COUNT = 3
STEP_COUNT = 90
RECOVERY_ROUNDS_MAX = 400
QUARTER_HOUR = timedelta(minutes=15)


def models() -> list[ServiceModel]:
    """Give the three services."""
    return [counters_model(), raters_model(), followers_model(Trouble())]


@dataclass(frozen=True)
class Arm:
    """What is wrong in a control arm. Guards inside the product are patched instead."""

    relay_moves_early: bool = False
    subscriber_acknowledges_early: bool = False
    subscriber_catches_up: bool = True
    consumer_catches_up: bool = True


@dataclass
class Simulation:
    """Everything of one seed."""

    seed: int
    databases: Mapping[str, Database]
    arm: Arm = field(default_factory=Arm)
    chance: Chance = field(init=False)
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    bus: Bus = field(default_factory=Bus)
    published: PublishedPositions = field(default_factory=PublishedPositions)
    trouble: Trouble = field(default_factory=Trouble)

    def __post_init__(self) -> None:
        self.chance = Chance(self.seed)
        for database in self.databases.values():
            database.clear(self.chance)
        sources = {name: self.databases[name] for name in ("counters", "raters")}
        self.counters = self._process(counters_model(), {})
        self.raters = self._process(raters_model(), {})
        self.followers = self._process(followers_model(self.trouble), sources)
        self.subscriber = Subscriber(
            self.followers,
            self.bus,
            self.chance,
            acknowledges_early=self.arm.subscriber_acknowledges_early,
            catches_up=self.arm.subscriber_catches_up,
        )
        self.relays = [
            RelayProcess(
                name, database, self.bus, self.published, moves_early=self.arm.relay_moves_early
            )
            for name, database in [*sources.items()] * 2
        ]
        self._make_clients()
        rates = (0.0, 0.01, 0.1)
        chosen = self.chance.source.choice(rates)
        self.catch_up_rate = chosen if self.arm.consumer_catches_up else 0.0

    def _process(self, model: ServiceModel, sources: Mapping[str, Database]) -> ServiceProcess:
        return ServiceProcess(model, self.databases[model.name], self.clock, sources)

    def _make_clients(self) -> None:
        names = [f"c{number}" for number in range(COUNTER_COUNT)]
        draw = self.chance.source.randint
        self.counter_clients = [
            CounterClient(name, self.counters, self.chance, self.clock, draw(0, 8))
            for name in names
        ]
        self.rating_clients = [
            RatingClient(name, self.raters, self.chance, draw(0, 5)) for name in names
        ]

    @property
    def clients(self) -> list[CounterClient | RatingClient]:
        """Give all clients."""
        return [*self.counter_clients, *self.rating_clients]

    def run(self) -> None:
        """Take all steps, then recover. Raises: Fault, when it does not come to rest."""
        with self._kills_at_failpoints():
            for _ in range(STEP_COUNT):
                self.step()
            self.recover()

    @contextmanager
    def _kills_at_failpoints(self) -> Iterator[None]:
        on_failpoint.append(self.chance.pass_moment)
        try:
            yield
        finally:
            on_failpoint.remove(self.chance.pass_moment)

    def step(self) -> None:
        """Let one part move."""
        happens = self.chance.happens
        if happens(0.35):
            self._attempt(self._send_command)
        elif happens(0.45):
            self._attempt(self.chance.source.choice(self.relays).step)
        elif happens(0.55):
            self._attempt(self.subscriber.step)
        elif happens(self.catch_up_rate):
            self._attempt(self.followers.catch_up)
        else:
            self._attempt(self.chance.source.choice(self._disturbances()))

    def _disturbances(self) -> list[Callable[[], object]]:
        """Give what may happen besides, the frequent ones more than once."""
        return [
            *[self._tick] * 3,
            *[self._pass_time] * 2,
            self._switch_bus,
            self.subscriber.restart,
            self._recreate_topics,
            self._poison,
            self._cause_faults,
            self._release,
            self.followers.rebuild,
        ]

    def _attempt(self, move: Callable[[], object]) -> None:
        name = getattr(move, "__qualname__", "?")
        self.chance.trace.append(name)
        try:
            move()
        except Killed:
            self._restart_services()
        except Fault as fault:
            self.chance.trace.append(f"{name}: {fault!r}")

    def _restart_services(self) -> None:
        """Start all services again after a kill, in whichever of them it was.

        A relay drops its page by itself when it is killed; it belongs to no service.
        """
        for process in (self.counters, self.raters, self.followers):
            process.restart()
        self.subscriber.restart()

    def _send_command(self) -> None:
        busy = [one for one in self.clients if one.is_busy]
        if busy:
            self.chance.source.choice(busy).step()

    def _tick(self) -> int:
        return self.counters.service.ticker.tick()

    def _pass_time(self) -> None:
        self.clock.moment += QUARTER_HOUR * self.chance.source.randint(1, 6)

    def _switch_bus(self) -> None:
        self.bus.is_away = not self.bus.is_away

    def _recreate_topics(self) -> None:
        # Only a consumer that catches up brings back what a deleted topic held.
        if self.arm.consumer_catches_up and self.chance.happens(0.3):
            self.bus.recreate()

    def _poison(self) -> None:
        self.trouble.poison ^= {self.chance.source.choice(self.counter_clients).counter}

    def _cause_faults(self) -> None:
        self.trouble.fault_count += self.chance.source.randint(1, 3)

    def _release(self) -> None:
        keys = [("raters", one.counter) for one in self.rating_clients]
        self.followers.service.consumer.release(keys)

    def recover(self) -> None:
        """End every disturbance, and go on until nothing moves. Raises: Fault."""
        self.chance.trace.append("recovers")
        self.chance.may_kill, self.bus.is_away = False, False
        self.trouble.poison.clear()
        self.trouble.fault_count = 0
        still = 0
        for _ in range(RECOVERY_ROUNDS_MAX):
            before = self._progress()
            self._move_all_once()
            still = still + 1 if self._progress() == before else 0
            if still > 4:  # a relay needs a few steps for one page
                return
        raise Fault("it does not come to rest")

    def _move_all_once(self) -> None:
        for client in self.clients:
            if client.is_busy:
                client.step()
        self._tick()
        for relay in self.relays * 8:
            relay.step()
        for _ in range(12):
            self._attempt(self.subscriber.step)
        self._release()
        if self.arm.consumer_catches_up:
            self.followers.catch_up()

    def _progress(self) -> tuple[object, ...]:
        heads = [database.store.newest for database in self.databases.values()]
        left = [one.is_busy for one in self.clients]
        return (heads, left, dict(self.published.positions), dict(self.subscriber.at))
