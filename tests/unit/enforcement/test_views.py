"""The read models: a rebuilt one equals the one that grew."""

from datetime import timedelta

from chassis.views.versions import rebuild
from contracts.ids import OperationNo
from tests.unit.enforcement.facts import (
    FIRE,
    MARKET,
    OPENED_AT,
    OPERATION_NO,
    POLICE,
    STREET,
    blown,
    callers_erased,
    declared,
    lifted,
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
    for event in (declared("p-a"), declared("p-b"), lifted("p-b"), callers_erased()):
        enforcement.hear(event)
    assert enforcement.get(f"{AT}/results").status_code == 200
    feeds = {"dispatch": enforcement.dispatch, "intake": enforcement.intake}
    counts = {
        "tasks": 4,
        "operations": 2,
        "conflicts": 1,
        "erased_cases": 1,
        "readings": 1,
        "reading_concerns": 1,
    }
    for view in enforcement.model.views:
        grown = {table: enforcement.rows(table) for table in view.tables.sorted_tables}
        assert all(len(rows) == counts.pop(table.name) for table, rows in grown.items())
        rebuild(enforcement.service.store, view, feeds)
        assert {table: enforcement.rows(table) for table in grown} == grown
    assert counts == {}
