"""The `whistle` command as a script runs it: without a terminal, with arguments and settings."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tests.servers import ROOT
from whistle.cli import app

__all__ = ["Ended", "Shell", "write_export"]

_WAIT_S = 180
_PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from whistle.cli import app
app()
"""
"""Tests that run in the background inherit an ignored SIGINT; a person's terminal gives none."""
_SETTINGS = ("WHISTLE_", "LC_", "LANG")


@dataclass(frozen=True, slots=True)
class Ended:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  # what was printed
        """Read its output as one JSON document."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands against one server, without other settings."""

    server: str
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: str, typed: str = "") -> Ended:
        """Run a command in this process, which has its modules loaded already."""
        given = {name: None for name in os.environ if name.startswith(_SETTINGS)}
        env = {**given, "WHISTLE_SERVER": self.server, **self.env}
        result = CliRunner().invoke(app, words, typed, env=env, prog_name="whistle")
        return Ended(result.exit_code, result.stdout, result.stderr)

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start a command in a process of its own, to be interrupted or waited for."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        return subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *words],
            cwd=ROOT,
            env={**own, "WHISTLE_SERVER": self.server, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def end(self, process: subprocess.Popen[str]) -> Ended:
        """Wait for a command that was started."""
        out, err = process.communicate(timeout=_WAIT_S)
        return Ended(process.returncode, out, err)


def write_export(path: Path, numbers: range) -> Path:
    """Write an export with a complaint per number, headed by our own field names."""
    rows = "".join(f"N-{no},路灯不亮，第 {no} 处,求助,19900000001\n" for no in numbers)
    path.write_text(f"external_no,text,kind,reporter_phone\n{rows}", encoding="utf-8")
    return path
