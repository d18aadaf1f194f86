"""Whether somebody wants traces; if nobody does, nothing of OpenTelemetry is loaded or made."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chassis.service import Service

if TYPE_CHECKING:
    from chassis.observability.tracing import Tracing

__all__ = ["is_exported", "traced", "tracings"]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def is_exported() -> bool:
    """Say whether the standard variables name somewhere to send traces."""
    asked = os.environ.get("OTEL_TRACES_EXPORTER", "")
    if asked == "none" or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return asked == "console" or any(os.environ.get(name) for name in _ENDPOINTS)


@contextmanager
def tracings(names: Sequence[str]) -> Iterator[Mapping[str, "Tracing"]]:
    """Give what emits spans under each of these names, until the block ends; none if not wanted."""
    if not is_exported():
        yield {}
        return
    from chassis.observability.tracing import tracing_from_environment  # noqa: PLC0415  # slow, seldom wanted

    with tracing_from_environment(names) as made:
        yield made


@contextmanager
def traced(services: Sequence[Service]) -> Iterator[None]:
    """Let services emit their spans until the block ends; what is left is sent then."""
    with tracings([service.name for service in services]) as made:
        for service in services:
            service.trace(made.get(service.name))
        yield
