"""The rebuilds of a running service: one at a time, in a thread, and what is known of each view."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import structlog
from pydantic import BaseModel
from sqlalchemy import Connection

from chassis.clock import SystemClock
from chassis.errors import Busy, Refusal, Unknown
from chassis.feeds.feed import Feed
from chassis.heartbeat import Monotonic
from chassis.store.port import Store
from chassis.unit_of_work.definition import ServiceModel, View
from chassis.unit_of_work.outcomes import Failed
from chassis.unit_of_work.requests import ExclusiveTask
from chassis.unit_of_work.writer import Writer
from chassis.views.rebuild import Cancelled, Progress, RunAlone
from chassis.views.versions import built_versions, fingerprint, outdated, rebuild
from contracts.instant import format_instant

__all__ = ["LogProgress", "RebuildJobs", "RebuildUnderway", "State", "ViewStatus", "ViewUnknown"]

log = structlog.get_logger(__name__)

State = Literal["current", "outdated", "building", "failed"]

_BUSY_PAUSE_S = 0.1


class ViewUnknown(Unknown):
    """The service has no view of that name."""

    code = "view_unknown"
    zh = "没有名为 {view} 的视图；可选：{known}。"
    en = "There is no view {view}; there are {known}."


class RebuildUnderway(Refusal):
    """A service builds one view at a time."""

    code = "rebuild_underway"
    zh = "视图 {view} 正在重建；请等它完成后再试（whistle views status 可看进度）。"
    en = "The view {view} is being built; try again when it is done (see `whistle views status`)."


class LogProgress(BaseModel):
    """How far a rebuild has read one log: up to `position`, of `head` to be reached."""

    log: str
    position: int
    head: int


class ViewStatus(BaseModel):
    """What is known of one view."""

    view: str
    state: State
    built: str
    """Fingerprint it was built with; empty: never."""
    current: str
    """Fingerprint of what this release builds."""
    since: str
    """When its last rebuild in this process began or ended; empty: none."""
    event_count: int
    """Events read by that rebuild."""
    idle_s: float
    """While building: since it last moved."""
    problem: str
    """Why it failed, and how to go on."""
    progress: list[LogProgress]


@dataclass
class _Run:
    view: View
    progress: Progress
    since: str
    is_over: bool = False
    problem: str = ""


@dataclass
class RebuildJobs:
    """Starts rebuilds and remembers the last one of each view."""

    store: Store
    model: ServiceModel
    writer: Writer
    feeds: Mapping[str, Feed]
    monotonic: Monotonic = time.monotonic
    _runs: dict[str, _Run] = field(default_factory=dict)
    _thread: threading.Thread | None = None
    _now: Callable[[], str] = field(default=lambda: format_instant(SystemClock().now()))

    @property
    def underway(self) -> str:
        """Name the view that is being built; empty when none is."""
        return next((name for name, run in self._runs.items() if not run.is_over), "")

    @property
    def last_progress(self) -> float | None:
        """Give when the rebuild under way last moved, on the monotonic clock; None without one."""
        run = self._runs.get(self.underway)
        return run.progress.last_progress if run else None

    def how_far(self) -> tuple[dict[str, float], dict[str, float]]:
        """Give per log what the rebuild under way has read, and has to read; empty without one."""
        run = self._runs.get(self.underway)
        if run is None:
            return {}, {}
        return dict(run.progress.positions), dict(run.progress.heads)

    def check(self, name: str) -> None:
        """Say whether a rebuild may begin. Raises: ViewUnknown, RebuildUnderway."""
        known = [view.name for view in self.model.views]
        if name not in known:
            raise ViewUnknown(view=name, known=", ".join(known))
        if self.underway:
            raise RebuildUnderway(view=self.underway)

    def begin(self, name: str) -> None:
        """Begin a rebuild in the background. Raises: ViewUnknown, RebuildUnderway."""
        self.check(name)
        self._start([view for view in self.model.views if view.name == name])

    def begin_outdated(self) -> None:
        """Begin to rebuild, one after another, the views of another revision; they serve on."""
        if views := outdated(self.store, self.model):
            self._start(views)

    def _start(self, views: Sequence[View]) -> None:
        runs = [_Run(view, Progress(self.monotonic), self._now()) for view in views]
        self._runs.update({run.view.name: run for run in runs})
        self._thread = threading.Thread(
            target=self._run_all, args=(runs,), name="rebuild", daemon=True
        )
        self._thread.start()

    def _run_all(self, runs: Sequence[_Run]) -> None:
        for run in runs:
            self._run(run)

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait for the rebuild under way."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def cancel(self) -> None:
        """Let the rebuild under way end soon, without waiting for it; the view in use stays."""
        for run in self._runs.values():
            run.progress.cancelled.set()

    def stop(self) -> None:
        """Cancel the rebuild under way and wait for its end."""
        self.cancel()
        self.wait()

    def status(self) -> list[ViewStatus]:
        """Say what is known of each view."""
        built = built_versions(self.store)
        return [self._status(view, built.get(view.name, "")) for view in self.model.views]

    def _status(self, view: View, built: str) -> ViewStatus:
        current, run = fingerprint(view), self._runs.get(view.name)
        state: State = "current" if built == current else "outdated"
        if run is not None and (run.problem or not run.is_over):
            state = "failed" if run.is_over else "building"
        progress = run.progress if run else Progress(self.monotonic)
        heads = dict(progress.heads)
        return ViewStatus(
            view=view.name,
            state=state,
            built=built,
            current=current,
            since=run.since if run else "",
            event_count=progress.event_count,
            idle_s=self.monotonic() - progress.last_progress if state == "building" else 0.0,
            problem=run.problem if run else "",
            progress=[
                LogProgress(
                    log=self.model.name if name == "own" else name,
                    position=progress.positions.get(name, 0),
                    head=head,
                )
                for name, head in heads.items()
            ],
        )

    def _run(self, run: _Run) -> None:
        name = run.view.name
        try:
            count = rebuild(self.store, run.view, self.feeds, self._alone(run), run.progress)
        except Cancelled:
            run.problem = "stopped with the process; the view in use is unchanged, start it again"
        except Exception as error:  # noqa: BLE001  # shown in the status
            log.warning("rebuild_failed", view=name, error=repr(error))
            run.problem = (
                f"{error or type(error).__name__}; the view in use is unchanged and goes on, "
                "mend the cause and start the rebuild again"
            )
        else:
            log.info("view_rebuilt", view=name, event_count=count)
        run.since = self._now()
        run.is_over = True

    def _alone(self, run: _Run) -> RunAlone:
        """Submit to the writer, however long its queue; commands that wait go first."""

        def run_alone(what: Callable[[Connection], None]) -> None:
            while True:
                try:
                    (future,) = self.writer.submit([ExclusiveTask(what)])
                except Busy:
                    if run.progress.cancelled.wait(_BUSY_PAUSE_S):
                        raise Cancelled from None
                    continue
                outcome = future.result()
                if isinstance(outcome, Failed):
                    raise outcome.error
                return

        return run_alone
