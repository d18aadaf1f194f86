"""An installation's processes: recorded, ended in their order, and no others with them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import records as recording
from deploy.local.processes import is_alive
from deploy.local.records import Records

_SLEEPER = "import time; time.sleep(600)"
_STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
)

Sleepers = list["subprocess.Popen[bytes]"]


@pytest.fixture
def sleepers() -> Iterator[Sleepers]:
    """Processes that do nothing; those that are left at the end are killed."""
    started: Sleepers = []
    yield started
    for one in started:
        one.kill()
        one.wait()
        if one.stdout is not None:
            one.stdout.close()


def begin(sleepers: Sleepers, program: str = _SLEEPER) -> int:
    sleepers.append(subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE))
    return sleepers[-1].pid


def test_what_was_started_is_found_again_and_ended(tmp_path: Path, sleepers: Sleepers) -> None:
    records = Records(tmp_path)
    for stage, name in enumerate(("kafka", "intake", "gateway")):
        records.add(name, begin(sleepers), stage)
    again = Records(tmp_path)
    assert [(one.name, one.runs) for one in again.read()] == [
        ("kafka", True),
        ("intake", True),
        ("gateway", True),
    ]
    assert again.end_all() == ["gateway", "intake", "kafka"]
    assert [is_alive(one.pid) for one in sleepers] == [False] * 3


def test_ending_twice_is_as_ending_once(tmp_path: Path, sleepers: Sleepers) -> None:
    records = Records(tmp_path)
    records.add("intake", begin(sleepers), 1)
    assert records.end_all() == ["intake"]
    assert records.end_all() == []
    assert records.read() == []


def test_another_process_with_the_same_number_is_left_alone(
    tmp_path: Path, sleepers: Sleepers
) -> None:
    records = Records(tmp_path)
    other = begin(sleepers)
    known = records.add("intake", other, 1)
    path = tmp_path / "processes.json"
    (stored,) = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps([{**stored, "began": "long ago"}]), encoding="utf-8")
    (before,) = records.read()
    assert not before.runs
    assert records.end_all() == []
    assert is_alive(other)
    # Control: with its own start time it would have been ended.
    assert known.runs


def test_one_that_will_not_end_is_killed(
    tmp_path: Path, sleepers: Sleepers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "_GRACE_S", 0.2)
    records = Records(tmp_path)
    records.add("stubborn", begin(sleepers, _STUBBORN), 1)
    out = sleepers[0].stdout
    assert out is not None
    os.read(out.fileno(), 1)  # it ignores the signal from here on
    assert records.end_all() == ["stubborn"]
    assert sleepers[0].wait(10) == -9
