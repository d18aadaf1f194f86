"""A sampling profiler: which functions all threads of a process are in, over and over.

A tracing profiler would triple the price of exactly the small calls that matter here. A thread
that waits counts as waiting, so what is left is what keeps the interpreter busy.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

__all__ = ["sampled"]

_INTERVAL_S = 0.002
_SHOWN = 60
_IDLE = {
    "wait",
    "select",
    "_worker",
    "get",
    "wait_for",
    "run_until_complete",
    "_wait_for_tstate_lock",
}


@contextmanager
def sampled(report: Path) -> Iterator[None]:
    """Sample every thread until the block ends, then write the report."""
    stop = threading.Event()
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    threads: Counter[str] = Counter()

    def look() -> None:
        me = threading.get_ident()
        while not stop.wait(_INTERVAL_S):
            names = {thread.ident: thread.name for thread in threading.enumerate()}
            for ident, frame in sys._current_frames().items():  # noqa: SLF001  # documented
                if ident != me:
                    _count(frame, names.get(ident, "?"), own, within, threads)

    watcher = threading.Thread(target=look, name="sampler", daemon=True)
    watcher.start()
    began = time.process_time()
    try:
        yield
    finally:
        stop.set()
        watcher.join()
        lines = [f"cpu seconds {time.process_time() - began:.1f}"]
        for title, counter in (("threads", threads), ("in", own), ("under", within)):
            total = sum(threads.values()) or 1
            lines.append(f"--- {title}")
            lines += [
                f"{100 * n / total:6.1f} %  {what}" for what, n in counter.most_common(_SHOWN)
            ]
        report.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _count(
    frame: FrameType,
    thread: str,
    own: Counter[str],
    within: Counter[str],
    threads: Counter[str],
) -> None:
    if frame.f_code.co_name in _IDLE:
        return
    threads[thread.split("_", maxsplit=1)[0]] += 1
    own[_named(frame)] += 1
    seen: set[str] = set()
    at: FrameType | None = frame
    while at is not None:
        seen.add(_named(at))
        at = at.f_back
    within.update(seen)


def _named(frame: FrameType) -> str:
    code = frame.f_code
    return f"{'/'.join(code.co_filename.split('/')[-3:])}:{code.co_qualname}"
