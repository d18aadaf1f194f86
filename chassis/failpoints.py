"""Named moments at which a process can be made to die, so that tests can aim at them.

`WHISTLE_CRASH_AT=after_append_before_answer:3` lets the process kill itself (SIGKILL: nothing is
finished, nothing is logged) when it passes that moment for the third time. Without the variable
nothing listens, and a moment costs a look at an empty list; beside `WHISTLE_PRODUCTION` no process
starts. A test within the process puts a listener of its own into `on_failpoint`.
"""

import os
import signal
from collections.abc import Callable
from itertools import count

from chassis.settings import Settings

__all__ = ["FAILPOINTS", "FailpointUnknown", "failpoint", "on_failpoint"]

FAILPOINTS = (
    "after_effect_before_commit",
    "after_append_before_answer",
    "after_commit_before_acknowledge",
    "after_publish_before_checkpoint",
    "after_deadline_found",
    "before_view_switch",
    "before_key_files_settle",
)
"""In a batch written and not committed; committed and not answered; a page of others' events
committed and the reader not answered; a page published and its mark not moved; a deadline found due
and not brought; a view built and not in use; keys wrapped under a new master key and its file not
in the place of the old one."""


class FailpointUnknown(Exception):
    """No moment has that name."""


class _Countdown:
    def __init__(self, setting: str) -> None:
        self.name, _, number = setting.partition(":")
        if self.name not in FAILPOINTS:
            raise FailpointUnknown(
                f"{self.name}: no such moment; there are {', '.join(FAILPOINTS)}"
            )
        self._last = int(number or 1)
        self._passed = count(1)  # one step of the interpreter, so threads need no lock

    def __call__(self, name: str) -> None:
        if name == self.name and next(self._passed) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def _armed() -> list[Callable[[str], None]]:
    if not os.environ.get("WHISTLE_CRASH_AT"):
        return []
    return [_Countdown(Settings().crash_at)]


on_failpoint: list[Callable[[str], None]] = _armed()
"""Called with the name of every moment that the process passes, in its thread."""


def failpoint(name: str) -> None:
    """Pass a moment; die of it if that is what the environment wants."""
    for listener in on_failpoint:
        listener(name)
