"""A Kafka cluster as an operator sees it: its topics, its brokers, its readers' offsets.

The only place that knows the client. Every error becomes a `Failure`.
"""

import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaError,
    KafkaTimeoutError,
    NotCoordinatorError,
)
from kafka.protocol.consumer import OffsetSpec

from contracts.topics import Topic
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.kafka.plan import PREFIX, Found

__all__ = ["Cluster", "connected"]

_REACH_MS = 5_000
_ASK_MS = 30_000
_NO_ERROR = 0


class Cluster:
    """Queries and changes to one cluster."""

    def __init__(self, admin: KafkaAdminClient) -> None:
        self._admin = admin

    def broker_count(self) -> int:
        """Count the brokers that can keep a copy."""
        return len(self._admin.describe_cluster()["brokers"])

    def topics(self) -> list[Found]:
        """Give every topic under our prefix."""
        names = sorted(name for name in self._admin.list_topics() if name.startswith(PREFIX))
        if not names:
            return []
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        settings = self._admin.describe_configs(resources)["topic"]
        return [
            Found(
                one["name"],
                len(one["partitions"]),
                min((len(part["replica_nodes"]) for part in one["partitions"]), default=0),
                _topic_settings(settings[one["name"]]),
            )
            for one in self._admin.describe_topics(names)
            if one["error_code"] == _NO_ERROR
        ]

    def create(self, topics: Iterable[Topic], replication: int | None) -> None:
        """Make topics; wait until they accept messages."""
        wanted = {}
        for topic in topics:
            copies = replication or topic.replication_factor
            wanted[topic.name] = {
                "num_partitions": topic.partition_count,
                "replication_factor": copies,
                "configs": topic.settings(copies),
            }
        if wanted:
            self._admin.create_topics(wanted, wait_for_metadata=True)

    def change(self, settings: Mapping[str, Mapping[str, str]]) -> None:
        """Set the named settings on topics, and no others. Raises: Failure."""
        resources = [
            ConfigResource(ConfigResourceType.TOPIC, name, dict(values))
            for name, values in settings.items()
        ]
        if not resources:
            return
        answers = self._admin.alter_configs(resources)["topic"]
        refused = [f"{name}: {answer}" for name, answer in answers.items() if answer != "OK"]
        if refused:
            raise Failure(
                "Kafka did not accept a setting", "; ".join(refused), _LOOK_AGAIN, Exit.REFUSED
            )

    def group_lag(self, group: str, topics: Sequence[str]) -> dict[str, int | None]:
        """Give per topic how many messages a group has not committed; None: it never committed."""
        try:
            committed = self._admin.list_group_offsets({group: None})[group]
        except (CoordinatorNotAvailableError, NotCoordinatorError, CoordinatorLoadInProgressError):
            return dict.fromkeys(topics)  # a new broker has no list of its groups yet
        return {topic: self._lag(topic, committed) for topic in topics}

    def _lag(self, topic: str, committed: Mapping[TopicPartition, Any]) -> int | None:
        if not any(part.topic == topic for part in committed):
            return None
        (described,) = self._admin.describe_topics([topic])
        parts = [TopicPartition(topic, one["partition_index"]) for one in described["partitions"]]
        ends = self._admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
        begins = self._admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST))
        missing = 0
        for part in parts:
            done = committed[part].offset if part in committed else 0
            missing += ends[part].offset - max(done, begins[part].offset)
        return missing


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to the brokers at `address`. Raises: Failure."""
    if not address:
        raise Failure(
            "no Kafka is named",
            "Neither --kafka nor WHISTLE_KAFKA gives the address of its brokers.",
            "set WHISTLE_KAFKA to host:port, or name it with --kafka",
            Exit.USAGE,
        )
    brokers = address.split(",")
    if not any(map(_listens, brokers)):
        # The client would try for a long time, and leave its sockets open at the end.
        raise _unreachable(address, "nobody listens")
    try:
        with KafkaAdminClient(
            bootstrap_servers=brokers,
            bootstrap_timeout_ms=_REACH_MS,
            request_timeout_ms=_ASK_MS,
        ) as admin:
            yield Cluster(admin)
    except (KafkaTimeoutError, OSError, ValueError) as error:
        raise _unreachable(address, type(error).__name__) from error
    except KafkaError as error:
        raise Failure(
            "Kafka refused it", f"{type(error).__name__}.", _LOOK_AGAIN, Exit.REFUSED
        ) from error


_LOOK_AGAIN = "look with `whistle topics plan`, and at the broker's log"


def _listens(broker: str) -> bool:
    host, _, port = broker.strip().rpartition(":")
    try:
        socket.create_connection((host, int(port)), _REACH_MS / 1_000).close()
    except (OSError, ValueError):
        return False
    return True


def _unreachable(address: str, why: str) -> Failure:
    return Failure(
        f"cannot reach Kafka at {address}",
        f"No broker answers there ({why}).",
        "start it, or name another one, as host:port, with --kafka or WHISTLE_KAFKA",
        Exit.UNAVAILABLE,
    )


def _topic_settings(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Give what was set on the topic itself, without the defaults of its brokers."""
    return {
        name: str(one["value"])
        for name, one in settings.items()
        if one["config_source"] == "DYNAMIC_TOPIC_CONFIG"
    }
