"""Numbers of one service for Prometheus, in a registry of its own.

What happens is counted where it happens; the rest is what the health monitor measured last, so that
being asked often costs no query. Labels are names from the code, never an id.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pydantic import BaseModel

from chassis.inbox.inbound_event import InboundEvent
from chassis.unit_of_work.outcomes import Done, ExecutedBatch, Outcome, Refused
from chassis.unit_of_work.requests import CommandRequest, Request
from contracts.readings import READING, ReadingFacts, RefusedReading

__all__ = ["Gauge", "Metrics"]

Gauge = tuple[str, str, str, list[tuple[str, float]]]
"""Name, help, name of the one label (or none), and a value for each of its values."""

_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LATE_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600)


class Gauges(Protocol):
    """Says how things stand; has to answer at once."""

    def __call__(self) -> Iterable[Gauge]: ...


class Metrics:
    """Counts for one service."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._registry = CollectorRegistry()
        self._items = self._counter(
            "whistle_items",
            "Commands, deadlines and events at the door.",
            "kind",
            "outcome",
        )
        self._refusals = self._counter("whistle_refusals", "Commands refused.", "code")
        self._batch_items = self._histogram("whistle_batch_items", "Items per batch.", _SIZES)
        self._batch_s = self._histogram(
            "whistle_batch_seconds", "From the first decision to the commit.", _SECONDS
        )
        self._late_s = self._histogram(
            "whistle_deadline_late_seconds", "From due to noticed.", _LATE_S
        )
        self._requests_s = Histogram(
            "whistle_http_request_seconds",
            "HTTP requests by route template.",
            ("service", "method", "route", "status"),
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._strange = self._counter(
            "whistle_messages_passed_by", "Messages of a topic that no relay wrote.", "topic"
        )
        self._readings = self._counter(
            "whistle_readings",
            "Readings of texts and contacts that were noted, once per hour.",
            "what",
            "outcome",
        )
        self._kinds: dict[tuple[str, str], Counter] = {}
        self._routes: dict[tuple[str, str, int], Histogram] = {}

    def follow(self, gauges: Gauges) -> None:
        """Ask for these gauges whenever somebody reads the metrics."""
        self._registry.register(_Asked(self._service, gauges))

    def batch(
        self, requests: Sequence[Request], outcomes: Sequence[Outcome], duration_s: float
    ) -> None:
        """Count a batch of the writer."""
        self._batch_items.observe(len(requests))
        self._batch_s.observe(duration_s)
        for request, outcome in zip(requests, outcomes, strict=True):
            key = (_kind(request), _outcome_name(outcome))
            child = self._kinds.get(key)
            if child is None:
                child = self._kinds[key] = self._items.labels(self._service, *key)
            child.inc()
            if isinstance(outcome, Refused):
                self._refusals.labels(self._service, outcome.refusal.code).inc()

    def committed(self, batch: ExecutedBatch) -> None:
        """Count the readings of a batch that committed."""
        for pending in batch.pending:
            if pending.stream.startswith(f"{READING}-"):
                self._reading(pending.event)

    def _reading(self, event: BaseModel) -> None:
        if isinstance(event, ReadingFacts):
            outcome = "refused" if isinstance(event, RefusedReading) else "noted"
            self._readings.labels(self._service, event.what, outcome).inc()

    def request(self, method: str, route: str, status: int, duration_s: float) -> None:
        """Count a request."""
        key = (method, route, status)
        child = self._routes.get(key)
        if child is None:
            labels = (self._service, method, route, str(status))
            child = self._routes[key] = self._requests_s.labels(*labels)
        child.observe(duration_s)

    def noticed(self, late_s: float) -> None:
        """Count a deadline that was brought to its aggregate's attention."""
        self._late_s.observe(max(late_s, 0.0))

    def strange_message(self, topic: str) -> None:
        """Count a message that no relay of ours wrote."""
        self._strange.labels(self._service, topic).inc()

    def text(self) -> bytes:
        """Give everything in the text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, ("service", *labels), registry=self._registry)

    def _histogram(self, name: str, about: str, buckets: Sequence[float]) -> Histogram:
        made = Histogram(name, about, ("service",), registry=self._registry, buckets=buckets)
        return made.labels(self._service)


class _Asked(Collector):
    """Turns what is asked into Prometheus's form."""

    def __init__(self, service: str, gauges: Gauges) -> None:
        self._service = service
        self._gauges = gauges

    def describe(self) -> list[GaugeMetricFamily]:
        """Promise nothing: asking already would ask before the service stands."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, about, label, values in self._gauges():
            labels = ["service", label] if label else ["service"]
            family = GaugeMetricFamily(name, about, labels=labels)
            for value, number in values:
                family.add_metric([self._service, value][: len(labels)], number)
            yield family


def _kind(request: Request) -> str:
    if isinstance(request, InboundEvent):
        return "event"
    if isinstance(request, CommandRequest):
        return "command" if request.digest is not None else "internal"
    return "turn"


def _outcome_name(outcome: Outcome) -> str:
    if isinstance(outcome, Done):
        return "replayed" if outcome.replayed else "done"
    return "refused" if isinstance(outcome, Refused) else "failed"
