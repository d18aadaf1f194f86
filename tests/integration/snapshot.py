"""Everything that the four services store, in a form in which two harnesses can be compared.

Left out is only what depends on the order of arrival: positions, the random id of a log, and, for
the streams that are named, which of two causes of the same fact came first and so which of two
facts.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Table, select

from chassis.service import Service
from chassis.store.reading import read_after
from chassis.store.tables import (
    claims,
    commands,
    deadlines,
    held,
    inbox,
    refusals,
    sequences,
    vault_items,
    vault_keys,
)
from tests.harness.four_services import FourServices

__all__ = ["Snapshot", "snapshot"]

Snapshot = dict[str, Any]

_KEPT = (claims, commands, deadlines, held, inbox, refusals, sequences, vault_items, vault_keys)
_POSITIONS = {"first_position", "last_position"}
_RACED = {"event_id", "correlation_id", "causation_id", "actor", "version"}
_ALL = 1_000_000


def snapshot(harness: FourServices, raced: Collection[str] = ()) -> Snapshot:
    """Read everything; `raced` are streams whose events may be caused by either of two others."""
    return {
        f"{name}.{what}": rows
        for name, service in harness.services.items()
        for what, rows in _of_service(service, raced).items()
    }


def _of_service(service: Service, raced: Collection[str]) -> Snapshot:
    tables = [table for view in service.model.views for table in view.tables.sorted_tables]
    with service.store.reading() as connection:
        found: Snapshot = {table.name: _rows(connection, table) for table in (*_KEPT, *tables)}
        found["streams"] = _streams(connection, raced)
    return found


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    keys = table.primary_key.columns
    rows = connection.execute(select(table).order_by(*keys)).mappings()
    return [{k: v for k, v in row.items() if k not in _POSITIONS} for row in rows]


def _streams(connection: Connection, raced: Collection[str]) -> Snapshot:
    found: Snapshot = {}
    for recorded in read_after(connection, 0, _ALL):
        meta = json.loads(recorded.meta)
        left_out = _RACED | {"log_id"} if meta["stream"] in raced else {"log_id"}
        envelope = {name: value for name, value in meta.items() if name not in left_out}
        found.setdefault(meta["stream"], []).append((envelope, json.loads(recorded.data)))
    for stream in set(raced) & found.keys():
        found[stream].sort(key=repr)
    return found
