"""PostgreSQL for tests: one cluster per test process, started when the first test asks for it.

WHISTLE_TEST_POSTGRES names one that runs already, by the address of a superuser's database. Every
test gets its own database, with its own owner and application role.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url

from chassis.store.postgres.provisioning import apply
from deploy.local import postgres as starter
from deploy.local.processes import NotStarted
from tests.servers import free_ports
from tests.substrate.availability import unavailable

__all__ = ["Database", "Postgres", "a_cluster"]

_PASSWORD = "only-on-loopback"
_QUICK = {"max_connections": "300", "shared_buffers": "32MB"}


@dataclass(frozen=True, slots=True)
class Database:
    """One database: its addresses for the owner of the tables and for the application."""

    owner: str
    app: str


@dataclass
class Postgres:
    """The address of the server, and the databases that were made on it."""

    address: str
    cluster: starter.Cluster | None = None
    """None when the server was running already."""
    made: list[str] = field(default_factory=list)

    def fresh(self, options: str = "TEMPLATE template0 ENCODING UTF8 LOCALE 'C'") -> Database:
        """Make an empty database and its two roles."""
        name = f"whistle_{uuid4().hex[:16]}"
        with self._engine().connect() as connection:
            for role in ("owner", "app"):
                connection.exec_driver_sql(
                    f"CREATE ROLE {name}_{role} LOGIN PASSWORD '{_PASSWORD}'"
                )
            connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {name}_owner {options}")
        self.made.append(name)
        return Database(self._url(name, f"{name}_owner"), self._url(name, f"{name}_app"))

    def ready(self) -> Database:
        """Make a database with its tables, as `whistle database apply` does."""
        made = self.fresh()
        apply(made.owner, made.app)
        return made

    def delete_made(self) -> None:
        """Drop everything that was made."""
        with self._engine().connect() as connection:
            for name in self.made:
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                for role in ("app", "owner"):
                    connection.exec_driver_sql(f"DROP ROLE IF EXISTS {name}_{role}")
        self.made.clear()

    def _engine(self) -> Engine:
        return create_engine(self.address, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def _url(self, database: str, role: str) -> str:
        base: URL = make_url(self.address)
        made = base.set(database=database, username=role, password=_PASSWORD)
        return made.render_as_string(hide_password=False)


def a_cluster() -> Iterator[Postgres]:
    """Give a server until the test process ends."""
    if named := os.environ.get("WHISTLE_TEST_POSTGRES"):
        postgres = Postgres(
            make_url(named)
            .set(drivername="postgresql+psycopg")
            .render_as_string(hide_password=False)
        )
        yield postgres
        postgres.delete_made()
        return
    # The user that PostgreSQL runs as cannot enter the temporary folders of root.
    folder = Path(tempfile.mkdtemp(prefix="whistle-", dir="/var/tmp"))
    cluster = starter.Cluster(folder, free_ports(1)[0], settings=_QUICK)
    try:
        starter.start(cluster)
    except NotStarted as why:
        shutil.rmtree(folder, ignore_errors=True)
        unavailable(str(why))
    yield Postgres(cluster.url(), cluster)
    starter.stop(cluster, at_once=True)
    shutil.rmtree(folder, ignore_errors=True)
