"""The read models: a rebuilt one equals the one that grew."""

from datetime import timedelta

from chassis.views.versions import rebuild
from contracts.ids import OperationNo
from services.enforcement.views.operations import OPERATIONS
from services.enforcement.views.tasks import TASKS
from tests.unit.enforcement.facts import (
    FIRE,
    MARKET,
    OPENED_AT,
    OPERATION_NO,
    POLICE,
    STREET,
    blown,
)
from tests.unit.enforcement.harness import EnforcementHarness

AT = f"/operations/{OPERATION_NO}"


def test_rebuilt_equals_grown(enforcement: EnforcementHarness) -> None:
    enforcement.blow(blown())
    enforcement.blow(blown(OperationNo("261123000002-W1"), POLICE, FIRE))
    enforcement.post(f"{AT}/acknowledgement", unit=POLICE)
    enforcement.wait_until(OPENED_AT + timedelta(minutes=10))
    for unit in (POLICE, MARKET):
        enforcement.post(f"{AT}/report", {"officer_count": 1}, unit)
        enforcement.post(f"{AT}/completion", {"result": "完成"}, unit)
        enforcement.post(f"{AT}/releases/{unit}", unit=STREET)
    for view in (TASKS, OPERATIONS):
        (table,) = view.tables.sorted_tables
        grown = enforcement.rows(table)
        assert len(grown) == {"tasks": 4, "operations": 2}[view.name]
        rebuild(enforcement.service.store, view, {})
        assert enforcement.rows(table) == grown
