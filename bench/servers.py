"""PostgreSQL and Kafka for a measurement: durable as in production, new, and gone afterwards."""

import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from sqlalchemy import create_engine, make_url

from chassis.store.postgres.provisioning import apply
from deploy.local import kafka as kafka_node
from deploy.local import postgres as postgres_node
from deploy.local.processes import is_free

__all__ = ["Databases", "free_ports", "kafka", "make_topics", "postgres"]

_TRIES = 50


class Databases:
    """A cluster, and new databases on it."""

    def __init__(self, cluster: postgres_node.Cluster) -> None:
        self._cluster = cluster

    def fresh(self) -> str:
        """Make an empty database and give its address, as SQLAlchemy reads it."""
        name = f"bench_{secrets.token_hex(6)}"
        engine = create_engine(self._cluster.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING UTF8 LOCALE 'C'"
            )
        engine.dispose()
        return self._cluster.url(name)

    def fresh_log(self) -> str:
        """Make the database of a service; give the address that the service uses."""
        owner = self.fresh()
        app = make_url(owner).set(username="bench_app", password=secrets.token_hex(8))
        address = app.render_as_string(hide_password=False)
        apply(owner, address)
        return address


@contextmanager
def postgres(settings: Mapping[str, str] | None = None) -> Iterator[Databases]:
    """Start a cluster with PostgreSQL's own settings: every commit is synced."""
    # Root's temporary folders are closed to the user that PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="whistle-bench-", dir="/var/tmp"))  # new
    cluster = postgres_node.Cluster(folder, free_ports(1)[0], settings=settings or {})
    try:
        postgres_node.start(cluster)
        yield Databases(cluster)
    finally:
        postgres_node.stop(cluster, at_once=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kafka() -> Iterator[str]:
    """Start a broker and give its address."""
    with tempfile.TemporaryDirectory(prefix="whistle-bench-") as folder:
        broker = kafka_node.start(Path(folder), free_ports(2)[0])
        try:
            yield broker.address
        finally:
            kafka_node.stop(broker)


def make_topics(address: str, *names: str, partitions: int) -> None:
    """Make topics and wait until they can be used."""
    with KafkaAdminClient(bootstrap_servers=address) as admin:
        admin.create_topics([NewTopic(name, partitions, 1) for name in names])
        admin.wait_for_topics(list(names))


def free_ports(count: int) -> list[int]:
    """Find a free port whose neighbours are free too: so many in a row."""
    for _ in range(_TRIES):
        with socket.create_server(("127.0.0.1", 0)) as bound:
            first: int = bound.getsockname()[1]
        ports = list(range(first, first + count))
        if all(map(is_free, ports)):
            return ports
    raise RuntimeError("no neighbouring ports are free")
