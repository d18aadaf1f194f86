"""`whistle queue`: the open work of a unit, its own cases and the whistles it was called to.

Titles come from intake, a page of them in one request, for those who work on the cases.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import said
from whistle.words import LAMPS, STAGES, milestone, task_word, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from whistle.client import Client
    from whistle.names import Names
    from whistle.output import Column

__all__ = ["queue", "queue_of"]

_LAST = "9999"
"""Sorts what has no deadline behind every moment."""

_TITLES_AT_ONCE = 200
"""What intake gives in one answer (services/intake/api/titles.py)."""

Row = dict[str, Any]


@command
def queue(
    call: Call,
    unit: Annotated[
        str, typer.Option(help="of this unit, by name or code; your own if empty")
    ] = "",
) -> None:
    """List a unit's open work, most urgent first.

    Example: whistle queue

    The list has the cases it handles and the whistles it was called to. Roles that look beyond one
    unit see every unit's without --unit; a demonstration takes the unit from it.
    """
    from whistle.acting import of_unit
    from whistle.moments import now_of
    from whistle.names import Names
    from whistle.output import is_for_program, print_table
    from whistle.signing_in import connect

    with connect(call, "officer", of_unit("called", "", unit)) as client:
        names = Names(client)
        code = names.find("units", unit) if unit else None
        found = queue_of(
            code,
            client.items("/dispatch/v1/queue", unit=code),
            client.items("/enforcement/v1/queue", unit=code),
        )
        titles = _titles(call, client, [item["case_no"] for item in found["items"]])
        for item in found["items"]:
            item["title"] = titles.get(item["case_no"])
        shown = (
            _codes()
            if is_for_program(call)
            else _words(names, now_of(client), code, found["items"])
        )
        print_table(call, shown, found["items"], found)
    totals = found["totals"]
    call.note(
        said(
            f"cases: {totals['cases']}, called to: {totals['tasks']}, late: {totals['late']}",
            f"工单 {totals['cases']} 件，应哨任务 {totals['tasks']} 项，其中超期 {totals['late']}",
        )
    )


_KEYS = (
    "next_due_at",
    "is_late",
    "kind",
    "no",
    "stage",
    "street",
    "matter",
    "title",
    "round",
    "open_whistle",
    "next_step",
    "lamp",
    "unit",
)


def _codes() -> "Sequence[Column]":
    from whistle.output import Column

    return [Column(name, name, name) for name in _KEYS]


def _words(
    names: "Names", now: "datetime", own: str | None, rows: "Sequence[Row]"
) -> "Sequence[Column]":
    """Give what a person sees: names, how long is left, and no street but of other units."""
    from whistle.moments import due
    from whistle.output import Column

    columns = [
        Column("lamp", "lamp", "灯", show=lambda row: word(LAMPS, row["lamp"])),
        Column(
            "next_due_at",
            "due next",
            "最近时限",
            show=lambda row: due(milestone(row["next_step"] or ""), row["next_due_at"], now),
        ),
        Column("no", "number", "编号"),
        Column(
            "stage",
            "stage",
            "环节",
            show=_stage,
        ),
        Column("street", "street", "街道", show=lambda row: _elsewhere(names, row, own)),
        Column("matter", "matter", "事项", show=lambda row: names.matter(row["matter"])),
        Column("title", "title", "标题"),
    ]
    empty = "street" if all(not _elsewhere(names, row, own) for row in rows) else ""
    return [column for column in columns if column.key != empty]


def _stage(row: "Mapping[str, Any]") -> str:
    return task_word(row["stage"]) if row["kind"] == "task" else word(STAGES, row["stage"])


def _elsewhere(names: "Names", row: "Mapping[str, Any]", own: str | None) -> str:
    return "" if row["street"] in {own, row["unit"]} else names.unit(row["street"])


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
            call.note(
                said(
                    "titles are for the unit itself and for the hotline",
                    "标题仅本单位和热线可见",
                )
            )
            return {}
        found |= {item["appeal_no"]: item["title"] for item in page}
    return found


def queue_of(unit: str | None, cases: "Iterable[Row]", tasks: "Iterable[Row]") -> Row:
    """Merge both queues, what is due next first, and count."""
    own = [_case_row(row) for row in cases]
    called = [_task_row(row) for row in tasks]
    items = sorted([*own, *called], key=lambda row: (row["next_due_at"] or _LAST, row["no"]))
    late = sum(row["is_late"] for row in items)
    totals = {"cases": len(own), "tasks": len(called), "late": late}
    return {"unit": unit, "items": items, "totals": totals}


def _case_row(row: Row) -> Row:
    is_late = row["sign_missed"] or row["handle_missed"]
    steps = {row["handle_due"]: "handle", row["sign_due"]: "sign"}
    return {
        "kind": "case",
        "no": row["case_no"],
        "case_no": row["case_no"],
        "unit": row["unit"],
        "stage": row["stage"],
        "next_due_at": row["next_due"],
        "next_step": row.get("next_step") or steps.get(row["next_due"]),
        "is_late": is_late,
        "lamp": row.get("lamp") or _lamp(is_late, row["next_due"]),
        "round": row["round"],
        "street": row["street"],
        "matter": row["matter"],
        "open_whistle": row["open_whistle"],
    }


def _task_row(row: Row) -> Row:
    is_late = row["acknowledgement_missed"] or row["report_missed"]
    steps = {row["report_due_at"]: "report", row["acknowledge_due_at"]: "acknowledge"}
    return {
        "kind": "task",
        "no": row["operation_no"],
        "case_no": row["case_no"],
        "unit": row["unit"],
        "stage": row["status"],
        "next_due_at": row["next_due_at"],
        "next_step": steps.get(row["next_due_at"]),
        "is_late": is_late,
        "lamp": row.get("lamp") or _lamp(is_late, row["next_due_at"]),
        "round": row["round"],
        "street": row["street"],
        "matter": None,
        "open_whistle": None,
    }


def _lamp(is_late: bool, due_at: str | None) -> str | None:  # noqa: FBT001  # read as one row
    """Give the lamp where the server gives none: it alone knows when yellow begins."""
    return "red" if is_late else "green" if due_at else None
