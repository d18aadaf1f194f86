"""The same commands give the same logs on SQLite and on PostgreSQL, byte for byte.

The entangled story is told in a straight line to two districts, one per database. Logs are named
alike, as their names are drawn by chance and stand in every envelope.
"""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from chassis.store.reading import read_after
from contracts.envelope import Recorded
from tests.district import District, open_district
from tests.integration.snapshot import Snapshot
from tests.integration.telling import tell_straight
from tests.servers import SERVICES
from tests.substrate.postgres import Postgres

Told = tuple[dict[str, list[Recorded]], Snapshot]


def name_logs_alike(patch: pytest.MonkeyPatch) -> None:
    """Let the databases of the services be named 1, 2, 3, 4 in the order in which they are made."""
    for module in ("sqlite", "provisioning"):
        names = iter([UUID(int=number) for number in range(1, len(SERVICES) + 1)])
        patch.setattr(f"chassis.store.{module}.uuid4", names.__next__)


def logs_of(district: District) -> dict[str, list[Recorded]]:
    found = {}
    for name, service in district.services.items():
        with service.store.reading() as connection:
            found[name] = read_after(connection, 0, 1_000_000)
    return found


def tell(folder: Path, databases: Mapping[str, str]) -> Told:
    with open_district(folder, databases) as district:
        snapshot = tell_straight(district)
        return logs_of(district), snapshot


@pytest.fixture
def told(tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> tuple[Told, Told]:
    name_logs_alike(monkeypatch)
    databases = {name: postgres.ready().app for name in SERVICES}
    return tell(tmp_path / "files", {}), tell(tmp_path / "databases", databases)


def test_logs_and_everything_else_are_the_same_on_both(told: tuple[Told, Told]) -> None:
    (logs, rest), (other_logs, other_rest) = told
    assert sum(len(log) for log in logs.values()) > 80
    for name, log in logs.items():
        assert other_logs[name] == log, name
    assert {name: rest[name] for name in rest if rest[name] != other_rest[name]} == {}
