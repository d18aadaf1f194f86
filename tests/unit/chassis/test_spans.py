"""A span made by hand is what OpenTelemetry's own tracer makes, field by field."""

import json
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode

from chassis.observability.tracing import Span, Tracing

ATTRIBUTES: dict[str, str | int] = {"http.route": "/intake/v1/appeals", "whistle.batch.items": 3}
VARYING = {"context", "start_time", "end_time", "parent_id"}


def fields(span: ReadableSpan) -> dict[str, Any]:
    """Give what an exporter sends, without what differs from span to span."""
    sent: dict[str, Any] = json.loads(span.to_json())
    return {name: value for name, value in sent.items() if name not in VARYING}


def by_hand(error: str) -> ReadableSpan:
    exporter = InMemorySpanExporter()
    tracing = Tracing("intake", SimpleSpanProcessor(exporter))
    tracing.emit(
        Span("POST", 1_000, 2_000, kind=SpanKind.SERVER, attributes=ATTRIBUTES, error=error)
    )
    (span,) = exporter.get_finished_spans()
    return span


def by_a_tracer(error: str) -> ReadableSpan:
    exporter = InMemorySpanExporter()
    named = {"service.namespace": "whistle", "service.name": "whistle-intake"}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("whistle")
    made = tracer.start_span("POST", kind=SpanKind.SERVER, attributes=ATTRIBUTES, start_time=1_000)
    if error:
        made.set_status(Status(StatusCode.ERROR, error))
    made.end(2_000)
    (span,) = exporter.get_finished_spans()
    return span


def test_a_span_of_what_went_well() -> None:
    assert fields(by_hand("")) == fields(by_a_tracer(""))
    assert fields(by_hand(""))["attributes"] == ATTRIBUTES


def test_a_span_of_what_failed() -> None:
    assert fields(by_hand("Fault")) == fields(by_a_tracer("Fault"))
    assert fields(by_hand("Fault"))["status"] == {
        "status_code": "ERROR",
        "description": "Fault",
    }


def test_times_and_scope_are_the_same() -> None:
    made, reference = by_hand(""), by_a_tracer("")
    assert (made.start_time, made.end_time) == (reference.start_time, reference.end_time)
    assert made.instrumentation_scope == reference.instrumentation_scope
    # A tracer marks its ids as random; ours follow from the log, so they are not.
    assert made.context.trace_flags.sampled
    assert reference.context.trace_flags.sampled
