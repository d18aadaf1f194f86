"""Starts an installation: servers, topics, services and relays, then the one address.

Each step waits until what it started answers. A step that fails ends everything that was started
before it, and reports one sentence.
"""

import json
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chassis.clock import DemoClock
from chassis.hosting.data_folder import DataFolder, FolderRefused
from chassis.http.identity import FileTokens
from contracts.envelope import Actor
from contracts.services import SERVICES
from contracts.topics import TOPICS
from deploy.local import kafka, postgres
from deploy.local.builder import Builder, Stage
from deploy.local.databases import Databases
from deploy.local.gateway import gateway
from deploy.local.layout import Layout
from deploy.local.processes import NotStarted, is_free
from whistle.failure import Failure
from whistle.kafka.cluster import connected
from whistle.kafka.plan import Action, plan

__all__ = ["Started", "start_all"]

_BROKERS = 1


@dataclass(frozen=True, slots=True)
class Started:
    """An installation that runs."""

    layout: Layout
    gateway: str
    """Which program is the one address."""
    seconds: float


def start_all(layout: Layout, note: Callable[[str], None]) -> Started:
    """Start an installation. Raises: NotStarted, and nothing is left running."""
    began = time.monotonic()
    builder = Builder(layout, note)
    _check(builder)
    try:
        gateway_name = _start(builder)
    except (FolderRefused, Failure) as error:
        builder.records.end_all()
        raise NotStarted(str(error)) from error
    except BaseException:
        builder.records.end_all()
        raise
    return Started(layout, gateway_name, time.monotonic() - began)


def _check(builder: Builder) -> None:
    """Check that nothing runs and every port is free. Raises: NotStarted."""
    layout = builder.layout
    running = [one.name for one in builder.records.read() if one.runs]
    if running:
        raise NotStarted(
            f"{len(running)} processes of an installation in {layout.folder} already run "
            f"({', '.join(running)}); end them with `make down`."
        )
    for who, port in layout.ports().items():
        if not is_free(port):
            option = "--port" if port == layout.port else "--base-port"
            raise NotStarted(
                f"Port {port} is for {who}, and something listens there; end that, or choose "
                f"another {option}."
            )
    for program in ("initdb", "pg_ctl", "postgres"):
        postgres.binary(program)
    kafka.find_java()


def _start(builder: Builder) -> str:
    layout = builder.layout
    with builder.step("Kafka's archives, fetched once"):
        kafka.archives()
    DataFolder(layout.data, demo=layout.demo)
    _set_environment(builder)
    with builder.step(f"PostgreSQL on port {layout.postgres_port}"):
        databases = _start_postgres(builder)
    with builder.step("a database and its two roles per service"):
        urls = databases.apply(SERVICES)
    with builder.step(f"Kafka on port {layout.kafka_port}"):
        _start_kafka(builder)
    with builder.step("topics"):
        _apply_topics(builder.env["WHISTLE_KAFKA"])
    with builder.step(f"services: {', '.join(SERVICES)}"):
        _start_services(builder, urls)
    with builder.step("a relay to Kafka beside each"):
        _start_relays(builder, urls)
    if layout.demo:
        with builder.step("the clock, which only commands move"):
            _start_clock(builder)
    with builder.step(f"one address on port {layout.port}"):
        return _start_gateway(builder)


def _set_environment(builder: Builder) -> None:
    """Set the environment of every process; make the token that they sign in with."""
    layout, mesh = builder.layout, Actor(role="service", unit="system", person="mesh")
    peers = {name: f"http://127.0.0.1:{layout.service_port(name)}" for name in SERVICES}
    builder.env |= {
        "WHISTLE_DATA": str(layout.data.resolve()),
        "WHISTLE_SERVER": layout.address,
        "WHISTLE_PEERS": json.dumps(peers),
        "WHISTLE_KAFKA": f"127.0.0.1:{layout.kafka_port}",
    }
    if layout.demo:
        DemoClock(layout.data / "clock")
        builder.env["WHISTLE_DEMO"] = "true"
        builder.env["WHISTLE_TOKEN"] = f"demo.{mesh.role}.{mesh.unit}.{mesh.person}"
        return
    token = layout.data / "service.token"
    if not token.exists():
        token.touch(mode=0o600)
        token.write_text(FileTokens(layout.data / "tokens.json").issue(mesh), encoding="utf-8")
    builder.env["WHISTLE_TOKEN_FILE"] = str(token.resolve())


def _start_postgres(builder: Builder) -> Databases:
    layout = builder.layout
    databases = Databases(layout)
    try:
        postgres.start(databases.cluster)
    except BaseException:
        postgres.stop(databases.cluster)
        raise
    pid = int((databases.cluster.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    # SIGINT is a fast shutdown; SIGTERM would wait until every client has disconnected.
    builder.records.add("postgres", pid, Stage.SERVER, signal.SIGINT)
    return databases


def _start_kafka(builder: Builder) -> None:
    layout = builder.layout
    broker = kafka.start(layout.kafka, layout.kafka_port, log=layout.log("kafka"), stays=True)
    builder.records.add("kafka", broker.process.pid, Stage.SERVER)


def _apply_topics(address: str) -> None:
    with connected(address) as cluster:
        steps = plan(TOPICS.values(), cluster.topics(), _BROKERS)
        for step in steps:
            if step.action is Action.REFUSE:
                raise NotStarted(
                    f"{step.topic} has {step.now} {step.setting}, not {step.wanted}: {step.why}."
                )
        new = {step.topic for step in steps if step.action is Action.CREATE}
        cluster.create([topic for topic in TOPICS.values() if topic.name in new], _BROKERS)


def _start_services(builder: Builder, databases: Mapping[str, str]) -> None:
    layout = builder.layout
    for name in SERVICES:
        env = {
            "WHISTLE_PORT": str(layout.service_port(name)),
            "WHISTLE_DATABASE": databases[name],
        }
        builder.launch(name, [sys.executable, "-m", f"services.{name}"], Stage.SERVICE, env)
    builder.await_ready(
        {
            name: f"http://127.0.0.1:{layout.service_port(name)}/{name}/v1/health/ready"
            for name in SERVICES
        }
    )


def _start_relays(builder: Builder, databases: Mapping[str, str]) -> None:
    layout = builder.layout
    for name in SERVICES:
        env = {"WHISTLE_PORT": str(layout.relay_port(name)), "WHISTLE_DATABASE": databases[name]}
        command = [sys.executable, "-m", f"services.{name}", "relay"]
        builder.launch(f"{name}-relay", command, Stage.RELAY, env)
    builder.await_ready(
        {
            f"{name}-relay": f"http://127.0.0.1:{layout.relay_port(name)}/health/ready"
            for name in SERVICES
        }
    )


def _start_clock(builder: Builder) -> None:
    port = builder.layout.clock_port
    command = [sys.executable, "-m", "deploy.local.clock"]
    builder.launch("clock", command, Stage.GATEWAY, {"WHISTLE_PORT": str(port)})
    builder.await_ready({"clock": f"http://127.0.0.1:{port}/demo/v1/clock"})


def _start_gateway(builder: Builder) -> str:
    layout = builder.layout
    routes = {name: layout.service_port(name) for name in SERVICES}
    if layout.demo:
        routes["demo"] = layout.clock_port
    name, command = gateway(layout.port, routes, layout.run)
    builder.launch("gateway", command, Stage.GATEWAY, {})
    for service in SERVICES:
        builder.await_ready({"gateway": f"{layout.address}/{service}/v1/health/ready"})
    return name
