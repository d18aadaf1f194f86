"""`whistle case …`: what units, dispatchers and the district do with a case."""

from dataclasses import replace

from whistle.acting import Act, Input
from whistle.language import Said
from whistle.words import CLAIMS, CONTACTED, CONTACTS, POOLS, REDISPATCH_GROUNDS, RULINGS

__all__ = ["CASE_ACTS"]

_CASE = "/dispatch/v1/cases/{no}"
_NO = "260928000012"
_REASON = Input("reason", Said("why; - reads it from standard input", "理由；- 表示从标准输入读取"))
_SHOW = Said("whistle case show {no}", "whistle case show {no}")
_QUEUE = Said("whistle queue", "whistle queue")


def _act(name: str, about: Said, example: str, done: Said, then: Said = _SHOW) -> Act:
    """Give an act of the case's own unit, by an officer."""
    return Act(
        name=name,
        about=about,
        example=f"case {name} {_NO} {example}".strip(),
        of="case",
        path=f"{_CASE}/{name}",
        role="officer",
        whose="unit",
        done=done,
        then=then,
    )


_UNIT_ACTS = (
    replace(
        _act(
            "sign",
            Said("Sign for a case of your unit.", "签收本单位的工单。"),
            "",
            Said("signed for case {no}", "已签收工单 {no}"),
            Said("whistle case text {no}", "whistle case text {no}"),
        ),
        path=f"{_CASE}/signature",
    ),
    replace(
        _act(
            "contact",
            Said(
                "Record that you called the caller, and how it ended.", "登记首次联系来电人的结果。"
            ),
            "--result reached",
            Said("recorded for case {no}: caller {result}", "工单 {no} 已登记：{result}"),
            Said(
                "whistle case report {no} --claim … --contact … --account …",
                "whistle case report {no} --claim … --contact … --account …",
            ),
        ),
        path=f"{_CASE}/contacts",
        inputs=(
            Input("result", Said("how it ended", "结果"), "word", CONTACTED),
            Input(
                "appeal_no",
                Said("of several callers: which appeal", "有多名来电人时：哪一件诉求"),
                "plain",
                needed=False,
            ),
        ),
    ),
    replace(
        _act(
            "stage",
            Said("Record that a stage of the matter is reached.", "登记已到达的办理阶段。"),
            "stop",
            Said("case {no} has reached stage {stage}", "工单 {no} 已到达阶段 {stage}"),
        ),
        path=f"{_CASE}/stages/{{stage}}",
        inputs=(Input("stage", Said("code of the stage", "阶段编码"), "plain", place=True),),
    ),
    replace(
        _act(
            "report",
            Said(
                "Report the handling; then the callers are asked.",
                "提交办理反馈，随后由回访员回访来电人。",
            ),
            "--claim resolved --contact reached --account -",
            Said("reported case {no}: {claim}", "工单 {no} 已反馈：{claim}"),
            Said("the call-back; whistle case show {no}", "等待回访；whistle case show {no}"),
        ),
        path=f"{_CASE}/handling",
        inputs=(
            Input("claim", Said("whether it is solved", "是否解决"), "word", CLAIMS),
            Input(
                "contact",
                Said("whether you spoke to the caller", "是否联系来电人"),
                "word",
                CONTACTS,
            ),
            Input("account", Said("what was done; - reads it", "办理情况；- 表示从标准输入读取")),
        ),
    ),
    replace(
        _act(
            "object",
            Said(
                "Object that the case is not yours; the clocks run on until the ruling.",
                "对派单提出异议（退单）；裁定前时限继续计算（先办后议）。",
            ),
            "--basis 'three duties list, item 12' --proposed-unit urban-management",
            Said("objection to case {no} recorded", "已对工单 {no} 提出异议"),
            Said("the ruling; whistle case show {no}", "等待裁定；whistle case show {no}"),
        ),
        path=f"{_CASE}/objection",
        inputs=(
            Input("basis", Said("what it rests on, cited", "依据（引用条款）")),
            Input(
                "proposed_unit",
                Said("who should lead, by name or code", "建议由谁承办（名称或编码）"),
                "unit",
                needed=False,
            ),
        ),
    ),
    replace(
        _act(
            "extend",
            Said("Ask for more working days, once and in time.", "申请延期（一次，须在到期前）。"),
            "--workdays 5 --reason 'parts come on Friday'",
            Said(
                "asked for {workdays} more working days for case {no}",
                "已为工单 {no} 申请延期 {workdays} 个工作日",
            ),
            Said("the decision; whistle case show {no}", "等待审批；whistle case show {no}"),
        ),
        path=f"{_CASE}/extension",
        inputs=(
            Input("workdays", Said("how many", "天数（工作日）"), "count"),
            _REASON,
        ),
    ),
    replace(
        _act(
            "suspend",
            Said("Ask to suspend the case until a day of review.", "申请挂账，到复核日再办。"),
            "--pool season --review-on 2027-03-01 --reason 'no paving in frost'",
            Said(
                "asked to suspend case {no} until {review_on}",
                "已为工单 {no} 申请挂账至 {review_on}",
            ),
            Said(
                "the district decides; whistle case show {no}",
                "等待区级审批；whistle case show {no}",
            ),
        ),
        path=f"{_CASE}/suspension",
        inputs=(
            Input("pool", Said("which pool", "挂账类别"), "word", POOLS),
            Input("review_on", Said("the day of review, YYYY-MM-DD", "复核日 YYYY-MM-DD"), "plain"),
            _REASON,
        ),
    ),
    replace(
        _act(
            "resume",
            Said("Go on with a suspended case.", "恢复办理挂账的工单。"),
            "",
            Said("case {no} goes on", "工单 {no} 已恢复办理"),
        ),
        path=f"{_CASE}/resumption",
    ),
    replace(
        _act(
            "claim",
            Said(
                "Take a case of your unit as yours for a while.", "认领本单位工单（到期自动失效）。"
            ),
            "",
            Said("case {no} is yours", "已认领工单 {no}"),
        ),
        path=f"{_CASE}/claim",
    ),
    replace(
        _act(
            "unclaim",
            Said("Give a claimed case back to your unit.", "放弃认领。"),
            "",
            Said("case {no} is nobody's now", "已放弃认领工单 {no}"),
            _QUEUE,
        ),
        path=f"{_CASE}/claim/release",
    ),
    replace(
        _act(
            "hand-over",
            Said("Hand a case to a colleague of your unit.", "将工单移交本单位同事。"),
            "--person o-115",
            Said("handed case {no} to {person}", "工单 {no} 已移交 {person}"),
            _QUEUE,
        ),
        path=f"{_CASE}/hand-over",
        inputs=(Input("person", Said("the colleague's person id", "同事的人员编号"), "plain"),),
    ),
    replace(
        _act(
            "assist",
            Said("Ask another unit to assist.", "请其他单位协办。"),
            "园林绿化局 --request 'cut the branches'",
            Said("asked {unit} to assist in case {no}", "已请 {unit} 协办工单 {no}"),
        ),
        path=f"{_CASE}/assists",
        inputs=(
            Input(
                "unit", Said("whom, by name or code", "协办单位（名称或编码）"), "unit", place=True
            ),
            Input("request", Said("what is asked; - reads it", "协办内容；- 表示从标准输入读取")),
            replace(_REASON, needed=False),
        ),
    ),
    replace(
        _act(
            "answer-assist",
            Said("Answer a case that your unit was asked to assist in.", "答复协办。"),
            "--answer 'branches are cut'",
            Said("answered the assist of case {no}", "已答复工单 {no} 的协办"),
            _QUEUE,
        ),
        path=f"{_CASE}/assists/{{unit}}/answer",
        whose="called",
        inputs=(
            Input("unit", Said("your unit", "本单位"), "unit", place=True),
            Input("answer", Said("what was done; - reads it", "办理情况；- 表示从标准输入读取")),
        ),
    ),
    replace(
        _act(
            "withdraw-assist",
            Said("Ask a unit no longer to assist.", "撤回协办。"),
            "园林绿化局",
            Said(
                "{unit} need not assist in case {no} any more", "已撤回 {unit} 对工单 {no} 的协办"
            ),
        ),
        path=f"{_CASE}/assists/{{unit}}/withdrawal",
        inputs=(Input("unit", Said("which one", "单位"), "unit", place=True),),
    ),
)


