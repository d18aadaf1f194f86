"""Kafka topics: one per service, keyed so that the events of a case stay in order.

Kafka is transport here, not archive: the retention only has to outlast the longest outage of a
consumer, because older events are read from the owning service's HTTP feed.
"""

from dataclasses import dataclass

from contracts.services import SERVICES

__all__ = ["TOPICS", "TOPIC_NAMES", "Topic", "group_of"]

_DAY_MS = 24 * 60 * 60 * 1_000


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that `whistle topics apply` makes."""

    name: str
    partition_count: int
    """Never changed once events exist: it decides the partition of a key."""
    retention_days: int
    replication_factor: int = 3
    """Brokers that keep a copy; `--replication` gives a smaller number for fewer brokers."""

    def settings(self, replication_factor: int) -> dict[str, str]:
        """Give the settings of the topic for a number of copies."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": str(self.retention_days * _DAY_MS),
            # A write is acknowledged once all copies but one have it, so that one may be lost.
            "min.insync.replicas": str(max(1, replication_factor - 1)),
        }


TOPICS = {
    service: Topic(f"whistle.{service}.v1", partition_count=12, retention_days=7)
    for service in SERVICES
}

TOPIC_NAMES = {service: topic.name for service, topic in TOPICS.items()}
"""The name of each topic, by service."""


def group_of(service: str) -> str:
    """Name the consumer group of a service: one for all topics it follows."""
    return f"whistle.{service}"
