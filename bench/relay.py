"""The relay draining a log on PostgreSQL into a topic, against a raw producer with ready messages.

The producer is the relay's own client with the relay's settings, its messages the same bytes. What
the relay does besides is to read the log, to write the headers and to keep its mark.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence

from bench.append import decided
from bench.kafka_clients import Message, produce
from bench.report import Result, ratio
from bench.servers import kafka, make_topics, postgres
from chassis.kafka.binding import write_message
from chassis.kafka.publisher import KafkaPublisher
from chassis.kafka.relay import Relay
from chassis.store.postgres.store import PostgresStore
from contracts.envelope import Recorded

__all__ = ["filled", "measure", "ready_messages"]

_COUNT = 20_000
_AT_ONCE = 500
_PARTITIONS = 12


def measure(runs: int) -> list[Result]:
    """Let the two take turns: one log, and a new topic for each run."""
    ours, bare = [], []
    with postgres() as databases, kafka() as address:
        url = databases.fresh_log()
        ready = ready_messages(filled(url, _COUNT))
        for run in range(runs + 1):
            topics = [f"{name}-{secrets.token_hex(4)}" for name in ("relay", "raw")]
            make_topics(address, *topics, partitions=_PARTITIONS)
            relayed = asyncio.run(_drain(url, address, topics[0]))
            took, _ = asyncio.run(produce(address, topics[1], ready, linger_ms=0))
            if run:  # the first warms the servers up
                ours.append(_COUNT / relayed)
                bare.append(_COUNT / took)
    return [ratio("relay", "events/s", "aiokafka, ready messages", ours, bare)]


def filled(url: str, count: int) -> list[Recorded]:
    """Append so many events to a log; give them as the log has them."""
    store = PostgresStore(url)
    events = decided(count)
    for at in range(0, count, _AT_ONCE):
        with store.writing() as connection:
            store.append(connection, events[at : at + _AT_ONCE])
    store.close()
    return [
        Recorded.of(position, envelope, data)
        for position, (envelope, data) in enumerate(events, start=1)
    ]


def ready_messages(recorded: Sequence[Recorded]) -> list[Message]:
    """Write what the relay sends of these events."""
    return [
        (key, one.data, headers)
        for one, (key, headers) in ((one, write_message(one)) for one in recorded)
    ]


async def _drain(url: str, address: str, topic: str) -> float:
    """Publish the whole log with a relay that never saw it; give the seconds."""
    store = PostgresStore(url)
    publisher = KafkaPublisher(address, topic, "bench")
    relay = Relay(store, publisher)
    # A mark of an earlier run is above what the new topic holds: the relay starts over by itself.
    await relay.step()
    first = relay.published
    began = time.perf_counter()
    while await relay.step():
        pass
    took = time.perf_counter() - began
    assert relay.published == relay.head == _COUNT, relay.published
    await publisher.reset()
    store.close()
    return took * _COUNT / (_COUNT - first)
