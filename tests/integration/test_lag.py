"""`whistle lag` against a running system and a real broker's groups."""

from collections.abc import Iterator, Mapping
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    NoError,
    NotCoordinatorError,
)
from kafka.structs import OffsetAndMetadata

import contracts.topics
from contracts.topics import TOPICS, Topic
from tests.commands import Shell
from tests.servers import Server, run_demo, until
from tests.substrate.kafka import Kafka


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with run_demo(tmp_path_factory.mktemp("lag")) as running:
        yield running


def is_committed(
    admin: KafkaAdminClient, group: str, read: Mapping[TopicPartition, OffsetAndMetadata]
) -> bool:
    """Commit for a group; a broker that has just started has no list of groups yet."""
    try:
        answers = admin.alter_group_offsets(group, read)
    except (CoordinatorNotAvailableError, NotCoordinatorError, CoordinatorLoadInProgressError):
        return False
    return all(answer is NoError for answer in answers.values())


def test_without_kafka_the_services_measure_alone(server: Server) -> None:
    ended = Shell(server.url).run("lag", "--json")
    assert ended.code == 0, ended.err
    pairs = {(one["service"], one["source"]) for one in ended.json["items"]}
    assert ("dispatch", "intake") in pairs
    assert ("intake", "dispatch") in pairs
    assert {one["kafka_lag"] for one in ended.json["items"]} == {None}
    assert ended.json["totals"] == {"behind": 0, "unknown": 0, "unpublished": 0, "kafka_lag": 0}


def test_kafka_s_groups_are_asked_where_it_is_named(
    server: Server, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, mark = kafka.fresh(*TOPICS, partition_count=2), uuid4().hex
    topics = {service: Topic(name, 2, 1) for service, name in names.items()}
    monkeypatch.setattr(contracts.topics, "TOPICS", topics)
    monkeypatch.setattr(contracts.topics, "group_of", lambda service: f"{mark}.{service}")
    with KafkaProducer(bootstrap_servers=kafka.address) as producer:
        for number in range(5):
            producer.send(names["dispatch"], value=b"event", partition=number % 2)
    read = {TopicPartition(names["dispatch"], 0): OffsetAndMetadata(1, "", -1)}
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        until(lambda: is_committed(admin, f"{mark}.intake", read))

    shell = Shell(server.url, {"WHISTLE_KAFKA": kafka.address})
    # A broker that has just started takes a moment to know its groups.
    until(lambda: shell.run("lag", "--json").json["totals"]["kafka_lag"] == 4)
    found = shell.run("lag", "--json").json["items"]
    lags = {(one["service"], one["source"]): one["kafka_lag"] for one in found}
    assert (lags["intake", "dispatch"], lags["feedback", "dispatch"]) == (4, None)
