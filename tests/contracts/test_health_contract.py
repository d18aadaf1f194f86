"""The health measure the same on every store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from chassis.heartbeat import STALL_S
from chassis.inbox.checkpoint import Lag
from chassis.observability.health import HealthMonitor, HealthSnapshot
from chassis.store.port import Store
from chassis.store.tables import deadlines
from contracts.instant import format_instant
from tests.contracts.stores import STORES, substrate_on
from tests.counters.services import HOUR
from tests.harness.fixed_clock import FixedClock
from tests.harness.service import START


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = substrate_on(request.param, request, tmp_path / "store").open()
    yield opened
    opened.close()


def test_what_is_due_and_how_far_everything_is(store: Store) -> None:
    rows = [
        {"stream": "counter-1", "milestone": "m", "round": n, "due_at": format_instant(START + due)}
        for n, due in enumerate((HOUR, 2 * HOUR, 9 * HOUR))
    ]
    with store.writing() as connection:
        connection.execute(insert(deadlines), rows)
    clock, lags = FixedClock(START), {"raters": Lag(2, 5)}
    now_s = [0.0]
    health = HealthMonitor(store, clock, list, lambda: lags, lambda: now_s[0])
    health.measure()
    assert health.snapshot == HealthSnapshot(0, 0, 3, 0.0, {}, lags)
    clock.moment = START + 3 * HOUR
    health.measure()
    late_s = timedelta(hours=2).total_seconds()
    assert health.snapshot == HealthSnapshot(0, 2, 3, late_s, {}, lags)
    now_s[0] += STALL_S
    parts = [problem.part for problem in health.problems()]
    assert parts == ["vitals", "consumer", "ticker"]  # it does not run: the test measures
