"""A process that is frozen (SIGSTOP) cannot say so; its followers turn red within ten seconds.

When it goes on they turn green again by themselves.
"""

import os
import signal
import time
from pathlib import Path

import httpx

from tests.faults.precinct import Precinct, standing
from tests.servers import until

WITHIN_S = 10.0
FOLLOWERS = ("dispatch", "enforcement", "feedback")


def is_ready(precinct: Precinct, name: str) -> bool:
    answer = httpx.get(precinct.url_of(f"/{name}") + f"/{name}/v1/health/ready", trust_env=False)
    return answer.is_success


def test_followers_of_a_frozen_process_turn_red_and_green_again(tmp_path: Path) -> None:
    with standing(tmp_path, {}, {}) as (precinct, _people):
        precinct.ready()
        frozen = precinct.servers["intake"].process.pid
        os.kill(frozen, signal.SIGSTOP)
        began = time.monotonic()
        try:
            until(lambda: not any(is_ready(precinct, name) for name in FOLLOWERS))
            took_s = time.monotonic() - began
        finally:
            os.kill(frozen, signal.SIGCONT)
        assert took_s < WITHIN_S
        until(lambda: all(is_ready(precinct, name) for name in FOLLOWERS))
