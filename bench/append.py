"""One event per commit into the log, against a bare sqlite3 loop with the same durability.

Besides, without a reference: a whole command through the unit of work, a transaction each.
"""

import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from bench.report import Result, plain, ratio
from chassis.commit_signal import CommitSignal
from chassis.hosting.assembly import open_ground
from chassis.store.port import Unplaced
from chassis.store.sqlite.store import SqliteStore
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.unit_of_work.work import Origin
from chassis.vault import Vault
from chassis.views.versions import prepare
from contracts.catalogue import CatalogueVersion, FileCatalogue
from contracts.envelope import Actor, Envelope
from contracts.events.dispatch import CaseSigned
from contracts.ids import CaseNo, UnitCode
from services.intake.app import definition as intake
from services.intake.receiving import Complaint, Reporter, receive
from tests.harness.fixed_clock import FixedClock

__all__ = ["ACTOR", "SPACE", "STARTED_AT", "decided", "measure", "receiving"]

_APPENDED = 2_000
_RECEIVED = 400

SPACE = UUID(int=7)
ACTOR = Actor(person="duty-1", unit="street-lighting", role="officer")
_AGENT = Actor(person="seat-1", unit="hotline", role="agent")
STARTED_AT = datetime(2026, 9, 28, 1, 30, tzinfo=UTC)
_TABLE = """CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, version INTEGER,
type TEXT, key TEXT, meta BLOB, data BLOB, UNIQUE (stream, version))"""


def measure(runs: int) -> list[Result]:
    """Run both in turn, on the same disk."""
    ours, bare, whole = [], [], []
    with tempfile.TemporaryDirectory(prefix="whistle-bench-") as folder:
        for run in range(runs):
            ours.append(_through_store(Path(folder) / f"ours-{run}.db", _APPENDED))
            bare.append(_through_driver(Path(folder) / f"bare-{run}.db", _APPENDED))
            whole.append(_through_unit_of_work(Path(folder) / f"whole-{run}", _RECEIVED))
    return [
        ratio("append 1 event/commit", "events/s", "raw sqlite3 insert loop", ours, bare),
        plain("receive a complaint through the unit of work", "commands/s", whole),
    ]


def decided(count: int) -> list[Unplaced]:
    """Give events that are decided and have no place yet, each the first of its stream."""
    return [(_envelope(event), event.to_bytes()) for event in map(_event, range(count))]


def _event(number: int) -> CaseSigned:
    return CaseSigned(
        case_no=CaseNo(f"260928{number:06d}"),
        round=1,
        unit=UnitCode(ACTOR.unit),
        signed_by="duty-1",
        signed_at=STARTED_AT,
    )


def _envelope(event: CaseSigned) -> Envelope:
    return Envelope(
        event_id=uuid5(SPACE, event.case_no),
        type=event.wire,
        stream=f"case-{event.case_no}",
        version=1,
        key=event.case_no,
        log_id=SPACE,
        recorded_at=STARTED_AT,
        actor=ACTOR,
        correlation_id=SPACE,
        causation_id=SPACE,
    )


def _through_store(path: Path, count: int) -> float:
    """Append what was decided: both canonical byte strings, the head, the row, the commit."""
    store = SqliteStore(path)
    pairs = [(_envelope(event), event) for event in map(_event, range(count))]
    began = time.perf_counter()
    for envelope, event in pairs:
        with store.writing() as connection:
            store.append(connection, [(envelope, event.to_bytes())])
    took = time.perf_counter() - began
    store.close()
    return count / took


def _through_driver(path: Path, count: int) -> float:
    """Insert rows that are ready, of the same bytes, by the driver alone."""
    rows = [
        (n, one.stream, one.version, one.type, one.key, one.to_bytes(), data)
        for n, (one, data) in enumerate(decided(count), start=1)
    ]
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute(_TABLE)
    began = time.perf_counter()
    for row in rows:
        bare.execute("BEGIN IMMEDIATE")
        bare.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        bare.execute("COMMIT")
    took = time.perf_counter() - began
    bare.close()
    return count / took


def _through_unit_of_work(folder: Path, count: int) -> float:
    """Number, claims, sealed texts, a person, two events, the list's row, the command's record."""
    catalogue = FileCatalogue()
    version = catalogue.current(STARTED_AT.date())
    model, clock = intake(catalogue).model, FixedClock(STARTED_AT)
    ground = open_ground(model.name, folder, clock, CommitSignal())
    prepare(ground.store, model, {})
    unit_of_work = UnitOfWork(model, ground.store, clock, ground.vault)
    began = time.perf_counter()
    for number in range(count):
        (outcome,) = unit_of_work.handle([receiving(number, version, ground.vault)])
        assert isinstance(outcome, Done), outcome
    took = time.perf_counter() - began
    ground.store.close()
    return count / took


def receiving(number: int, catalogue: CatalogueVersion, vault: Vault) -> CommandRequest:
    """Give a command that receives a complaint."""
    complaint = Complaint(
        source="bench",
        external_no=str(number),
        kind="complaint",
        title="路灯不亮",
        text="小区西门到三号楼之间的路灯有五盏不亮，已经一个星期了，晚上看不清路。",
        address="西门到三号楼之间",
        reporter=Reporter(name="许霜降", phone=f"199{number:08d}"),
    )

    def run(session: Session) -> None:
        receive(session, complaint, catalogue)

    identity = uuid5(SPACE, f"receive-{number}")
    digest = vault.digest(complaint.text.encode())
    return CommandRequest(Origin(identity, _AGENT, identity, identity), run, digest)
