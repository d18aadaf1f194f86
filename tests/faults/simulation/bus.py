"""A bus as Kafka is one: partitions by key, offsets of a group, and all that may go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

from chassis.errors import Fault
from contracts.envelope import Recorded

__all__ = ["Bus"]

PARTITION_COUNT = 3


@dataclass
class Bus:
    """Topics by source. Everything here outlives every process."""

    is_away: bool = False
    topics: dict[str, list[list[Recorded]]] = field(default_factory=dict)
    offsets: dict[tuple[str, int], int] = field(default_factory=dict)
    """What the group of the porters has committed."""
    generation: int = 0
    """Counts how often topics were made anew."""
    disorder: list[str] = field(default_factory=list)
    """First occurrences that came before the version they follow."""
    carried: dict[str, set[int]] = field(default_factory=dict)
    """Positions that were acknowledged, by source."""
    _first: dict[tuple[str, str], int] = field(default_factory=dict)

    def publish(self, source: str, one: Recorded) -> None:
        """Append to the partition of the key. Raises: Fault while the bus is away."""
        self._be_there()
        envelope = one.envelope
        last = self._first.get((source, envelope.stream), 0)
        if envelope.version > last + 1:
            self.disorder.append(f"{source} {envelope.stream} {envelope.version} after {last}")
        self._first[source, envelope.stream] = max(last, envelope.version)
        self.carried.setdefault(source, set()).add(one.position)
        self._topic(source)[crc32(envelope.key.encode()) % PARTITION_COUNT].append(one)

    def poll(self, source: str, partition: int, offset: int, limit: int) -> Sequence[Recorded]:
        """Give messages from an offset on. Raises: Fault while the bus is away."""
        self._be_there()
        return self._topic(source)[partition][offset : offset + limit]

    def commit(self, source: str, partition: int, offset: int, generation: int) -> None:
        """Keep the group's offset. Raises: Fault when away, or when the topic is another by now."""
        self._be_there()
        if generation != self.generation:
            raise Fault("the group has been rebalanced")
        self.offsets[source, partition] = offset

    def recreate(self) -> None:
        """Delete the topics with all they hold, and make them again."""
        self.topics.clear()
        self.offsets.clear()
        self.generation += 1

    def _topic(self, source: str) -> list[list[Recorded]]:
        return self.topics.setdefault(source, [[] for _ in range(PARTITION_COUNT)])

    def _be_there(self) -> None:
        if self.is_away:
            raise Fault("the bus is away")
