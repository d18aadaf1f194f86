"""From the commit of an event to its handler in another service, a hundred events a second.

PostgreSQL, a relay in a process of its own, Kafka, a service that listens. The raw client's way
from producing to consuming, one by one at the same rate, is the reference of the same run.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from bench.append import decided
from bench.installation import relaying
from bench.kafka_clients import messages, one_by_one
from bench.listening import SignedCases, listening, wait_for
from bench.report import Result, ratio
from bench.servers import kafka, make_topics, postgres
from chassis.feeds.feed import LogFeed
from chassis.store.port import Unplaced
from chassis.store.postgres.store import PostgresStore
from contracts.topics import TOPICS

__all__ = ["measure"]

_EACH = 500
_PAUSE_S = 0.01
"""A hundred a second."""
_WARM = 50
_WITHIN_S = 60


def measure(runs: int) -> list[Result]:
    """Let the two ways take turns on the same servers."""
    topic = TOPICS["dispatch"]
    ready = messages(_EACH)
    p50, p99, raw_p50, raw_p99 = [], [], [], []
    with postgres() as databases, kafka() as address, tempfile.TemporaryDirectory() as folder:
        make_topics(address, topic.name, partitions=topic.partition_count)
        # What an earlier run left in a topic would be read as if it had just been sent.
        make_topics(address, *(f"raw-{run}" for run in range(runs)), partitions=1)
        url, own = databases.fresh_log(), Path(folder) / "listener"
        own.mkdir()
        store = PostgresStore(url)
        with (
            relaying("dispatch", Path(folder), url, address),
            listening(own, databases.fresh_log(), LogFeed(store), (address, topic.name)) as (
                _,
                view,
            ),
        ):
            events = decided(_WARM + runs * _EACH)
            _ways_ms(store, view, events[:_WARM])
            for run in range(runs):
                at = _WARM + run * _EACH
                ours = _ways_ms(store, view, events[at : at + _EACH])
                raw = asyncio.run(one_by_one(address, f"raw-{run}", ready))
                p50.append(median(ours))
                p99.append(quantiles(ours, n=100)[-1])
                raw_p50.append(median(raw))
                raw_p99.append(quantiles(raw, n=100)[-1])
        store.close()
    return [
        ratio("commit to handler, p50", "ms", "raw clients, p50", p50, raw_p50),
        ratio("commit to handler, p99", "ms", "raw clients, p99", p99, raw_p99),
    ]


def _ways_ms(store: PostgresStore, view: SignedCases, events: list[Unplaced]) -> list[float]:
    """Commit one after the other; give the milliseconds from each commit to the view."""
    committed: dict[str, float] = {}
    due = time.perf_counter()
    for one in events:
        time.sleep(max(0.0, due - time.perf_counter()))
        due += _PAUSE_S
        with store.writing() as connection:
            store.append(connection, [one])
        committed[one[0].key] = time.perf_counter()
    wait_for(lambda: committed.keys() <= view.seen.keys(), _WITHIN_S)
    return [(view.seen[key] - moment) * 1000 for key, moment in committed.items()]
