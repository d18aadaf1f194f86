"""`whistle whistle …`: a street calls the units that it cannot do without, and lets them go."""

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.acting import Act, Input, Whose
from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import Said, said
from whistle.numbers import Kind
from whistle.words import GROUNDS, KINDS

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["WHISTLE_ACTS", "list_units", "show"]

_NO = "260928000012"
_WHISTLE = "/dispatch/v1/whistles/{no}"
_OPERATION = "/enforcement/v1/operations/{no}"
_SHOW = Said("whistle whistle show {no}", "whistle whistle show {no}")
_REASON = Input("reason", Said("why; - reads it from standard input", "理由；- 表示从标准输入读取"))
_UNIT = Input("unit", Said("which unit, by name or code", "单位（名称或编码）"), "unit", place=True)
_RATED = ("signing", "arrival", "people", "quality", "staying", "result")
_FIGURES = re.compile(r"\s*(?:100|[0-9]{1,2})(?:\s*[,/，]\s*(?:100|[0-9]{1,2})){5}\s*")

_CALLED = (
    Input("ground", Said("why you cannot do it alone", "为何不能独自解决"), "word", GROUNDS),
    Input("evidence", Said("what shows that; - reads it", "证据；- 表示从标准输入读取")),
    Input("lead", Said("the unit that leads, by name or code", "主责单位（名称或编码）"), "unit"),
    Input("request", Said("what is asked of them; - reads it", "任务；- 表示从标准输入读取")),
    Input(
        "assisting",
        Said("a unit that assists; may be repeated", "配合单位，可重复"),
        "unit",
        needed=False,
        many=True,
    ),
    Input(
        "reasons",
        Said("NAME=TEXT: why a unit not on the list is called", "单位=理由：清单以外的单位"),
        "paired",
        needed=False,
        many=True,
    ),
)
_PLAN = (
    Input("goal", Said("of a key whistle: the goal", "重点工作哨：目标"), needed=False),
    Input(
        "consultation",
        Said("of a key whistle: who was heard", "重点工作哨：征求意见情况"),
        needed=False,
    ),
    Input(
        "responsible",
        Said("of a key whistle: who is responsible", "重点工作哨：责任人"),
        needed=False,
    ),
    Input(
        "node",
        Said("of a key whistle: YYYY-MM-DD=TEXT; repeatable", "重点工作哨：日期=时间节点，可重复"),
        "plain",
        needed=False,
        many=True,
    ),
)


def _planned(given: dict[str, Any]) -> dict[str, Any]:
    """Put what belongs to the plan of a key whistle into its `plan`. Raises: Failure."""
    plan = {one.name: given.pop(one.name) for one in _PLAN if one.name in given}
    if not plan:
        return given
    nodes = []
    for node in plan.pop("node", []):
        day, _, what = node.partition("=")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or not what:
            raise _unreadable(node, "2027-03-01=TEXT")
        nodes.append({"what": what, "due_at": f"{day}T18:00:00+08:00"})
    return {**given, "plan": {**plan, "nodes": nodes}}


def _rated(given: dict[str, Any]) -> dict[str, Any]:
    """Read the six figures per unit, and the reasons for low ones. Raises: Failure."""
    reasons = given.get("reasons", {})
    ratings = []
    for unit, text in given.get("ratings", {}).items():
        if not _FIGURES.fullmatch(text):
            raise _unreadable(text, "NAME=100,100,100,100,100,100")
        figures = map(int, re.findall(r"[0-9]+", text))
        rating: dict[str, Any] = {"unit": unit, **dict(zip(_RATED, figures, strict=True))}
        ratings.append({**rating, **({"reason": reasons[unit]} if unit in reasons else {})})
    return {"ratings": ratings} if ratings else {}


def _unreadable(given: str, like: str) -> Failure:
    return Failure(
        said("a value cannot be read", "内容无法识别"),
        given,
        said(f"write it like '{like}'", f"请写成“{like}”"),
        Exit.USAGE,
    )


