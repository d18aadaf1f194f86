"""`whistle case …`: reading one case. What people do with one: `case_acts`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whistle.client import Client

__all__ = ["caller", "case_history", "case_text", "show_case"]

_No = Annotated[str, typer.Argument(help="number of the case, 12 digits, or of its whistle")]
_Unit = Annotated[str, typer.Option(help="on a demonstration: the unit to act for, name or code")]
Row = dict[str, Any]


@command
def show_case(
    call: Call,
    no: _No,
    as_of: Annotated[int | None, typer.Option(min=1, help="as it was at this version")] = None,
) -> None:
    """Show one case: its stage, every clock and why it is due then, whistles and call-backs.

    Example: whistle case show 260928000012 --as-of 3
    """
    from whistle.numbers import check, resolve
    from whistle.output import is_for_program, print_one
    from whistle.showing import print_case
    from whistle.signing_in import connect

    number = check(no)
    with connect(call, "auditor") as client:
        number = resolve(call, client, "case", number)
        try:
            found = client.get(f"/dispatch/v1/cases/{number}", as_of=as_of)
        except Failure as failure:
            raise _failure_of_complaint(client, number, failure) from None
        if is_for_program(call):
            print_one(call, found)
        else:
            print_case(client, found)


def _failure_of_complaint(client: "Client", no: str, failure: Failure) -> Failure:
    """Give a failure that names the status of a complaint that is no case of its own."""
    from whistle.words import STAGES, word

    if failure.code is not Exit.REFUSED:
        return failure
    try:
        appeal: Row = client.get(f"/intake/v1/appeals/{no}")
    except Failure:
        return failure
    status = appeal["status"]
    why = said(f"{no} is a complaint, and {status}.", f"{no} 是诉求，{word(STAGES, status)}。")
    hint = said("it becomes a case when an agent files it", "由话务员派单后才成为工单")
    if appeal["case_no"] and appeal["case_no"] != no:
        hint = f"whistle case show {appeal['case_no']}"
    what = said("there is no case of that number", "没有这个编号的工单")
    return Failure(what, why, hint, Exit.REFUSED)


@command
def case_text(call: Call, no: _No, unit: _Unit = "") -> None:
    """Read what the caller said, in order to work on it; the reading is noted.

    Example: whistle case text 260928000012
    """
    from whistle.acting import of_unit
    from whistle.numbers import check, resolve
    from whistle.output import print_json
    from whistle.showing import print_texts
    from whistle.signing_in import connect

    number = check(no)
    with connect(call, "officer", of_unit("unit", number, unit)) as client:
        number = resolve(call, client, "case", number)
        found = client.get(f"/intake/v1/appeals/{number}/text")
    if call.as_json:
        print_json(found)
        return
    named = {
        "title": said("title", "标题"),
        "text": said("text", "内容"),
        "address": said("address", "地址"),
        "reply": said("reply", "答复"),
    }
    texts = [(name, found[key]) for key, name in named.items() if found[key] or key == "text"]
    print_texts(said(f"Case {number}", f"工单 {number}"), texts)


@command
def caller(
    call: Call,
    no: _No,
    reason: Annotated[str, typer.Option(help="why you call; it is kept with your name")],
    unit: _Unit = "",
) -> None:
    """Read whom to call: a name and a number that relays; the reading is noted.

    Example: whistle case caller 260928000012 --reason "first contact"
    """
    from whistle.acting import of_unit
    from whistle.numbers import check, resolve
    from whistle.output import print_json
    from whistle.showing import print_texts
    from whistle.signing_in import connect

    number = check(no)
    with connect(call, "officer", of_unit("unit", number, unit)) as client:
        number = resolve(call, client, "case", number)
        found = client.post(f"/intake/v1/appeals/{number}/contact", {"reason": reason})
    if call.as_json:
        print_json(found)
        return
    relay = found.get("relay_number")
    shown = {
        said("name", "姓名"): found.get("name"),
        said("phone", "电话"): found.get("phone") or found.get("as_given"),
        said("number to call", "中继号"): relay["number"] if isinstance(relay, dict) else relay,
    }
    print_texts(
        said(f"Caller of {number}", f"{number} 来电人"),
        [(name, str(value)) for name, value in shown.items() if value],
    )
    call.note(said("next: ", "下一步：") + f"whistle case contact {number} --result reached")


@command
def case_history(call: Call, no: _No) -> None:
    """List what happened to a case, its whistles, operations and call-backs, in one order of time.

    Example: whistle case history 260928000012
    """
    from whistle.names import Names
    from whistle.numbers import check, resolve
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    number = check(no)
    with connect(call, "auditor") as client:
        number = resolve(call, client, "case", number)
        items = merged(histories(client, number))
        names = Names(client)
        columns = (
            Column("recorded_at", "at", "时间", is_time=True),
            Column("no", "of", "对象"),
            Column("unit", "unit", "单位", show=lambda row: names.unit(row["unit"])),
            Column("person", "person", "人员"),
            Column("en", "what happened", "", only="en"),
            Column("zh", "", "经过", only="zh"),
        )
        print_table(call, columns, items, {"items": items, "total": len(items)})
    call.note(said(f"{len(items)} events", f"共 {len(items)} 项"))


def histories(client: "Client", number: str) -> "Iterable[tuple[str, list[Row]]]":
    """Give the histories of a case and of all that belongs to it, each with its number."""
    case = client.get(f"/dispatch/v1/cases/{number}")
    for appeal in case["appeals"]:
        yield appeal, _history(client, f"/intake/v1/appeals/{appeal}")
    yield number, _history(client, f"/dispatch/v1/cases/{number}")
    for whistle in case["whistles"]:
        no = whistle["whistle_no"]
        yield no, _history(client, f"/dispatch/v1/whistles/{no}")
        if whistle["blown_at"]:
            yield no, _history(client, f"/enforcement/v1/operations/{no}")
    for callback in client.items("/feedback/v1/callbacks", case_no=number):
        no = callback["callback_no"]
        yield no, _history(client, f"/feedback/v1/callbacks/{no}")


def _history(client: "Client", path: str) -> list[Row]:
    found: list[Row] = client.get(f"{path}/history")["items"]
    return found


def merged(found: "Iterable[tuple[str, list[Row]]]") -> list[Row]:
    """Merge histories in the order of time; of one moment, the cause comes first."""
    items = [
        {"no": number, **item, "unit": _by(item, "unit"), "person": _by(item, "person")}
        for number, history in found
        for item in history
    ]
    return sorted(items, key=lambda row: str(row["recorded_at"]))


def _by(item: Row, name: str) -> str:
    actor = item.get("by") or {}
    return str(actor.get(name, ""))
