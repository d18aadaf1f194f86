"""Foreign events through the inbox into a view on PostgreSQL, 500 a transaction.

Whatever brings the events, this is what each of them costs the database and its service. Held
against the driver alone writing the same rows, as many at once, in as many transactions.
"""

import time
from collections.abc import Sequence

import psycopg
from sqlalchemy import make_url

from bench.append import decided
from bench.listening import NothingYet, SignedCases
from bench.report import Result, ratio
from bench.servers import Databases, postgres
from chassis.clock import SystemClock
from chassis.inbox.inbound_event import InboundEvent
from chassis.store.postgres.store import PostgresStore
from chassis.unit_of_work.definition import ServiceModel
from chassis.unit_of_work.outcomes import Done
from chassis.unit_of_work.unit_of_work import UnitOfWork
from chassis.vault import Vault
from chassis.views.versions import prepare
from contracts.envelope import Recorded

__all__ = ["measure"]

_COUNT = 10_000
_BATCH = 500
_KEY = bytes(32)
_TABLES = (
    "CREATE TABLE inbox (source TEXT, stream TEXT, version INT, PRIMARY KEY (source, stream))",
    "CREATE TABLE signed (case_no TEXT PRIMARY KEY, unit TEXT NOT NULL)",
)


def measure(runs: int) -> list[Result]:
    """Take turns on one server."""
    recorded = [
        Recorded(position, envelope.to_bytes(), data)
        for position, (envelope, data) in enumerate(decided(_COUNT), start=1)
    ]
    ours, bare = [], []
    with postgres() as databases:
        for _ in range(runs):
            ours.append(_through_inbox(databases, recorded))
            bare.append(_through_driver(databases, recorded))
    return [ratio("inbox and view", "events/s", "the driver, the same rows", ours, bare)]


def _through_inbox(databases: Databases, recorded: Sequence[Recorded]) -> float:
    """Parse, judge, project, mark and commit, as the consumer lets the writer do."""
    store = PostgresStore(databases.fresh_log())
    model = ServiceModel("listener", {}, (SignedCases().view,), ("dispatch",))
    prepare(store, model, {"dispatch": NothingYet()})
    unit_of_work = UnitOfWork(model, store, SystemClock(), Vault(_KEY))
    began = time.perf_counter()
    for at in range(0, len(recorded), _BATCH):
        page = [InboundEvent.of("dispatch", one) for one in recorded[at : at + _BATCH]]
        assert all(isinstance(outcome, Done) for outcome in unit_of_work.handle(page))
    took = time.perf_counter() - began
    store.close()
    return len(recorded) / took


def _through_driver(databases: Databases, recorded: Sequence[Recorded]) -> float:
    """Write rows that are ready."""
    url = make_url(databases.fresh()).set(drivername="postgresql")
    envelopes = [one.envelope for one in recorded]
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as bare:
        for table in _TABLES:
            bare.execute(table)
        began = time.perf_counter()
        for at in range(0, len(recorded), _BATCH):
            page = envelopes[at : at + _BATCH]
            with bare.transaction(), bare.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO inbox VALUES ('dispatch', %s, %s)",
                    [(one.stream, one.version) for one in page],
                )
                cursor.executemany(
                    "INSERT INTO signed VALUES (%s, %s)",
                    [(one.key, one.actor.unit) for one in page],
                )
        return len(recorded) / (time.perf_counter() - began)
