"""What staff call the codes that stand in events, in Chinese and in English."""

from collections.abc import Mapping

__all__ = ["MILESTONES", "WORDS"]

MILESTONES: Mapping[str, tuple[str, str]] = {
    "sign": ("签收", "signing"),
    "contact": ("首次联系", "first contact"),
    "handle": ("办结", "handling"),
    "stage": ("阶段", "stage"),
    "assist": ("协办", "assist"),
    "review": ("挂账复核", "review"),
    "answer": ("督办答复", "answer"),
    "acknowledge": ("签哨", "acknowledging"),
    "report": ("报到", "reporting in"),
}
"""By the first part of a milestone's name."""

WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "kind": {
        "consultation": ("咨询", "consultation"),
        "help": ("求助", "request for help"),
        "complaint": ("投诉", "complaint"),
        "report": ("举报", "report"),
        "suggestion": ("建议", "suggestion"),
        "other": ("其他", "other"),
        "emergency": ("应急哨", "emergency whistle"),
        "enforcement": ("综合执法哨", "enforcement whistle"),
        "daily": ("日常哨", "daily whistle"),
        "key": ("攻坚哨", "key whistle"),
    },
    "ground": {
        "emergency": ("属紧急警情，应由110、119、120处置", "an emergency for 110, 119 or 120"),
        "other_procedure": ("已进入或应走其他法定程序", "another procedure is the way"),
        "no_new_facts": ("已办结且无新情况", "nothing new since it was settled"),
        "secret_or_privacy": ("涉及秘密或隐私", "secrets or privacy"),
        "beyond_duty": ("超出政府职责", "beyond what the government does"),
        "unlawful_or_immoral": ("违法或违背公序良俗", "unlawful or immoral"),
        "no_power": ("街道无执法权", "the street has no power"),
        "several_units": ("涉及多个部门", "several units are needed"),
        "duty_unclear": ("职责不清", "it is unclear whose duty it is"),
        "not_wanted": ("来电人不愿回访", "the caller does not want it"),
        "caller_left": ("来电人已退出", "the caller left"),
        "subject_erased": ("当事人信息已删除", "the person was erased"),
        "anonymous": ("来电人匿名", "the caller is anonymous"),
        "end_ordered": ("区里指令结案", "the district ordered the end"),
        "objection_upheld": ("退单异议成立", "the objection was upheld"),
        "dispatch_error": ("派单有误", "it was dispatched wrongly"),
        "unit_silent": ("原单位逾期未办", "the unit let the time pass"),
        "street": ("街道撤回", "the street takes it back"),
        "case_ended": ("工单已结", "the case ended"),
        "not_reported": ("超时未报到", "it did not report in in time"),
        "absent": ("街道认定未报到", "the street named it absent"),
        "asked": ("街道提请", "the street asks for it"),
        "request": ("本人申请", "on request"),
        "retention": ("保存期满", "retention is over"),
    },
    "outcome": {
        "upheld": ("成立", "upheld"),
        "rejected": ("不成立", "rejected"),
        "resolved": ("已解决", "solved"),
        "unconfirmed": ("已办理，未能回访确认", "handled, not confirmed by a caller"),
        "withdrawn": ("来电人撤回", "withdrawn by the callers"),
        "ordered": ("指令结案，按未解决计", "ended by order, counted as not solved"),
    },
    "claim": {
        "resolved": ("已解决", "solved"),
        "partly_resolved": ("部分解决", "partly solved"),
        "unresolved": ("未解决", "not solved"),
    },
    "contact": {
        "reached": ("已联系来电人", "the caller was reached"),
        "unreachable": ("联系不上来电人", "the caller was not reached"),
        "not_wanted": ("来电人不愿联系", "the caller does not want to be called"),
        "not_needed": ("无需联系", "nobody can be called"),
    },
    "result": {"reached": ("已联系上", "reached"), "unreachable": ("未联系上", "not reached")},
    "satisfaction": {
        "satisfied": ("满意", "satisfied"),
        "basically_satisfied": ("基本满意", "basically satisfied"),
        "dissatisfied": ("不满意", "dissatisfied"),
        "unrated": ("未评价", "not rated"),
    },
    "trigger": {
        "handling_reported": ("办理反馈", "the handling was reported"),
        "deadline_missed": ("办理超期", "the time to handle was missed"),
        "caller_joined": ("来电人并入", "the caller joined"),
    },
    "routed_by": {
        "matter_lead": ("按事项主责单位", "the matter names it"),
        "street_lead": ("按属地街道", "the matter falls to the street of the place"),
    },
    "classified_by": {
        "source": ("来源系统", "the sending system"),
        "words": ("关键词", "the words of the catalogue"),
        "agent": ("话务员", "an agent"),
    },
    "pool": {
        "engineering": ("工程建设", "engineering"),
        "season": ("季节限制", "season"),
        "policy": ("政策限制", "policy"),
        "legacy": ("历史遗留", "legacy"),
        "consent": ("意见不一", "consent"),
    },
    "role": {"lead": ("主责", "lead"), "assisting": ("配合", "assisting")},
    "time_of": {"dispatcher": ("派单方", "dispatcher"), "unit": ("承办单位", "unit")},
    "what": {
        "text": ("诉求内容", "the text"),
        "contact": ("联系方式", "the contact"),
        "account": ("办理反馈", "the account"),
        "request": ("哨单要求", "the request"),
        "results": ("处置结果", "the results"),
        "note": ("回访备注", "the note"),
        "titles": ("标题列表", "titles"),
        "lookup": ("查找结果", "a look-up"),
        "export": ("导出", "an export"),
    },
}
"""By the name of a field: what each of its codes means."""
