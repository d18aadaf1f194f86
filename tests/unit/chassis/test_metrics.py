"""Metrics: counted where it happens, measured against the truth, and no label names anybody."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chassis.feeds.feed import Feed
from chassis.observability.metrics import Metrics
from chassis.readings.reading import Budgets
from chassis.readings.watch import BudgetWatch
from chassis.unit_of_work.writer import Writer
from tests.counters.api import OFFICER, counters_router
from tests.counters.follower import CounterRated
from tests.counters.services import HOUR, Counters
from tests.harness.feeds import UnreachableFeed
from tests.harness.other_service import OtherService
from tests.harness.service import START
from tests.servers import ROOT, until

WAIT_S = 10


class Ahead(OtherService):
    """A log that says it goes on, seven events further than it gives any."""

    def head(self) -> int:
        """Give what it claims."""
        return len(self.records) + 7


class Read:
    """A running service of counters, and its metrics as Prometheus would read them."""

    def __init__(self, folder: Path, feeds: Mapping[str, Feed]) -> None:
        self.counters = Counters(folder, feeds=feeds, make_writer=Writer)
        self.counters.service.start()
        self.client = self.counters.client([counters_router(self.counters.service)])

    def close(self) -> None:
        self.client.close()
        self.counters.service.stop()
        self.counters.close()

    def text(self) -> str:
        answer = self.client.ask("", "/counters/v1/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return answer.text

    def value(self, name: str, **labels: str) -> float | None:
        """Give one number; None when it is not there."""
        wanted = {"service": "counters", **labels}
        for family in text_string_to_metric_families(self.text()):
            for sample in family.samples:
                if sample.name == name and sample.labels == wanted:
                    return float(sample.value)
        return None

    def open(self, counter: str, key: str) -> int:
        body = {"number": counter, "label": "hall"}
        return self.client.tell(OFFICER, "/counters/v1/counters", body, key).status_code


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Read]:
    started = Read(tmp_path, {})
    yield started
    started.close()


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Read]:
    """One that follows two logs, of which one is away."""
    raters = Ahead("raters")
    for number in "123":
        raters.says(CounterRated(case_no=number, stars=1), f"rating-{number}")
    started = Read(tmp_path, {"raters": raters, "others": UnreachableFeed()})
    yield started
    started.close()


def test_commands_are_counted_by_what_became_of_them(read: Read) -> None:
    assert read.open("1", "a") == read.open("1", "a") == 201
    assert read.open("1", "b") == 409
    for outcome in ("done", "replayed", "refused"):
        assert read.value("whistle_items_total", kind="command", outcome=outcome) == 1
    refused = [line for line in read.text().splitlines() if line.startswith("whistle_refusals_t")]
    assert len(refused) == 1
    assert read.value("whistle_batch_items_count") == 3
    assert read.value("whistle_batch_seconds_count") == 3


def test_requests_are_timed_by_route_and_never_by_path(read: Read) -> None:
    read.open("zhang", "a")
    read.client.ask("", "/counters/v1/13800000000")
    labels = {"method": "POST", "route": "/counters/v1/counters", "status": "201"}
    assert read.value("whistle_http_request_seconds_count", **labels) == 1
    labels = {"method": "GET", "route": "unmatched", "status": "404"}
    assert read.value("whistle_http_request_seconds_count", **labels) == 1
    assert "zhang" not in read.text()
    assert "13800000000" not in read.text()


def test_how_it_stands_is_what_was_measured(read: Read) -> None:
    counters = read.counters
    counters.given(counters.open("1", due=(START + HOUR,)), counters.open("2"))
    counters.service.health.measure()
    assert read.value("whistle_log_head") == 2
    assert read.value("whistle_deadlines_open") == 1
    assert read.value("whistle_deadlines_due") == 0
    assert read.value("whistle_ready") == 1
    counters.clock.moment = START + HOUR
    until(lambda: read.value("whistle_deadline_late_seconds_count") == 1, WAIT_S)
    assert read.value("whistle_deadline_late_seconds_sum") == 0


def test_lag_is_that_to_the_true_head_and_absent_when_unknown(following: Read) -> None:
    consumer, health = following.counters.service.consumer, following.counters.service.health
    until(lambda: consumer.lags()["raters"].done == 3, WAIT_S)
    health.measure()
    assert following.value("whistle_behind_events", source="raters") == 7
    assert following.value("whistle_source_head", source="raters") == 10
    assert following.value("whistle_source_reachable", source="raters") == 1
    assert following.value("whistle_source_reachable", source="others") == 0
    assert following.value("whistle_behind_events", source="others") is None


def test_what_is_not_ready_is_named(read: Read) -> None:
    until(lambda: read.value("whistle_ready") == 1, WAIT_S)
    assert read.value("whistle_part_failing", part="ticker") == 0
    read.counters.service.ticker.stop()
    read.counters.service.ticker.join(WAIT_S)
    assert read.value("whistle_part_failing", part="ticker") == 1
    assert read.value("whistle_ready") == 0


def test_services_do_not_share_a_registry(counters: Counters, tmp_path: Path) -> None:
    other = Counters(tmp_path / "other")
    counters.service.metrics.batch([], [], 1.0)
    assert b"whistle_batch_seconds_count" in other.service.metrics.text()
    assert b'_count{service="counters"} 1.0' not in other.service.metrics.text()
    other.close()


def test_what_other_parts_count_is_there() -> None:
    metrics = Metrics("counters")
    metrics.strange_message("counters.events")
    metrics.follow(lambda: [("whistle_published_position", "So far.", "", [("", 3.0)])])
    text = metrics.text().decode()
    assert (
        'whistle_messages_passed_by_total{service="counters",topic="counters.events"} 1.0' in text
    )
    assert 'whistle_published_position{service="counters"} 3.0' in text


def test_the_page_names_every_metric_and_no_other(following: Read) -> None:
    following.counters.service.health.measure()
    page = (ROOT / "docs/architecture/telemetry.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `whistle_")]
    named = {name for row in rows for name in re.findall(r"whistle_[a-z_]+", row)}
    given = set(re.findall(r"^# TYPE (whistle_[a-z_]+) ", following.text(), re.MULTILINE))
    # A service without texts has no budgets of readers.
    given |= {name for name, *_ in BudgetWatch(Budgets(1, 1)).gauges()}
    assert named == {name for name in given if not name.endswith("_created")}
