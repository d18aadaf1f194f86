"""The unit of work, part by part: reacting, appending, reading and commanding, each timed alone.

One batch of the dispatch service on SQLite. Events of intake file cases (reacting, appending), then
every case is signed (reading, commanding). Each part is held against the least that its work takes:
reacting and commanding against the pure rule, reading and appending against the driver with the
same rows. Beside them stands what the rules of a dispatch take of one case: routing and deadlines.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid5

from sqlalchemy import Connection

from bench.append import SPACE, STARTED_AT
from bench.report import Result, plain, ratio
from chassis.decider import Meta
from chassis.inbox.inbound_event import InboundEvent
from chassis.inbox.inbox import Inbox
from chassis.store.sqlite.store import SqliteStore
from chassis.unit_of_work.appending import Appending
from chassis.unit_of_work.batch import Batch
from chassis.unit_of_work.commanding import Commanding
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.reacting import Reacting
from chassis.unit_of_work.requests import CommandRequest
from chassis.unit_of_work.work import Origin
from chassis.vault import Vault
from chassis.views.versions import prepare
from contracts.catalogue import STREET, FileCatalogue
from contracts.envelope import Actor, Envelope, Recorded
from contracts.events.intake import CaseFiled
from contracts.ids import AppealNo, CaseNo, SubjectId, UnitCode, case_stream
from contracts.values import Caller
from services.dispatch.app import definition
from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.dispatching import DispatchCase
from services.dispatch.domain.case.signing import SignCase
from services.dispatch.domain.routing import assisting, route, rows_of
from tests.harness.fixed_clock import FixedClock

__all__ = ["measure"]

_COUNT = 256
"""Requests of the batch: as many as a writer takes at once."""
_PARTS = {
    "reacting": "the rule alone",
    "appending": "the driver, the same events",
    "reading": "the driver, the same rows",
    "commanding": "the rule alone",
}
_CATALOGUE = FileCatalogue()
_VERSION = _CATALOGUE.current(STARTED_AT.date())
_PLACE = UnitCode(_VERSION.streets()[0].code)
_MATTER = next(row.code for row in _VERSION.matters() if row.lead == STREET)
_INTAKE = Actor(person="system:intake", unit="system", role="service")
_OFFICER = Actor(person="p-officer", unit=_PLACE, role="officer")
_INSERT = "INSERT INTO copies VALUES (?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT position, stream, meta, data FROM events ORDER BY stream, version"

Times = dict[str, float]
T = TypeVar("T")


def measure(runs: int) -> list[Result]:
    """Time every part of a batch, and what it is held against, in turn."""
    times: list[tuple[Times, Times]] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="whistle-bench-") as folder:
            times.append(_Run(Path(folder)).times())
    requests = [
        ratio(
            f"unit of work, {part}",
            "requests/s",
            reference,
            [_COUNT / ours[part] for ours, _ in times],
            [_COUNT / least[part] for _, least in times],
        )
        for part, reference in _PARTS.items()
    ]
    rules = [_rules() for _ in range(runs)]
    return [
        *requests,
        plain("routing of a case", "µs", [routing for routing, _ in rules]),
        plain("deadlines of a case", "µs", [deadlines for _, deadlines in rules]),
    ]


def _rules() -> tuple[float, float]:
    """Give the µs of routing and of the deadlines, a mean over every matter in every street."""
    places = [
        (street.code, matter.code) for street in _VERSION.streets() for matter in _VERSION.matters()
    ]
    rows, looked_up = _timed(lambda: [rows_of(_VERSION, *place) for place in places])
    _, routed = _timed(lambda: [assisting(one, route(one).unit) for one in rows])
    callers = (Caller(appeal_no=AppealNo(_case_no(1)), subject=SubjectId("subject")),)
    _, given = _timed(lambda: [one.terms.deadlines(1, STARTED_AT, callers) for one in rows])
    per_case = 1_000_000 / len(places)
    return (looked_up + routed) * per_case, given * per_case


@dataclass
class _Run:
    """One batch of events and one of commands on an empty database."""

    folder: Path

    def __post_init__(self) -> None:
        self.model = definition(_CATALOGUE).model
        self.clock = FixedClock(STARTED_AT)
        self.store = SqliteStore(self.folder / "dispatch.db")
        self.ours: Times = {}
        self.least: Times = {}
        prepare(self.store, self.model, {})

    def times(self) -> tuple[Times, Times]:
        """Give the seconds of each part, and of what it is held against."""
        self._react()
        self._command()
        self.store.close()
        return self.ours, self.least

    def _react(self) -> None:
        reacting = Reacting(self.model, self.clock)
        filed = [_filed(number) for number in range(1, _COUNT + 1)]
        with self.store.writing() as connection:
            batch = self._batch(connection)
            batch.load(filed)
            outcomes, self.ours["reacting"] = _timed(
                lambda: [reacting.outcome(batch, event) for event in filed]
            )
            assert all(outcome.appended for outcome in outcomes)
            self._append(batch)
        rows, meta = rows_of(_VERSION, _PLACE, _MATTER), Meta(_INTAKE, STARTED_AT)
        commands = [
            DispatchCase(
                case_no=_case_no(number),
                caller=Caller(appeal_no=AppealNo(_case_no(number)), subject=None),
                kind="complaint",
                confidential=False,
                rows=rows,
                meta=meta,
            )
            for number in range(1, _COUNT + 1)
        ]
        _, self.least["reacting"] = _timed(
            lambda: [CASE.fold(CASE.initial, CASE.decide(one, CASE.initial)) for one in commands]
        )

    def _append(self, batch: Batch) -> None:
        appending = Appending(self.model, self.store, self.clock)
        _, self.ours["appending"] = _timed(lambda: appending.flush(batch))
        rows = [
            (number, one.stream, one.version, one.event.wire, one.key, b"m" * 400, b"d" * 600)
            for number, one in enumerate(batch.pending)
        ]
        raw = batch.connection.connection.cursor()
        raw.execute("CREATE TEMP TABLE copies (position, stream, version, type, key, meta, data)")
        _, self.least["appending"] = _timed(lambda: raw.executemany(_INSERT, rows))
        raw.close()

    def _command(self) -> None:
        commanding = Commanding(self.model.name, self.clock)
        meta = Meta(_OFFICER, STARTED_AT)
        commands = [
            SignCase(case_no=_case_no(number), meta=meta) for number in range(1, _COUNT + 1)
        ]
        requests = [_request(command) for command in commands]
        with self.store.writing() as connection:
            batch = self._batch(connection)
            _, self.ours["reading"] = _timed(lambda: batch.load(requests))
            raw = connection.connection.cursor()
            _, self.least["reading"] = _timed(lambda: raw.execute(_SELECT).fetchall())
            raw.close()
            states = [batch.folded[case_stream(one.case_no)].state for one in commands]
            outcomes, self.ours["commanding"] = _timed(
                lambda: [commanding.outcome(batch, request) for request in requests]
            )
            assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
        pairs = list(zip(commands, states, strict=True))
        _, self.least["commanding"] = _timed(
            lambda: [CASE.fold(state, CASE.decide(one, state)) for one, state in pairs]
        )

    def _batch(self, connection: Connection) -> Batch:
        inbox = Inbox(connection, STARTED_AT)
        return Batch(connection, inbox, self.model.aggregates, Vault(bytes(32)), False)  # noqa: FBT003  # no savepoints


def _timed(what: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    given = what()
    return given, time.perf_counter() - began


def _case_no(number: int) -> CaseNo:
    return CaseNo(f"260928{number:06d}")


def _filed(number: int) -> InboundEvent:
    case_no = _case_no(number)
    event = CaseFiled(
        case_no=case_no,
        subject=None,
        kind="complaint",
        street=_PLACE,
        matter=_MATTER,
        classified_by="source",
        confidential=False,
        catalogue=_VERSION.version,
        filed_by="p-agent",
        filed_at=STARTED_AT,
    )
    envelope = Envelope(
        event_id=uuid5(SPACE, case_no),
        type=event.wire,
        stream=f"appeal-{case_no}",
        version=1,
        key=case_no,
        log_id=SPACE,
        recorded_at=STARTED_AT,
        actor=_INTAKE,
        correlation_id=SPACE,
        causation_id=SPACE,
    )
    return InboundEvent.of("intake", Recorded.of(number, envelope, event.to_bytes()))


def _request(command: SignCase) -> CommandRequest:
    stream = case_stream(command.case_no)
    identity: UUID = uuid5(SPACE, f"sign {command.case_no}")
    return CommandRequest(
        Origin(identity, _OFFICER, identity, identity),
        lambda session: session.execute(command, stream),
        b"digest",
        streams=(stream,),
    )
