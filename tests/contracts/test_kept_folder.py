"""What the program at e4e85ab wrote is opened, read, rebuilt and gone on with by this one.

`tests/fixtures/e4e85ab/README.md` says what the folder and the dumps hold. Nothing in them is ever
made again.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from chassis.commit_signal import CommitSignal
from chassis.hosting.assembly import Ground
from chassis.key_files import KeyFile
from chassis.store.opening import open_store
from chassis.store.postgres.provisioning import apply
from chassis.store.reading import read_after
from chassis.vault import open_vault
from chassis.views.versions import rebuild
from contracts.envelope import Recorded
from contracts.instant import parse_instant
from deploy.local.postgres import binary
from tests.architecture.tidy_rules import ROOT
from tests.harness.fixed_clock import FixedClock
from tests.harness.four_services import FourServices
from tests.substrate.postgres import Postgres

KEPT = ROOT / "tests" / "fixtures" / "e4e85ab"
EXPECTED: dict[str, Any] = json.loads((KEPT / "expected.json").read_text(encoding="utf-8"))
STAGES = ["appeals", "cases", "whistles", "operations", "callbacks"]


class KeptServices(FourServices):
    """The services with the keys of their folder."""

    def ground(self, name: str, commit_signal: CommitSignal) -> Ground:
        """Open what a service stands on."""
        store = open_store(name, self.folder, self.databases.get(name, ""))
        vault = open_vault(store, KeyFile(self.folder / "keys" / f"{name}.key"))
        return Ground(store, vault, self.clock, commit_signal)

    def recorded(self, name: str) -> list[Recorded]:
        """Give the whole log of a service."""
        with self.services[name].store.reading() as connection:
            return read_after(connection, 0, 1_000_000)


def digest(log: list[Recorded]) -> str:
    """Give the digest that `expected.json` has of a log."""
    total = sha256()
    for one in log:
        total.update(b"%d\n%b\n%b\n" % (one.position, one.meta, one.data))
    return total.hexdigest()


def restored(postgres: Postgres, service: str) -> str:
    """Restore a dump as the README says; give the address for the application."""
    made = postgres.fresh()
    database = made.owner.rpartition("/")[2]
    address = postgres.address.replace("postgresql+psycopg", "postgresql")
    psql = [
        str(binary("psql")),
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        address.rpartition("/")[0] + f"/{database}",
    ]
    as_owner = {**os.environ, "PGOPTIONS": f"-c role={database}_owner"}
    dump = KEPT / "postgres" / f"{service}.sql"
    subprocess.run([*psql, f"--file={dump}"], check=True, env=as_owner, stdout=subprocess.DEVNULL)
    assert apply(made.owner, made.app).is_ready
    tables = EXPECTED["views"][service]
    owned = "".join(f'ALTER TABLE "{table}" OWNER TO "{database}_app";' for table in tables)
    subprocess.run([*psql, "--command", owned], check=True)
    return made.app


def without_persons(answer: object) -> object:
    """Leave out what tells persons apart: told to fewer roles now, and by another field."""
    if isinstance(answer, list):
        return [without_persons(one) for one in answer]
    if isinstance(answer, dict):
        left = {name: one for name, one in answer.items() if name not in {"subject", "anonymous"}}
        return {name: without_persons(one) for name, one in left.items()}
    return answer


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeptServices]:
    """A copy of the folder, or the dumps restored beside its keys."""
    databases: dict[str, str] = {}
    folder = tmp_path / "data"
    if request.param == "sqlite":
        shutil.copytree(KEPT / "data", folder)
    else:
        shutil.copytree(KEPT / "postgres" / "keys", folder / "keys")
        postgres = request.getfixturevalue("postgres")
        databases = {name: restored(postgres, name) for name in EXPECTED["logs"]}
    opened = KeptServices(folder, databases, FixedClock(parse_instant(EXPECTED["clock"])))
    yield opened
    opened.close()


def rows(kept: KeptServices, service: str) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every view of a service."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    running = kept.services[service]
    with running.store.reading() as connection:
        for view in running.model.views:
            for table in view.tables.sorted_tables:
                ordered = table.select().order_by(*table.primary_key.columns)
                found[table.name] = [tuple(row) for row in connection.execute(ordered)]
    return found


class WhenTheFolderOfE4e85abIsOpened:
    def test_every_log_is_what_it_was(self, kept: KeptServices) -> None:
        for service, log in EXPECTED["logs"].items():
            found = kept.recorded(service)
            assert (len(found), digest(found)) == (log["events"], log["sha256"]), service

    def test_every_stream_folds_to_its_version(self, kept: KeptServices) -> None:
        for service, streams in EXPECTED["streams"].items():
            loaded = {stream: kept.services[service].load(stream) for stream in streams}
            assert {stream: one.version for stream, one in loaded.items()} == streams

    def test_it_answers_what_it_answered(self, kept: KeptServices) -> None:
        for asked, expected in EXPECTED["answers"].items():
            actor, path = asked.split(" ")
            answer = kept.ask(actor, path).json()
            assert without_persons(answer) == without_persons(expected), asked

    def test_a_contact_is_read_by_the_appeal(self, kept: KeptServices) -> None:
        for expected in EXPECTED["contacts"].values():
            path = f"/intake/v1/appeals/{expected['appeal']}/contact"
            answer = kept.tell("agent.hotline.a-1", path, {"reason": "需要回电核实"})
            assert answer.status_code == expected["status"], path
            if answer.is_success:
                assert answer.json() == {**expected["contact"], "as_given": None}
            else:
                assert answer.json()["code"] == expected["code"]

    def test_its_texts_are_read_and_the_erased_are_not(self, kept: KeptServices) -> None:
        for asked, expected in EXPECTED["readings"].items():
            actor, path = asked.split(" ")
            assert kept.ask(actor, path).json() == expected, asked

    def test_every_view_rebuilt_is_the_view_that_was_kept(self, kept: KeptServices) -> None:
        for service, running in kept.services.items():
            before = rows(kept, service)
            for view in running.model.views:
                own = {source: kept.feeds[source] for source in running.model.sources}
                rebuild(running.store, view, own)
            assert rows(kept, service) == before, service

    def test_it_goes_on(self, kept: KeptServices) -> None:
        (case_no,) = EXPECTED["stages"]["cases"]["dispatched 1"]
        unit = kept.ask("auditor.office.a-1", f"/dispatch/v1/cases/{case_no}").json()["unit"]
        officer = f"officer.{unit}.o-1"
        signed = kept.tell(officer, f"/dispatch/v1/cases/{case_no}/signature", key="go-on")
        assert signed.status_code == 200
        kept.wait_until(datetime.fromisoformat("2026-12-01T00:00:00+00:00"))
        kept.listen()
        case = kept.ask("auditor.office.a-1", f"/dispatch/v1/cases/{case_no}").json()
        assert case["stage"] == "signed"
        waiting = kept.ask("visitor.hotline.v-1", "/feedback/v1/callbacks", case_no=case_no).json()
        assert waiting["total"] == 1, "the time to handle is over, so the caller is asked"


class WhenAPersonOf010IsLookedUp:
    def test_they_are_found_by_their_phone_in_any_writing(self, kept: KeptServices) -> None:
        appeal = kept.ask("agent.hotline.a-1", "/intake/v1/appeals/260928000001").json()
        for phone in ("19900000001", "+86 199-0000-0001"):
            body = {"phone": phone, "purpose": "access", "reason": "a reason"}
            found = kept.tell("agent.hotline.a-1", "/intake/v1/persons/lookup", body).json()
            assert [item["subject"] for item in found["items"]] == [appeal["subject"]]
            assert {one["appeal_no"] for one in found["items"][0]["appeals"]} == {
                "260928000001",
                "260928000010",
            }

    def test_the_erased_are_not(self, kept: KeptServices) -> None:
        body = {"phone": "19900000004", "purpose": "access", "reason": "a reason"}
        found = kept.tell("agent.hotline.a-1", "/intake/v1/persons/lookup", body).json()
        assert found == {"items": [], "total": 0}
