"""One complaint is one trace over all services, with ids that follow from the logs."""

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from chassis.hosting.assembly import trace
from chassis.inbox.inbound_event import reaction_id
from chassis.kafka.binding import write_message
from chassis.observability.tracing import Span, Tracing, span_id_of
from chassis.observability.tracing_setup import is_exported, tracers
from chassis.store.reading import read_after
from contracts.envelope import Envelope, Recorded
from tests.harness.four_services import FourServices, open_four_services
from tests.story import AGENT, MATTER, STREET, Say, receive

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PHONE = "13800009999"


class Watched:
    """The four services with their spans kept in memory, and their logs."""

    def __init__(self, harness: FourServices) -> None:
        self.harness = harness
        self.exporter = InMemorySpanExporter()
        self.tracings = {
            name: Tracing(name, SimpleSpanProcessor(self.exporter)) for name in harness.services
        }
        for name, service in harness.services.items():
            trace(service, self.tracings[name])

    def logs(self) -> dict[str, list[Recorded]]:
        """Give the log of every service."""
        found = {}
        for name, service in self.harness.services.items():
            with service.store.reading() as connection:
                found[name] = read_after(connection, 0, 1_000)
        return found

    def envelopes(self) -> dict[str, list[Envelope]]:
        """Give the envelopes of every log."""
        return {name: [one.envelope for one in log] for name, log in self.logs().items()}

    def spans(self) -> list[ReadableSpan]:
        """Give every span so far."""
        return list(self.exporter.get_finished_spans())

    def by_id(self) -> dict[tuple[int, int], ReadableSpan]:
        """Give every span by trace and span id."""
        return {_place(span): span for span in self.spans()}


def _place(span: ReadableSpan) -> tuple[int, int]:
    assert span.context is not None
    return span.context.trace_id, span.context.span_id


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """The services after a complaint was received and filed, and dispatch has processed that."""
    with open_four_services(tmp_path) as harness:
        watched = Watched(harness)
        say: Say = str
        step = receive(1, say, phone=PHONE)
        assert isinstance(step.path, str)
        received = harness.tell(AGENT, step.path, step.body, "receive", traceparent=CALLER)
        no = received.json()["id"]
        where = {"street": STREET, "matter": MATTER}
        harness.tell(AGENT, f"/intake/v1/appeals/{no}/case", where, "file")
        harness.listen()
        yield watched


def test_every_event_is_a_span_whose_ids_its_envelope_gives(watched: Watched) -> None:
    spans = watched.by_id()
    records = [one for log in watched.logs().values() for one in log]
    assert len(records) > 4
    for recorded in records:
        envelope = recorded.envelope
        span = spans[envelope.correlation_id.int, span_id_of(envelope.event_id)]
        assert span.name == f"append {envelope.type}"
        _, headers = write_message(recorded)
        assert dict(headers)["traceparent"].decode().split("-")[1:3] == [
            f"{_place(span)[0]:032x}",
            f"{_place(span)[1]:016x}",
        ]


def test_one_trace_goes_from_the_request_to_the_reactions_of_others(watched: Watched) -> None:
    spans = watched.by_id()
    filed = watched.envelopes()["dispatch"][0]
    trace_id = filed.correlation_id.int
    chain = []
    span = spans[trace_id, span_id_of(filed.event_id)]
    while span.parent is not None:
        chain.append((span.resource.attributes["service.name"], span.name.split()[0]))
        assert span.parent.trace_id == trace_id
        span = spans[trace_id, span.parent.span_id]
    assert chain == [
        ("whistle-dispatch", "append"),
        ("whistle-dispatch", "react"),
        ("whistle-intake", "append"),
        ("whistle-intake", "decide"),
    ]
    assert (span.kind, span.name) == (SpanKind.SERVER, "POST /intake/v1/appeals/{appeal_no}/case")
    assert reaction_id(_cause(watched, filed), "dispatch").int >> 64 in {one for _, one in spans}


def _cause(watched: Watched, envelope: Envelope) -> Envelope:
    return next(
        one for one in watched.envelopes()["intake"] if one.event_id == envelope.causation_id
    )


