"""Apache Kafka for tests: one broker per test process, started when the first test asks for it.

WHISTLE_TEST_KAFKA names one that runs already. Tests share it: each makes topics with names of its
own.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from deploy.local import kafka as starter
from deploy.local.processes import NotStarted, is_free
from tests.servers import free_ports
from tests.substrate.availability import unavailable

__all__ = ["Kafka", "a_broker"]

_TRIES = 50


@dataclass
class Kafka:
    """The address of the broker, and the topics that were made on it."""

    address: str
    made: list[str] = field(default_factory=list)

    def fresh(self, *names: str, partition_count: int = 3) -> dict[str, str]:
        """Make a new topic for each name; give the topics' names."""
        topics = {name: f"{name}.{uuid4().hex}" for name in names}
        with KafkaAdminClient(bootstrap_servers=self.address) as admin:
            wanted = [NewTopic(one, partition_count, 1) for one in topics.values()]
            admin.create_topics(wanted)
            admin.wait_for_topics(list(topics.values()))
        self.made += topics.values()
        return topics

    def delete_made(self) -> None:
        """Delete every topic that was made."""
        if self.made:
            with KafkaAdminClient(bootstrap_servers=self.address) as admin:
                admin.delete_topics(self.made)


def a_broker(folder: Path) -> Iterator[Kafka]:
    """Give a broker until the test process ends."""
    if named := os.environ.get("WHISTLE_TEST_KAFKA"):
        kafka = Kafka(named)
        yield kafka
        kafka.delete_made()
        return
    try:
        broker = starter.start(folder, _two_ports())
    except NotStarted as why:
        unavailable(str(why))
    yield Kafka(broker.address)
    starter.stop(broker)


def _two_ports() -> int:
    """Find two free ports in a row: a broker listens on both."""
    for _ in range(_TRIES):
        (port,) = free_ports(1)
        if is_free(port + 1):
            return port
    pytest.fail("no two neighbouring ports are free")
