"""How a service stands, as numbers: what the health measured last, and what a rebuild has read."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chassis.observability.metrics import Gauge

if TYPE_CHECKING:
    from chassis.service import Service

__all__ = ["gauges_of"]


def gauges_of(service: "Service") -> Iterator[Gauge]:
    """Give the gauges of a service; nothing is asked of a database or of another service."""
    seen, problems = service.health.measured, service.health.problems()
    yield _one("whistle_ready", "1 while readiness is green.", not problems)
    parts = {part: float(any(one.part == part for one in problems)) for part in service.parts}
    yield _by("whistle_part_failing", "1 while a part is dead or stalls.", "part", parts)
    yield _one("whistle_log_head", "Last position of the own log.", seen.head)
    yield _one("whistle_writer_queue_items", "Items that wait.", service.writer.waiting_count)
    known = {source: lag for source, lag in seen.lags.items() if lag.head is not None}
    heads = {source: float(lag.head or 0) for source, lag in known.items()}
    behind = {source: float(lag.behind) for source, lag in known.items()}
    asked = {source: float(source in known) for source in seen.lags}
    yield _by("whistle_source_head", "True head of a followed log.", "source", heads)
    yield _by("whistle_behind_events", "Events to come, against it.", "source", behind)
    yield _by("whistle_source_reachable", "1 if it says its head.", "source", asked)
    yield _by("whistle_held_events", "Events that are held.", "kind", seen.held)
    yield _one("whistle_deadlines_open", "Open deadlines.", seen.open_count)
    yield _one("whistle_deadlines_due", "Due and not yet noticed.", seen.due_count)
    yield _one("whistle_deadlines_overdue_seconds", "Age of the oldest due.", seen.late_s)
    read, to_read = service.rebuilds.how_far()
    yield _by("whistle_rebuild_read", "Position a rebuild has read to.", "log", read)
    yield _by("whistle_rebuild_head", "Position it has to read to.", "log", to_read)


def _one(name: str, about: str, number: float) -> Gauge:
    return name, about, "", [("", float(number))]


def _by(name: str, about: str, label: str, numbers: Mapping[str, float]) -> Gauge:
    return name, about, label, sorted(numbers.items())
