"""A rebuild killed at any event has not happened, and can be started again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.views.versions import outdated, rebuild
from tests.counters.counter import LABEL_ROWS, LABELS
from tests.counters.services import Counters
from tests.servers import ROOT

NUMBERS = [f"{number:03}" for number in range(30)]


@pytest.mark.parametrize("at", [0, 17, len(NUMBERS) - 1])
def test_the_view_in_use_stays_and_the_next_rebuild_is_whole(tmp_path: Path, at: int) -> None:
    counters = Counters(tmp_path)
    counters.given(*(counters.open(number) for number in NUMBERS))
    grown = counters.rows(LABEL_ROWS)
    counters.close()
    program = (sys.executable, "-m", "tests.faults.killed_rebuild", str(tmp_path), str(at))
    ended = subprocess.run(program, cwd=ROOT, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.rglob("*.building.db")), "it was killed before it began"
    again = Counters(tmp_path)
    assert outdated(again.service.store, again.model) == []
    assert again.rows(LABEL_ROWS) == grown
    again.given(again.count(NUMBERS[0], key="count"))
    assert rebuild(again.service.store, LABELS, {}) == len(NUMBERS) + 1
    assert again.rows(LABEL_ROWS) == [(NUMBERS[0], "hall", 1), *grown[1:]]
    assert not list(tmp_path.rglob("*.building.db"))
    again.close()