def _ruling(name: str, path: str, about: Said, done: Said, *, reason: bool) -> Act:
    """Give an act by which the district decides what a unit asked for."""
    return replace(
        _act(name, about, "--reason 'parts are there'" if reason else "", done),
        path=f"{_CASE}/{path}",
        role="leader",
        whose="district",
        inputs=(_REASON,) if reason else (),
    )


_RULINGS = (
    replace(
        _act(
            "rule",
            Said("Rule on an objection.", "裁定派单异议。"),
            "upheld --to 城市管理委员会 --reason 'item 12 names it'",
            Said("ruled on case {no}: objection {outcome}", "工单 {no} 的异议已裁定：{outcome}"),
        ),
        path=f"{_CASE}/ruling",
        role="dispatcher",
        whose="hotline",
        inputs=(
            Input("outcome", Said("the ruling", "裁定"), "word", RULINGS, place=True),
            _REASON,
            Input(
                "to",
                Said("if upheld: who leads, by name or code", "成立时：新的承办单位"),
                "unit",
                needed=False,
            ),
        ),
        body=lambda given: {("unit" if name == "to" else name): given[name] for name in given},
    ),
    replace(
        _act(
            "redispatch",
            Said("Give an unsigned case to another unit.", "将未签收的工单改派其他单位。"),
            "城市管理委员会 --ground dispatch_error",
            Said("case {no} goes to {unit}", "工单 {no} 已改派 {unit}"),
        ),
        role="dispatcher",
        whose="hotline",
        inputs=(
            Input("unit", Said("who leads, by name or code", "新的承办单位"), "unit", place=True),
            Input("ground", Said("why", "改派原因"), "word", REDISPATCH_GROUNDS),
        ),
    ),
    _ruling(
        "grant-extension",
        "extension/grant",
        Said("Grant an extension.", "同意延期。"),
        Said("the extension of case {no} is granted", "已同意工单 {no} 延期"),
        reason=False,
    ),
    _ruling(
        "deny-extension",
        "extension/denial",
        Said("Deny an extension, with a reason.", "不同意延期，须说明理由。"),
        Said("the extension of case {no} is denied", "未同意工单 {no} 延期"),
        reason=True,
    ),
    _ruling(
        "approve-suspension",
        "suspension/approval",
        Said("Approve a suspension, as the district.", "区级同意挂账。"),
        Said("case {no} is suspended", "工单 {no} 已挂账"),
        reason=False,
    ),
    _ruling(
        "deny-suspension",
        "suspension/denial",
        Said("Deny a suspension, as the district.", "区级不同意挂账，须说明理由。"),
        Said("the suspension of case {no} is denied", "未同意工单 {no} 挂账"),
        reason=True,
    ),
    _ruling(
        "order-end",
        "end-order",
        Said(
            "End a case by order of the district; it counts as unsolved.",
            "由区级责令终结工单；计为未解决。",
        ),
        Said("case {no} is ended by order", "工单 {no} 已责令终结"),
        reason=True,
    ),
)

CASE_ACTS = (*_UNIT_ACTS, *_RULINGS)
