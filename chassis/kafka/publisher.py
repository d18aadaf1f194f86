"""Sends a log's events to its topic with aiokafka: idempotent, pipelined, keyed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from chassis.errors import Fault
from chassis.kafka.binding import write_message
from contracts.envelope import Recorded

__all__ = ["KafkaPublisher"]

_TIMEOUT_MS = 5_000
"""For one request; a broker that is away shows soon, and the page is sent again."""
_BATCH_BYTES = 256 * 1024


class KafkaPublisher:
    """A `Publisher` on one topic. Connects when it is first needed, and again after a `reset`."""

    def __init__(self, brokers: str, topic: str, client_id: str) -> None:
        self._brokers = brokers
        self._topic = topic
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._reader: AIOKafkaConsumer | None = None

    async def publish(self, page: Sequence[Recorded]) -> None:
        """Send all, then wait for all. Raises: Fault."""
        try:
            producer = await self._connected()
            sent = [await self._send(producer, one) for one in page]
            await asyncio.gather(*sent)
        except (KafkaError, OSError) as error:
            raise Fault(f"Kafka did not take a page: {error!r}") from error

    async def held_count(self) -> int:
        """Add up the ends of all partitions. Raises: Fault."""
        try:
            reader = await self._reading()
            partitions = reader.partitions_for_topic(self._topic)
            if not partitions:
                await reader.stop()
                self._reader = None
                raise Fault(f"Kafka has no topic {self._topic}; make it: whistle topics apply")
            ends = await reader.end_offsets([TopicPartition(self._topic, n) for n in partitions])
        except (KafkaError, OSError) as error:
            raise Fault(f"Kafka does not say what {self._topic} holds: {error!r}") from error
        return sum(ends.values())

    async def reset(self) -> None:
        """Close all connections; what was under way is not sent any more."""
        producer, reader = self._producer, self._reader
        self._producer = self._reader = None
        for client in (producer, reader):
            if client is not None:
                with suppress(KafkaError, OSError, TimeoutError):
                    await asyncio.wait_for(client.stop(), 1)

    async def _send(
        self, producer: AIOKafkaProducer, recorded: Recorded
    ) -> "asyncio.Future[object]":
        key, headers = write_message(recorded)
        sent: asyncio.Future[object] = await producer.send(
            self._topic, recorded.data, key, headers=headers
        )
        return sent

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._brokers,
                client_id=self._client_id,
                enable_idempotence=True,
                acks="all",
                compression_type="lz4",
                max_batch_size=_BATCH_BYTES,
                request_timeout_ms=_TIMEOUT_MS,
            )
            await _start(producer)
            self._producer = producer
        return self._producer

    async def _reading(self) -> AIOKafkaConsumer:
        if self._reader is None:
            reader = AIOKafkaConsumer(
                self._topic,
                bootstrap_servers=self._brokers,
                client_id=self._client_id,
                enable_auto_commit=False,
                request_timeout_ms=_TIMEOUT_MS,
                metadata_max_age_ms=_TIMEOUT_MS,
            )
            await _start(reader)
            self._reader = reader
        return self._reader


async def _start(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    try:
        await client.start()
    except BaseException:
        await client.stop()
        raise
