"""`whistle appeal …`: agents receive, answer, decline, file and link what callers bring."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import typer

from whistle.acting import Act, Input
from whistle.call import Call, command
from whistle.language import Said
from whistle.words import APPEAL_KINDS, DECLINE_GROUNDS, STAGES, word

__all__ = ["APPEAL_ACTS", "list_appeals"]

_NO = "260928000012"
_PATH = "/intake/v1/appeals/{no}"
_LIST = Said("whistle appeal list", "whistle appeal list")
_SHOW_CASE = Said("whistle case show {no}", "whistle case show {no}")


def _act(name: str, about: Said, example: str, done: Said, *inputs: Input) -> Act:
    return Act(
        name=name,
        about=about,
        example=f"appeal {name} {_NO} {example}".strip(),
        of="appeal",
        path=f"{_PATH}/{name}",
        role="agent",
        whose="hotline",
        done=done,
        then=_LIST,
        inputs=inputs,
    )


def _complaint(given: dict[str, Any]) -> dict[str, Any]:
    """Gather what is known of the caller. Without it the appeal is anonymous."""
    reporter = {name: given.pop(name) for name in ("name", "phone") if name in given}
    return {**given, **({"reporter": reporter} if reporter else {})}


def _optional(name: str, en: str, zh: str, shape: Any = "text") -> Input:  # noqa: ANN401  # a Shape
    return Input(name, Said(en, zh), shape, needed=False)


_STREET = _optional("street", "the street, by name or code", "街道（名称或编码）", "street")
_MATTER = _optional("matter", "the matter, by name or code", "事项（名称或编码）", "matter")

APPEAL_ACTS = (
    Act(
        name="receive",
        about=Said("Receive what a caller brings.", "受理诉求。"),
        example=(
            "appeal receive --source seat-3 --external-no T-1 --kind complaint --text - "
            "--street 柳溪街道"
        ),
        of="",
        path="/intake/v1/appeals",
        role="agent",
        whose="hotline",
        done=Said("received {id}", "已受理 {id}"),
        then=Said(
            "whistle appeal file {id}, or answer, decline, link",
            "whistle appeal file {id}（或 answer、decline、link）",
        ),
        inputs=(
            Input("source", Said("the desk it comes from", "来源（坐席或系统）"), "plain"),
            Input("external_no", Said("its number there", "来源编号"), "plain"),
            Input(
                "text", Said("what the caller says; - reads it", "诉求内容；- 表示从标准输入读取")
            ),
            Input("kind", Said("the kind", "诉求类型"), "word", APPEAL_KINDS),
            _optional("channel", "how it came, such as phone", "渠道，如 phone", "plain"),
            _optional("title", "a short title", "标题"),
            _optional("address", "where", "地址"),
            _STREET,
            _MATTER,
            _optional("name", "the caller's name; - reads it", "来电人姓名；- 表示从标准输入读取"),
            _optional(
                "phone", "the caller's phone; - reads it", "来电人电话；- 表示从标准输入读取"
            ),
        ),
        body=_complaint,
    ),
    _act(
        "answer",
        Said("Answer on the spot; there is no case.", "直接解答，不派单。"),
        "--answer -",
        Said("answered {no}", "已直接解答 {no}"),
        Input("answer", Said("the answer; - reads it", "答复；- 表示从标准输入读取")),
    ),
    _act(
        "decline",
        Said("Decline on one of six grounds.", "不予派单（六类情形之一）。"),
        "--ground beyond_duty --explanation -",
        Said("declined {no}: {ground}", "{no} 不予派单：{ground}"),
        Input("ground", Said("the ground", "情形"), "word", DECLINE_GROUNDS),
        Input("explanation", Said("what the caller is told", "向来电人的说明")),
    ),
    replace(
        _act(
            "file",
            Said("Make it a case: it is dispatched at once.", "派单：立即转承办单位。"),
            "--street 柳溪街道 --matter 油烟扰民",
            Said("filed {no}; a unit has it now", "{no} 已派单"),
            _STREET,
            _MATTER,
        ),
        path=f"{_PATH}/case",
        then=_SHOW_CASE,
    ),
    replace(
        _act(
            "link",
            Said(
                "Link it to an open case about the same matter.",
                "关联到同一事项的在办工单（重复件）。",
            ),
            "260928000007",
            Said("linked {no} to case {case_no}", "{no} 已关联到工单 {case_no}"),
            Input("case_no", Said("the case", "工单编号"), "plain", place=True),
        ),
        then=Said("whistle case show {case_no}", "whistle case show {case_no}"),
    ),
    _act(
        "unlink",
        Said("Undo a link.", "解除关联。"),
        "",
        Said("{no} is linked no more", "{no} 已解除关联"),
    ),
    replace(
        _act(
            "withdraw",
            Said("Withdraw it at the caller's wish.", "按来电人意愿撤回。"),
            "",
            Said("withdrew {no}", "已撤回 {no}"),
        ),
        path=f"{_PATH}/withdrawal",
    ),
)


@command
def list_appeals(
    call: Call,
    status: Annotated[
        str,
        typer.Option(help="received, answered, declined, filed, linked, withdrawn; all if empty"),
    ] = "received",
) -> None:
    """List appeals; without --status those that wait for an agent.

    Example: whistle appeal list
    """
    from whistle.names import Names
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    with connect(call, "agent") as client:
        items = list(client.items("/intake/v1/appeals", status=status or None))
        names = Names(client)
        columns = (
            Column("appeal_no", "number", "编号"),
            Column("status", "stage", "环节", show=lambda row: word(STAGES, row["status"])),
            Column("kind", "kind", "类型", show=lambda row: word(APPEAL_KINDS, row["kind"])),
            Column("street", "street", "街道", show=lambda row: names.unit(_of(row, "street"))),
            Column("matter", "matter", "事项", show=lambda row: names.matter(_of(row, "matter"))),
            Column("received_at", "received", "受理时间", is_time=True),
            Column("source", "source", "来源"),
        )
        print_table(call, columns, items, {"items": items, "total": len(items)})
    call.note(str(Said("{} appeals", "共 {} 件诉求")).format(len(items)))


def _of(row: Mapping[str, Any], name: str) -> str:
    """Give what is known, otherwise what the words suggest."""
    return str(row[name] or row[f"suggested_{name}"] or "")
