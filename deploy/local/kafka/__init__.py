"""Fetches, formats, starts and ends one Apache Kafka node from its Java archives.

Needs Java 17 or newer, and Maven for the first start alone. Where WHISTLE_KAFKA_LIBS names a folder
of the archives, nothing is fetched.
"""

import base64
import fcntl
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.local.processes import NotStarted, Spec, end, is_free, last_lines, wait_until
from deploy.local.processes import start as start_process

__all__ = ["Broker", "archives", "find_java", "is_answering", "start", "stop"]

_HERE = Path(__file__).parent
_CACHE = _HERE.parents[2] / ".local" / "kafka"
_JAVA_LEAST = 17
_WITHIN_S = 60
_GRACE_S = 30
_ASK_MS = 2_000
_HEAP = ("-Xms256m", "-Xmx512m", "-XX:MaxDirectMemorySize=128m")
"""Small enough for one machine that also runs everything else."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A running node."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def address(self) -> str:
        """The address of the broker, in the form of WHISTLE_KAFKA."""
        return f"127.0.0.1:{self.port}"


def start(folder: Path, port: int, *, log: Path | None = None, stays: bool = False) -> Broker:
    """Start a node on a folder, which is made and formatted if needed; wait until it answers.

    The controller listens on the next port. With `stays` the node outlives this process.

    Raises: NotStarted, and nothing is left running.
    """
    for needed in (port, port + 1):
        if not is_free(needed):
            raise NotStarted(
                f"Kafka needs ports {port} and {port + 1}, and something listens on {needed}; "
                "stop that, or choose another port."
            )
    java, class_path = find_java(), f"{archives()}/*"
    folder.mkdir(parents=True, exist_ok=True)
    log = log or folder / "kafka.log"
    properties = _configure(folder, port)
    options = [f"-Dlog4j2.configurationFile={_HERE / 'log4j2.yaml'}", "-cp", class_path]
    if not (folder / "data" / "meta.properties").exists():
        _format([java, *options], properties, log)
    spec = Spec([java, *_HEAP, *options, "kafka.Kafka", str(properties)], log, stays=stays)
    broker = Broker(start_process(spec), port, log)
    try:
        _await_answer(broker)
    except BaseException:
        stop(broker)
        raise
    return broker


def stop(broker: Broker) -> None:
    """End it; its data stays in its folder."""
    end(broker.process, _GRACE_S)


def find_java() -> str:
    """Give the path of a Java that is new enough. Raises: NotStarted."""
    home = os.environ.get("JAVA_HOME", "")
    java = shutil.which("java", path=f"{home}/bin") if home else None
    java = java or shutil.which("java")
    hint = "install a JDK or JRE (Debian and Ubuntu: openjdk-17-jre-headless or newer)"
    if java is None:
        raise NotStarted(f"Kafka runs on Java {_JAVA_LEAST} or newer, and there is none; {hint}.")
    output = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', output)
    if found is None or int(found[1]) < _JAVA_LEAST:
        version = f"version {found[1]}" if found else "a Java without a version"
        raise NotStarted(
            f"Kafka runs on Java {_JAVA_LEAST} or newer, and {java} is {version}; {hint}."
        )
    return java


def archives() -> Path:
    """Give the folder of Kafka's Java archives, fetched by Maven if need be. Raises: NotStarted."""
    if named := os.environ.get("WHISTLE_KAFKA_LIBS"):
        if not any(Path(named).glob("kafka_*.jar")):
            raise NotStarted(
                f"WHISTLE_KAFKA_LIBS names {named}, and Kafka's archives are not in there; "
                "correct it, or unset it to have them fetched."
            )
        return Path(named).resolve()
    pom = _HERE / "pom.xml"
    version = re.search(r"<kafka.version>(.+)<", pom.read_text(encoding="utf-8"))
    assert version is not None, pom  # noqa: S101  # our own file
    folder = _CACHE / version[1]
    with _locked(_CACHE):
        if not folder.exists():
            _fetch(pom, folder)
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make other processes that fetch the same wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(pom: Path, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise NotStarted(
            "Kafka's archives are fetched once by Maven, and there is no mvn; install it "
            "(Debian and Ubuntu: maven), or name a folder that has them with WHISTLE_KAFKA_LIBS."
        )
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    command = [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"]
    done = subprocess.run(
        [*command, f"-DoutputDirectory={partial}"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        errors = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise NotStarted(
            "Maven could not fetch Kafka's archives; check that this machine reaches a Maven "
            f"repository, and try again. Its error: {(errors or ['nothing'])[0]}"
        )
    partial.rename(folder)


def _configure(folder: Path, port: int) -> Path:
    template = Template((_HERE / "server.properties").read_text(encoding="utf-8"))
    properties = folder / "server.properties"
    values = {"folder": str(folder.resolve()), "port": port, "controller_port": port + 1}
    properties.write_text(template.substitute(values), encoding="utf-8")
    return properties


def _format(java: list[str], properties: Path, log: Path) -> None:
    name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # One argument, because a name may begin with "-".
    command = [*java, "kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={name}"]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        done = subprocess.run(
            [*command, "-c", str(properties)], stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        raise NotStarted(f"Kafka's folder {properties.parent} was not made: {last_lines(log)}")


def _await_answer(broker: Broker) -> None:
    def is_ready_or_ended() -> bool:
        return broker.process.poll() is not None or is_answering(broker.address)

    if not wait_until(is_ready_or_ended, _WITHIN_S) or broker.process.poll() is not None:
        raise NotStarted(f"Kafka did not come up within {_WITHIN_S} s: {last_lines(broker.log)}")


def is_answering(address: str) -> bool:
    """Say whether a broker answers a client's request."""
    if is_free(int(address.rpartition(":")[2])):
        return False  # nothing listens yet, and the client would log each failed attempt
    try:
        with KafkaAdminClient(
            bootstrap_servers=address, request_timeout_ms=_ASK_MS, bootstrap_timeout_ms=_ASK_MS
        ) as admin:
            return bool(admin.describe_cluster()["brokers"])
    except (KafkaError, OSError):
        return False