def test_the_caller_of_a_command_is_linked(watched: Watched) -> None:
    (request,) = [one for one in watched.spans() if one.name == "POST /intake/v1/appeals"]
    (link,) = request.links
    assert f"{link.context.trace_id:032x}" == CALLER.split("-")[1]
    assert f"{link.context.span_id:016x}" == CALLER.split("-")[2]


def test_a_batch_is_linked_to_what_was_done_in_it(watched: Watched) -> None:
    batches = [one for one in watched.spans() if one.name == "unit of work"]
    linked = {(one.context.trace_id, one.context.span_id) for b in batches for one in b.links}
    assert linked <= set(watched.by_id())
    decisions = [one for one in watched.spans() if one.name == "decide"]
    assert len(decisions) >= 2
    assert {_place(one) for one in decisions} <= linked


def test_a_command_that_comes_again_leaves_its_trace_as_it_is(watched: Watched) -> None:
    before = watched.by_id()
    step = receive(1, str, phone=PHONE)
    assert isinstance(step.path, str)
    answer = watched.harness.tell(AGENT, step.path, step.body, "receive")
    assert answer.headers["Idempotency-Replayed"] == "true"
    added = [one for place, one in watched.by_id().items() if place not in before]
    assert sorted(one.name for one in added) == ["POST /intake/v1/appeals", "unit of work"]
    assert len(watched.spans()) == len(before) + 2  # no id twice


def test_a_refusal_shows_with_its_code(watched: Watched) -> None:
    path = "/dispatch/v1/cases/260101000001/signature"
    refused = watched.harness.tell(f"officer.{STREET}.s-1", path, key="sign")
    assert refused.status_code == 404
    (request,) = [one for one in watched.spans() if one.name.endswith("/signature")]
    assert request.attributes is not None
    assert request.attributes["whistle.refusal"] == refused.json()["code"]


def test_no_span_holds_a_text_or_a_person(watched: Watched) -> None:
    spans = "".join(span.to_json() for span in watched.spans())
    assert "append intake." in spans  # the control: there is something to search
    for planted in (PHONE, "name 1", "text 1", "title 1", "address 1", "a-1"):
        assert planted not in spans


def test_what_carries_a_page_is_linked_to_its_events(watched: Watched) -> None:
    envelopes = watched.envelopes()["intake"]
    watched.tracings["intake"].moved("publish", envelopes, (1, 2))
    (page,) = [one for one in watched.spans() if one.name == "publish"]
    linked = [(one.context.trace_id, one.context.span_id) for one in page.links]
    assert linked == [(e.correlation_id.int, span_id_of(e.event_id)) for e in envelopes]
    assert set(linked) <= set(watched.by_id())


def test_a_share_of_the_traces_is_sampled_and_each_of_them_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.25")
    exporter = InMemorySpanExporter()
    services = [Tracing(name, SimpleSpanProcessor(exporter)) for name in ("intake", "dispatch")]
    for number in range(400):
        correlation_id = uuid5(NAMESPACE_URL, str(number)).int
        for span_id, tracing in enumerate(services, start=1):
            tracing.emit(Span("x", 1, 2, correlation_id, span_id, parent_id=span_id - 1))
    counts = Counter(_place(span)[0] for span in exporter.get_finished_spans())
    assert set(counts.values()) == {2}
    assert 60 < len(counts) < 140


def test_what_is_emitted_is_sent_at_the_end_at_the_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[tuple[str, int]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, len(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        with open_four_services(tmp_path) as harness, tracers(["intake"]) as made:
            trace(harness.services["intake"], made["intake"])
            step = receive(1, str)
            assert harness.tell(AGENT, str(step.path), step.body, "receive").is_success
        server.shutdown()
    assert [path for path, _ in got] == ["/v1/traces"]
    assert got[0][1] > 100


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "x", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "x", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, False),
    ],
)
def test_nothing_is_sent_unless_an_exporter_is_configured(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], *, wanted: bool
) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert is_exported() is wanted
