"""`whistle readings`: who read texts and contacts, and who was refused them, in all services."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.services import SERVICES
from whistle.call import Call, command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["merged", "readings"]

Row = dict[str, Any]


@command
def readings(  # noqa: PLR0913  # one parameter per filter
    call: Call,
    case: Annotated[str, typer.Option(metavar="NO", help="of this case")] = "",
    subject: Annotated[str, typer.Option(metavar="ID", help="of this person")] = "",
    reader: Annotated[str, typer.Option(metavar="PERSON", help="by this reader")] = "",
    unit: Annotated[str, typer.Option(metavar="CODE", help="by readers of this unit")] = "",
    refused: Annotated[bool, typer.Option("--refused", help="only what was refused")] = False,
) -> None:
    """List who read texts and contacts of all services, in the order of time.

    Example: whistle readings --case 261123000001

    A reading is listed once per reader, object, kind and hour. What was read and why is not shown.
    Needs the role auditor.
    """
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    wanted = {
        "case_no": case or None,
        "subject": subject or None,
        "reader": reader or None,
        "unit": unit or None,
        "outcome": "refused" if refused else None,
    }
    with connect(call, "auditor") as client:
        found = merged({name: client.items(f"/{name}/v1/readings", **wanted) for name in SERVICES})
    columns = (
        Column("at", "at", "时间", is_time=True),
        Column("service", "service", "服务"),
        Column("reader", "reader", "查阅人"),
        Column("unit", "unit", "单位"),
        Column("role", "role", "角色"),
        Column("what", "what", "类别"),
        Column("about", "about", "对象"),
        Column("fields", "fields", "字段"),
        Column("code", "refused with", "被拒原因"),
    )
    print_table(call, columns, found, {"items": found, "total": len(found)})
    count = sum(one["outcome"] == "refused" for one in found)
    call.note(f"{len(found)} readings, {count} of them refused")


def merged(lists: "Mapping[str, Iterable[Row]]") -> list[Row]:
    """Merge the lists of the services in the order of time."""
    items = [{"service": name, **row} for name, rows in lists.items() for row in rows]
    return sorted(items, key=lambda row: (row["at"], row["service"], row["reading_no"]))
