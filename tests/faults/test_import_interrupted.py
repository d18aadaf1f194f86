"""An import that is stopped, or whose server dies under it, leaves every complaint there once."""

import signal
from pathlib import Path

import httpx

from tests.commands import Shell, write_export
from tests.faults.gate import holding_after
from tests.servers import Server, free_ports, run_demo, until

COUNT = 600
BEGUN = 60
WAIT_S = 120
TOKEN = "demo.auditor.hotline.a-1"


def received(server: str) -> int:
    """Count the appeals; 0 while the server does not answer."""
    try:
        answer = httpx.get(
            f"{server}/intake/v1/appeals",
            params={"limit": 1},
            headers={"Authorization": f"Bearer {TOKEN}"},
            trust_env=False,
        )
    except httpx.TransportError:
        return 0
    return int(answer.json()["total"])


def test_ctrl_c_says_how_to_go_on_and_nothing_is_created_twice(tmp_path: Path) -> None:
    export = write_export(tmp_path / "many.csv", range(COUNT))
    with run_demo(tmp_path / "data") as server:
        with holding_after(BEGUN, server.url) as gate:
            shell = Shell(gate.url)
            stopped = shell.begin("import", str(export), "--json")
            assert gate.holds.wait(WAIT_S)
            stopped.send_signal(signal.SIGINT)
            ended = shell.end(stopped)
        assert (ended.code, ended.out) == (130, ""), ended.err
        assert "nothing is created twice" in ended.err
        assert "Traceback" not in ended.err
        until(lambda: received(server.url) == BEGUN)
        again = Shell(server.url).run("import", str(export), "--json")
        filed = {"filed": COUNT - BEGUN, "already_there": BEGUN}
        assert again.json == {"read": COUNT, **filed, "rejected": 0, "phone_unreadable": 0}
        assert received(server.url) == COUNT


def test_a_server_that_is_killed_and_comes_back_loses_and_doubles_nothing(tmp_path: Path) -> None:
    export = write_export(tmp_path / "many.csv", range(COUNT))
    (port,) = free_ports(1)
    program = ("-c", "from whistle.cli import app; app()", "run", "--demo")
    server = Server((*program, "--data", str(tmp_path / "data"), "--port", str(port)))
    server.start().ready()
    shell = Shell(server.url)
    importing = shell.begin("import", str(export), "--json")
    until(lambda: received(server.url) >= BEGUN)
    server.kill()
    server.start().ready()
    ended = shell.end(importing)
    try:
        assert ended.code == 0, ended.err
        assert ended.json == {
            "read": COUNT,
            "filed": COUNT,
            "already_there": 0,
            "rejected": 0,
            "phone_unreadable": 0,
        }
        assert received(server.url) == COUNT
        assert shell.run("reconcile", "--json").json["received"] == COUNT
    finally:
        server.stop()
