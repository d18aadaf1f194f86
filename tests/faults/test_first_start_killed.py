"""A first start that is killed leaves a folder on which the next start simply goes on.

Databases, keys and the mark of a demonstration are made in the first second of a folder's life;
none of them may be left in a state that can neither be used nor made again.
"""

import os
import random
import signal
import time
from pathlib import Path

from chassis.key_files import load_master_key
from contracts.services import SERVICES
from tests.complaints import send
from tests.faults.forking_server import STARTED
from tests.servers import Server, free_ports

SEED = 20261123
KILL_COUNT = 12
LONGEST_S = 0.5


def test_a_folder_outlives_the_deaths_of_its_first_servers(tmp_path: Path) -> None:
    print(f"seed: {SEED}")  # noqa: T201  # shown when the test fails
    source, folder, (port,) = random.Random(SEED), tmp_path / "data", free_ports(1)
    program = ("-m", "tests.faults.forking_server", "sound", str(folder), str(port))
    server = Server(program, url=f"http://127.0.0.1:{port}").start()
    since = 0
    for _ in range(KILL_COUNT):
        started = int(server.wait_for_line(STARTED, since))
        since = len(server.lines)
        time.sleep(source.uniform(0, LONGEST_S))  # the moment of the kill, not a wait for anything
        os.kill(started, signal.SIGKILL)
    last = int(server.wait_for_line(STARTED, since))
    server.ready()
    body = {
        "source": "sample-hotline",
        "external_no": "1",
        "kind": "help",
        "text": "路灯不亮",
        "anonymous": True,
    }
    assert send(server.url, [body]) == ["260928000001"]
    os.kill(last, signal.SIGTERM)
    server.wait()
    assert all(len(load_master_key(folder / "keys" / f"{name}.key")) == 32 for name in SERVICES)


def test_half_a_master_key_left_behind_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "intake.key"
    path.parent.mkdir()
    path.with_suffix(".partial").write_bytes(b"half")
    assert len(load_master_key(path)) == 32
    assert list(path.parent.iterdir()) == [path]
