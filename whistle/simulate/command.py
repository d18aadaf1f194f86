"""The loop of a simulation: act, wait until all events are processed, then move the clock."""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.settings import Settings
from whistle.exits import Exit
from whistle.simulate.choices import Choices
from whistle.simulate.people import AGENT, People
from whistle.simulate.wire import ServerGone, Wire

__all__ = ["Summary", "play", "simulate"]

_DRAIN_PAUSE_S = 0.01


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
        people = await _people(wire, seed)
        bar = progress.add_task("cases closed", total=None)
        passes, moves = 0, 0
        while True:
            acted = await _one_pass(people, wire)
            passes += 1
            await _update(wire, progress, bar)
            if acted:
                continue
            clock = await _drained(wire)
            if clock["next_due"] is None:
                break
            await wire.act(
                AGENT, "/demo/v1/clock", f"clock/{clock['next_due']}", {"to": clock["next_due"]}
            )
            moves += 1
        return Summary(
            appeals=len(people.external),
            actions=wire.sent,
            passes=passes,
            clock_moves=moves,
            refused=wire.refused,
            seconds=round(time.monotonic() - began, 3),
            ended_at=clock["now"],
        )


async def _people(wire: Wire, seed: int) -> People:
    catalogue = await wire.get(AGENT, "/intake/v1/catalogue")
    choices = Choices(
        seed=seed,
        streets=tuple(street["code"] for street in catalogue["streets"]),
        matters=tuple(catalogue["matters"]),
        departments=tuple(
            unit["code"] for unit in catalogue["units"] if unit["kind"] in {"department", "company"}
        ),
    )
    people = People(wire, choices)
    await people.read_appeals()
    return people


async def _one_pass(people: People, wire: Wire) -> int:
    """Clear every queue once, each after the events of the one before are processed."""
    acted = 0
    for clear in (
        people.decide_appeals,
        people.make_callbacks,
        people.work_cases,
        people.lead_whistles,
        people.do_tasks,
    ):
        await _drained(wire)
        acted += await clear()
    return acted


async def _drained(wire: Wire) -> dict[str, Any]:
    while True:
        clock: dict[str, Any] = await wire.get(AGENT, "/demo/v1/clock")
        if clock.get("drained"):
            return clock
        if "drained" not in clock:
            raise ServerGone("/demo/v1/clock")
        await asyncio.sleep(_DRAIN_PAUSE_S)


async def _update(wire: Wire, progress: Progress, bar: Any) -> None:  # noqa: ANN401  # rich's id
    closed = await wire.get(AGENT, "/dispatch/v1/cases", status="closed", limit=1)
    every = await wire.get(AGENT, "/dispatch/v1/cases", limit=1)
    progress.update(bar, completed=closed["total"], total=every["total"])
