"""Whole lives of cases on PostgreSQL with a process per service: empty, and years later.

The generator, the server of the databases and the services share the two cores.
"""

import asyncio
import time

from bench.installation import Installation, installed
from bench.lifecycles import play
from bench.report import Result, plain, ratio

__all__ = ["measure", "measure_preloaded"]

_LIVES = 300
_WARM_UP = 60
_AT_ONCE = 32
_SETTLE_S = 60
_CASES = 20_000
_MILLION = 1_000_000


def measure(runs: int) -> list[Result]:
    """Measure an empty installation, and one with some thousand cases, in turns."""
    return _compared(runs, _CASES)


def measure_preloaded(runs: int) -> list[Result]:
    """Do the same with a million cases; seeding them takes as long as it takes."""
    return _compared(runs, _MILLION)


def _compared(runs: int, cases: int) -> list[Result]:
    with installed() as empty, installed(cases) as full:
        for one in (empty, full):
            asyncio.run(play(one.ports, _WARM_UP, _AT_ONCE, "warm"))
        figures = [(_rates(empty, run), _rates(full, run)) for run in range(runs)]
    ours, theirs = [one for _, one in figures], [one for one, _ in figures]
    return [
        plain("lives on servers, empty", "lives/s", [one[0] for one in theirs]),
        plain("lives on servers, empty, services", "cores", [one[1] for one in theirs]),
        plain("lives on servers, empty, load generator", "cores", [one[2] for one in theirs]),
        ratio(
            f"lives on servers, {cases:,} cases",
            "lives/s",
            "the same, empty",
            [one[0] for one in ours],
            [one[0] for one in theirs],
        ),
    ]


def _rates(one: Installation, run: int) -> tuple[float, float, float]:
    """Give lives per second, and the cores that services and generator took."""
    used, own, began = one.cpu_s(), time.process_time(), time.perf_counter()
    asyncio.run(play(one.ports, _LIVES, _AT_ONCE, f"run{run}"))
    took = time.perf_counter() - began
    shares = (one.cpu_s() - used) / took, (time.process_time() - own) / took
    # What one leaves over would burden the other.
    asyncio.run(one.settle(_SETTLE_S))
    return (_LIVES / took, *shares)
