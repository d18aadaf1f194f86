"""A spike of cases that come whether or not those before are done: up to 35 a second, then none.

Before and after it the same few cases a second are lived, to see that all is as it was.
"""

import asyncio
from statistics import quantiles

from bench.installation import Installation, installed
from bench.lifecycles import Lives, lives_at, play
from bench.report import Result, plain, ratio

__all__ = ["measure"]

_PROFILE = (1, 15, 1, 25, 2, 35, 10, 0)
"""Cases that begin per second, one stage after the other."""
_STAGE_S = 3
_CALM_RATE = 5
_CALM_S = 6
_SETTLE_S = 60
_WARM_UP = 60


def measure(runs: int) -> list[Result]:
    """Spike an installation again and again."""
    success, settled, before, after, worst = [], [], [], [], []
    with installed() as one:
        asyncio.run(play(one.ports, _WARM_UP, 8, "warm"))
        for run in range(min(runs, 2)):
            calm, spiked, backlog_s, again = asyncio.run(_run(one, run))
            success.append(100 * len(spiked.durations_s) / (_STAGE_S * sum(_PROFILE)))
            settled.append(backlog_s)
            before.append(_p99_ms(calm))
            worst.append(_p99_ms(spiked))
            after.append(_p99_ms(again))
    return [
        plain("spike, success", "%", success),
        plain("spike, p99 of a life", "ms", worst),
        plain("spike, recovery", "s", settled),
        ratio("spike, p99 of a life afterwards", "ms", "before the spike", after, before),
    ]


async def _run(one: Installation, run: int) -> tuple[Lives, Lives, float, Lives]:
    calm, spiked, again = (lives_at(one.ports) for _ in range(3))
    await _arrive(calm, f"calm{run}", [_CALM_RATE] * _CALM_S)
    began = asyncio.get_running_loop().time()
    rates = [rate for rate in _PROFILE for _ in range(_STAGE_S)]
    await _arrive(spiked, f"spike{run}", rates)
    await one.settle(_SETTLE_S)
    # The last stage brings nothing: by its end there should be nothing left.
    late_s = asyncio.get_running_loop().time() - began - (len(rates) - _STAGE_S)
    await _arrive(again, f"again{run}", [_CALM_RATE] * _CALM_S)
    return calm, spiked, max(late_s, 0.0), again


async def _arrive(lives: Lives, tag: str, rates: list[int]) -> None:
    """Let cases begin evenly at so many in each second, then wait until all have ended."""
    loop = asyncio.get_running_loop()
    began, tasks = loop.time(), []
    for second, rate in enumerate(rates):
        for number in range(rate):
            await _until(began + second + number / rate)
            tasks.append(asyncio.create_task(lives.play_one(f"{tag}-{second}-{number}")))
    await asyncio.gather(*tasks, return_exceptions=True)


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


def _p99_ms(lives: Lives) -> float:
    return quantiles(lives.durations_s, n=100)[-1] * 1000
