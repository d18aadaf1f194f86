"""The clients of a simulation, and what they may expect: it follows from their answers alone.

Each client uses one counter and sends one command at a time, again under the same key until it is
answered, so what the answer has to be is known beforehand.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from chassis.unit_of_work.outcomes import Done, Failed, Outcome
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.work import Origin
from tests.counters.counter import Count, CounterCommand, Open, Reset
from tests.counters.follower import Rate
from tests.faults.simulation.chance import Chance
from tests.faults.simulation.processes import ServiceProcess
from tests.harness.fixed_clock import FixedClock
from tests.harness.service import OFFICER

__all__ = ["CounterClient", "PendingCommand", "RatingClient"]

_NAMESPACE = uuid5(NAMESPACE_URL, "whistle/simulation")
_DUE_HOURS = (1, 2, 3)


@dataclass(frozen=True)
class PendingCommand:
    """A command without an answer yet, and whether it has to be done or refused."""

    command: CounterCommand | Rate
    stream: str
    key: str
    sent_at: datetime
    is_valid: bool = True

    def request(self, process: ServiceProcess) -> CommandRequest:
        """Make the request; the same every time."""
        identity = uuid5(_NAMESPACE, self.key)
        return CommandRequest(
            origin=Origin(identity, OFFICER, identity, identity),
            run=lambda session: session.execute(self.command, self.stream),
            digest=process.database.vault.digest(repr(self.command).encode()),
            streams=(self.stream,),
        )


@dataclass
class CounterClient:
    """Opens, counts and resets one counter; sometimes sends what has to be refused."""

    counter: str
    process: ServiceProcess
    chance: Chance
    clock: FixedClock
    left: int
    """Commands still to be sent."""
    wrong_answers: list[str] = field(default_factory=list)
    is_open: bool = False
    has_counted: bool = False
    count_count: int = 0
    reset_count: int = 0
    due: tuple[datetime, ...] = ()
    first_count: tuple[datetime, datetime] | None = None
    """When the first count was sent, and when it was answered."""
    pending: PendingCommand | None = None
    _serial: int = 0

    @property
    def is_busy(self) -> bool:
        """Say whether a command is left to send or to be answered."""
        return bool(self.pending or self.left)

    def step(self) -> None:
        """Send the pending command, or a new one. Raises: Killed, when there is no answer."""
        if self.pending is None:
            self.left -= 1
            self.pending = self._next_command()
        outcome = self.process.execute(self.pending.request(self.process))
        if not isinstance(outcome, Failed):
            answered, self.pending = self.pending, None
            self._note_answer(answered, outcome)

    def _next_command(self) -> PendingCommand:
        self._serial += 1
        now = self.clock.now()
        command: CounterCommand = Reset(now) if self.chance.happens(0.4) else Count(now)
        is_valid = self.is_open and self.has_counted == isinstance(command, Reset)
        if self.chance.happens(0.1 if self.is_open else 0.8):
            due = (now + timedelta(hours=hours) for hours in _DUE_HOURS if self.chance.happens(0.3))
            command, is_valid = Open(self.counter, "hall", now, tuple(due)), not self.is_open
        key = f"{self.chance.seed}/{self.counter}/{self._serial}"
        return PendingCommand(command, f"counter-{self.counter}", key, now, is_valid)

    def _note_answer(self, answered: PendingCommand, outcome: Outcome) -> None:
        if isinstance(outcome, Done) != answered.is_valid:
            what = f"{answered.key}: {answered.command} was answered {outcome}"
            self.wrong_answers.append(what)
        if not isinstance(outcome, Done):
            return
        match answered.command:
            case Open(checks=due):
                self.is_open, self.due = True, due
            case Count():
                self.has_counted, self.count_count = True, self.count_count + 1
                self.first_count = self.first_count or (answered.sent_at, self.clock.now())
            case Reset():
                self.has_counted, self.reset_count = False, self.reset_count + 1
            case _:
                raise AssertionError(answered)

    def missed(self) -> tuple[set[datetime], set[datetime]]:
        """Give the checks that were certainly missed, and those that may have been."""
        now = self.clock.now()
        sent, answered = self.first_count or (now, now)
        past = {moment for moment in self.due if moment <= now}
        return {one for one in past if one <= sent}, {one for one in past if one <= answered}


@dataclass
class RatingClient:
    """Rates one counter, which may not be open yet; no two ratings are alike."""

    counter: str
    process: ServiceProcess
    chance: Chance
    left: int
    wrong_answers: list[str] = field(default_factory=list)
    rated: list[int] = field(default_factory=list)
    """Stars of every answered rating, in order; the followers refuse those of 0."""
    pending: PendingCommand | None = None
    _serial: int = 0

    @property
    def is_busy(self) -> bool:
        """Say whether a command is left to send or to be answered."""
        return bool(self.pending or self.left)

    def step(self) -> None:
        """Send the pending command, or a new one. Raises: Killed, when there is no answer."""
        if self.pending is None:
            self.left -= 1
            self._serial += 1
            stars = 0 if self.chance.happens(0.15) else self._serial
            stream = f"rating-{self.counter}-{self.chance.source.randint(1, 2)}"
            key = f"{self.chance.seed}/{stream}/{self._serial}"
            moment = self.process.clock.now()
            self.pending = PendingCommand(Rate(self.counter, stars), stream, key, moment)
        outcome = self.process.execute(self.pending.request(self.process))
        if isinstance(outcome, Failed):
            return
        if not isinstance(outcome, Done):
            self.wrong_answers.append(f"{self.pending.key} was answered {outcome}")
        assert isinstance(self.pending.command, Rate)
        self.rated.append(self.pending.command.stars)
        self.pending = None
