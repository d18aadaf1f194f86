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
from typing import Any, ClassVar

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


SCORES = "auditor.audit-office.x-1 /feedback/v1/scores"
GONE: dict[str, str] = {
    "subject": "which person it is of is told to fewer roles (M4 of the security test)",
    "items[].subject": "the same, in a list",
    "totals.response.of": "a mean over units is called `mean_of`",
    "totals.resolution.of": "the same",
    "totals.satisfaction.of": "the same",
}
"""Fields that an answer need not have any more, each with its reason; none says another thing."""


def changed(expected: object, answer: object, place: str = "") -> list[str]:
    """Give the places where an answer has lost or changed what it said; more fields may come.

    Every item of a list is at one place: `items[].unit`.
    """
    if isinstance(expected, dict) and isinstance(answer, dict):
        found = []
        for name, value in expected.items():
            at = f"{place}.{name}".lstrip(".")
            if name in answer:
                found += changed(value, answer[name], at)
            elif at not in GONE:
                found.append(f"{at} is gone")
        return found
    if isinstance(expected, list) and isinstance(answer, list) and len(expected) == len(answer):
        pairs = zip(expected, answer, strict=True)
        return [one for then, now in pairs for one in changed(then, now, f"{place}[]")]
    return [] if expected == answer else [f"{place}: {expected!r} became {answer!r}"]


def of_the_rated(scores: dict[str, Any]) -> dict[str, Any]:
    """Leave out the units that nobody was asked about."""
    return {**scores, "items": [one for one in scores["items"] if one["counts"]["valid"]]}


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
        """An old program reads the new answers: a field may come, and none goes or changes."""
        for asked, expected in EXPECTED["answers"].items():
            actor, path = asked.split(" ")
            answer = kept.ask(actor, path).json()
            both = (expected, answer)
            then, now = map(of_the_rated, both) if asked == SCORES else both
            assert changed(then, now) == [], asked

    def test_units_that_nobody_was_asked_about_have_no_place_any_more(
        self, kept: KeptServices
    ) -> None:
        """F3: 0.0 said that they did badly. What was counted of them is what it was."""
        actor, path = SCORES.split(" ")
        then = {one["unit"]: one for one in EXPECTED["answers"][SCORES]["items"]}
        now = {one["unit"]: one for one in kept.ask(actor, path).json()["items"]}
        unrated = [unit for unit, one in then.items() if not one["counts"]["valid"]]
        assert len(unrated) == len(then) - 1
        for unit in unrated:
            assert changed(then[unit]["counts"], now[unit]["counts"]) == []
            assert then[unit]["volume"] == now[unit]["volume"]
            assert (now[unit]["rank"], now[unit]["score"]) == (None, None)

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
            assert changed(expected, kept.ask(actor, path).json()) == [], asked

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


class WhenTwoAnswersAreCompared:
    """The control arm: a comparison that forgives everything would find nothing."""

    THEN: ClassVar[dict[str, object]] = {"total": 1, "items": [{"unit": "a", "rank": 1}]}

    def test_more_fields_may_come(self) -> None:
        assert changed(self.THEN, {**self.THEN, "lamps": {}}) == []
        assert changed(self.THEN, {"total": 1, "items": [{"unit": "a", "rank": 1, "b": 2}]}) == []

    @pytest.mark.parametrize(
        ("now", "found"),
        [
            ({"items": [{"unit": "a", "rank": 1}]}, ["total is gone"]),
            ({"total": 1, "items": [{"unit": "a"}]}, ["items[].rank is gone"]),
            ({"total": 2, "items": [{"unit": "a", "rank": 1}]}, ["total: 1 became 2"]),
            (
                {"total": 1, "items": [{"unit": "a", "rank": None}]},
                ["items[].rank: 1 became None"],
            ),
            ({"total": 1, "items": []}, ["items: [{'unit': 'a', 'rank': 1}] became []"]),
        ],
    )
    def test_none_goes_and_none_changes(self, now: object, found: list[str]) -> None:
        assert changed(self.THEN, now) == found

    def test_what_is_meant_to_go_may_go_and_not_change(self) -> None:
        then = {"subject": "s-1", "kind": "help"}
        assert changed(then, {"kind": "help"}) == []
        assert changed(then, {**then, "subject": "s-2"}) == ["subject: 's-1' became 's-2'"]


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
