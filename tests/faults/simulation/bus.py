"""A model of Kafka: partitions by key, the offsets of a consumer group, and what may go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

from chassis.errors import Fault
from contracts.envelope import Recorded

__all__ = ["PARTITION_COUNT", "Bus"]

PARTITION_COUNT = 3


@dataclass
class Bus:
    """Topics by source. It outlives every process."""

    is_away: bool = False
    topics: dict[str, list[list[Recorded]]] = field(default_factory=dict)
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    """What the group of the followers has committed, by source and partition."""
    generation: int = 0
    """Counts how often the topics were recreated."""
    disorder: list[str] = field(default_factory=list)
    """Messages that were published for the first time before an earlier version of their stream."""
    acknowledged: dict[str, set[int]] = field(default_factory=dict)
    """Positions of acknowledged messages, by source."""
    _last_versions: dict[tuple[str, str], int] = field(default_factory=dict)

    def publish(self, source: str, one: Recorded) -> None:
        """Append to the partition of the key. Raises: Fault while the bus is away."""
        self._check_available()
        envelope = one.envelope
        last = self._last_versions.get((source, envelope.stream), 0)
        if envelope.version > last + 1:
            self.disorder.append(f"{source} {envelope.stream} {envelope.version} after {last}")
        self._last_versions[source, envelope.stream] = max(last, envelope.version)
        self.acknowledged.setdefault(source, set()).add(one.position)
        self._topic(source)[crc32(envelope.key.encode()) % PARTITION_COUNT].append(one)

    def poll(self, source: str, partition: int, offset: int, limit: int) -> Sequence[Recorded]:
        """Give messages from an offset on. Raises: Fault while the bus is away."""
        self._check_available()
        return self._topic(source)[partition][offset : offset + limit]

    def commit(self, source: str, partition: int, offset: int, generation: int) -> None:
        """Store the group's offset. Raises: Fault while away, or when the topic was recreated."""
        self._check_available()
        if generation != self.generation:
            raise Fault("the group has been rebalanced")
        self.offsets[source, partition] = offset

    def recreate(self) -> None:
        """Delete the topics with all their messages, and create them again."""
        self.topics.clear()
        self.offsets.clear()
        self.generation += 1

    def _topic(self, source: str) -> list[list[Recorded]]:
        return self.topics.setdefault(source, [[] for _ in range(PARTITION_COUNT)])

    def _check_available(self) -> None:
        if self.is_away:
            raise Fault("the bus is away")
