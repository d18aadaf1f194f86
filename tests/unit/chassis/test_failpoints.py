"""Moments to die at: each stands in the code, none costs anything when off, none in production."""

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from chassis.failpoints import FAILPOINTS, on_failpoint
from tests.servers import ROOT

PACKAGES = ("chassis", "services", "whistle")
PASS = """
from chassis.failpoints import failpoint
[failpoint(name) for name in {names!r}]
print('alive')
"""


def passed_in_code() -> Iterator[str]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Name(id="failpoint"), args=[ast.Constant(value=str(name))]
                    ):
                        yield name
                    case _:
                        pass


def run(*names: str, **env: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")}
    return subprocess.run(
        [sys.executable, "-c", PASS.format(names=names)],
        cwd=ROOT,
        env={**kept, **env},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_moment_stands_in_the_code_and_in_the_list() -> None:
    assert set(passed_in_code()) == set(FAILPOINTS)
    assert len(set(FAILPOINTS)) == len(FAILPOINTS)


def test_every_moment_is_explained() -> None:
    page = (ROOT / "docs/architecture/faults.md").read_text(encoding="utf-8")
    assert [name for name in FAILPOINTS if f"| `{name}` |" not in page] == []


def test_a_process_dies_at_the_moment_it_was_told_and_at_no_other() -> None:
    moment, other = FAILPOINTS[:2]
    died = run(moment, moment, WHISTLE_CRASH_AT=f"{moment}:2")
    assert died.returncode == -signal.SIGKILL
    assert run(moment, other, other, WHISTLE_CRASH_AT=f"{moment}:2").stdout == "alive\n"


def test_off_there_is_nothing_to_count() -> None:
    assert on_failpoint == []
    assert run(*FAILPOINTS).stdout == "alive\n"


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"WHISTLE_CRASH_AT": FAILPOINTS[0], "WHISTLE_PRODUCTION": "1"}, "WHISTLE_CRASH_AT is for"),
        ({"WHISTLE_CRASH_AT": "whenever"}, "whenever: no such moment"),
    ],
)
def test_no_process_starts_with_a_wrong_one(env: dict[str, str], why: str) -> None:
    refused = run(**env)
    assert refused.returncode == 1
    assert why in refused.stderr
