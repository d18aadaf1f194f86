"""Foreign events from Kafka through the subscriber, the inbox and a view on PostgreSQL.

From the first event in the view to the last, of messages that lie there ready. Held against the
same client merely reading the same topic.
"""

import asyncio
import secrets
import tempfile
import time
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from bench.kafka_clients import produce
from bench.listening import NothingYet, listening, wait_for
from bench.relay import filled, ready_messages
from bench.report import Result, ratio
from bench.servers import Databases, kafka, make_topics, postgres

__all__ = ["measure"]

_COUNT = 10_000
_PARTITIONS = 12
_BATCH = 500
_WITHIN_S = 60


def measure(runs: int) -> list[Result]:
    """Take turns on one topic: a new service reads it from its beginning."""
    ours, bare = [], []
    with postgres() as databases, kafka() as address, tempfile.TemporaryDirectory() as folder:
        make_topics(address, "full", partitions=_PARTITIONS)
        ready = ready_messages(filled(databases.fresh_log(), _COUNT))
        asyncio.run(produce(address, "full", ready))
        for _ in range(runs):
            ours.append(_received(databases, address, Path(folder)))
            bare.append(asyncio.run(_read(address)))
    return [ratio("consuming from Kafka", "events/s", "aiokafka, merely reading", ours, bare)]


def _received(databases: Databases, address: str, folder: Path) -> float:
    own = folder / f"listener-{secrets.token_hex(4)}"  # a name of its own: a group of its own
    own.mkdir()
    with listening(own, databases.fresh_log(), NothingYet(), (address, "full")) as (_, view):
        wait_for(lambda: len(view.seen) == _COUNT, _WITHIN_S)
    moments = view.seen.values()
    return _COUNT / (max(moments) - min(moments))


async def _read(address: str) -> float:
    consumer = AIOKafkaConsumer("full", bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        await consumer.getone()
        count, began = 0, time.perf_counter()
        while count < _COUNT - 1:
            pages = await consumer.getmany(timeout_ms=1_000, max_records=_BATCH)
            count += sum(map(len, pages.values()))
        return count / (time.perf_counter() - began)
    finally:
        await consumer.stop()
