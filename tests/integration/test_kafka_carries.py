"""Events on their way over a real broker: from a log by the relay to a service that follows it.

The log and the follower stand on PostgreSQL. What the follower reads when the broker fails it is
the log itself, as over HTTP.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from chassis.feeds.feed import LogFeed
from chassis.kafka.binding import read_message, write_message
from chassis.store.tables import relay as marks
from chassis.unit_of_work.writer import Writer
from contracts.envelope import Recorded
from tests.counters.follower import REFUSED_UNNAMED, Copy
from tests.counters.services import Counters, Followers, Raters
from tests.harness.over_kafka import OverKafka
from tests.servers import until
from tests.substrate.kafka import Kafka
from tests.substrate.postgres import Postgres


@dataclass
class Line(OverKafka):
    """Counters on one side, followers on the other."""

    source: Counters
    follower: Followers

    def counted(self) -> dict[str, int]:
        return {
            counter: copy.counted
            for counter, copy in self.follower.copies().items()
            if isinstance(copy, Copy)
        }

    def reached(self, wanted: dict[str, int]) -> Callable[[], bool]:
        return lambda: self.counted() == wanted

    def count(self, counter: str, times: int) -> None:
        """Open a counter and let it count so many times."""
        self.source.given(self.source.open(counter))
        for _ in range(times):
            self.source.given(self.source.count(counter), self.source.reset(counter))

    def in_topic(self) -> dict[int, list[Recorded]]:
        """Read the whole topic, by partition."""

        async def read() -> dict[int, list[Recorded]]:
            consumer = AIOKafkaConsumer(
                self.topic, bootstrap_servers=self.brokers, auto_offset_reset="earliest"
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

    def send(self, recorded: Iterable[Recorded]) -> None:
        """Put some events into the topic, without a relay."""

        async def send() -> None:
            producer = AIOKafkaProducer(bootstrap_servers=self.brokers)
            await producer.start()
            for one in recorded:
                key, headers = write_message(one)
                await producer.send_and_wait(self.topic, one.data, key=key, headers=headers)
            await producer.stop()

        asyncio.run(send())


@pytest.fixture
def line(tmp_path: Path, kafka: Kafka, postgres: Postgres) -> Iterator[Line]:
    counters = Counters(tmp_path / "counters", database=postgres.ready().app)
    followers = Followers(tmp_path / "followers", database=postgres.ready().app, make_writer=Writer)
    followers.service.writer.start()
    yield Line(counters, followers, kafka.address, kafka.fresh("counters")["counters"])
    followers.service.writer.stop()
    followers.close()
    counters.close()


def test_what_is_published_are_the_bytes_of_the_log_by_key(line: Line) -> None:
    for counter in "abcdef":
        line.count(counter, 2)
    with line.relaying() as (relay,):
        until(lambda: relay.published == 30)
    found = line.in_topic()
    published = sorted((one for page in found.values() for one in page), key=lambda o: o.position)
    assert published == line.source.recorded()
    partitions: dict[str, set[int]] = {}
    for partition, page in found.items():
        assert [one.position for one in page] == sorted(one.position for one in page)
        for one in page:
            partitions.setdefault(one.envelope.key, set()).add(partition)
    assert all(len(found) == 1 for found in partitions.values())


def test_a_service_receives_everything_once(line: Line) -> None:
    with line.relaying(), line.following():
        for counter in "abc":
            line.count(counter, 3)
        until(line.reached({"a": 3, "b": 3, "c": 3}))
        until(line.is_caught_up)
    assert line.follower.trouble.run_count == 12
    assert line.behind() == 0


def test_two_relays_and_everything_again_do_no_harm(line: Line) -> None:
    line.count("a", 3)
    with line.relaying() as (first,), line.following():
        until(lambda: first.published == 7)
    with line.source.service.store.writing() as connection:
        connection.execute(marks.update().values(position=0))
    with line.relaying(2) as both, line.following():
        line.count("b", 2)
        until(line.reached({"a": 3, "b": 2}))
        assert sum(relay.is_leading for relay in both) == 1
        until(lambda: max(relay.published for relay in both) == 12)
    assert sum(map(len, line.in_topic().values())) >= 19


def test_a_group_of_two_shares_and_hands_over(line: Line) -> None:
    with line.relaying(), line.following(count=2) as (first, second):
        line.count("a", 2)
        until(line.reached({"a": 2}))
        first.stop()
        for counter in "bcd":
            line.count(counter, 2)
        until(line.reached(dict.fromkeys("abcd", 2)))
        assert second.is_alive()
    assert line.follower.trouble.run_count == 12


def test_what_fails_is_tried_again_and_nothing_is_passed_by(line: Line) -> None:
    line.follower.trouble.fault_count = 3
    with line.relaying(), line.following():
        line.count("a", 2)
        until(line.reached({"a": 2}))
        until(line.is_caught_up)
    trouble = line.follower.trouble
    assert (trouble.fault_count, trouble.fault_met_count) == (0, 3)
    assert line.follower.held() == []
    assert line.behind() == 0


def test_a_poisonous_event_parks_its_case_and_no_other(line: Line, tmp_path: Path) -> None:
    raters = Raters(tmp_path / "raters")
    line.source.given(line.source.open("a"), line.source.open("b"))
    raters.rate("a", REFUSED_UNNAMED)
    raters.rate("a", 1, "2")
    raters.rate("b", 2)
    topic = Kafka(line.brokers).fresh("raters")["raters"]
    other = OverKafka(raters, line.follower, line.brokers, topic)
    with line.relaying(), line.following():
        until(line.reached({"a": 0, "b": 0}))
    with other.relaying(), other.following():
        until(lambda: line.follower.copies()["b"] == Copy(rated=2))
        until(lambda: len(line.follower.held()) == 2)
    assert [kind for _, _, kind, _ in line.follower.held()] == ["parked", "behind"]
    line.follower.discard(line.follower.held()[0][0])
    other.consumer.release([("raters", "a")])
    assert line.follower.copies()["a"] == Copy(rated=1)
    raters.close()


def test_a_stranger_s_message_is_passed_by(line: Line) -> None:
    async def send() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=line.brokers)
        await producer.start()
        for number in range(6):
            await producer.send_and_wait(line.topic, b"hello", key=str(number).encode())
        await producer.stop()

    asyncio.run(send())
    with line.relaying(), line.following():
        line.count("a", 1)
        until(line.reached({"a": 1}))
        until(lambda: line.strange == [line.topic] * 6)


def test_what_the_broker_lost_is_read_from_the_log(line: Line) -> None:
    line.count("a", 3)
    line.count("b", 1)
    line.send(one for one in line.source.recorded() if one.position in {1, 5, 6})
    with line.following(LogFeed(line.source.service.store)):
        until(line.reached({"a": 3, "b": 1}))
        until(lambda: line.behind() == 0)


def test_without_the_log_a_gap_is_never_passed_by(line: Line) -> None:
    """The control arm of the one before: nothing fills the gap, and nothing goes on behind it."""
    line.count("a", 1)
    recorded = line.source.recorded()
    line.send([recorded[0], recorded[2]])
    with line.following() as (subscriber,):
        until(lambda: bool(subscriber.fault))
        assert line.counted() == {"a": 0}
    with line.following(LogFeed(line.source.service.store)):
        until(line.reached({"a": 1}))


def test_a_topic_made_again_is_filled_again(line: Line) -> None:
    line.count("a", 2)
    with line.relaying(), line.following():
        until(line.reached({"a": 2}))
    with KafkaAdminClient(bootstrap_servers=line.brokers) as admin:
        admin.delete_topics([line.topic])
        until(lambda: line.topic not in admin.list_topics())
        admin.create_topics([NewTopic(line.topic, 3, 1)])
        admin.wait_for_topics([line.topic])
    line.count("b", 1)
    with line.relaying() as (relay,), line.following(LogFeed(line.source.service.store)):
        until(line.reached({"a": 2, "b": 1}))
        until(lambda: relay.published == 8)
    assert sum(map(len, line.in_topic().values())) == 8
