"""The same commands give the same logs on SQLite and on PostgreSQL, byte for byte.

Two harnesses, one per database, take the same steps. Their logs get the same ids, which otherwise
are random and part of every envelope.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from chassis.store.reading import read_after
from contracts.envelope import Recorded
from contracts.services import SERVICES
from tests.harness.four_services import FourServices, open_four_services
from tests.harness.log_names import name_logs_alike
from tests.integration.snapshot import Snapshot
from tests.integration.story_run import play_in_order
from tests.substrate.postgres import Postgres

Run = tuple[dict[str, list[Recorded]], Snapshot]


def logs_of(harness: FourServices) -> dict[str, list[Recorded]]:
    found = {}
    for name, service in harness.services.items():
        with service.store.reading() as connection:
            found[name] = read_after(connection, 0, 1_000_000)
    return found


def run(folder: Path, databases: Mapping[str, str]) -> Run:
    with open_four_services(folder, databases) as harness:
        snapshot = play_in_order(harness)
        return logs_of(harness), snapshot


@pytest.fixture
def both(tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, Run]:
    name_logs_alike(monkeypatch)
    databases = {name: postgres.ready().app for name in SERVICES}
    return run(tmp_path / "files", {}), run(tmp_path / "databases", databases)


def test_logs_and_everything_else_are_the_same_on_both(both: tuple[Run, Run]) -> None:
    (logs, rest), (other_logs, other_rest) = both
    assert sum(len(log) for log in logs.values()) > 80
    for name, log in logs.items():
        assert other_logs[name] == log, name
    assert {name: rest[name] for name in rest if rest[name] != other_rest[name]} == {}
