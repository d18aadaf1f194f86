"""Kafka topics: one per service that writes, keyed so that a case's events stay in order.

Kafka is transport here, not archive: the retention only has to outlast the longest outage of a
consumer, because older events are read from the owning service's HTTP feed.
"""

from dataclasses import dataclass

__all__ = ["TOPICS", "Topic"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as `whistle topics apply` makes it."""

    name: str
    partition_count: int
    """Never changed once events exist: it decides where a key goes."""
    retention_days: int


TOPICS = {
    service: Topic(f"whistle.{service}.v1", partition_count=12, retention_days=7)
    for service in ("intake", "dispatch", "enforcement", "feedback")
}
