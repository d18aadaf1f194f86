"""Making a PostgreSQL database fit for a service: its tables, and who may do what with them.

The owner's role makes the tables and changes them from release to release. The application's role
reads and adds; of the log it may move the head and change nothing else. Its views it makes itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import URL, Connection, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from chassis.store.postgres.connections import DatabaseRefused, address, check_database, engine
from chassis.store.postgres.staging import SCHEMA
from chassis.store.schema import NEWEST, SchemaRefused, upgrade, version_of
from chassis.store.tables import head, kept

__all__ = ["State", "apply", "look"]

_APPLYING = "SELECT pg_advisory_xact_lock(hashtext('whistle'), hashtext('apply'))"
_ADDED_TO = ("access_log", "operator_log")
"""Rows of these are never changed."""
_RIGHTS = {
    "events": "SELECT, INSERT",
    "head": "SELECT, UPDATE (position)",
    "commands": "SELECT, INSERT, UPDATE (digest)",
    **dict.fromkeys(_ADDED_TO, "SELECT, INSERT"),
}
_ALL = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True)
class State:
    """How a database stands."""

    database: str
    version: str
    """The last change that was made to its tables; empty when there are none."""
    newest: str
    """The change that this release needs."""
    log_id: str = ""
    head: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether a service of this release can use it."""
        return self.version == self.newest


def apply(owner: str, app: str) -> State:
    """Bring the tables to this release and the rights to what `app` may do; as often as wanted.

    Both are addresses of the same database. The role of `app` is made if it does not exist and the
    owner may make roles. Raises: DatabaseRefused.
    """
    role = address(app)
    if role.username is None:
        raise DatabaseRefused(
            "The service's address names no user; add the one it is to log in as."
        )
    with _asking(owner) as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(_APPLYING)
        check_database(connection, tables=False)
        try:
            upgrade(connection)
        except SchemaRefused as refused:
            raise DatabaseRefused(str(refused)) from None
        _begin_log(connection)
        _make_role(connection, role)
        _grant(connection, role.username)
        connection.commit()
    return look(owner)


def look(url: str) -> State:
    """Say how a database stands, with the rights of either role. Raises: DatabaseRefused."""
    with _asking(url) as connection:
        check_database(connection, tables=False)
        name = str(connection.exec_driver_sql("SELECT current_database()").scalar_one())
        version = version_of(connection)
        if not version:
            return State(name, version, NEWEST)
        row = connection.execute(select(head.c.log_id, head.c.position)).first()
        log_id, position = row or ("", 0)
        return State(name, version, NEWEST, log_id, position)


@contextmanager
def _asking(url: str) -> Iterator[Connection]:
    where = address(url)
    pool = engine(where, 1)
    try:
        with pool.connect() as connection:
            yield connection
    except OperationalError as error:
        reason = str(error.orig).split("\n", 1)[0]
        raise DatabaseRefused(
            f"PostgreSQL at {where.host}:{where.port or 5432}/{where.database} cannot be used:"
            f" {reason}. See that it runs and lets {where.username} in."
        ) from None
    except DBAPIError as error:
        reason = str(error.orig).split("\n", 1)[0]
        raise DatabaseRefused(
            f"{where.username} may not do what is needed in {where.database}: {reason}. Use the"
            " address of the role that owns the database."
        ) from None
    finally:
        pool.dispose()


def _begin_log(connection: Connection) -> None:
    if connection.execute(select(head.c.log_id)).first() is None:
        connection.execute(head.insert().values(id=1, position=0, log_id=str(uuid4())))


def _make_role(connection: Connection, url: URL) -> None:
    exists = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    if connection.execute(exists, {"name": url.username}).first() is not None:
        return
    # CREATE ROLE takes no parameters, so the server quotes what it is given.
    quoted = text("SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', :name ::text, :secret ::text)")
    values = {"name": url.username, "secret": url.password}
    connection.exec_driver_sql(connection.execute(quoted, values).scalar_one().replace("%", "%%"))


def _grant(connection: Connection, role: str) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    who = quote(role)
    database = quote(str(connection.exec_driver_sql("SELECT current_database()").scalar_one()))
    statements = [
        f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}",
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {who}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE, CREATE ON SCHEMA public, {SCHEMA} TO {who}",
        f"GRANT SELECT ON alembic_version TO {who}",
    ]
    if connection.exec_driver_sql("SELECT current_user").scalar_one() != role:
        names = ", ".join(quote(table.name) for table in kept.sorted_tables)
        statements.append(f"REVOKE ALL ON {names} FROM {who}")
    for table in kept.sorted_tables:
        rights = _RIGHTS.get(table.name, _ALL)
        statements.append(f"GRANT {rights} ON {quote(table.name)} TO {who}")
    statements.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {who}")
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))
