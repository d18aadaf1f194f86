"""Metrics: counted where it happens, measured against the truth, and no label names anybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chassis.observability.health import Lag
from chassis.observability.metrics import Metrics
from tests.caller import Caller
from tests.house import House
from tests.lamps import HOUR, START
from tests.lamps_api import TOKEN, lamps_app
from tests.servers import ROOT, until

WAIT_S = 10


class Read:
    """A running service of lamps, and its metrics as Prometheus would read them."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.service.start({})
        self.caller = Caller(lamps_app(house.service), {"Authorization": f"Bearer {TOKEN}"})
        self.stranger = Caller(self.caller.app)

    def text(self) -> str:
        answer = self.stranger.get("/lamps/v1/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return answer.text

    def value(self, name: str, **labels: str) -> float | None:
        """Give one number; None when it is not there."""
        wanted = {"service": "lamps", **labels}
        for family in text_string_to_metric_families(self.text()):
            for sample in family.samples:
                if sample.name == name and sample.labels == wanted:
                    return float(sample.value)
        return None

    def hang(self, lamp: str, key: str) -> int:
        body = {"number": lamp, "room": "hall"}
        sent = {"Idempotency-Key": key}
        return self.caller.post("/lamps/v1/lamps", json=body, headers=sent).status_code


@pytest.fixture
def read(house: House) -> Iterator[Read]:
    started = Read(house)
    yield started
    house.service.stop()


def test_commands_are_counted_by_what_became_of_them(read: Read) -> None:
    assert read.hang("1", "a") == read.hang("1", "a") == 201
    assert read.hang("1", "b") == 409
    for outcome in ("done", "replayed", "refused"):
        assert read.value("whistle_items_total", kind="command", outcome=outcome) == 1
    refused = [line for line in read.text().splitlines() if line.startswith("whistle_refusals_t")]
    assert len(refused) == 1
    assert read.value("whistle_batch_items_count") == 3
    assert read.value("whistle_batch_seconds_count") == 3


def test_requests_are_timed_by_route_and_never_by_path(read: Read) -> None:
    read.hang("zhang", "a")
    read.stranger.get("/lamps/v1/13800000000")
    labels = {"method": "POST", "route": "/lamps/v1/lamps", "status": "201"}
    assert read.value("whistle_http_request_seconds_count", **labels) == 1
    labels = {"method": "GET", "route": "unmatched", "status": "404"}
    assert read.value("whistle_http_request_seconds_count", **labels) == 1
    assert "zhang" not in read.text()
    assert "13800000000" not in read.text()


def test_how_it_stands_is_what_was_measured(read: Read) -> None:
    house = read.house
    house.given(house.hang("1", due=(START + HOUR,)), house.hang("2"))
    house.service.health.measure()
    assert read.value("whistle_log_head") == 2
    assert read.value("whistle_deadlines_open") == 1
    assert read.value("whistle_deadlines_due") == 0
    assert read.value("whistle_ready") == 1
    house.clock.moment = START + HOUR
    until(lambda: read.value("whistle_deadline_late_seconds_count") == 1, WAIT_S)
    assert read.value("whistle_deadline_late_seconds_sum") == 0


def test_lag_is_that_to_the_true_head_and_absent_when_unknown(read: Read) -> None:
    health = read.house.service.health
    health.stop()
    health.join(WAIT_S)
    health._lags = lambda: {"guests": Lag(3, 10), "porters": Lag(3, None)}
    health.measure()
    assert read.value("whistle_behind_events", source="guests") == 7
    assert read.value("whistle_source_head", source="guests") == 10
    assert read.value("whistle_source_reachable", source="porters") == 0
    assert read.value("whistle_behind_events", source="porters") is None


def test_what_is_not_ready_is_named(read: Read) -> None:
    assert read.value("whistle_part_failing", part="ticker") == 0
    read.house.service.ticker.stop()
    read.house.service.ticker.join(WAIT_S)
    assert read.value("whistle_part_failing", part="ticker") == 1
    assert read.value("whistle_ready") == 0


def test_services_do_not_share_a_registry(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "other")
    house.service.metrics.batch([], [], 1.0)
    assert b"whistle_batch_seconds_count" in other.service.metrics.text()
    assert b'_count{service="lamps"} 1.0' not in other.service.metrics.text()
    other.close()


def test_another_part_counts_for_itself() -> None:
    metrics = Metrics("lamps")
    count = metrics.counting("whistle_published", "Events published.", "topic")
    count("lamps.events", by=3)
    metrics.follow(lambda: [("whistle_published_position", "So far.", "", [("", 3.0)])])
    said = metrics.text().decode()
    assert 'whistle_published_total{service="lamps",topic="lamps.events"} 3.0' in said
    assert 'whistle_published_position{service="lamps"} 3.0' in said


def test_the_page_names_every_metric_and_no_other(read: Read) -> None:
    read.house.service.health._lags = lambda: {"guests": Lag(0, 0)}
    read.house.service.health.measure()
    page = (ROOT / "docs/architecture/telemetry.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `whistle_")]
    named = {name for row in rows for name in re.findall(r"whistle_[a-z_]+", row)}
    told = set(re.findall(r"^# TYPE (whistle_[a-z_]+) ", read.text(), re.MULTILINE))
    assert named == {name for name in told if not name.endswith("_created")}
