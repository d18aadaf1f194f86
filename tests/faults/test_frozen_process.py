"""A process that is frozen (SIGSTOP) cannot report it; its followers are not ready within 10 s.

When it goes on they are ready again by themselves.
"""

import os
import signal
import time
from pathlib import Path

import httpx

from tests.faults.installation import Installation, run_installation
from tests.servers import until

WITHIN_S = 10.0
FOLLOWERS = ("dispatch", "enforcement", "feedback")


def is_ready(installation: Installation, name: str) -> bool:
    answer = httpx.get(
        installation.url_of(f"/{name}") + f"/{name}/v1/health/ready", trust_env=False
    )
    return answer.is_success


def test_followers_of_a_frozen_process_turn_red_and_green_again(tmp_path: Path) -> None:
    with run_installation(tmp_path, {}, {}) as (installation, _people):
        installation.ready()
        frozen = installation.servers["intake"].process.pid
        os.kill(frozen, signal.SIGSTOP)
        began = time.monotonic()
        try:
            until(lambda: not any(is_ready(installation, name) for name in FOLLOWERS))
            took_s = time.monotonic() - began
        finally:
            os.kill(frozen, signal.SIGCONT)
        assert took_s < WITHIN_S
        until(lambda: all(is_ready(installation, name) for name in FOLLOWERS))
