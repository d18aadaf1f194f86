"""From one service to another over a real broker: relays on one side, subscribers on the other."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chassis.feeds.consumer import Consumer
from chassis.feeds.feed import Feed, LogFeed
from chassis.kafka.publisher import KafkaPublisher
from chassis.kafka.relay import Relay
from chassis.kafka.subscriber import Subscriber, Subscription
from tests.harness.feeds import SwitchedFeed, UnreachableFeed
from tests.harness.follower import FollowerHarness
from tests.harness.service import ServiceHarness

__all__ = ["OverKafka"]

_WAIT_S = 30


@dataclass
class OverKafka:
    """A source, a follower whose writer has a thread, and a topic between them."""

    source: ServiceHarness
    follower: FollowerHarness
    brokers: str
    topic: str
    consumer: Consumer = field(init=False)
    """Reads the log itself when the broker does not bring what there is; see `following`."""

    strange: list[str] = field(default_factory=list)
    """The topic of every message that no relay of ours wrote."""

    def __post_init__(self) -> None:
        service, self._feed = self.follower.service, SwitchedFeed(UnreachableFeed())
        feeds = {self.source.model.name: self._feed}
        self.consumer = Consumer(
            service.model, service.store, service.writer, feeds, has_broker=True
        )

    @contextmanager
    def relaying(self, count: int = 1) -> Iterator[list[Relay]]:
        """Publish the source's log, by so many relays."""
        publishers = [KafkaPublisher(self.brokers, self.topic, "relay") for _ in range(count)]
        relays = [Relay(self.source.service.store, publisher) for publisher in publishers]
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
                thread.join(_WAIT_S)
            for publisher, loop in zip(publishers, loops, strict=True):
                loop.run_until_complete(publisher.reset())
                loop.close()

    def subscriber(self) -> Subscriber:
        """Make a member of the follower's group."""
        sources = {self.topic: self.source.model.name}
        subscription = Subscription(
            self.brokers, f"{self.follower.model.name}.{self.topic}", sources
        )
        made = Subscriber(subscription, self.follower.service.writer, self.consumer)
        made.on_strange.append(self.strange.append)
        return made

    @contextmanager
    def following(self, feed: Feed | None = None, count: int = 1) -> Iterator[list[Subscriber]]:
        """Let the follower receive, by so many subscribers.

        With a `feed` the consumer runs and reads it where the broker leaves something out.
        """
        self._feed.now = feed or UnreachableFeed()
        subscribers = [self.subscriber() for _ in range(count)]
        threads: list[Subscriber | Consumer] = [*subscribers]
        if feed is not None:
            threads.append(self.consumer)
        for thread in threads:
            thread.start()
        try:
            yield subscribers
        finally:
            for thread in threads:
                thread.stop()
                thread.join(_WAIT_S)

    def behind(self) -> int:
        """Give how many events of the source's log the follower has still to deal with."""
        self._feed.now = LogFeed(self.source.service.store)
        return self.consumer.lags()[self.source.model.name].behind

    def is_caught_up(self) -> bool:
        """Tell whether the follower has dealt with the source's whole log.

        What a view shows may be final while the log's last events are still on their way.
        """
        name = self.source.model.name
        return self.consumer.lags()[name].done == len(self.source.recorded())
