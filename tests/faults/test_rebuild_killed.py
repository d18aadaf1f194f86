"""A rebuild killed at any event has not happened, and can be started again."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.views.versions import outdated, rebuild
from tests.house import House
from tests.lamps import Rooms
from tests.servers import ROOT

LAMPS = [f"{number:03}" for number in range(30)]


@pytest.mark.parametrize("at", [0, 17, len(LAMPS) - 1])
def test_the_view_in_use_stays_and_the_next_rebuild_is_whole(tmp_path: Path, at: int) -> None:
    house = House(tmp_path)
    house.given(*(house.hang(lamp) for lamp in LAMPS))
    grown = house.rows(Rooms.rows)
    house.close()
    program = (sys.executable, "-m", "tests.faults.rebuilding", str(tmp_path), str(at))
    ended = subprocess.run(program, cwd=ROOT, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert list(tmp_path.rglob("*.building.db")), "it was killed before it began"
    again = House(tmp_path)
    assert outdated(again.service.store, again.model) == []
    assert again.rows(Rooms.rows) == grown
    again.given(again.light(LAMPS[0], key="light"))
    assert rebuild(again.service.store, again.model.views[0], {}) == len(LAMPS) + 1
    assert again.rows(Rooms.rows) == [(LAMPS[0], "hall", 1), *grown[1:]]
    assert not list(tmp_path.rglob("*.building.db"))
    again.close()
