"""The relay: every event published, first copies in order, whatever goes wrong on the way."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import EpochChanged, Fault
from chassis.kafka.binding import NotOurs, read_message, write_message
from chassis.kafka.relay import Relay
from chassis.store.tables import relay as marks
from contracts.envelope import Recorded
from contracts.instant import format_instant
from tests.counters.services import Counters


@dataclass
class Topic:
    """A broker in memory that can be away, break off in mid-page, or begin again."""

    taken: list[int] = field(default_factory=list)
    fail_after: int | None = None
    """Take so many events of the next page, then fail."""
    reset_count: int = 0

    async def publish(self, page: Sequence[Recorded]) -> None:
        for number, one in enumerate(page):
            if number == self.fail_after:
                self.fail_after = None
                raise Fault("the broker went away")
            self.taken.append(one.position)

    async def held_count(self) -> int:
        return len(self.taken)

    async def reset(self) -> None:
        self.reset_count += 1


def relay_of(counters: Counters, topic: Topic, page: int = 3) -> Relay:
    return Relay(counters.service.store, topic, page)


def drain(relay: Relay) -> None:
    async def steps() -> None:
        while await relay.step():
            pass

    asyncio.run(steps())


def run_until(relay: Relay, reached: Callable[[], bool]) -> None:
    """Let it run by itself until something is so."""

    async def both() -> None:
        running = asyncio.create_task(relay.run())
        async with asyncio.timeout(20):
            while not reached():  # noqa: ASYNC110  # the relay gives no signal
                await asyncio.sleep(0)
        relay.stop()
        await running

    asyncio.run(both())


def mark(counters: Counters) -> list[tuple[object, ...]]:
    return [row[2:] for row in counters.rows(marks)]


def firsts(positions: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(positions))


class WhenALogIsPublished:
    def test_everything_is_there_once_and_in_order(self, counters: Counters) -> None:
        counters.given(*(counters.open(str(number)) for number in range(7)))
        topic = Topic()
        drain(relay_of(counters, topic))
        assert topic.taken == list(range(1, 8))
        assert mark(counters) == [(7,)]

    def test_the_next_relay_goes_on_where_the_last_one_was(self, counters: Counters) -> None:
        topic = Topic()
        counters.given(counters.open("1"), counters.open("2"))
        drain(relay_of(counters, topic))
        counters.given(counters.open("3"))
        drain(relay_of(counters, topic))
        assert topic.taken == [1, 2, 3]

    def test_an_empty_log_is_no_trouble(self, counters: Counters) -> None:
        topic = Topic()
        drain(relay_of(counters, topic))
        assert (topic.taken, mark(counters)) == ([], [(0,)])


class WhenTheBrokerBreaksOff:
    def test_the_page_is_sent_again_and_nothing_is_left_out(self, counters: Counters) -> None:
        counters.given(*(counters.open(str(number)) for number in range(8)))
        topic = Topic(fail_after=2)
        relay = relay_of(counters, topic)
        run_until(relay, lambda: relay.published == 8 and not relay.fault)
        assert firsts(topic.taken) == list(range(1, 9))
        assert len(topic.taken) == 10
        assert topic.reset_count == 1
        assert mark(counters) == [(8,)]

    def test_the_mark_is_never_ahead_of_what_was_acknowledged(self, counters: Counters) -> None:
        counters.given(*(counters.open(str(number)) for number in range(5)))
        relay = relay_of(counters, Topic(fail_after=1), page=5)
        with pytest.raises(Fault):
            asyncio.run(relay.step())
        assert mark(counters) == [(0,)]


class WhenThereAreTwo:
    def test_the_first_copies_stay_in_order_and_the_mark_only_moves_on(
        self, counters: Counters
    ) -> None:
        counters.given(*(counters.open(str(number)) for number in range(9)))
        topic = Topic()
        one, other = relay_of(counters, topic), relay_of(counters, topic, page=2)

        async def by_turns() -> None:
            moved = True
            while moved:
                moved = await one.step() | await other.step()

        asyncio.run(by_turns())
        assert firsts(topic.taken) == list(range(1, 10))
        assert mark(counters) == [(9,)]


class WhenTheTopicIsMadeAgain:
    def test_it_starts_over(self, counters: Counters) -> None:
        counters.given(*(counters.open(str(number)) for number in range(4)))
        topic = Topic()
        drain(relay_of(counters, topic))
        topic.taken.clear()
        drain(relay_of(counters, topic))
        assert topic.taken == [1, 2, 3, 4]
        assert mark(counters) == [(4,)]

    def test_copies_in_it_are_no_reason(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        topic = Topic()
        drain(relay_of(counters, topic))
        topic.taken += [1, 1]
        drain(relay_of(counters, topic))
        assert topic.taken == [1, 1, 1]


class WhenTheLogWasRestored:
    def test_an_end_before_what_was_published_is_noticed(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        topic = Topic(taken=[1, 2, 3])
        drain(relay_of(counters, topic))
        with counters.service.store.writing() as connection:
            connection.execute(marks.update().values(position=3))
        with pytest.raises(EpochChanged, match="ends at 1, but was published up to 3"):
            asyncio.run(relay_of(counters, topic).step())

    def test_a_log_with_another_id_is_published_from_its_start(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        topic = Topic(taken=[1, 2, 3])
        drain(relay_of(counters, topic))
        with counters.service.store.writing() as connection:
            connection.execute(marks.update().values(position=3, log_id="another"))
        topic.taken.clear()
        drain(relay_of(counters, topic))
        assert topic.taken == [1]


class WhenAnEventBecomesAMessage:
    def test_the_round_trip_is_the_identity(self, counters: Counters) -> None:
        counters.given(counters.open("1"), counters.count("1"), counters.reset("1"))
        for one in counters.recorded():
            key, headers = write_message(one)
            assert (key, read_message(headers, one.data)) == (one.envelope.key.encode(), one)

    def test_its_trace_goes_on_from_the_event(self, counters: Counters) -> None:
        counters.given(counters.open("1"))
        (one,) = counters.recorded()
        found = dict(write_message(one)[1])
        correlation, event = one.envelope.correlation_id.hex, one.envelope.event_id.hex
        assert found["traceparent"] == f"00-{correlation}-{event[:16]}-01".encode()
        assert found["ce_specversion"] == b"1.0"
        assert found["content-type"] == b"application/json"
        assert found["ce_id"].decode() == str(one.envelope.event_id)
        assert found["ce_type"].decode() == one.envelope.type
        assert found["ce_subject"].decode() == one.envelope.stream
        assert found["ce_time"].decode() == format_instant(one.envelope.recorded_at)

    @given(
        headers=st.lists(
            st.tuples(st.sampled_from(["ce_position", "ce_id", "x"]), st.binary(max_size=4))
        ),
        value=st.none() | st.binary(max_size=4),
    )
    def test_what_no_relay_wrote_is_told_apart(
        self, headers: list[tuple[str, bytes]], value: bytes | None
    ) -> None:
        with pytest.raises(NotOurs):
            read_message(headers, value)


def test_a_null_header_is_a_strangers() -> None:
    with pytest.raises(NotOurs):
        read_message([("ce_position", None), ("ce_envelope", b"{}")], b"{}")  # type: ignore[list-item]  # as Kafka may give it
