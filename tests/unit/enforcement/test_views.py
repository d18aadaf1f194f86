"""The read models: a rebuilt one equals the one that grew."""

from datetime import timedelta

from chassis.views.versions import rebuild
from contracts.ids import OperationNo, whistle_of_operation
from services.enforcement.views.tasks import tasks
from tests.unit.enforcement.facts import (
    DISTRICT,
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
    unit_added,
    whistle_cancelled,
)
from tests.unit.enforcement.harness import EnforcementHarness

AT = f"/operations/{OPERATION_NO}"


LOST, TAKEN_BACK = OperationNo("261123000003-W1"), OperationNo("261123000001-W2")
"""One whose units go astray, and one whose whistle is cancelled."""


SHARED = (
    "role",
    "status",
    "acknowledgement_missed",
    "acknowledgement_miss_counts",
    "report_missed",
    "report_miss_counts",
    "chased_at",
    "contest",
    "contested_at",
)
"""Columns of a line that an operation shows by the same name."""


def go_astray(enforcement: EnforcementHarness) -> None:
    """Let every unit of one operation finish in a way of its own, and cancel another."""
    enforcement.blow(blown(LOST, POLICE, MARKET))
    added = unit_added(FIRE)
    enforcement.blow(added.model_copy(update={"whistle_no": whistle_of_operation(LOST)}))
    enforcement.blow(blown(TAKEN_BACK, POLICE, MARKET))
    taken_back = {"whistle_no": whistle_of_operation(TAKEN_BACK)}
    enforcement.blow(whistle_cancelled().model_copy(update=taken_back))
    at = f"/operations/{LOST}"
    enforcement.post(f"{at}/contest", {"basis": "职责清单"}, POLICE)
    enforcement.post(f"{at}/chases/{MARKET}", unit=STREET)
    enforcement.wait_until(OPENED_AT + timedelta(minutes=30))
    enforcement.post(f"{at}/absences/{MARKET}", unit=STREET)
    enforcement.post(f"{at}/report", {"officer_count": 1}, FIRE)
    ruling = {"outcome": "upheld", "reason": "不属其职责"}
    enforcement.post(f"{at}/contests/{POLICE}/ruling", ruling, DISTRICT)
    enforcement.post(f"{at}/early-departures/{FIRE}", unit=STREET)
    assert [task["status"] for task in enforcement.get(at).json()["tasks"]] == [
        "excused",
        "absent",
        "left",
    ]


def test_a_line_of_the_queue_says_what_the_operation_says(enforcement: EnforcementHarness) -> None:
    go_astray(enforcement)
    with enforcement.service.store.reading() as connection:
        rows = connection.execute(tasks.select()).mappings().all()
    lines = {(row["operation_no"], row["unit"]): row for row in rows}
    assert len(lines) == 5
    for no in (LOST, TAKEN_BACK):
        for task in enforcement.get(f"/operations/{no}").json()["tasks"]:
            line = lines[no, task["unit"]]
            for name in SHARED:
                assert line[name] == task[name], (no, task["unit"], name)


def test_rebuilt_equals_grown(enforcement: EnforcementHarness) -> None:
    enforcement.blow(blown())
    enforcement.blow(blown(OperationNo("261123000002-W1"), POLICE, FIRE))
    go_astray(enforcement)
    enforcement.post(f"{AT}/acknowledgement", unit=POLICE)
    enforcement.wait_until(OPENED_AT + timedelta(minutes=40))
    for unit in (POLICE, MARKET):
        enforcement.post(f"{AT}/report", {"officer_count": 1}, unit)
        enforcement.post(f"{AT}/completion", {"result": "完成"}, unit)
        enforcement.post(f"{AT}/releases/{unit}", unit=STREET)
    for event in (declared("p-a"), declared("p-b"), lifted("p-b"), callers_erased()):
        enforcement.hear(event)
    assert enforcement.get(f"{AT}/results").status_code == 200
    feeds = {"dispatch": enforcement.dispatch, "intake": enforcement.intake}
    counts = {
        "tasks": 9,
        "operations": 4,
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
