"""What two clients can do at most: our messages, ready made, to Kafka and back one by one.

Both produce idempotently, compressed, acknowledged by all, with the same window. The processor time
is this process's alone: the broker has its own.
"""

import asyncio
import time
from collections.abc import Sequence
from statistics import median, quantiles

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from confluent_kafka import Producer

from bench.append import decided
from bench.report import Result, plain, ratio
from bench.servers import kafka, make_topics
from contracts.envelope import Envelope
from contracts.instant import format_instant

__all__ = ["Message", "measure", "messages", "one_by_one", "produce"]

Message = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value, headers."""

_COUNT = 20_000
_WINDOW = 500
_PARTITIONS = 12
_LINGER_MS = 5
_BATCH_BYTES = 256 * 1024
_ONE_BY_ONE = 300
_PAUSE_S = 0.01
"""A hundred a second."""


def measure(runs: int) -> list[Result]:
    """Let the clients take turns on one broker."""
    ready = messages(_COUNT)
    rates: dict[str, list[float]] = {"aiokafka": [], "librdkafka": []}
    cpu_s: dict[str, list[float]] = {"aiokafka": [], "librdkafka": []}
    waited_ms: list[float] = []
    with kafka() as address:
        make_topics(address, "ours", "theirs", "single", partitions=_PARTITIONS)
        for run in range(runs + 1):
            for name, took, used in (
                ("aiokafka", *asyncio.run(produce(address, "ours", ready))),
                ("librdkafka", *_produce_by_librdkafka(address, "theirs", ready)),
            ):
                if run:  # the first warms the topics up
                    rates[name].append(_COUNT / took)
                    cpu_s[name].append(used * 100_000 / _COUNT)
        waited_ms += asyncio.run(one_by_one(address, "single", ready[:_ONE_BY_ONE]))
    return [
        ratio(
            "raw producer, aiokafka",
            "messages/s",
            "librdkafka",
            rates["aiokafka"],
            rates["librdkafka"],
        ),
        plain("raw producer, librdkafka", "messages/s", rates["librdkafka"]),
        plain("raw producer, aiokafka, processor", "s/100k", cpu_s["aiokafka"]),
        plain("raw producer, librdkafka, processor", "s/100k", cpu_s["librdkafka"]),
        plain("raw clients, produced to consumed, p50", "ms", [median(waited_ms)]),
        plain("raw clients, produced to consumed, p99", "ms", [quantiles(waited_ms, n=100)[-1]]),
    ]


def messages(count: int) -> list[Message]:
    """Make what the relay would send of so many events."""
    return [
        (envelope.key.encode(), data, _headers(envelope, position))
        for position, (envelope, data) in enumerate(decided(count), start=1)
    ]


def _headers(envelope: Envelope, position: int) -> list[tuple[str, bytes]]:
    """Write CloudEvents 1.0 in binary mode, with the stored envelope beside it."""
    trace = f"00-{envelope.correlation_id.hex}-{envelope.event_id.hex[:16]}-01"
    texts = {
        "ce_specversion": "1.0",
        "ce_id": str(envelope.event_id),
        "ce_source": "/bench",
        "ce_type": envelope.type,
        "ce_subject": envelope.stream,
        "ce_time": format_instant(envelope.recorded_at),
        "content-type": "application/json",
        "ce_position": str(position),
        "ce_logid": str(envelope.log_id),
        "traceparent": trace,
    }
    written = [(name, text.encode()) for name, text in texts.items()]
    return [*written, ("ce_envelope", envelope.to_bytes())]


async def produce(
    address: str, topic: str, ready: Sequence[Message], linger_ms: int = _LINGER_MS
) -> tuple[float, float]:
    """Send all, a window at a time, all of it acknowledged; give wall and processor seconds."""
    producer = AIOKafkaProducer(
        bootstrap_servers=address,
        enable_idempotence=True,
        linger_ms=linger_ms,
        max_batch_size=_BATCH_BYTES,
        compression_type="lz4",
    )
    await producer.start()
    try:
        await producer.send_and_wait(topic, b"warm")
        began, used = time.perf_counter(), time.process_time()
        for at in range(0, len(ready), _WINDOW):
            sent = [
                await producer.send(topic, value, key, headers=headers)
                for key, value, headers in ready[at : at + _WINDOW]
            ]
            await asyncio.gather(*sent)
        return time.perf_counter() - began, time.process_time() - used
    finally:
        await producer.stop()


def _produce_by_librdkafka(
    address: str, topic: str, ready: Sequence[Message]
) -> tuple[float, float]:
    producer = Producer(
        {
            "bootstrap.servers": address,
            "enable.idempotence": True,
            "linger.ms": _LINGER_MS,
            "batch.size": _BATCH_BYTES,
            "compression.type": "lz4",
        }
    )
    failed: list[object] = []

    def note(error: object, _message: object) -> None:
        if error is not None:
            failed.append(error)

    producer.produce(topic, b"warm")
    producer.flush()
    began, used = time.perf_counter(), time.process_time()
    for at in range(0, len(ready), _WINDOW):
        for key, value, headers in ready[at : at + _WINDOW]:
            producer.produce(topic, value, key, headers=headers, on_delivery=note)
        producer.flush()
    took = time.perf_counter() - began, time.process_time() - used
    assert not failed, failed[0]
    return took


async def one_by_one(address: str, topic: str, ready: Sequence[Message]) -> list[float]:
    """Send a hundred a second; give the milliseconds from sending to receiving of each."""
    producer = AIOKafkaProducer(bootstrap_servers=address, enable_idempotence=True)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=address, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    try:
        waited: list[float] = []
        for key, value, headers in ready:
            began = time.perf_counter()
            await producer.send(topic, value, key, headers=headers)
            await consumer.getone()
            waited.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(max(0.0, _PAUSE_S - waited[-1] / 1000))
        return waited
    finally:
        await consumer.stop()
        await producer.stop()
