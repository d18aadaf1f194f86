"""A progress bar on standard error: count, rate and time left; none without a terminal."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from whistle.call import Call

__all__ = ["is_shown", "progress"]


def is_shown(call: Call) -> bool:
    """Say whether a bar is drawn: never with `--quiet`, WHISTLE_NO_PROGRESS or no terminal."""
    return not call.quiet and not os.environ.get("WHISTLE_NO_PROGRESS") and sys.stderr.isatty()


@contextmanager
def progress(call: Call, label: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Give a function to call once per item done."""
    if not is_shown(call):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed or 0:.0f}/s")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)
