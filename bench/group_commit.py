"""Commands per second over HTTP at 1, 8 and 32 callers: group commit against a transaction each.

The command is a withdrawal: look up whether it was done, load a stream, decide, append, project,
record. Two servers differ in nothing but how many commands a transaction may hold, and take turns.
"""

import asyncio
import time
from statistics import median, quantiles

from bench.report import Result, plain, ratio
from bench.serving import Server, serving
from bench.wire import Caller, commanding

__all__ = ["measure"]

_AGENT = "agent.hotline.seat-1"
_COUNTS = {1: 100, 8: 300, 32: 600}
_FILL_CALLERS = 32


def measure(runs: int) -> list[Result]:
    """Measure each number of callers."""
    with serving("intake") as grouped, serving("intake", "--batch-max", "1") as single:
        numbers = {
            server.port: iter(asyncio.run(_fill(server, runs * sum(_COUNTS.values()))))
            for server in (grouped, single)
        }
        results: list[Result] = []
        for callers, count in _COUNTS.items():
            ours, each, halves, tails, shares = [], [], [], [], []
            for _ in range(runs):
                rate, waited, share = asyncio.run(
                    _load(grouped, callers, [next(numbers[grouped.port]) for _ in range(count)])
                )
                ours.append(rate)
                halves.append(median(waited) * 1000)
                tails.append(quantiles(waited, n=100)[-1] * 1000)
                shares.append(share)
                rate, _, _ = asyncio.run(
                    _load(single, callers, [next(numbers[single.port]) for _ in range(count)])
                )
                each.append(rate)
            name = f"commands over HTTP, {callers} callers"
            results += [
                ratio(name, "commands/s", "a transaction each", ours, each),
                plain(f"{name}, p50", "ms", halves),
                plain(f"{name}, p99", "ms", tails),
                plain(f"{name}, load generator", "cores", shares),
            ]
        return results


async def _fill(server: Server, count: int) -> list[str]:
    """Receive appeals for the commands to be about."""
    requests = [
        commanding(
            "/intake/v1/appeals",
            _AGENT,
            f"fill-{n}",
            {
                "source": "bench",
                "external_no": str(n),
                "kind": "help",
                "text": "路灯不亮",
                "anonymous": True,
            },
        )
        for n in range(count)
    ]
    numbers: list[str] = []

    async def send(caller: Caller) -> None:
        while requests:
            answer = await caller.ask(requests.pop())
            assert answer.done, answer.body
            numbers.append(str(answer.json()["id"]))

    callers = [await Caller.dial(server.port) for _ in range(_FILL_CALLERS)]
    await asyncio.gather(*(send(caller) for caller in callers))
    for caller in callers:
        caller.hang_up()
    return numbers


async def _load(
    server: Server, callers: int, numbers: list[str]
) -> tuple[float, list[float], float]:
    """Withdraw the appeals; give commands/s, each latency in seconds, the generator's cores."""
    requests = [
        commanding(f"/intake/v1/appeals/{no}/withdrawal", _AGENT, f"withdraw-{no}", {})
        for no in numbers
    ]
    waited: list[float] = []

    async def send(caller: Caller) -> None:
        while requests:
            request = requests.pop()
            began = time.perf_counter()
            answer = await caller.ask(request)
            waited.append(time.perf_counter() - began)
            assert answer.done, answer.body

    lines = [await Caller.dial(server.port) for _ in range(callers)]
    used, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(send(line) for line in lines))
    took = time.perf_counter() - began
    for line in lines:
        line.hang_up()
    return len(waited) / took, waited, (time.process_time() - used) / took
