"""Prometheus gauges of a service, from what was measured last."""

from collections.abc import Iterable, Iterator, Mapping

from chassis.heartbeat import Problem
from chassis.observability.health import HealthSnapshot
from chassis.observability.metrics import Gauge

__all__ = ["gauges_of", "part_gauges", "rebuild_gauges"]


def gauges_of(snapshot: HealthSnapshot, waiting_count: int) -> Iterator[Gauge]:
    """Give what was measured; `waiting_count` are the requests in the writer's queue."""
    yield _one("whistle_log_head", "Last position of the own log.", snapshot.head)
    yield _one("whistle_writer_queue_items", "Items that wait.", waiting_count)
    known = {source: lag for source, lag in snapshot.lags.items() if lag.head is not None}
    heads = {source: float(lag.head or 0) for source, lag in known.items()}
    behind = {source: float(lag.behind) for source, lag in known.items()}
    asked = {source: float(source in known) for source in snapshot.lags}
    yield _by("whistle_source_head", "True head of a followed log.", "source", heads)
    yield _by("whistle_behind_events", "Events to come, against it.", "source", behind)
    yield _by("whistle_source_reachable", "1 if it says its head.", "source", asked)
    yield _by("whistle_held_events", "Events that are held.", "kind", snapshot.held)
    yield _one("whistle_deadlines_open", "Open deadlines.", snapshot.open_count)
    yield _one("whistle_deadlines_due", "Due and not yet noticed.", snapshot.due_count)
    yield _one("whistle_deadlines_overdue_seconds", "Age of the oldest due.", snapshot.late_s)


def part_gauges(parts: Iterable[str], problems: Iterable[Problem]) -> Iterator[Gauge]:
    """Give which of the named parts fail."""
    failing = {problem.part for problem in problems}
    yield _one("whistle_ready", "1 while readiness is green.", not failing)
    states = {part: float(part in failing) for part in parts}
    yield _by("whistle_part_failing", "1 while a part is dead or stalls.", "part", states)


def rebuild_gauges(read: Mapping[str, float], to_read: Mapping[str, float]) -> Iterator[Gauge]:
    """Give per log how far the rebuild under way has read, and has to read."""
    yield _by("whistle_rebuild_read", "Position a rebuild has read to.", "log", read)
    yield _by("whistle_rebuild_head", "Position it has to read to.", "log", to_read)


def _one(name: str, about: str, number: float) -> Gauge:
    return name, about, "", [("", float(number))]


def _by(name: str, about: str, label: str, numbers: Mapping[str, float]) -> Gauge:
    return name, about, label, sorted(numbers.items())
