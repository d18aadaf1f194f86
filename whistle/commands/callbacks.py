"""`whistle callback …`: visitors ask the callers."""

from typing import Annotated, Any

import typer

from whistle.acting import Act, Input
from whistle.call import Call, command
from whistle.language import Said
from whistle.words import SATISFACTION, STAGES, YES_NO

__all__ = ["CALLBACK_ACTS", "list_callbacks"]

_NO = "260928000012-R1"
_PATH = "/feedback/v1/callbacks/{no}"
_LIST = Said("whistle callback list", "whistle callback list")


def _answers(given: dict[str, Any]) -> dict[str, Any]:
    """Make yes and no of the two facts."""
    facts = {name: given[name] == "yes" for name in ("contacted", "resolved")}
    return {**given, **facts}


CALLBACK_ACTS = (
    Act(
        name="attempt",
        about=Said("Record that the caller was not reached.", "登记未能联系到来电人。"),
        example=f"callback attempt {_NO}",
        of="callback",
        path=f"{_PATH}/attempts",
        role="visitor",
        whose="callback-centre",
        done=Said("recorded an attempt of {no}", "已登记回访 {no} 未接通"),
        then=Said("call again later; whistle callback list", "稍后再拨；whistle callback list"),
    ),
    Act(
        name="complete",
        about=Said("Record what the caller said.", "登记回访结果。"),
        example=f"callback complete {_NO} --contacted yes --resolved yes --satisfaction satisfied",
        of="callback",
        path=f"{_PATH}/completion",
        role="visitor",
        whose="callback-centre",
        done=Said(
            "completed {no}: solved {resolved}, {satisfaction}",
            "回访 {no} 已完成：解决 {resolved}，{satisfaction}",
        ),
        then=_LIST,
        inputs=(
            Input(
                "contacted",
                Said("whether the unit had called", "承办单位是否联系过"),
                "word",
                YES_NO,
            ),
            Input("resolved", Said("whether it is solved", "是否解决"), "word", YES_NO),
            Input(
                "satisfaction", Said("how content the caller is", "满意度"), "word", SATISFACTION
            ),
            Input("note", Said("a note; - reads it", "备注；- 表示从标准输入读取"), needed=False),
        ),
        body=_answers,
    ),
    Act(
        name="waive",
        about=Said("Record that the caller does not want to be asked.", "登记来电人不愿接受回访。"),
        example=f"callback waive {_NO}",
        of="callback",
        path=f"{_PATH}/waiver",
        role="visitor",
        whose="callback-centre",
        done=Said("{no} is waived", "回访 {no} 已免除"),
        then=_LIST,
    ),
)


@command
def list_callbacks(
    call: Call,
    status: Annotated[str, typer.Option(help="open, completed or waived; all if empty")] = "open",
) -> None:
    """List call-backs, the longest waiting first.

    Example: whistle callback list
    """
    from whistle.names import Names
    from whistle.output import Column, print_table
    from whistle.signing_in import connect
    from whistle.words import word

    with connect(call, "visitor", "callback-centre") as client:
        items = list(client.items("/feedback/v1/callbacks", status=status or None))
        names = Names(client)
        columns = (
            Column("callback_no", "number", "编号"),
            Column("status", "stage", "环节", show=lambda row: word(STAGES, row["status"])),
            Column("unit", "unit", "承办单位", show=lambda row: names.unit(row["unit"])),
            Column("round", "round", "轮次"),
            Column("attempts", "attempts", "已拨"),
            Column("scheduled_at", "since", "起始", is_time=True),
        )
        print_table(call, columns, items, {"items": items, "total": len(items)})
    call.note(str(Said("{} call-backs", "共 {} 件回访")).format(len(items)))
