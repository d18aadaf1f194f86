"""`whistle topics` against a real broker: planned, made, made again, changed, refused."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

import contracts.topics
from contracts.topics import Topic
from tests.commands import Ended, Shell
from tests.servers import free_ports
from tests.substrate.kafka import Kafka

_NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Topic:
    """The only topic of the file: of a name that no other test has."""
    only = Topic(f"whistle.{uuid4().hex}.v1", partition_count=2, retention_days=7)
    monkeypatch.setattr(contracts.topics, "TOPICS", {"meters": only})
    return only


@pytest.fixture
def shell(kafka: Kafka) -> Shell:
    return Shell(_NOWHERE, {"WHISTLE_KAFKA": kafka.address})


def findings(ended: Ended, topic: Topic) -> list[tuple[str, str, str]]:
    """Give (action, setting, wanted) of every finding about the topic."""
    return [
        (one["action"], one["setting"], one["wanted"])
        for one in ended.json["items"]
        if one["topic"] == topic.name
    ]


def settings_of(kafka: Kafka, name: str) -> Mapping[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        found = admin.describe_configs([resource])["topic"][name]
    return {key: one["value"] for key, one in found.items()}


def set_on(kafka: Kafka, name: str, **values: str) -> None:
    given = {key.replace("_", "."): value for key, value in values.items()}
    resource = ConfigResource(ConfigResourceType.TOPIC, name, given)
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        admin.alter_configs([resource])


def test_a_plan_changes_nothing_and_its_exit_code_shows_differences(
    shell: Shell, topic: Topic
) -> None:
    for _ in range(2):
        planned = shell.run("topics", "plan", "--replication", "1", "--json")
        assert planned.code == 3
        assert findings(planned, topic) == [("create", "", "2 partitions, 1 copies")]
        assert planned.json["totals"]["create"] == 1
        assert not planned.json["applied"]


def test_applying_twice_is_as_applying_once(shell: Shell, kafka: Kafka, topic: Topic) -> None:
    made = shell.run("topics", "apply", "--replication", "1", "--json")
    assert (made.code, findings(made, topic)) == (0, [("create", "", "2 partitions, 1 copies")])
    kafka.made.append(topic.name)
    assert settings_of(kafka, topic.name) == {
        "cleanup.policy": "delete",
        "retention.ms": "604800000",
        "min.insync.replicas": "1",
    }
    again = shell.run("topics", "apply", "--replication", "1", "--json")
    assert (again.code, findings(again, topic)) == (0, [])
    assert shell.run("topics", "plan", "--replication", "1").code == 0


def test_a_setting_is_corrected_and_one_that_is_not_ours_is_left(
    shell: Shell, kafka: Kafka, topic: Topic
) -> None:
    shell.run("topics", "apply", "--replication", "1")
    kafka.made.append(topic.name)
    set_on(kafka, topic.name, retention_ms="1000", segment_ms="60000")
    planned = shell.run("topics", "plan", "--replication", "1", "--json")
    assert planned.code == 3
    expected = [("change", "retention.ms", "604800000"), ("leave", "segment.ms", "")]
    assert findings(planned, topic) == expected
    assert shell.run("topics", "apply", "--replication", "1").code == 0
    after = settings_of(kafka, topic.name)
    assert (after["retention.ms"], after["segment.ms"]) == ("604800000", "60000")


def test_a_partition_count_is_never_changed(
    shell: Shell, kafka: Kafka, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run("topics", "apply", "--replication", "1")
    kafka.made.append(topic.name)
    wider = Topic(topic.name, partition_count=3, retention_days=1)
    monkeypatch.setattr(contracts.topics, "TOPICS", {"meters": wider})
    assert shell.run("topics", "plan", "--replication", "1").code == 3
    refused = shell.run("topics", "apply", "--replication", "1")
    assert refused.code == 5
    assert f"{topic.name} has 2 partitions, not 3: another count sends keys to" in refused.err
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        (found,) = admin.describe_topics([topic.name])
    assert len(found["partitions"]) == 2
    assert settings_of(kafka, topic.name)["retention.ms"] == "604800000"


def test_more_copies_than_brokers_are_refused_with_the_option_to_give(
    shell: Shell, topic: Topic
) -> None:
    refused = shell.run("topics", "apply")
    assert refused.code == 5
    assert "3 copies are wanted, and there are 1 brokers" in refused.err
    assert "--replication 1" in refused.err


def test_without_a_broker_its_address_is_named() -> None:
    (port,) = free_ports(1)
    nobody = Shell(_NOWHERE).run("topics", "plan", "--kafka", f"127.0.0.1:{port}")
    assert nobody.code == 7
    assert f"cannot reach Kafka at 127.0.0.1:{port}" in nobody.err
    unnamed = Shell(_NOWHERE).run("topics", "plan")
    assert unnamed.code == 2
    assert "set WHISTLE_KAFKA to host:port" in unnamed.err
