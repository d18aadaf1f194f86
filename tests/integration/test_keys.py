"""Processes whose master key is gone or another one: they say so in a sentence and end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.key_files import KeyFile
from chassis.store.opening import open_store
from chassis.store.sqlite.store import SqliteStore
from chassis.vault import open_vault
from contracts.services import SERVICES
from tests.servers import free_ports
from tests.substrate.postgres import Postgres

RUN = ("-c", "from whistle.cli import app; app()")


def ended(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program that ends by itself."""
    (port,) = free_ports(1)
    environment = {**os.environ, "WHISTLE_DATA": str(folder), "WHISTLE_PORT": str(port)}
    command = [sys.executable, *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which every service has a key that fits."""
    for name in SERVICES:
        store = SqliteStore(tmp_path / f"{name}.db")
        open_vault(store, KeyFile(tmp_path / "keys" / f"{name}.key"))
        store.close()
    return tmp_path


@pytest.mark.parametrize("words", [(*RUN, "run"), ("-m", "services.intake")])
@pytest.mark.parametrize(("content", "said"), [(None, "is missing"), (b"x" * 32, "is not the key")])
def test_a_start_is_refused_with_a_sentence(
    folder: Path, words: tuple[str, ...], content: bytes | None, said: str
) -> None:
    path = folder / "keys" / "intake.key"
    path.unlink()
    if content:
        path.write_bytes(content)
    done = ended(folder, *words)
    assert done.returncode != 0
    assert said in done.stderr
    assert "your backup of keys/" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.exists() == bool(content)


def test_the_state_of_every_key_is_shown_without_a_secret(folder: Path) -> None:
    done = ended(folder, *RUN, "keys", "show", "--json")
    assert (done.returncode, done.stdout.count('"fits"')) == (0, 4)
    key = folder / "keys" / "intake.key"
    secret = key.read_bytes()
    assert secret.hex() not in done.stdout
    key.write_bytes(b"x" * 32)
    (folder / "keys" / "dispatch.key").unlink()
    done = ended(folder, *RUN, "keys", "show", "--json")
    assert done.returncode == 3
    found = [done.stdout.count(f'"{state}"') for state in ("fits", "wrong", "missing")]
    assert found == [2, 1, 1]


def test_a_key_is_checked_against_postgresql_too(tmp_path: Path, postgres: Postgres) -> None:
    app = postgres.ready().app
    store = open_store("intake", tmp_path, app)
    open_vault(store, KeyFile(tmp_path / "keys" / "intake.key"))
    store.close()
    words = (*RUN, "keys", "show", "--json", "--service", "intake", "--database", app)
    assert '"fits"' in ended(tmp_path, *words).stdout
    (tmp_path / "keys" / "intake.key").write_bytes(b"x" * 32)
    done = ended(tmp_path, *words)
    assert (done.returncode, done.stdout.count('"wrong"')) == (3, 1)
