"""The starter of Apache Kafka: the node answers, and a fault is reported in one sentence."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.local import kafka as starter
from deploy.local.processes import NotStarted
from tests.substrate.kafka import Kafka

Programs = Callable[[str, str], Path]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Give a function that writes a program of a name into the only folder of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def put(name: str, script: str) -> Path:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    return put


def test_what_is_written_is_read_again_in_order(kafka: Kafka) -> None:
    topic = kafka.fresh("meters")["meters"]
    with KafkaProducer(bootstrap_servers=kafka.address) as producer:
        for number in range(10):
            producer.send(topic, key=b"one meter", value=b"%d" % number)
    found = KafkaConsumer(
        topic,
        bootstrap_servers=kafka.address,
        auto_offset_reset="earliest",
        group_id=None,
        consumer_timeout_ms=5_000,
    )
    values = [next(found).value for _ in range(10)]
    found.close()
    assert values == [b"%d" % number for number in range(10)]


def test_a_topic_nobody_made_is_not_made_by_using_it(kafka: Kafka) -> None:
    with KafkaProducer(bootstrap_servers=kafka.address, max_block_ms=1_000) as producer:  # noqa: SIM117  # closing is not what is expected to fail
        with pytest.raises(KafkaError):
            producer.send("nobody.made.this", value=b"").get(5)
    with KafkaAdminClient(bootstrap_servers=kafka.address) as admin:
        assert "nobody.made.this" not in admin.list_topics()


def test_a_taken_port_is_named(kafka: Kafka, tmp_path: Path) -> None:
    port = int(kafka.address.rpartition(":")[2])
    with pytest.raises(NotStarted, match=f"something listens on {port};"):
        starter.start(tmp_path / "second", port)
    # A test beside this one may have the port before it.
    either = f"ports {port - 1} and {port}, .* listens on ({port - 1}|{port});"
    with pytest.raises(NotStarted, match=either):
        starter.start(tmp_path / "second", port - 1)
    assert not (tmp_path / "second").exists()


@pytest.mark.usefixtures("programs")
def test_without_java_it_names_the_version_to_install() -> None:
    with pytest.raises(NotStarted, match="Java 17 or newer, and there is none; install a JDK"):
        starter.find_java()


def test_an_old_java_is_refused_and_a_new_one_is_not(programs: Programs) -> None:
    java = programs("java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    with pytest.raises(NotStarted, match="is version 11; install a JDK"):
        starter.find_java()
    programs("java", """echo 'openjdk version "21.0.1" 2023-10-17' >&2""")
    assert starter.find_java() == str(java)


def test_a_folder_without_archives_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHISTLE_KAFKA_LIBS", str(tmp_path))
    with pytest.raises(NotStarted, match="Kafka's archives are not in there; correct it"):
        starter.archives()


def test_a_maven_that_fails_is_quoted_and_leaves_nothing(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WHISTLE_KAFKA_LIBS", raising=False)
    monkeypatch.setattr(starter, "_CACHE", tmp_path / "cache")
    with pytest.raises(NotStarted, match="there is no mvn; install it"):
        starter.archives()
    programs("mvn", "echo '[ERROR] no route to host'; exit 1")
    with pytest.raises(NotStarted, match=r"Its error: \[ERROR\] no route to host"):
        starter.archives()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]


def test_a_broker_that_dies_at_once_shows_the_end_of_its_log(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libs = tmp_path / "libs"
    libs.mkdir()
    (libs / "kafka_2.13-0.jar").touch()
    monkeypatch.setenv("WHISTLE_KAFKA_LIBS", str(libs))
    programs(
        "java",
        """case "$*" in
        -version) echo 'openjdk version "17.0.1"' >&2;;
        *StorageTool*) ;;
        *) echo 'java.lang.OutOfMemoryError: no heap'; exit 1;;
        esac""",
    )
    with pytest.raises(NotStarted, match=r"did not come up .*kafka\.log ends: .*no heap"):
        starter.start(tmp_path / "node", 18_092)
