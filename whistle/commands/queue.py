"""`whistle queue`: the open work of a unit, its own cases and the whistles it was called to.

Titles come from intake, a page of them in one request, for those who work on the cases.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whistle.client import Client

__all__ = ["queue", "queue_of"]

_LAST = "9999"
"""Sorts what has no deadline behind every moment."""

_TITLES_AT_ONCE = 200
"""What intake gives in one answer (services/intake/api/titles.py)."""

Row = dict[str, Any]


@command
def queue(
    call: Call,
    unit: Annotated[str, typer.Option(help="code of the unit, such as fire-rescue")],
) -> None:
    """List a unit's open work, most urgent first.

    Example: whistle queue --unit street-locust-peace

    The list has the cases it handles and the whistles it was called to.
    """
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    with connect(call, "officer", unit) as client:
        found = queue_of(
            unit,
            client.items("/dispatch/v1/queue", unit=unit),
            client.items("/enforcement/v1/queue", unit=unit),
        )
        titles = _titles(call, client, [item["case_no"] for item in found["items"]])
    for item in found["items"]:
        item["title"] = titles.get(item["case_no"])
    columns = (
        Column("next_due_at", "due next", "最近时限", is_time=True),
        Column("is_late", "late", "超期"),
        Column("kind", "what", "类别"),
        Column("no", "number", "编号"),
        Column("stage", "stage", "环节"),
        Column("street", "street", "街道"),
        Column("matter", "matter", "事项"),
        Column("title", "title", "标题"),
        Column("round", "round", "轮次"),
        Column("open_whistle", "open whistle", "未办结哨单"),
    )
    print_table(call, columns, found["items"], found)
    totals = found["totals"]
    call.note(f"{totals['cases']} cases, {totals['tasks']} tasks, {totals['late']} of them late")


def _titles(
    call: Call, client: "Client", case_numbers: "Sequence[str]"
) -> "Mapping[str, str | None]":
    """Give the titles of cases; none to a reader who does not work on them."""
    numbers, found = sorted(set(case_numbers)), dict[str, str | None]()
    for begin in range(0, len(numbers), _TITLES_AT_ONCE):
        wanted = {"appeals": numbers[begin : begin + _TITLES_AT_ONCE]}
        try:
            page = client.post("/intake/v1/titles", wanted)["items"]
        except Failure as failure:
            if failure.code is not Exit.NOT_AUTHORISED:
                raise
            call.note("titles are for the unit itself and for the hotline")
            return {}
        found |= {item["appeal_no"]: item["title"] for item in page}
    return found


def queue_of(unit: str, cases: "Iterable[Row]", tasks: "Iterable[Row]") -> Row:
    """Merge both queues, what is due next first, and count."""
    own = [_case_row(row) for row in cases]
    called = [_task_row(row) for row in tasks]
    items = sorted([*own, *called], key=lambda row: (row["next_due_at"] or _LAST, row["no"]))
    late = sum(row["is_late"] for row in items)
    totals = {"cases": len(own), "tasks": len(called), "late": late}
    return {"unit": unit, "items": items, "totals": totals}


def _case_row(row: Row) -> Row:
    return {
        "kind": "case",
        "no": row["case_no"],
        "case_no": row["case_no"],
        "stage": row["stage"],
        "next_due_at": row["next_due"],
        "is_late": row["sign_missed"] or row["handle_missed"],
        "round": row["round"],
        "street": row["street"],
        "matter": row["matter"],
        "open_whistle": row["open_whistle"],
    }


def _task_row(row: Row) -> Row:
    return {
        "kind": "task",
        "no": row["operation_no"],
        "case_no": row["case_no"],
        "stage": row["status"],
        "next_due_at": row["next_due_at"],
        "is_late": row["acknowledgement_missed"] or row["report_missed"],
        "round": row["round"],
        "street": row["street"],
        "matter": None,
        "open_whistle": None,
    }
