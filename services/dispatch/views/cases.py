"""The list of cases: where each stands, which of its clocks run, and who has to decide something.

A missed deadline stays the next thing due until it is met, so what is late stands on top.
"""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Update,
    bindparam,
    delete,
    func,
    select,
    update,
)

from chassis.store.rows import add, put, upsert
from chassis.unit_of_work.definition import Projector, View
from contracts.calendar import Deadline
from contracts.events import dispatch
from contracts.ids import CaseNo
from contracts.instant import format_instant
from services.dispatch.domain.case.state import Closed, Dispatched, Reported, Signed

_tables = MetaData()

LATEST = "9999-12-31T00:00:00.000000Z"
"""Sorts behind every deadline: nothing is due."""

WaitingFor = Literal["ruling", "extension", "suspension", "review"]
WAITING: tuple[WaitingFor, ...] = ("ruling", "extension", "suspension", "review")
"""What a dispatcher or the district has to decide: `waits_ruling` is 1 while a ruling is due."""

cases = Table(
    "cases",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("hops", Integer, nullable=False),
    Column("caller_count", Integer, nullable=False),
    Column("missed_count", Integer, nullable=False),
    Column("missed_by_lead", Integer, nullable=False),
    Column("sign_missed", Integer, nullable=False),
    Column("handle_missed", Integer, nullable=False),
    Column("open_whistle", Text),
    Column("sign_due", Text, nullable=False),
    Column("handle_due", Text, nullable=False),
    Column("next_due", Text, nullable=False),
    Column("next_warning", Text, nullable=False),
    *(Column(f"waits_{what}", Integer, nullable=False) for what in WAITING),
    Column("claimed_by", Text),
    Column("claimed_until", Text),
    Column("outcome", Text),
    Column("dispatched_at", Text, nullable=False),
    Column("closed_at", Text),
    Index("cases_by_unit", "unit", "status", "next_due"),
    Index("cases_by_district", "district", "status", "next_due"),
    Index("cases_by_street", "street", "status", "next_due"),
)