def _act(  # noqa: PLR0913  # one parameter per column of the table
    name: str,
    path: str,
    about: Said,
    done: Said,
    *inputs: Input,
    of: Kind = "whistle",
    role: str = "leader",
    whose: Whose = "street",
    example: str = "",
    then: Said = _SHOW,
) -> Act:
    number = _NO if of == "case" else f"{_NO}-W1"
    return Act(
        name=name,
        about=about,
        example=f"whistle {name} {number} {example}".strip(),
        of=of,
        path=path,
        role=role,
        whose=whose,
        done=done,
        then=then,
        inputs=inputs,
        body=_planned if of == "case" else _rated if name == "settle" else None,
    )


_EXAMPLE = "--ground no_power --evidence … --lead 区消防救援支队 --request …"

WHISTLE_ACTS = (
    _act(
        "propose",
        "/dispatch/v1/cases/{no}/whistles",
        Said(
            "Propose a whistle for a case, to the street of the place.",
            "拟哨：向事发街道提出吹哨。",
        ),
        Said("proposed whistle {id} ({kind}, led by {lead})", "已拟哨 {id}（{kind}，主责 {lead}）"),
        Input("kind", Said("the kind", "哨的种类"), "word", KINDS),
        *_CALLED,
        *_PLAN,
        of="case",
        role="officer",
        example=f"--kind daily {_EXAMPLE}",
        then=Said(
            "a leader: whistle whistle approve {id}", "由领导执行：whistle whistle approve {id}"
        ),
    ),
    _act(
        "emergency",
        "/dispatch/v1/cases/{no}/emergency-whistle",
        Said(
            "Blow an emergency whistle alone, as the duty leader; it is confirmed afterwards.",
            "值班领导直接吹应急哨，事后补批。",
        ),
        Said("blew whistle {id} (led by {lead})", "已吹应急哨 {id}（主责 {lead}）"),
        *_CALLED,
        of="case",
        example=_EXAMPLE,
        then=Said(
            "another leader: whistle whistle confirm {id}",
            "由另一位领导执行：whistle whistle confirm {id}",
        ),
    ),
    _act(
        "approve",
        f"{_WHISTLE}/approval",
        Said("Approve a whistle that somebody else proposed.", "准哨：批准他人拟的哨。"),
        Said("approved whistle {no}", "已批准哨 {no}"),
        then=Said("whistle whistle blow {no}", "whistle whistle blow {no}"),
    ),
    _act(
        "refuse",
        f"{_WHISTLE}/refusal",
        Said("Refuse a proposed whistle, with a reason.", "不准吹哨，须说明理由。"),
        Said("refused whistle {no}", "已不准哨 {no}"),
        _REASON,
        example="--reason 'the street can do it'",
        then=Said("whistle case show {case}", "whistle case show {case}"),
    ),
    _act(
        "blow",
        f"{_WHISTLE}/blow",
        Said("Blow an approved whistle: the units must report in.", "吹哨：应哨单位须按时报到。"),
        Said("blew whistle {no}", "已吹哨 {no}"),
        role="officer",
        then=Said("whistle operation show {no}", "whistle operation show {no}"),
    ),
    _act(
        "confirm",
        f"{_WHISTLE}/confirmation",
        Said("Confirm an emergency whistle that was blown alone.", "补批已吹的应急哨。"),
        Said("confirmed whistle {no}", "已补批哨 {no}"),
        role="director",
    ),
    _act(
        "add-unit",
        f"{_WHISTLE}/units",
        Said("Call one more unit.", "加派一个单位。"),
        Said("called {unit} to whistle {no} as well", "哨 {no} 已加派 {unit}"),
        _UNIT,
        _REASON,
        role="officer",
        example="公安分局 --reason …",
    ),
    _act(
        "chase",
        f"{_OPERATION}/chases/{{unit}}",
        Said("Remind a unit that has not reported in.", "催哨：提醒尚未报到的单位。"),
        Said("chased {unit} for whistle {no}", "已就哨 {no} 催促 {unit}"),
        _UNIT,
        of="operation",
        role="officer",
        example="区消防救援支队",
        then=Said(
            "if it does not come: whistle whistle escalate {no} NAME --reason …",
            "仍不到场的：whistle whistle escalate {no} 单位 --reason …",
        ),
    ),
    _act(
        "cancel",
        f"{_WHISTLE}/cancellation",
        Said("Cancel a whistle, with a reason: nobody has to come any more.", "撤哨，须说明理由。"),
        Said("cancelled whistle {no}", "已撤哨 {no}"),
        _REASON,
        example="--reason 'it is solved'",
        then=Said("whistle case show {case}", "whistle case show {case}"),
    ),
    _act(
        "escalate",
        f"{_WHISTLE}/escalations",
        Said("Ask the district to see to a unit.", "提请区级督促一个单位。"),
        Said("the district has to answer about {unit}", "已提请区级督促 {unit}"),
        _UNIT,
        _REASON,
        role="officer",
        example="区消防救援支队 --reason …",
    ),
    _act(
        "answer-escalation",
        f"{_WHISTLE}/escalations/{{unit}}/answer",
        Said("Answer, as the district, what is done about a unit.", "区级答复对该单位的督办情况。"),
        Said("answered about {unit}", "已答复 {unit} 的督办"),
        _UNIT,
        Input("answer", Said("the answer; - reads it", "答复；- 表示从标准输入读取")),
        whose="district",
        example="区消防救援支队 --answer …",
    ),
    _act(
        "settle",
        f"{_WHISTLE}/settlement",
        Said(
            "Accept the result and rate every unit: signing, arrival, people, quality, staying, "
            "result, each 0 to 100.",
            "验收销哨并评哨：签哨、到场、人数、质量、不早退、结果，各 0～100 分。",
        ),
        Said("settled whistle {no}", "已销哨 {no}"),
        Input(
            "ratings",
            Said("NAME=six figures; may be repeated", "单位=六项分数，可重复"),
            "paired",
            needed=False,
            many=True,
        ),
        Input(
            "reasons",
            Said("NAME=TEXT: why a figure is low", "单位=理由：分数偏低的原因"),
            "paired",
            needed=False,
            many=True,
        ),
        role="officer",
        example="--ratings '区消防救援支队=100,100,100,90,100,100'",
        then=Said("whistle case report {case} …", "whistle case report {case} …"),
    ),
)


