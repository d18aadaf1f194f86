"""One history: a seed decides who moves next, who dies, and what the world does to them all.

It ends with everything healed: nobody dies, the bus is there, nothing is poisonous. Then whoever
waits for an answer asks again, all feeds are heard to their ends, and what has to be true is looked
for in the databases.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from chassis import failpoints
from chassis.clock import FixedClock
from chassis.errors import Fault
from chassis.feeds.feed import LogFeed
from chassis.unit_of_work.definition import ServiceModel
from tests.faults.simulation.bus import Bus
from tests.faults.simulation.clients import Guest, Keeper
from tests.faults.simulation.fate import Fate, Killed
from tests.faults.simulation.ground import Ground
from tests.faults.simulation.processes import Carrier, Home, Published, Subscriber
from tests.lamps import START, lamps_blueprint
from tests.porters import Trouble, guests_blueprint, porters_blueprint

__all__ = ["Arm", "World", "models"]

LAMP_COUNT = 3
STEP_COUNT = 90
HEALING_MAX = 400
QUARTER = timedelta(minutes=15)


def models() -> list[ServiceModel]:
    """Give the three services."""
    return [lamps_blueprint(), guests_blueprint(), porters_blueprint(Trouble())]


@dataclass(frozen=True)
class Arm:
    """What is not as it should be, in a control arm. Guards inside the product are patched."""

    relay_early: bool = False
    subscriber_early: bool = False
    catches_up: bool = True
    backstop: bool = True


@dataclass
class World:
    """Everything of one seed."""

    seed: int
    grounds: Mapping[str, Ground]
    arm: Arm = field(default_factory=Arm)
    fate: Fate = field(init=False)
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    bus: Bus = field(default_factory=Bus)
    published: Published = field(default_factory=Published)
    trouble: Trouble = field(default_factory=Trouble)

    def __post_init__(self) -> None:
        self.fate = Fate(self.seed)
        for ground in self.grounds.values():
            ground.clear(self.fate)
        lamps, guests = lamps_blueprint(), guests_blueprint()
        feeds = {name: LogFeed(self.grounds[name].store) for name in ("lamps", "guests")}
        self.lamps = Home(lamps, self.grounds["lamps"], self.clock)
        self.guests = Home(guests, self.grounds["guests"], self.clock)
        porters = porters_blueprint(self.trouble)
        self.porters = Home(porters, self.grounds["porters"], self.clock, feeds)
        self.subscriber = Subscriber(
            self.porters,
            self.bus,
            self.fate,
            early=self.arm.subscriber_early,
            catches_up=self.arm.catches_up,
        )
        self.carriers = [
            Carrier(name, self.grounds[name], self.bus, self.published, self.arm.relay_early)
            for name in ("lamps", "guests", "lamps", "guests")
        ]
        names = [f"l{number}" for number in range(LAMP_COUNT)]
        self.keepers = [
            Keeper(name, self.lamps, self.fate, self.clock, self.fate.die.randint(0, 8))
            for name in names
        ]
        self.visitors = [
            Guest(name, self.guests, self.fate, self.fate.die.randint(0, 5)) for name in names
        ]
        self.backstop_rate = self.fate.die.choice((0.0, 0.01, 0.1)) if self.arm.backstop else 0.0

    @property
    def clients(self) -> list[Keeper | Guest]:
        """Give everybody who sends commands."""
        return [*self.keepers, *self.visitors]

    def run(self) -> None:
        """Live through the history, and heal."""
        with _crash_points(self.fate):
            for _ in range(STEP_COUNT):
                self.step()
            self.heal()

    def step(self) -> None:
        """Let one of them move."""
        who = self.fate.happens
        if who(0.35):
            self._of(self._client)
        elif who(0.45):
            self._of(self.fate.die.choice(self.carriers).step)
        elif who(0.55):
            self._of(self.subscriber.step)
        elif who(self.backstop_rate):
            self._of(self._backstop)
        else:
            self._of(self.fate.die.choice(self._events()))

    def _events(self) -> list[Callable[[], object]]:
        """Give what may happen to the world, some of it more often."""
        return [
            *[self._tick] * 3,
            *[self._wait] * 2,
            self._bus_comes_or_goes,
            self.subscriber.be_born,
            self._recreate,
            self._poison,
            self._stumble,
            self._release,
            self.porters.rebuild,
        ]

    def _of(self, move: Callable[[], object]) -> None:
        name = getattr(move, "__qualname__", "?")
        self.fate.trail.append(name)
        try:
            move()
        except Killed:
            self._bury()
        except Fault as fault:
            self.fate.trail.append(f"{name}: {fault!r}")

    def _bury(self) -> None:
        """All of a process is gone; whichever it was, the others can bear to be born again too.

        A relay that died was forgotten by itself; it is no part of a service.
        """
        for home in (self.lamps, self.guests, self.porters):
            home.be_born()
        self.subscriber.be_born()

    def _client(self) -> None:
        waiting = [one for one in self.clients if one.wants]
        if waiting:
            self.fate.die.choice(waiting).step()

    def _backstop(self) -> bool:
        return self.porters.consumer.drain_once()

    def _tick(self) -> int:
        return self.lamps.ticker.tick()

    def _wait(self) -> None:
        self.clock.moment += QUARTER * self.fate.die.randint(1, 6)

    def _bus_comes_or_goes(self) -> None:
        self.bus.is_away = not self.bus.is_away

    def _recreate(self) -> None:
        # Without the backstop nothing brings back what a topic took with it.
        if self.arm.backstop and self.fate.happens(0.3):
            self.bus.recreate()

    def _poison(self) -> None:
        self.trouble.poison ^= {self.fate.die.choice(self.keepers).lamp}

    def _stumble(self) -> None:
        self.trouble.fault_count += self.fate.die.randint(1, 3)

    def _release(self) -> None:
        self.porters.consumer.release([("guests", one.lamp) for one in self.visitors])

    def heal(self) -> None:
        """Let everything come right, and go on until nothing moves. Raises: Fault."""
        self.fate.trail.append("healed")
        self.fate.mortal, self.bus.is_away = False, False
        self.trouble.poison.clear()
        self.trouble.fault_count = 0
        still = 0
        for _ in range(HEALING_MAX):
            before = self._sum()
            self._everybody_once()
            still = still + 1 if self._sum() == before else 0
            if still > 4:  # a relay needs a few steps for one page
                return
        raise Fault("it does not come to rest")

    def _everybody_once(self) -> None:
        for one in self.clients:
            if one.wants:
                one.step()
        self._tick()
        for carrier in self.carriers * 8:
            carrier.step()
        for _ in range(12):
            self._of(self.subscriber.step)
        self._release()
        if self.arm.backstop:
            self._backstop()

    def _sum(self) -> tuple[object, ...]:
        heads = [ground.store.newest for ground in self.grounds.values()]
        left = [one.wants for one in self.clients]
        return (heads, left, dict(self.published.positions), dict(self.subscriber.at))


@contextmanager
def _crash_points(fate: Fate) -> Iterator[None]:
    before = failpoints._armed_at
    failpoints._armed_at = fate.passing  # type: ignore[assignment]  # the die instead of a countdown
    try:
        yield
    finally:
        failpoints._armed_at = before
