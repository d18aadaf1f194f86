"""`whistle operation …`: what a called unit does, and how its street lets it go."""

from typing import TYPE_CHECKING, Annotated

import typer

from whistle.acting import Act, Input, Whose
from whistle.call import Call, command
from whistle.language import Said
from whistle.words import RULINGS

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["OPERATION_ACTS", "show"]

_NO = "260928000012-W1"
_PATH = "/enforcement/v1/operations/{no}"
_SHOW = Said("whistle operation show {no}", "whistle operation show {no}")
_UNIT = Input("unit", Said("which unit, by name or code", "单位（名称或编码）"), "unit", place=True)
_EXAMPLE_UNIT = "区消防救援支队"


def _act(  # noqa: PLR0913  # one parameter per column of the table
    name: str,
    path: str,
    about: Said,
    done: Said,
    *inputs: Input,
    whose: Whose = "called",
    role: str = "officer",
    example: str = "",
    then: Said = _SHOW,
) -> Act:
    return Act(
        name=name,
        about=about,
        example=f"operation {name} {_NO} {example}".strip(),
        of="operation",
        path=f"{_PATH}/{path}",
        role=role,
        whose=whose,
        done=done,
        then=then,
        inputs=inputs,
    )


OPERATION_ACTS = (
    _act(
        "acknowledge",
        "acknowledgement",
        Said("Acknowledge a whistle for your unit.", "签哨。"),
        Said("acknowledged {no}", "已签哨 {no}"),
        then=Said(
            "on the spot: whistle operation report-in {no} --officers N",
            "到场后：whistle operation report-in {no} --officers 人数",
        ),
    ),
    _act(
        "contest",
        "contest",
        Said(
            "Contest that your unit is called; it still has to come until the ruling.",
            "对哨单提出异议；裁定前仍须到场（先办后议）。",
        ),
        Said("contested {no}", "已对 {no} 提出异议"),
        Input("basis", Said("what it rests on, cited", "依据（引用条款）")),
        example="--basis 'three duties list, item 7'",
        then=Said("come all the same; the district rules", "仍须到场，等待区级裁定"),
    ),
    _act(
        "rule",
        "contests/{unit}/ruling",
        Said("Rule on a contest, as the district.", "区级裁定哨单异议。"),
        Said("ruled on {unit}: contest {outcome}", "对 {unit} 的异议已裁定：{outcome}"),
        _UNIT,
        Input("outcome", Said("the ruling", "裁定"), "word", RULINGS, place=True),
        Input("reason", Said("why; - reads it", "理由；- 表示从标准输入读取")),
        whose="district",
        role="leader",
        example=f"{_EXAMPLE_UNIT} rejected --reason …",
    ),
    _act(
        "report-in",
        "report",
        Said("Report in on the spot.", "报到：本单位已到场。"),
        Said(
            "reported in at {no} with {officer_count} officers",
            "已在 {no} 报到，到场 {officer_count} 人",
        ),
        Input(
            "officer_count", Said("officers on the spot", "到场人数"), "count", option="officers"
        ),
        example="--officers 2",
        then=Said(
            "when it is done: whistle operation complete {no} --result …",
            "办完后：whistle operation complete {no} --result …",
        ),
    ),
    _act(
        "complete",
        "completion",
        Said(
            "Say that your unit's task is done, and how; it stays.",
            "提交处置结果；放行前留在现场。",
        ),
        Said("completed the task of {no}", "已提交 {no} 的处置结果"),
        Input("result", Said("what was done; - reads it", "处置结果；- 表示从标准输入读取")),
        example="--result -",
        then=Said("stay until the street releases you", "放行前请留在现场"),
    ),
    _act(
        "release",
        "releases/{unit}",
        Said("Release a unit, as the street.", "街道放行一个单位。"),
        Said("released {unit} from {no}", "已放行 {unit}（{no}）"),
        _UNIT,
        whose="street",
        example=_EXAMPLE_UNIT,
        then=Said(
            "after the last one: whistle whistle settle {no}",
            "全部放行后：whistle whistle settle {no}",
        ),
    ),
    _act(
        "absent",
        "absences/{unit}",
        Said("Record, as the street, that a unit did not come.", "街道认定一个单位未报到。"),
        Said("{unit} is named absent from {no}", "已认定 {unit} 未报到（{no}）"),
        _UNIT,
        whose="street",
        example=_EXAMPLE_UNIT,
        then=Said(
            "the district is told; whistle operation show {no}",
            "已通报区级；whistle operation show {no}",
        ),
    ),
    _act(
        "left-early",
        "early-departures/{unit}",
        Said(
            "Record, as the street, that a unit left before it was released.",
            "街道登记一个单位提前离场。",
        ),
        Said("{unit} left {no} early", "已登记 {unit} 提前离场（{no}）"),
        _UNIT,
        whose="street",
        example=_EXAMPLE_UNIT,
    ),
)


@command
def show(
    call: Call, no: Annotated[str, typer.Argument(help="number of the whistle, or of its case")]
) -> None:
    """Show the units of a whistle: who is due when, who is there, who is done.

    Example: whistle operation show 260928000012-W1
    """
    from whistle.numbers import check, resolve
    from whistle.output import print_json
    from whistle.showing import print_operation
    from whistle.signing_in import connect

    number = check(no)
    with connect(call, "auditor") as client:
        found = _read(client, resolve(call, client, "operation", number))
        if call.as_json:
            print_json(found)
        else:
            print_operation(client, found)


def _read(client: "Client", number: str) -> dict[str, object]:
    return client.get(f"/enforcement/v1/operations/{number}")
