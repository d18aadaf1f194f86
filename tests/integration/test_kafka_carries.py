"""Events on their way over a real broker: from a log by the relay to a service that follows it.

The log and the follower stand on PostgreSQL. What the follower reads when the broker fails it is
the log itself, as over HTTP.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from chassis.errors import Fault
from chassis.feeds.feed import Feed, LogFeed
from chassis.kafka.binding import read_message, write_message
from chassis.kafka.publisher import KafkaPublisher
from chassis.kafka.relay import Relay
from chassis.kafka.subscriber import Subscriber
from chassis.store.tables import relay as marks
from contracts.envelope import Recorded
from tests.house import House
from tests.porters import Tag, guests_blueprint
from tests.servers import until
from tests.substrate.kafka import Kafka
from tests.substrate.postgres import Postgres
from tests.town import Porters, praise


class Away:
    """A feed that cannot be reached: what is heard came by the broker."""

    def read(self, after: int, limit: int) -> list[Recorded]:
        raise Fault("not here")

    def head(self) -> int:
        raise Fault("not here")


@dataclass
class Line:
    """Lamps on one side, porters on the other, a topic between them."""

    lamps: House
    porters: Porters
    kafka: Kafka
    topic: str

    def relay(self) -> Relay:
        return Relay(
            self.lamps.service.store, KafkaPublisher(self.kafka.address, self.topic, "relay")
        )

    @contextmanager
    def relaying(self, count: int = 1) -> Iterator[list[Relay]]:
        relays = [self.relay() for _ in range(count)]
        loops = [asyncio.new_event_loop() for _ in relays]
        threads = [
            threading.Thread(target=loop.run_until_complete, args=(relay.run(),))
            for relay, loop in zip(relays, loops, strict=True)
        ]
        for thread in threads:
            thread.start()
        try:
            yield relays
        finally:
            for relay, loop, thread in zip(relays, loops, threads, strict=True):
                loop.call_soon_threadsafe(relay.stop)
                thread.join(30)
                loop.run_until_complete(relay._publisher.reset())
                loop.close()

    @contextmanager
    def hearing(self, feed: Feed | None = None, count: int = 1) -> Iterator[list[Subscriber]]:
        """Let the porters hear; `feed` is what the backstop reads, or nothing."""
        consumer = self.porters.consumer
        consumer._feeds = {"lamps": feed or Away()}
        consumer.is_backstop = True
        subscribers = [
            Subscriber(
                "porters",
                self.kafka.address,
                {"lamps": self.topic},
                self.porters.service.writer,
                consumer,
            )
            for _ in range(count)
        ]
        for subscriber in subscribers:
            subscriber.start()
        if feed is not None:
            consumer.start()
        try:
            yield subscribers
        finally:
            for subscriber in subscribers:
                subscriber.stop()
                subscriber.join(30)
            if feed is not None:
                consumer.stop()
                consumer.join(30)

    def lit(self) -> dict[str, int]:
        return {lamp: tag.lit for lamp, tag in self.porters.tags().items() if isinstance(tag, Tag)}


@pytest.fixture
def line(tmp_path: Path, kafka: Kafka, postgres: Postgres) -> Iterator[Line]:
    lamps = House(tmp_path / "lamps", database=postgres.ready().app)
    porters = Porters(tmp_path / "porters", database=postgres.ready().app)
    topic = kafka.fresh("lamps")["lamps"]
    yield Line(lamps, porters, kafka, topic)
    porters.close()
    lamps.close()


def shine(lamps: House, lamp: str, times: int) -> None:
    """Hang a lamp and light it so many times."""
    lamps.given(lamps.hang(lamp))
    for _ in range(times):
        lamps.given(lamps.light(lamp), lamps.dim(lamp))


def in_topic(line: Line) -> dict[int, list[Recorded]]:
    """Read the whole topic, by partition."""

    async def read() -> dict[int, list[Recorded]]:
        consumer = AIOKafkaConsumer(
            line.topic, bootstrap_servers=line.kafka.address, auto_offset_reset="earliest"
        )
        await consumer.start()
        ends = await consumer.end_offsets(consumer.assignment())
        found: dict[int, list[Recorded]] = {}
        while sum(map(len, found.values())) < sum(ends.values()):
            for place, messages in (await consumer.getmany(timeout_ms=500)).items():
                found.setdefault(place.partition, []).extend(
                    read_message(one.headers, one.value) for one in messages
                )
        await consumer.stop()
        return found

    return asyncio.run(read())


def reached(line: Line, wanted: dict[str, int]) -> Callable[[], bool]:
    return lambda: line.lit() == wanted


def test_what_is_published_are_the_bytes_of_the_log_by_key(line: Line) -> None:
    for lamp in "abcdef":
        shine(line.lamps, lamp, 2)
    with line.relaying() as (relay,):
        until(lambda: relay.published == 30)
    found = in_topic(line)
    assert sorted((one for page in found.values() for one in page), key=lambda one: one.position) \
        == line.lamps.recorded()  # fmt: skip
    homes: dict[str, set[int]] = {}
    for partition, page in found.items():
        assert [one.position for one in page] == sorted(one.position for one in page)
        for one in page:
            homes.setdefault(one.envelope.key, set()).add(partition)
    assert all(len(partitions) == 1 for partitions in homes.values())


def test_a_service_hears_everything_once(line: Line) -> None:
    with line.relaying(), line.hearing():
        for lamp in "abc":
            shine(line.lamps, lamp, 3)
        until(reached(line, {"a": 3, "b": 3, "c": 3}))
    assert line.porters.trouble.run_count == 12
    counted = {"lamps": len(line.lamps.recorded())}
    line.porters.consumer._feeds = {"lamps": LogFeed(line.lamps.service.store)}
    assert line.porters.consumer.behind() == {"lamps": 0}
    assert line.porters.consumer.lags()["lamps"].done == counted["lamps"]


def test_two_relays_and_everything_again_do_no_harm(line: Line) -> None:
    shine(line.lamps, "a", 3)
    with line.relaying() as (first,), line.hearing():
        until(lambda: first.published == 7)
    with line.lamps.service.store.writing() as connection:
        connection.execute(marks.update().values(position=0))
    with line.relaying(2) as both, line.hearing():
        shine(line.lamps, "b", 2)
        until(reached(line, {"a": 3, "b": 2}))
        assert sum(relay.is_leading for relay in both) == 1
        until(lambda: max(relay.published for relay in both) == 12)
    assert sum(map(len, in_topic(line).values())) >= 19


def test_a_group_of_two_shares_and_hands_over(line: Line) -> None:
    with line.relaying(), line.hearing(count=2) as (first, second):
        shine(line.lamps, "a", 2)
        until(reached(line, {"a": 2}))
        first.stop()
        for lamp in "bcd":
            shine(line.lamps, lamp, 2)
        until(reached(line, dict.fromkeys("abcd", 2)))
        assert second.is_alive()
    assert line.porters.trouble.run_count == 12


def test_what_fails_is_tried_again_and_nothing_is_passed_by(line: Line) -> None:
    line.porters.trouble.fault_count = 3
    with line.relaying(), line.hearing():
        shine(line.lamps, "a", 2)
        until(reached(line, {"a": 2}))


def test_a_poisonous_event_parks_its_case_and_no_other(line: Line, tmp_path: Path) -> None:
    guests = House(tmp_path / "guests", model=guests_blueprint())
    line.lamps.given(line.lamps.hang("a"), line.lamps.hang("b"))
    praise(guests, "a", 99)
    praise(guests, "a", 1, "2")
    praise(guests, "b", 2)
    topic = line.kafka.fresh("guests")["guests"]
    other = Line(guests, line.porters, line.kafka, topic)
    with line.relaying(), line.hearing():
        until(reached(line, {"a": 0, "b": 0}))
    consumer = line.porters.consumer
    with other.relaying():
        heard = Subscriber(
            "porters", line.kafka.address, {"guests": topic}, line.porters.service.writer, consumer
        )
        heard.start()
        until(lambda: line.porters.tags()["b"] == Tag(praised=2))
        until(lambda: len(line.porters.held()) == 2)
        heard.stop()
        heard.join(30)
    assert [kind for _, _, kind, _ in line.porters.held()] == ["parked", "behind"]
    line.porters.discard(line.porters.held()[0][0])
    consumer.release([("guests", "a")])
    assert line.porters.tags()["a"] == Tag(praised=1)
    guests.close()


def test_a_stranger_s_message_is_passed_by(line: Line) -> None:
    async def send() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=line.kafka.address)
        await producer.start()
        for number in range(6):
            await producer.send_and_wait(line.topic, b"hello", key=str(number).encode())
        await producer.stop()

    asyncio.run(send())
    with line.relaying(), line.hearing() as (subscriber,):
        shine(line.lamps, "a", 1)
        until(reached(line, {"a": 1}))
        until(lambda: subscriber.strange_count == 6)


def test_what_the_broker_lost_is_read_from_the_log(line: Line) -> None:
    shine(line.lamps, "a", 3)
    shine(line.lamps, "b", 1)
    recorded = line.lamps.recorded()

    async def send() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=line.kafka.address)
        await producer.start()
        for one in recorded:
            if one.position in {1, 5, 6}:
                key, headers = write_message(one)
                await producer.send_and_wait(line.topic, one.data, key=key, headers=headers)
        await producer.stop()

    asyncio.run(send())
    with line.hearing(LogFeed(line.lamps.service.store)):
        until(reached(line, {"a": 3, "b": 1}))
        until(lambda: line.porters.consumer.behind() == {"lamps": 0})


def test_without_the_log_a_gap_is_never_passed_by(line: Line) -> None:
    """The control arm of the one before: nothing fills the gap, and nothing goes on behind it."""
    shine(line.lamps, "a", 1)
    recorded = line.lamps.recorded()

    async def send() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=line.kafka.address)
        await producer.start()
        for one in (recorded[0], recorded[2]):
            key, headers = write_message(one)
            await producer.send_and_wait(line.topic, one.data, key=key, headers=headers)
        await producer.stop()

    asyncio.run(send())
    with line.hearing() as (subscriber,):
        until(lambda: bool(subscriber.fault))
        assert line.lit() == {"a": 0}
    with line.hearing(LogFeed(line.lamps.service.store)):
        until(reached(line, {"a": 1}))


def test_a_topic_made_anew_is_filled_again(line: Line) -> None:
    shine(line.lamps, "a", 2)
    with line.relaying(), line.hearing():
        until(reached(line, {"a": 2}))
    with KafkaAdminClient(bootstrap_servers=line.kafka.address) as admin:
        admin.delete_topics([line.topic])
        until(lambda: line.topic not in admin.list_topics())
        admin.create_topics([NewTopic(line.topic, 3, 1)])
        admin.wait_for_topics([line.topic])
    shine(line.lamps, "b", 1)
    with line.relaying() as (relay,), line.hearing(LogFeed(line.lamps.service.store)):
        until(reached(line, {"a": 2, "b": 1}))
        until(lambda: relay.published == 8)
    assert sum(map(len, in_topic(line).values())) == 8