@command
def list_units(
    call: Call,
    no: Annotated[str, typer.Argument(help="number of the case")],
    unit: Annotated[str, typer.Option(help="on a demonstration: the unit to act for")] = "",
) -> None:
    """List the units that the responsibility list names for a case; others take a reason.

    Example: whistle whistle units 260928000012
    """
    from whistle.acting import of_unit
    from whistle.names import Names
    from whistle.numbers import check, resolve
    from whistle.output import Column, print_table
    from whistle.signing_in import connect
    from whistle.words import ROLES, word

    number = check(no)
    with connect(call, "officer", of_unit("street", number, unit)) as client:
        number = resolve(call, client, "case", number)
        found = client.get(f"/dispatch/v1/cases/{number}/whistle-units")
        names = Names(client)
        columns = (
            Column("unit", "unit", "单位", show=lambda row: names.unit(row["unit"])),
            Column("role", "part", "角色", show=lambda row: word(ROLES, row["role"])),
            Column("explained_en", "why", "", only="en"),
            Column("explained_zh", "", "依据", only="zh"),
        )
        print_table(call, columns, found["items"], found)


@command
def show(
    call: Call, no: Annotated[str, typer.Argument(help="number of the whistle, or of its case")]
) -> None:
    """Show one whistle: who called whom, for what reason, and where it stands.

    Example: whistle whistle show 260928000012-W1
    """
    from whistle.numbers import check, resolve
    from whistle.output import print_json
    from whistle.showing import print_whistle
    from whistle.signing_in import connect

    number = check(no)
    with connect(call, "auditor") as client:
        found = _read(client, resolve(call, client, "whistle", number))
        if call.as_json:
            print_json(found)
        else:
            print_whistle(client, found)


def _read(client: "Client", number: str) -> dict[str, Any]:
    return client.get(f"/dispatch/v1/whistles/{number}")
