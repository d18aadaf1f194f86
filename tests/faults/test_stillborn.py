"""A first start that is killed leaves a folder on which the next start simply goes on.

Databases, keys and the mark of a demonstration come into being in the first second of a folder's
life; none of them may be left as something that can neither be used nor made anew.
"""

import os
import random
import signal
import time
from pathlib import Path

from chassis.vault import load_master_key
from contracts.services import SERVICES
from tests.complaints import send
from tests.servers import Server, free_ports

DICE = 20261123
LIVES = 12
LONGEST_S = 0.5


def test_a_folder_outlives_the_deaths_of_its_first_servers(tmp_path: Path) -> None:
    print(f"dice: {DICE}")  # noqa: T201  # shown when the test fails
    die, folder, (port,) = random.Random(DICE), tmp_path / "data", free_ports(1)
    program = ("-m", "tests.faults.standby", "sound", str(folder), str(port))
    server = Server(program, url=f"http://127.0.0.1:{port}").start()
    since = 0
    for _ in range(LIVES):
        newborn = int(server.wait_for_line("born ", since))
        since = len(server.lines)
        time.sleep(die.uniform(0, LONGEST_S))  # the moment of the blow, not a wait for anything
        os.kill(newborn, signal.SIGKILL)
    last = int(server.wait_for_line("born ", since))
    server.ready()
    body = {"source": "sample-hotline", "external_no": "1", "text": "路灯不亮"}
    assert send(server.url, [body]) == ["260928000001"]
    os.kill(last, signal.SIGTERM)
    server.wait()
    assert all(len(load_master_key(folder / "keys" / f"{name}.key")) == 32 for name in SERVICES)


def test_half_a_master_key_left_behind_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "intake.key"
    path.parent.mkdir()
    path.with_suffix(".partial").write_bytes(b"half")
    assert len(load_master_key(path)) == 32
    assert list(path.parent.iterdir()) == [path]
