"""Those who send commands, and what they may expect: from what they were answered and nothing else.

Everybody is about one lamp and sends one command at a time, again under the same key until there
is an answer, so that what the answer has to be is known beforehand.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from chassis.clock import FixedClock
from chassis.unit_of_work.session import CommandRequest
from chassis.unit_of_work.unit_of_work import Done, Failed, Outcome
from tests.faults.simulation.fate import Fate
from tests.faults.simulation.processes import Home
from tests.lamps import KEEPER, DimLamp, HangLamp, LampCommand, LightLamp
from tests.porters import PraiseLamp

__all__ = ["Guest", "Keeper", "Order"]

_NAMESPACE = uuid5(NAMESPACE_URL, "whistle/simulation")
_DUE_HOURS = (1, 2, 3)


@dataclass(frozen=True)
class Order:
    """A command on its way, and whether it has to be done or refused."""

    command: LampCommand | PraiseLamp
    stream: str
    key: str
    sent_at: datetime
    is_valid: bool = True

    def work(self, home: Home) -> CommandRequest:
        """Make what goes through the unit of work; the same every time."""
        identity = uuid5(_NAMESPACE, self.key)
        digest = home.ground.vault.digest(repr(self.command).encode())
        return CommandRequest(
            command_id=identity,
            run=lambda session: session.execute(self.command, self.stream),
            actor=KEEPER,
            correlation_id=identity,
            causation_id=identity,
            digest=digest,
            streams=(self.stream,),
        )


@dataclass
class Keeper:
    """Hangs, lights and dims one lamp; now and then asks for what has to be refused."""

    lamp: str
    home: Home
    fate: Fate
    clock: FixedClock
    left: int
    """Commands still to be sent."""
    complaints: list[str] = field(default_factory=list)
    is_hung: bool = False
    is_lit: bool = False
    lit_count: int = 0
    dim_count: int = 0
    due: tuple[datetime, ...] = ()
    first_lit: tuple[datetime, datetime] | None = None
    """When lighting was first asked for, and when it was answered."""
    order: Order | None = None
    _serial: int = 0

    @property
    def wants(self) -> bool:
        """Say whether anything is left to do or to hear."""
        return bool(self.order or self.left)

    def step(self) -> None:
        """Send, and hear the answer. Raises: Killed, when there will be none."""
        if self.order is None:
            self.left -= 1
            self.order = self._next()
        outcome = self.home.execute(self.order.work(self.home))
        if not isinstance(outcome, Failed):
            order, self.order = self.order, None
            self._hear(order, outcome)

    def _next(self) -> Order:
        self._serial += 1
        now = self.clock.now()
        command: LampCommand = DimLamp(now) if self.fate.happens(0.4) else LightLamp(now)
        is_valid = self.is_hung and self.is_lit == isinstance(command, DimLamp)
        if self.fate.happens(0.1 if self.is_hung else 0.8):
            dues = (now + timedelta(hours=hours) for hours in _DUE_HOURS if self.fate.happens(0.3))
            command, is_valid = HangLamp("hall", now, tuple(dues)), not self.is_hung
        key = f"{self.fate.seed}/{self.lamp}/{self._serial}"
        return Order(command, f"lamp-{self.lamp}", key, now, is_valid)

    def _hear(self, order: Order, outcome: Outcome) -> None:
        if isinstance(outcome, Done) != order.is_valid:
            self.complaints.append(f"{order.key}: {order.command} was answered {outcome}")
        if not isinstance(outcome, Done):
            return
        match order.command:
            case HangLamp(inspections=due):
                self.is_hung, self.due = True, due
            case LightLamp():
                self.is_lit, self.lit_count = True, self.lit_count + 1
                self.first_lit = self.first_lit or (order.sent_at, self.clock.now())
            case DimLamp():
                self.is_lit, self.dim_count = False, self.dim_count + 1
            case _:
                raise AssertionError(order)

    def missed(self) -> tuple[set[datetime], set[datetime]]:
        """Give the inspections that were missed for certain, and those that may have been."""
        now = self.clock.now()
        sent, heard = self.first_lit or (now, now)
        past = {moment for moment in self.due if moment <= now}
        return {one for one in past if one <= sent}, {one for one in past if one <= heard}


@dataclass
class Guest:
    """Praises one lamp, perhaps one that is not known yet; no two praises are alike."""

    lamp: str
    home: Home
    fate: Fate
    left: int
    complaints: list[str] = field(default_factory=list)
    praised: list[int] = field(default_factory=list)
    """Stars of every praise that was answered, in order; 0 among them counts for nothing."""
    order: Order | None = None
    _serial: int = 0

    @property
    def wants(self) -> bool:
        """Say whether anything is left to do or to hear."""
        return bool(self.order or self.left)

    def step(self) -> None:
        """Send, and hear the answer. Raises: Killed, when there will be none."""
        if self.order is None:
            self.left -= 1
            self._serial += 1
            stars = 0 if self.fate.happens(0.15) else self._serial
            stream = f"praise-{self.lamp}-{self.fate.die.randint(1, 2)}"
            key = f"{self.fate.seed}/{stream}/{self._serial}"
            moment = self.home.clock.now()
            self.order = Order(PraiseLamp(self.lamp, stars), stream, key, moment)
        outcome = self.home.execute(self.order.work(self.home))
        if isinstance(outcome, Failed):
            return
        if not isinstance(outcome, Done):
            self.complaints.append(f"{self.order.key} was answered {outcome}")
        assert isinstance(self.order.command, PraiseLamp)
        self.praised.append(self.order.command.stars)
        self.order = None
