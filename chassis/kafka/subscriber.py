"""Consumes the topics of a service's sources and hands each batch to the unit of work.

An offset is committed when all of its batch has been dealt with. What fails is tried again in
place, for less than the group would wait for us; then the batch is fetched again. FastStream would
go on behind an error with most of its policies; with NACK_ON_ERROR and no other way out of the
handler than "done" or an exception it cannot.
"""

import asyncio
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from chassis.errors import Fault, FeedGap
from chassis.failpoints import failpoint
from chassis.heartbeat import Heartbeat
from chassis.inbox.inbox import InboundEvent
from chassis.kafka.binding import NotOurs, read_message
from chassis.unit_of_work.outcomes import Failed
from chassis.unit_of_work.writer import Writer

if TYPE_CHECKING:
    from chassis.feeds.consumer import Consumer
    from chassis.observability.tracing import Tracing

__all__ = ["BATCH_MAX", "Subscriber"]

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


class Subscriber(threading.Thread):
    """One thread per service with an event loop of its own, all of its sources in one group."""

    def __init__(
        self,
        service: str,
        brokers: str,
        topics: Mapping[str, str],
        writer: Writer,
        backstop: "Consumer",
    ) -> None:
        """`topics` are those of the sources, by source."""
        super().__init__(name=f"subscriber-{service}", daemon=True)
        self._service = service
        self._brokers = brokers
        self._sources = {topic: source for source, topic in topics.items()}
        self._writer = writer
        self._backstop = backstop
        self._stopping = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self.heartbeat = Heartbeat("subscriber", rests=True)
        self.fault = ""
        """What stands in the way at the moment; empty when nothing does."""
        self.strange_count = 0
        """Messages that were not of a relay. They hold no position, so passing them by loses
        nothing that the ledger would not miss."""
        self.tracing: Tracing | None = None
        self._reached: dict[tuple[str, int], int] = {}
        """Offset of the last message by topic and partition."""
        self._has_gone_back = True

    def run(self) -> None:
        """Hear until stopped; a broker that is away is asked again."""
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
            except Exception as error:  # noqa: BLE001  # the backstop carries on meanwhile
                self._note(f"Kafka cannot be reached: {type(error).__name__}")
                await self._wait(_CONNECT_AGAIN_S)
            finally:
                # A group that cannot be left is left by silence.
                with suppress(TimeoutError):
                    await asyncio.wait_for(broker.stop(), _LEAVE_S)

    def _broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self._brokers.split(","),
            client_id=f"whistle-{self._service}",
            allow_auto_create_topics=False,
            consumer_only=True,
            apply_types=False,
            logger=None,
            graceful_timeout=5.0,
        )
        subscriber = broker.subscriber(
            *self._sources,
            batch=True,
            group_id=f"whistle.{self._service}",
            auto_offset_reset="earliest",
            max_records=BATCH_MAX,
            max_poll_interval_ms=_POLL_INTERVAL_MS,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            decoder=self._decode,
        )
        subscriber(self._hear)
        return broker

    async def _decode(self, message: Any) -> list[InboundEvent]:  # noqa: ANN401  # FastStream's message
        """Read a batch as it came; the body that FastStream made of it is not looked at."""
        return [inbound for one in message.raw_message if (inbound := self._arrival(one))]

    def _arrival(self, record: "ConsumerRecord[bytes, bytes]") -> InboundEvent | None:
        place = (record.topic, record.partition)
        self._has_gone_back |= record.offset <= self._reached.get(place, -1)
        self._reached[place] = record.offset
        try:
            recorded = read_message(record.headers, record.value)
            return InboundEvent(self._sources[record.topic], recorded, recorded.envelope)
        except (NotOurs, ValueError) as error:
            self.strange_count += 1
            log.warning(
                "message_passed_by",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                error=type(error).__name__,
            )
            return None

    async def _hear(self, inbound_events: list[InboundEvent]) -> None:
        self.heartbeat.begin("bringing in a batch")
        if self._has_gone_back:
            await self._catch_up()
        began_ns, give_up_at = time.time_ns(), time.monotonic() + _PATIENCE_S
        left, back_off_s = list(inbound_events), _BACK_OFF_FIRST_S
        while left := await self._bring(left):
            if time.monotonic() > give_up_at or self._stopping.is_set():
                raise Fault(f"{len(left)} events could not be dealt with: {self.fault}")
            await self._wait(back_off_s)
            back_off_s = min(back_off_s * 2, _BACK_OFF_LAST_S)
        failpoint("after_commit_before_acknowledge")
        self.fault = ""
        self.heartbeat.beat()
        if self.tracing is not None:
            envelopes = [one.envelope for one in inbound_events]
            self.tracing.moved("receive", envelopes, (began_ns, time.time_ns()))

    async def _bring(self, inbound_events: Sequence[InboundEvent]) -> list[InboundEvent]:
        """Bring events in; give those that have to be tried again, in their order."""
        if not inbound_events:
            return []
        self._backstop.held_may_exist()
        try:
            waiting = [asyncio.wrap_future(one) for one in self._writer.submit(inbound_events)]
        except Fault as error:  # the writer is busy
            self._note(type(error).__name__)
            return list(inbound_events)
        outcomes = await asyncio.gather(*waiting)
        failed = [
            (inbound, outcome.error)
            for inbound, outcome in zip(inbound_events, outcomes, strict=True)
            if isinstance(outcome, Failed)
        ]
        if failed:
            self._note(str(failed[0][1]) or type(failed[0][1]).__name__)
        if any(isinstance(error, FeedGap) for _, error in failed):
            self._backstop.catch_up_now()
        return [inbound for inbound, _ in failed]

    async def _catch_up(self) -> None:
        """Let the backstop read the logs to their ends, if it runs and they can be read."""
        self._has_gone_back = False
        give_up_at = time.monotonic() + _CATCH_UP_S
        self._backstop.catch_up_now()
        while self._backstop.is_filling and self._backstop.is_alive():
            if time.monotonic() > give_up_at or self._stopping.is_set():
                log.warning("catching_up_failed", service=self._service)
                return
            await self._wait(_POLL_S)

    def _note(self, fault: str) -> None:
        if fault != self.fault:
            log.warning("subscriber_stalled", service=self._service, error=fault)
        self.fault = fault

    async def _wait(self, for_s: float) -> None:
        try:
            await asyncio.wait_for(self._ended.wait(), for_s)
        except TimeoutError:
            return
