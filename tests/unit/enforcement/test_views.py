"""The read models: a rebuilt one equals the one that grew."""

from datetime import timedelta

from sqlalchemy import Table

from chassis.views.versions import rebuild
from services.enforcement.views.operations import OPERATIONS
from services.enforcement.views.tasks import TASKS
from tests.unit.enforcement.facts import MARKET, OPENED_AT, OPERATION_NO, POLICE, STREET
from tests.unit.enforcement.outpost import Outpost, blown

AT = f"/operations/{OPERATION_NO}"


def rows(post: Outpost, table: Table) -> list[tuple[object, ...]]:
    """Give every row of a table in the order of its key."""
    with post.service.store.reading() as connection:
        found = connection.execute(table.select().order_by(*table.primary_key.columns))
        return [tuple(row) for row in found]


def test_rebuilt_equals_grown(post: Outpost) -> None:
    post.whistle(blown())
    post.whistle(blown("261123000002-W1", POLICE, "fire-rescue"))
    post.post(f"{AT}/acknowledgement", unit=POLICE)
    post.at(OPENED_AT + timedelta(minutes=10))
    for unit in (POLICE, MARKET):
        post.post(f"{AT}/report", {"officer_count": 1}, unit)
        post.post(f"{AT}/completion", {"result": "完成"}, unit)
        post.post(f"{AT}/releases/{unit}", unit=STREET)
    for view in (TASKS, OPERATIONS):
        (table,) = view.tables.sorted_tables
        grown = rows(post, table)
        assert len(grown) == {"tasks": 4, "operations": 2}[view.name]
        rebuild(post.service.store, view, {})
        assert rows(post, table) == grown
