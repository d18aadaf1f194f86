"""Sets up tracing from the `OTEL_…` variables; imports OpenTelemetry for an exporter only."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from chassis.unit_of_work.outcomes import ExecutedBatch, Outcome
from chassis.unit_of_work.requests import CommandRequest
from contracts.envelope import Envelope

__all__ = ["Tracer", "is_exported", "tracers"]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Tracer(Protocol):
    """What emits the spans of one service (`chassis.observability.tracing.Tracing`)."""

    def batch(self, done: ExecutedBatch) -> None: ...
    def command(
        self,
        request: CommandRequest,
        outcome: Outcome,
        where: tuple[str, str],
        times_ns: tuple[int, int],
        caller: str,
    ) -> None: ...
    def moved(
        self, verb: str, envelopes: Sequence[Envelope], times_ns: tuple[int, int]
    ) -> None: ...


def is_exported() -> bool:
    """Say whether the standard variables name somewhere to send traces."""
    asked = os.environ.get("OTEL_TRACES_EXPORTER", "")
    if asked == "none" or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return asked == "console" or any(os.environ.get(name) for name in _ENDPOINTS)


@contextmanager
def tracers(names: Sequence[str]) -> Iterator[Mapping[str, Tracer]]:
    """Give a tracer under each of these names until the block ends; none without an exporter."""
    if not is_exported():
        yield {}
        return
    from chassis.observability.tracing import (  # noqa: PLC0415  # slow to load
        tracing_from_environment,
    )

    with tracing_from_environment(names) as made:
        yield made