clocks = Table(
    "case_clocks",
    _tables,
    Column("case_no", Text, primary_key=True),
    Column("milestone", Text, primary_key=True),
    Column("due_at", Text, nullable=False),
    Column("warn_at", Text, nullable=False),
    Column("provisional", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
)
"""Clocks that are neither met nor lifted; those that were missed among them."""

_of = clocks.c.case_no == bindparam("of")
_END_ALL = delete(clocks).where(_of)
_END_ONE = _END_ALL.where(clocks.c.milestone == bindparam("ended"))
_STOP = _END_ALL.where(clocks.c.missed == 0)
_MISS = update(clocks).where(_of, clocks.c.milestone == bindparam("passed")).values(missed=1)
_mine = clocks.c.case_no == cases.c.case_no
_NEXT = (
    update(cases)
    .where(cases.c.case_no == bindparam("of"))
    .values(
        {
            f"next_{name}": func.coalesce(
                select(func.min(column)).where(_mine).scalar_subquery(), LATEST
            )
            for name, column in (("due", clocks.c.due_at), ("warning", clocks.c.warn_at))
        }
    )
)

_NOTHING_RUNS = {"sign_due": LATEST, "handle_due": LATEST}
_NOTHING_MISSED = {"sign_missed": 0, "handle_missed": 0}
_NOBODY_WAITS = {f"waits_{what}": 0 for what in WAITING}
_NO_TIME_ASKED = {name: 0 for name in _NOBODY_WAITS if name != "waits_ruling"}
"""An objection still waits in the next round; a re-dispatch follows a ruling."""
_UNCLAIMED = {"claimed_by": None, "claimed_until": None}

Asked = (
    dispatch.CaseObjected
    | dispatch.ObjectionRuled
    | dispatch.ExtensionRequested
    | dispatch.ExtensionDenied
    | dispatch.SuspensionRequested
    | dispatch.SuspensionDenied
)


def _dispatched(connection: Connection, event: dispatch.CaseDispatched) -> None:
    running = event.deadlines
    row = {
        "case_no": event.case_no,
        "unit": event.unit,
        "street": event.street,
        "district": event.district,
        "matter": event.matter,
        "kind": event.kind,
        "status": "open",
        "stage": Dispatched.stage,
        "round": event.round,
        "hops": 0,
        "caller_count": len(event.callers),
        "missed_count": 0,
        "missed_by_lead": 0,
        **_NOTHING_MISSED,
        **_NOBODY_WAITS,
        **_due(running),
        "next_due": min((format_instant(one.due_at) for one in running), default=LATEST),
        "next_warning": min((format_instant(one.warn_at) for one in running), default=LATEST),
        "dispatched_at": format_instant(event.dispatched_at),
    }
    add(connection, cases, [row])
    _run(connection, event.case_no, running)


def _signed(connection: Connection, event: dispatch.CaseSigned) -> None:
    _end(connection, event.case_no, "sign")
    _set(connection, event.case_no, stage=Signed.stage, sign_due=LATEST)


def _contacted(connection: Connection, event: dispatch.CallerContacted) -> None:
    if event.ends_clock:
        _end(connection, event.case_no, "contact")
        _look_ahead(connection, event.case_no)


def _staged(connection: Connection, event: dispatch.StageReached) -> None:
    _end(connection, event.case_no, f"stage.{event.stage}")
    _look_ahead(connection, event.case_no)


def _reported(connection: Connection, event: dispatch.HandlingReported) -> None:
    connection.execute(_END_ALL, {"of": event.case_no})
    _set(
        connection,
        event.case_no,
        stage=Reported.stage,
        waits_extension=0,
        waits_suspension=0,
        **_NOTHING_RUNS,
        **_UNCLAIMED,
    )


def _missed(connection: Connection, event: dispatch.DeadlineMissed) -> None:
    counted: dict[str, object] = {
        name: cases.c[name] + 1 for name in ("missed_count", "missed_by_lead")
    }
    if event.milestone in {"sign", "handle"}:
        counted[f"{event.milestone}_missed"] = 1
    if event.milestone == "handle":
        counted["waits_extension"] = 0
    connection.execute(_row(event.case_no).values(counted))
    connection.execute(_MISS, {"of": event.case_no, "passed": event.milestone})


def _review_missed(connection: Connection, event: dispatch.SuspensionReviewMissed) -> None:
    connection.execute(_MISS, {"of": event.case_no, "passed": "review"})


def _reopened(connection: Connection, event: dispatch.CaseReopened) -> None:
    _begin_again(connection, event.case_no, event.deadlines, round=event.round)


def _redispatched(connection: Connection, event: dispatch.CaseRedispatched) -> None:
    """After an upheld objection nothing counts that the unit missed."""
    if event.ground == "objection_upheld":
        counted = cases.c.missed_count - cases.c.missed_by_lead
        connection.execute(_row(event.case_no).values(missed_count=counted))
    put(connection, cases, {"case_no": event.case_no}, missed_by_lead=0)
    _begin_again(connection, event.case_no, event.deadlines, unit=event.unit, hops=event.hop)


def _begin_again(
    connection: Connection, case_no: CaseNo, deadlines: Sequence[Deadline], **values: object
) -> None:
    """Start another round, or another unit, with clocks of its own."""
    connection.execute(_END_ALL, {"of": case_no})
    _run(connection, case_no, deadlines)
    running = {**_due(deadlines), **_NOTHING_MISSED, **_NO_TIME_ASKED, **_UNCLAIMED}
    _set(connection, case_no, stage=Dispatched.stage, **running, **values)


def _closed(connection: Connection, event: dispatch.CaseClosed) -> None:
    connection.execute(_END_ALL, {"of": event.case_no})
    _set(
        connection,
        event.case_no,
        status="closed",
        stage=Closed.stage,
        outcome=event.outcome,
        open_whistle=None,
        **_NOTHING_RUNS,
        **_NOBODY_WAITS,
        **_UNCLAIMED,
        closed_at=format_instant(event.closed_at),
    )


def _joined(connection: Connection, event: dispatch.CallerJoined) -> None:
    connection.execute(_row(event.case_no).values(caller_count=cases.c.caller_count + 1))


def _left(connection: Connection, event: dispatch.CallerLeft) -> None:
    connection.execute(_row(event.case_no).values(caller_count=cases.c.caller_count - 1))


def _erased(connection: Connection, event: dispatch.CallersErased) -> None:
    connection.execute(_END_ALL, {"of": event.case_no})
    _set(connection, event.case_no, **_NOTHING_RUNS)


def _attached(connection: Connection, event: dispatch.WhistleAttached) -> None:
    put(connection, cases, {"case_no": event.case_no}, open_whistle=event.whistle_no)


def _detached(connection: Connection, event: dispatch.WhistleDetached) -> None:
    put(connection, cases, {"case_no": event.case_no}, open_whistle=None)


def _moved(
    connection: Connection, event: dispatch.ExtensionGranted | dispatch.DeadlineRevised
) -> None:
    _run(connection, event.case_no, [event.deadline])
    answered = {"waits_extension": 0} if isinstance(event, dispatch.ExtensionGranted) else {}
    _set(connection, event.case_no, **_columns([event.deadline]), **answered)


def _suspended(connection: Connection, event: dispatch.CaseSuspended) -> None:
    """What was missed before stays red."""
    connection.execute(_STOP, {"of": event.case_no})
    _run(connection, event.case_no, [event.review])
    waits = {"waits_suspension": 0, "waits_review": 1}
    _set(connection, event.case_no, **_NOTHING_RUNS, **waits)


def _resumed(connection: Connection, event: dispatch.CaseResumed) -> None:
    _end(connection, event.case_no, "review")
    _run(connection, event.case_no, event.deadlines)
    _set(connection, event.case_no, waits_review=0, **_columns(event.deadlines))


def _claimed(connection: Connection, event: dispatch.CaseClaimed | dispatch.CaseHandedOver) -> None:
    until = format_instant(event.until)
    row = {"case_no": event.case_no}
    put(connection, cases, row, claimed_by=event.person, claimed_until=until)


def _released(connection: Connection, event: dispatch.ClaimReleased) -> None:
    put(connection, cases, {"case_no": event.case_no}, **_UNCLAIMED)


def _waits(what: str, *, now: bool) -> Projector:
    """Note that something waits for a decision from now on, or no longer."""

    def project(connection: Connection, event: Asked) -> None:
        put(connection, cases, {"case_no": event.case_no}, **{f"waits_{what}": int(now)})

    return project


CASES = View(
    name="cases",
    tables=_tables,
    revision=4,
    on={
        dispatch.CaseDispatched: _dispatched,
        dispatch.CaseSigned: _signed,
        dispatch.CallerContacted: _contacted,
        dispatch.StageReached: _staged,
        dispatch.HandlingReported: _reported,
        dispatch.DeadlineMissed: _missed,
        dispatch.DeadlineRevised: _moved,
        dispatch.CaseReopened: _reopened,
        dispatch.CaseRedispatched: _redispatched,
        dispatch.CaseClosed: _closed,
        dispatch.CallerJoined: _joined,
        dispatch.CallerLeft: _left,
        dispatch.CallersErased: _erased,
        dispatch.WhistleAttached: _attached,
        dispatch.WhistleDetached: _detached,
        dispatch.CaseObjected: _waits("ruling", now=True),
        dispatch.ObjectionRuled: _waits("ruling", now=False),
        dispatch.ExtensionRequested: _waits("extension", now=True),
        dispatch.ExtensionGranted: _moved,
        dispatch.ExtensionDenied: _waits("extension", now=False),
        dispatch.SuspensionRequested: _waits("suspension", now=True),
        dispatch.SuspensionDenied: _waits("suspension", now=False),
        dispatch.CaseSuspended: _suspended,
        dispatch.SuspensionReviewMissed: _review_missed,
        dispatch.CaseResumed: _resumed,
        dispatch.CaseClaimed: _claimed,
        dispatch.CaseHandedOver: _claimed,
        dispatch.ClaimReleased: _released,
    },
)


def _set(connection: Connection, case_no: CaseNo, **values: object) -> None:
    """Set columns of a case whose clocks changed."""
    put(connection, cases, {"case_no": case_no}, **values)
    _look_ahead(connection, case_no)


def _look_ahead(connection: Connection, case_no: CaseNo) -> None:
    connection.execute(_NEXT, {"of": case_no})


def _run(connection: Connection, case_no: CaseNo, deadlines: Sequence[Deadline]) -> None:
    rows = [
        {
            "case_no": case_no,
            "milestone": one.milestone,
            "due_at": format_instant(one.due_at),
            "warn_at": format_instant(one.warn_at),
            "provisional": int(one.provisional),
            "missed": 0,
        }
        for one in deadlines
    ]
    upsert(connection, clocks, rows)


def _end(connection: Connection, case_no: CaseNo, milestone: str) -> None:
    connection.execute(_END_ONE, {"of": case_no, "ended": milestone})


def _row(case_no: CaseNo) -> Update:
    return update(cases).where(cases.c.case_no == case_no)


def _due(deadlines: Sequence[Deadline]) -> dict[str, str]:
    return {**_NOTHING_RUNS, **_columns(deadlines)}


def _columns(deadlines: Sequence[Deadline]) -> dict[str, str]:
    shown = {"sign", "handle"}
    due = ((one.milestone, format_instant(one.due_at)) for one in deadlines)
    return {f"{milestone}_due": due_at for milestone, due_at in due if milestone in shown}
