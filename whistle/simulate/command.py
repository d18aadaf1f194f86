"""The loop of a simulation: act, wait until all events are processed, then move the clock."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.settings import Settings
from contracts.instant import format_instant, parse_instant
from whistle.exits import Exit
from whistle.simulate.acting import AGENT, Town
from whistle.simulate.agents import Agents
from whistle.simulate.called import CalledUnits
from whistle.simulate.choices import Choices
from whistle.simulate.deciders import Answers, Deciders, Districts
from whistle.simulate.queues import Queues, read_queues
from whistle.simulate.streets import Streets
from whistle.simulate.units import Units
from whistle.simulate.visitors import Visitors
from whistle.simulate.wire import ServerGone, Wire

__all__ = ["Summary", "play", "simulate"]

_DRAIN_PAUSE_S = 0.01
_BETWEEN_ACTS = timedelta(minutes=2)
_KINDS = (Visitors, Units, Deciders, Streets, CalledUnits, Districts, Answers)


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a run."""

    appeals: int
    actions: int
    passes: int
    clock_moves: int
    refused: Mapping[str, int]
    seconds: float
    ended_at: str


def simulate(
    seed: Annotated[int, typer.Option(help="the same seed makes the same choices")] = 1,
    server: Annotated[str | None, typer.Option(help="address [WHISTLE_SERVER]")] = None,
    patience: Annotated[float, typer.Option(help="seconds to wait for a server that is away")] = 60,
    json_: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress")] = False,
) -> None:
    """Play officers and residents until every case is closed.

    Needs a server started with `whistle run --demo`. Example: whistle simulate --seed 7
    """
    address = server or Settings().server
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=quiet or not sys.stderr.isatty(),
    )
    try:
        with progress:
            summary = asyncio.run(play(address, seed, patience, progress))
    except ServerGone:
        print(
            f"whistle simulate: {address} does not answer or is no demonstration\n"
            "hint: start one with `whistle run --demo --data DIR`, then run this again",
            file=sys.stderr,
        )
        raise typer.Exit(Exit.UNAVAILABLE) from None
    if json_:
        import json
        from dataclasses import asdict

        print(json.dumps(asdict(summary), ensure_ascii=False))
    else:
        print(
            f"{summary.appeals} appeals, {summary.actions} actions in {summary.seconds:.1f} s, "
            f"the clock is at {summary.ended_at}"
        )


class Kind(Protocol):
    """One kind of people."""

    async def work(self, queues: Queues) -> int:
        """Do one thing about each row for which it is time; count what was done."""
        ...


async def play(
    server: str,
    seed: int,
    patience_s: float,
    progress: Progress,
    make_wire: Callable[[str, float], Wire] = Wire,
) -> Summary:
    """Run until nothing is open or due. Raises: ServerGone."""
    began = time.monotonic()
    async with make_wire(server, patience_s) as wire:
        town = await _town(wire, seed)
        agents = Agents(town)
        kinds: list[Kind] = [kind(town) for kind in _KINDS]
        await agents.read_appeals()
        bar = progress.add_task("cases closed", total=None)
        passes, moves = 0, 0
        while True:
            clock = await _drained(wire)
            town.now = parse_instant(clock["now"])
            acted = await agents.decide() or await _one_pass(town, kinds)
            passes += 1
            await _update(wire, progress, bar)
            to = _next(town, acted, clock["next_due"])
            if to is None:
                break
            await _drained(wire)
            await _move(wire, to)
            moves += 1
        return Summary(
            appeals=len(town.external),
            actions=wire.sent,
            passes=passes,
            clock_moves=moves,
            refused=wire.refused,
            seconds=round(time.monotonic() - began, 3),
            ended_at=clock["now"],
        )


async def _town(wire: Wire, seed: int) -> Town:
    catalogue = await wire.get(AGENT, "/intake/v1/catalogue")
    choices = Choices(
        seed=seed,
        streets=tuple(street["code"] for street in catalogue["streets"]),
        matters={matter["code"]: matter for matter in catalogue["matters"]},
        units={unit["code"]: unit for unit in catalogue["units"]},
    )
    return Town(wire, choices, parse_instant((await _drained(wire))["now"]))


async def _one_pass(town: Town, kinds: Sequence[Kind]) -> int:
    """Let everybody do one thing."""
    queues = await read_queues(town.wire)
    return sum(await asyncio.gather(*(kind.work(queues) for kind in kinds)))


def _next(town: Town, acted: int, next_due: str | None) -> datetime | None:
    """Say to when the clock moves; None when nothing is left to wait for."""
    if acted:
        return town.now + _BETWEEN_ACTS
    due = [parse_instant(next_due)] if next_due else []
    return min([*due, *town.appointments.values()], default=None)


async def _move(wire: Wire, to: datetime) -> None:
    moment = format_instant(to)
    await wire.send("POST", AGENT, "/demo/v1/clock", json={"to": moment})


async def _drained(wire: Wire) -> dict[str, Any]:
    while True:
        clock: dict[str, Any] = await wire.get(AGENT, "/demo/v1/clock")
        if clock.get("drained"):
            return clock
        if "drained" not in clock:
            raise ServerGone("/demo/v1/clock")
        await asyncio.sleep(_DRAIN_PAUSE_S)


async def _update(wire: Wire, progress: Progress, bar: Any) -> None:  # noqa: ANN401  # rich's id
    if not progress.disable:
        closed = await wire.get(AGENT, "/dispatch/v1/cases", status="closed", limit=1)
        every = await wire.get(AGENT, "/dispatch/v1/cases", limit=1)
        progress.update(bar, completed=closed["total"], total=every["total"])
