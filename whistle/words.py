"""The words for the codes of the wire in the reader's language, as in docs/glossary.md.

Commands take the code or the word; tables show the word. JSON and TSV keep the codes.
"""

from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import Said, said

__all__ = [
    "ACTS",
    "APPEAL_KINDS",
    "CLAIMS",
    "CONTACTED",
    "CONTACTS",
    "DECLINE_GROUNDS",
    "GROUNDS",
    "KINDS",
    "LAMPS",
    "MILESTONES",
    "OUTCOMES",
    "POOLS",
    "REDISPATCH_GROUNDS",
    "ROLES",
    "RULINGS",
    "SATISFACTION",
    "STAGES",
    "WHISTLE_STAGES",
    "YES_NO",
    "Words",
    "code_of",
    "milestone",
    "task_word",
    "word",
]

Words = dict[str, Said]

STAGES: Words = {
    "received": Said("undecided", "待处理"),
    "answered": Said("answered", "已解答"),
    "declined": Said("declined", "不予派单"),
    "filed": Said("filed", "已派单"),
    "linked": Said("linked", "已关联"),
    "withdrawn": Said("withdrawn", "已撤回"),
    "dispatched": Said("to be signed", "待签收"),
    "signed": Said("being handled", "办理中"),
    "reported": Said("awaits call-back", "待回访"),
    "suspended": Said("suspended", "挂账"),
    "closed": Said("closed", "已结案"),
    "open": Said("open", "在办"),
    "proposed": Said("to be approved", "待审批"),
    "approved": Said("to be blown", "待吹哨"),
    "refused": Said("refused", "不准"),
    "blown": Said("blown", "已吹哨"),
    "concluded": Said("concluded", "已完结"),
    "settled": Said("settled", "已销哨"),
    "cancelled": Said("cancelled", "已撤哨"),
    "underway": Said("under way", "进行中"),
    "scheduled": Said("to be called", "待回访"),
    "completed": Said("completed", "已完成"),
    "waived": Said("waived", "免回访"),
    "summoned": Said("to acknowledge", "待签哨"),
    "acknowledged": Said("acknowledged", "已签哨"),
    "on_spot": Said("on the spot", "已报到"),
    "contested": Said("contested", "已提异议"),
    "excused": Said("excused", "异议成立"),
    "absent": Said("absent", "未报到"),
    "left_early": Said("left early", "提前离场"),
    "released": Said("released", "已放行"),
}
WHISTLE_STAGES: Words = STAGES | {"concluded": Said("to be settled", "待验收")}
_TASK_STAGES: Words = STAGES | {"reported": Said("reported in", "已报到")}
MILESTONES: Words = {
    "sign": Said("sign", "签收"),
    "contact": Said("first contact", "首次联系"),
    "handle": Said("report", "办结反馈"),
    "acknowledge": Said("acknowledge", "签哨"),
    "report": Said("report in", "报到"),
    "assist": Said("assist", "协办"),
    "review": Said("review", "复核"),
    "answer": Said("answer", "督办答复"),
    "stage": Said("stage", "阶段"),
}
OUTCOMES: Words = {
    "resolved": Said("resolved", "已解决"),
    "unconfirmed": Said("unconfirmed", "未能确认"),
    "withdrawn": Said("withdrawn", "已撤回"),
    "ordered": Said("ended by order", "责令终结"),
}
ACTS: Words = {
    "dispatched": Said("dispatched", "派单"),
    "redispatched": Said("dispatched again", "改派"),
    "signed": Said("signed", "签收"),
    "reported": Said("reported", "办理反馈"),
    "reopened": Said("reopened", "重新交办"),
    "closed": Said("closed", "结案"),
}
CLAIMS: Words = {
    "resolved": Said("solved", "已解决"),
    "partly_resolved": Said("partly solved", "部分解决"),
    "unresolved": Said("not solved", "未解决"),
}
CONTACTS: Words = {
    "reached": Said("reached", "已联系"),
    "unreachable": Said("not reached", "联系不上"),
    "not_wanted": Said("not wanted", "不愿联系"),
    "not_needed": Said("nobody to call", "无需联系"),
}
CONTACTED: Words = {name: CONTACTS[name] for name in ("reached", "unreachable")}
KINDS: Words = {
    "emergency": Said("emergency", "应急哨"),
    "enforcement": Said("enforcement", "综合执法哨"),
    "daily": Said("daily", "日常哨"),
    "key": Said("key", "重点工作哨"),
}
GROUNDS: Words = {
    "no_power": Said("no power", "无执法权"),
    "several_units": Said("several units", "多部门"),
    "duty_unclear": Said("duty unclear", "职责不清"),
}
RULINGS: Words = {
    "upheld": Said("upheld", "成立"),
    "rejected": Said("rejected", "不成立"),
}
REDISPATCH_GROUNDS: Words = {
    "dispatch_error": Said("wrong dispatch", "派单有误"),
    "unit_silent": Said("unit is silent", "单位未响应"),
}
POOLS: Words = {
    "engineering": Said("engineering", "工程建设"),
    "season": Said("season", "季节限制"),
    "policy": Said("policy", "政策限制"),
    "legacy": Said("legacy", "历史遗留"),
    "consent": Said("consent", "意见不一"),
}
DECLINE_GROUNDS: Words = {
    "emergency": Said("emergency", "紧急求助"),
    "other_procedure": Said("other procedure", "已进入其他程序"),
    "no_new_facts": Said("no new facts", "无新事实"),
    "secret_or_privacy": Said("secret or privacy", "涉密或隐私"),
    "beyond_duty": Said("beyond duty", "超出职责"),
    "unlawful_or_immoral": Said("unlawful or immoral", "违法或违背公序良俗"),
}
APPEAL_KINDS: Words = {
    "consultation": Said("consultation", "咨询"),
    "help": Said("help", "求助"),
    "complaint": Said("complaint", "投诉"),
    "report": Said("report", "举报"),
    "suggestion": Said("suggestion", "建议"),
}
SATISFACTION: Words = {
    "satisfied": Said("satisfied", "满意"),
    "basically_satisfied": Said("basically satisfied", "基本满意"),
    "dissatisfied": Said("dissatisfied", "不满意"),
    "unrated": Said("no rating", "未评价"),
}
YES_NO: Words = {"yes": Said("yes", "是"), "no": Said("no", "否")}
LAMPS: Words = {
    "green": Said("● on time", "● 正常"),
    "yellow": Said("▲ due soon", "▲ 临期"),
    "red": Said("■ late", "■ 超期"),
}
ROLES: Words = {
    "agent": Said("agent", "话务员"),
    "dispatcher": Said("dispatcher", "派单员"),
    "integrator": Said("integrator", "热线系统"),
    "officer": Said("officer", "值班员"),
    "leader": Said("leader", "领导"),
    "director": Said("director", "主任"),
    "visitor": Said("visitor", "回访员"),
    "auditor": Said("auditor", "审计员"),
    "operator": Said("operator", "运维员"),
    "service": Said("service", "服务"),
    "system": Said("system", "系统"),
    "lead": Said("lead", "主责"),
    "assisting": Said("assisting", "配合"),
}


def word(words: Words, code: str | None) -> str:
    """Give the word for a code; a code without one stands for itself."""
    return "" if code is None else str(words.get(code, code))


def task_word(code: str) -> str:
    """Give the word for where a called unit stands."""
    return word(_TASK_STAGES, code)


def milestone(name: str) -> str:
    """Give the word for a milestone; `stage.<code>` keeps its code, `report/<unit>` loses it."""
    head, _, code = name.partition("/")[0].partition(".")
    return " ".join(filter(None, (word(MILESTONES, head), code)))


def code_of(words: Words, given: str) -> str:
    """Give the code of what a person wrote: the code itself or its word. Raises: Failure."""
    wanted = given.strip().casefold().replace("-", "_")
    for code, names in words.items():
        if wanted in {code, names.en.casefold(), names.zh}:
            return code
    listed = ", ".join(f"{code} {names.zh}" for code, names in words.items())
    raise Failure(
        said(f"{given!r} is none of the words for this", f"“{given}” 不在可选范围内"),
        listed,
        said("use one of these codes or words", "请使用以上代码或中文词"),
        Exit.USAGE,
    )
