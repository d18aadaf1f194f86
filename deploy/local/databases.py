"""Makes a database per service on one cluster, each with an owner and an application role.

Passwords are made once and kept in a file that only its owner can read.
"""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from chassis.store.postgres import provisioning
from chassis.store.postgres.connections import DatabaseRefused
from deploy.local import postgres
from deploy.local.layout import Layout
from deploy.local.processes import NotStarted

__all__ = ["Databases"]

_SETTINGS = {"max_connections": "100", "shared_buffers": "64MB"}


class Databases:
    """The databases of an installation."""

    def __init__(self, layout: Layout) -> None:
        self._passwords = _Passwords(layout.kept / "postgres-passwords.json")
        self.cluster = postgres.Cluster(
            layout.postgres,
            layout.postgres_port,
            self._passwords.of("postgres"),
            _SETTINGS,
        )

    def apply(self, services: Iterable[str]) -> dict[str, str]:
        """Make what is missing; give each service's address of its database.

        Raises: NotStarted.
        """
        addresses = {}
        with psycopg.connect(_plain(self.cluster.url()), autocommit=True) as connection:
            for service in services:
                self._make(connection, service)
        for service in services:
            addresses[service] = _plain(self._url(service, "app"))
            try:
                provisioning.apply(_plain(self._url(service, "owner")), addresses[service])
            except DatabaseRefused as refused:
                raise NotStarted(f"{service}'s database was not prepared: {refused}") from None
        return addresses

    def _make(self, connection: "psycopg.Connection[tuple[object, ...]]", service: str) -> None:
        name = f"whistle_{service}"
        for kind in ("owner", "app"):
            role = f"{name}_{kind}"
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if known.fetchone() else "CREATE"
            connection.execute(
                sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD {{}}").format(
                    sql.Identifier(role), sql.Literal(self._passwords.of(role))
                )
            )
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not known.fetchone():
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING UTF8 LOCALE 'C'"
                ).format(sql.Identifier(name), sql.Identifier(f"{name}_owner"))
            )

    def _url(self, service: str, kind: str) -> str:
        name = f"whistle_{service}"
        role = f"{name}_{kind}"
        return self.cluster.url(name, role, self._passwords.of(role))


class _Passwords:
    """Passwords in a file, each made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, role: str) -> str:
        """Give the password of a role."""
        stored: dict[str, str] = {}
        if self._path.exists():
            stored = json.loads(self._path.read_text(encoding="utf-8"))
        if role not in stored:
            stored[role] = secrets.token_urlsafe(24)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(stored, file, indent=1)
        return stored[role]


def _plain(url: str) -> str:
    """Give an address in the form of WHISTLE_DATABASE, without the driver's name."""
    return url.replace("postgresql+psycopg://", "postgresql://")
