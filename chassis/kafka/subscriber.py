"""Consumes the topics of a service's sources and hands each batch to the unit of work.

An offset is committed when all of its batch has been dealt with. What fails is tried again in
place, for less than the group would wait for us; then the batch is fetched again. FastStream would
go on behind an error with most of its policies; with NACK_ON_ERROR and no other way out of the
handler than "done" or an exception it cannot.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from chassis.backoff import Backoff
from chassis.errors import Fault, FeedGap
from chassis.failpoints import failpoint
from chassis.feeds.consumer import Consumer
from chassis.heartbeat import Heartbeat
from chassis.inbox.inbound_event import InboundEvent
from chassis.kafka.binding import NotOurs, read_message
from chassis.listeners import notify
from chassis.unit_of_work.outcomes import Failed
from chassis.unit_of_work.writer import Writer
from contracts.envelope import Envelope

__all__ = ["BATCH_MAX", "Subscriber", "Subscription"]

log = structlog.get_logger(__name__)

BATCH_MAX = 500
_POLL_INTERVAL_MS = 300_000
_PATIENCE_S = 60.0
"""Far below the poll interval: the group never gives our partitions away while we try again."""
_BACK_OFF_FIRST_S = 0.05
_BACK_OFF_LAST_S = 2.0
_CONNECT_AGAIN_S = 1.0
_LEAVE_S = 5.0
_CATCH_UP_S = 10.0
"""If a source cannot be asked for so long, what Kafka has of it is taken as it comes."""
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is subscribed to, and as whom."""

    brokers: str
    """`host:port,…`"""
    group: str
    sources: Mapping[str, str]
    """The sources by their topics."""


class Subscriber(threading.Thread):
    """One thread per service with an event loop of its own, all of its sources in one group."""

    def __init__(self, subscription: Subscription, writer: Writer, consumer: Consumer) -> None:
        """`consumer` reads the logs themselves when Kafka does not bring what there is."""
        super().__init__(name=f"subscriber-{subscription.group}", daemon=True)
        self._subscription = subscription
        self._writer = writer
        self._consumer = consumer
        self._stopping = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self.heartbeat = Heartbeat("subscriber", rests=True)
        self.fault = ""
        """What stands in the way at the moment; empty when nothing does."""
        self.on_page: list[Callable[[Sequence[Envelope], tuple[int, int]], None]] = []
        """Called with every batch that was dealt with, and when it began and ended (ns)."""
        self.on_strange: list[Callable[[str], None]] = []
        """Called with the topic of every message that no relay of ours wrote. It holds no position,
        so passing it by loses nothing that the checkpoint would not miss."""
        self._reached: dict[tuple[str, int], int] = {}
        """Offset of the last message by topic and partition."""
        self._has_gone_back = True

    def run(self) -> None:
        """Consume until stopped; an unreachable broker is tried again."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._run())

    def stop(self) -> None:
        """End after the batch under way."""
        self._stopping.set()
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._ended.set)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            broker = self._broker()
            try:
                await broker.start()
                self.fault = ""
                await self._ended.wait()
            except Exception as error:  # noqa: BLE001  # the consumer reads the logs meanwhile
                self._note_fault(f"Kafka cannot be reached: {type(error).__name__}")
                await self._wait(_CONNECT_AGAIN_S)
            finally:
                # A group that cannot be left is left by silence.
                with suppress(TimeoutError):
                    await asyncio.wait_for(broker.stop(), _LEAVE_S)

    def _broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self._subscription.brokers.split(","),
            client_id=self._subscription.group.replace(".", "-"),
            allow_auto_create_topics=False,
            consumer_only=True,
            apply_types=False,
            logger=None,
            graceful_timeout=5.0,
        )
        subscriber = broker.subscriber(
            *self._subscription.sources,
            batch=True,
            group_id=self._subscription.group,
            auto_offset_reset="earliest",
            max_records=BATCH_MAX,
            max_poll_interval_ms=_POLL_INTERVAL_MS,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            decoder=self._decode,
        )
        subscriber(self._receive)
        return broker

    async def _decode(self, message: Any) -> list[InboundEvent]:  # noqa: ANN401  # FastStream's message
        """Read a batch as it came; the body that FastStream made of it is not looked at."""
        return [inbound for one in message.raw_message if (inbound := self._inbound(one))]

    def _inbound(self, record: "ConsumerRecord[bytes, bytes]") -> InboundEvent | None:
        place = (record.topic, record.partition)
        self._has_gone_back |= record.offset <= self._reached.get(place, -1)
        self._reached[place] = record.offset
        try:
            recorded = read_message(record.headers, record.value)
            return InboundEvent.of(self._subscription.sources[record.topic], recorded)
        except (NotOurs, ValueError) as error:
            notify(self.on_strange, record.topic)
            log.warning(
                "message_passed_by",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                error=type(error).__name__,
            )
            return None

    async def _receive(self, batch: list[InboundEvent]) -> None:
        self.heartbeat.begin("a batch of events")
        if self._has_gone_back:
            await self._catch_up()
        began_ns, give_up_at = time.time_ns(), time.monotonic() + _PATIENCE_S
        left, back_off = list(batch), Backoff(_BACK_OFF_FIRST_S, _BACK_OFF_LAST_S)
        while left := await self._submit(left):
            if time.monotonic() > give_up_at or self._stopping.is_set():
                raise Fault(f"{len(left)} events could not be dealt with: {self.fault}")
            await self._wait(back_off.fail())
        failpoint("after_commit_before_acknowledge")
        self.fault = ""
        self.heartbeat.beat()
        envelopes, times_ns = [one.envelope for one in batch], (began_ns, time.time_ns())
        notify(self.on_page, envelopes, times_ns)

    async def _submit(self, batch: Sequence[InboundEvent]) -> list[InboundEvent]:
        """Submit events; give those that have to be tried again, in their order."""
        if not batch:
            return []
        self._consumer.held_may_exist()
        try:
            waiting = [asyncio.wrap_future(one) for one in self._writer.submit(batch)]
        except Fault as error:  # the writer is busy
            self._note_fault(type(error).__name__)
            return list(batch)
        outcomes = await asyncio.gather(*waiting)
        failed = [
            (inbound, outcome.error)
            for inbound, outcome in zip(batch, outcomes, strict=True)
            if isinstance(outcome, Failed)
        ]
        if failed:
            self._note_fault(str(failed[0][1]) or type(failed[0][1]).__name__)
        if any(isinstance(error, FeedGap) for _, error in failed):
            self._consumer.catch_up_now()
        return [inbound for inbound, _ in failed]

    async def _catch_up(self) -> None:
        """Let the consumer read the logs to their ends, if it runs and they can be read."""
        self._has_gone_back = False
        give_up_at = time.monotonic() + _CATCH_UP_S
        self._consumer.catch_up_now()
        while self._consumer.is_catching_up and self._consumer.is_alive():
            if time.monotonic() > give_up_at or self._stopping.is_set():
                log.warning("catching_up_failed", group=self._subscription.group)
                return
            await self._wait(_POLL_S)

    def _note_fault(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("subscriber_stalled", group=self._subscription.group, error=fault)
        self.fault = fault

    async def _wait(self, for_s: float) -> None:
        try:
            await asyncio.wait_for(self._ended.wait(), for_s)
        except TimeoutError:
            return
