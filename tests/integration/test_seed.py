"""A seeded folder is like a grown one: services run on it, and reconcile finds no difference."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

import contracts.events  # noqa: F401  # fills the register
from chassis.store.postgres.store import PostgresStore
from contracts.canonical import canonical_bytes
from contracts.envelope import Envelope
from contracts.event import EVENTS
from contracts.services import SERVICES
from tests.commands import Ended, Shell
from tests.servers import run_demo, until
from tests.substrate.postgres import Postgres

CASES = 50


def seed(folder: Path, *more: str, **env: str) -> Ended:
    shell = Shell("", env)
    words = ("seed", "--cases", str(CASES), "--data", str(folder), "--json", *more)
    return shell.end(shell.begin(*words))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded") / "data"
    ended = seed(folder)
    assert ended.code == 0, ended.err
    assert ended.json["cases"] == CASES
    assert ended.json["events"] == sum(ended.json[name] for name in SERVICES) > 10 * CASES
    return folder


def rows(folder: Path, service: str, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / f"{service}.db")) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_fits_its_contract_in_canonical_bytes(folder: Path, service: str) -> None:
    query = "SELECT stream, version, type, key, meta, data FROM events ORDER BY position"
    ids, versions = set(), dict[str, int]()
    for stream, version, wire, key, meta, data in rows(folder, service, query):
        assert isinstance(meta, bytes)
        assert isinstance(data, bytes)
        envelope = Envelope.model_validate_json(meta)
        assert (envelope.stream, envelope.version) == (stream, version)
        assert (envelope.type, envelope.key) == (wire, key)
        assert EVENTS[envelope.type].model_validate_json(data).to_bytes() == data
        assert canonical_bytes(json.loads(meta)) == meta
        assert envelope.version == versions.get(envelope.stream, 0) + 1
        versions[envelope.stream] = envelope.version
        ids.add(envelope.event_id)
    assert len(ids) == rows(folder, service, "SELECT position FROM head")[0][0] > 0


def test_services_run_on_it_and_their_records_agree(folder: Path) -> None:
    with run_demo(folder) as server:
        found = Shell(server.url).run("reconcile", "--json")
        assert (found.code, found.json["differences"]) == (0, [])
        assert (found.json["closed"], found.json["open"]) == (CASES - 1, 1)
        assert found.json["whistles"]["settled"] > 0
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            go_on(client)
        found = Shell(server.url).run("reconcile", "--json")
        assert (found.code, found.json["differences"]) == (0, [])
        assert (found.json["closed"], found.json["open"]) == (CASES, 1)


def go_on(client: httpx.Client) -> None:
    """Close the open case, and file another one."""
    auditor = {"Authorization": "Bearer demo.auditor.hotline.a"}
    (case,) = client.get("/dispatch/v1/cases?status=open", headers=auditor).json()["items"]
    no, unit = case["case_no"], case["unit"]
    officer = f"officer.{unit}.somebody"
    report = {"claim": "resolved", "contact": "reached", "account": "已处置。"}
    answers = {"contacted": True, "resolved": True, "satisfaction": "satisfied"}
    post(client, officer, f"/dispatch/v1/cases/{no}/signature", {})
    post(client, officer, f"/dispatch/v1/cases/{no}/contacts", {"result": "reached"})
    post(client, officer, f"/dispatch/v1/cases/{no}/handling", report)
    call = f"/feedback/v1/callbacks/{no}-R1"
    until(lambda: client.get(call, headers=auditor).status_code == httpx.codes.OK)
    post(client, "visitor.callback-centre.v", f"{call}/completion", answers)
    complaint = {
        "source": "hotline",
        "external_no": "after-the-seed",
        "kind": "complaint",
        "anonymous": True,
        "text": "路灯不亮",
        "street": case["street"],
        "matter": case["matter"],
        "file": True,
    }
    number = post(client, "agent.hotline.seat-9", "/intake/v1/appeals", complaint)["id"]
    assert int(number) == int(no) + 1


def post(client: httpx.Client, who: str, path: str, body: Mapping[str, object]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer demo.{who}", "Idempotency-Key": path.replace("/", ".")}
    answer = client.post(path, json=body, headers=headers)
    assert answer.is_success, answer.text
    found: dict[str, str] = answer.json()
    return found


class WhenItIsRefused:
    def test_nothing_is_written_into_what_is_not_empty(self, folder: Path) -> None:
        ended = seed(folder)
        assert (ended.code, ended.out) == (5, "")
        assert "not empty" in ended.err

    def test_real_data_is_never_touched(self, tmp_path: Path) -> None:
        (tmp_path / "intake.db").touch()
        ended = seed(tmp_path)
        assert ended.code == 2
        assert "real data" in ended.err
        assert (tmp_path / "intake.db").read_bytes() == b""

    def test_production_has_no_invented_cases(self, tmp_path: Path) -> None:
        ended = seed(tmp_path / "data", "--invented", WHISTLE_PRODUCTION="1")
        assert ended.code == 2
        assert not (tmp_path / "data").exists()

    def test_databases_are_named_all_four_and_knowingly(self, tmp_path: Path) -> None:
        four = json.dumps({name: f"postgresql://{name}@127.0.0.1/x" for name in SERVICES})
        assert seed(tmp_path, "--service-databases", four).code == 2
        assert seed(tmp_path, "--invented", "--service-databases", "{}").code == 2


def test_postgres_is_filled_as_well(postgres: Postgres, tmp_path: Path) -> None:
    databases = {name: postgres.ready().app for name in SERVICES}
    ended = seed(tmp_path, "--invented", "--service-databases", json.dumps(databases))
    assert ended.code == 0, ended.err
    assert ended.json["events"] > 10 * CASES
    store = PostgresStore(databases["dispatch"])
    try:
        with store.reading() as connection:
            count = "SELECT count(*), sum(CASE WHEN status = 'closed' THEN 1 END) FROM cases"
            assert tuple(connection.exec_driver_sql(count).one()) == (CASES, CASES - 1)
    finally:
        store.close()
    again = seed(tmp_path, "--invented", "--service-databases", json.dumps(databases))
    assert again.code == 5
