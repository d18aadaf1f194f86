"""Plans what makes the topics of a cluster equal to those of contracts/topics.py.

Pure: compares what was found with what is wanted. Other settings, and topics under our prefix that
the file does not have, are shown and left alone: somebody set or made them on purpose.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from contracts.topics import Topic

__all__ = ["PREFIX", "Action", "Found", "Step", "counted", "plan"]

PREFIX = "whistle."


class Action(StrEnum):
    """What to do about one finding."""

    CREATE = "create"
    CHANGE = "change"
    REFUSE = "refuse"
    """It differs, and a change would break the order of events; nothing is applied."""
    LEAVE = "leave"
    """It differs or is not defined here, and is left as it is."""


@dataclass(frozen=True, slots=True)
class Found:
    """A topic of the cluster; `settings` are those that were set on it."""

    name: str
    partition_count: int
    replication_factor: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One finding; `setting` is empty for a whole topic."""

    topic: str
    action: Action
    setting: str
    now: str
    wanted: str
    why: str


def plan(wanted: Iterable[Topic], found: Iterable[Found], replication: int | None) -> list[Step]:
    """Give the steps; empty when the topics are as wanted.

    `replication` overrides the copies that contracts/topics.py wants.
    """
    there = {one.name: one for one in found}
    steps = list[Step]()
    for topic in wanted:
        copies = replication or topic.replication_factor
        if topic.name in there:
            steps += _differences(topic, there.pop(topic.name), copies)
        else:
            planned = f"{topic.partition_count} partitions, {copies} copies"
            steps.append(Step(topic.name, Action.CREATE, "", "", planned, "it is not there"))
    for name, one in sorted(there.items()):
        now = f"{one.partition_count} partitions, {one.replication_factor} copies"
        steps.append(Step(name, Action.LEAVE, "", now, "", "contracts/topics.py does not have it"))
    return steps


def _differences(topic: Topic, found: Found, copies: int) -> Iterator[Step]:
    if found.partition_count != topic.partition_count:
        yield Step(
            topic.name,
            Action.REFUSE,
            "partitions",
            str(found.partition_count),
            str(topic.partition_count),
            "another count sends keys to other partitions, and the events of a case under way "
            "would be read out of order",
        )
    if found.replication_factor != copies:
        why = "copies are moved by Kafka's own kafka-reassign-partitions; or give --replication"
        now, planned = str(found.replication_factor), str(copies)
        yield Step(topic.name, Action.LEAVE, "copies", now, planned, why)
    settings = topic.settings(found.replication_factor)
    for name, value in settings.items():
        if found.settings.get(name) != value:
            now = found.settings.get(name, "")
            yield Step(topic.name, Action.CHANGE, name, now, value, "it differs")
    for name, value in sorted(found.settings.items()):
        if name not in settings:
            yield Step(topic.name, Action.LEAVE, name, value, "", "somebody set it on the topic")


def counted(steps: Sequence[Step]) -> dict[str, int]:
    """Count the findings by action."""
    counts = Counter(step.action.value for step in steps)
    return {action.value: counts[action.value] for action in Action}
