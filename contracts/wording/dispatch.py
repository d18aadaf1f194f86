"""Sentences of 派单 dispatch: cases and whistles."""

from contracts.events import dispatch
from contracts.said import Said
from contracts.wording.template import Templates

__all__ = ["SENTENCES"]

_CASE: Templates = {
    dispatch.CaseDispatched: Said(
        "派单至{unit}（{routed_by}），属地{street}，{kind}，事项 {matter}"
        "[，配合单位：{assisting}]。",
        "It is dispatched to {unit} ({routed_by}; {kind}, matter {matter}, in {street})"
        "[; assisting by the list: {assisting}].",
    ),
    dispatch.DistrictCopied: Said("抄送{district}。", "{district} gets a copy."),
    dispatch.CallerJoined: Said(
        "来电人并入：诉求 {caller}。", "The caller of appeal {caller} joins."
    ),
    dispatch.CallerLeft: Said(
        "来电人退出：诉求 {caller}。", "The caller of appeal {caller} leaves."
    ),
    dispatch.CallersErased: Said(
        "来电人信息均已删除，不再计时。",
        "All callers were erased; no clock runs any more.",
    ),
    dispatch.CaseSigned: Said("{unit}签收。", "{unit} signs for the case."),
    dispatch.HandlingReported: Said(
        "{unit}办理反馈：{claim}；{contact}。",
        "{unit} reports the case {claim}; {contact}.",
    ),
    dispatch.CallbackNoted: Said(
        "诉求 {appeal_no} 的回访结束[satisfaction|，来电人评价：{satisfaction}]。",
        "The call-back about appeal {appeal_no} is over[; the caller is {satisfaction}].",
    ),
    dispatch.DeadlineMissed: Said(
        "{unit}超期：应于 {due_at} 前完成{milestone}。",
        "{unit} missed a deadline: {milestone} was due {due_at}.",
    ),
    dispatch.CaseReopened: Said(
        "第 {round} 轮重新办理[，未解决：诉求 {unresolved_for}]"
        "[，不满意：诉求 {dissatisfied_for}]。",
        "Round {round} begins[; not solved for {unresolved_for}]"
        "[; dissatisfied: {dissatisfied_for}].",
    ),
    dispatch.CaseClosed: Said("结案：{outcome}。", "The case is closed: {outcome}."),
    dispatch.ConflictDeclared: Said(
        "{unit}人员 {officer} 申报回避。",
        "{officer} of {unit} is recused.",
    ),
    dispatch.ConflictLifted: Said(
        "{unit}人员 {officer} 解除回避。",
        "The recusal of {officer} of {unit} is lifted.",
    ),
    dispatch.WhistleAttached: Said(
        "挂哨 {whistle_no}，销哨前不能结案。",
        "Whistle {whistle_no} is attached; the case cannot close before it is settled.",
    ),
    dispatch.WhistleDetached: Said("摘哨 {whistle_no}。", "Whistle {whistle_no} is detached."),
    dispatch.CaseClaimed: Said(
        "{unit}人员 {person} 认领，至 {until}。",
        "{person} of {unit} takes the case on their desk until {until}.",
    ),
    dispatch.ClaimReleased: Said(
        "{unit}人员 {person} 的认领已释放。",
        "The claim of {person} of {unit} is given back.",
    ),
    dispatch.CaseHandedOver: Said(
        "{unit}内部转交：{from_person} 转 {person}，至 {until}。",
        "{unit} hands the case over from {from_person} to {person}, until {until}.",
    ),
    dispatch.CaseObjected: Said(
        "{unit}提出退单异议[，认为应由{proposed_unit}承办]；裁定前仍由其承办。",
        "{unit} objects that the case is not its own[ but that of {proposed_unit}]; it stays its "
        "own until the ruling.",
    ),
    dispatch.ObjectionRuled: Said(
        "裁定：{unit}的退单异议{outcome}，其间用时计{time_of}。",
        "The objection of {unit} is {outcome}; the time until here is the {time_of}'s.",
    ),
    dispatch.CaseRedispatched: Said(
        "由{from_unit}改派至{unit}：{ground}（第 {hop} 次改派）。",
        "It goes from {from_unit} to {unit}: {ground} (change {hop}).",
    ),
    dispatch.DispatchRefused: Said(
        "不得由{from_unit}派往{unit}（{code}）。",
        "It may not go from {from_unit} to {unit} ({code}).",
    ),
    dispatch.EndOrdered: Said(
        "{district}指令结案，按未解决计。",
        "{district} orders the end; it counts as not solved.",
    ),
}

_TIMING: Templates = {
    dispatch.AssistRequested: Said(
        "{lead}请{unit}协办，{deadline} 前反馈。",
        "{lead} asks {unit} for its part, due {deadline}.",
    ),
    dispatch.AssistAnswered: Said("{unit}反馈协办意见。", "{unit} gives its part."),
    dispatch.AssistMissed: Said(
        "{unit}协办超期：应于 {due_at} 前反馈。",
        "{unit} did not give its part by {due_at}.",
    ),
    dispatch.AssistWithdrawn: Said("撤回对{unit}的协办请求。", "{unit} is not needed any more."),
    dispatch.CallerContacted: Said(
        "{unit}联系诉求 {appeal_no} 的来电人：{result}。",
        "{unit} calls the caller of appeal {appeal_no}: {result}.",
    ),
    dispatch.StageReached: Said("{unit}完成阶段 {stage}。", "{unit} reaches stage {stage}."),
    dispatch.ExtensionRequested: Said(
        "{unit}申请延期 {workdays} 个工作日。",
        "{unit} asks for {workdays} more working days.",
    ),
    dispatch.ExtensionGranted: Said(
        "准予{unit}延期至 {deadline}。",
        "{unit} gets more time, until {deadline}.",
    ),
    dispatch.ExtensionDenied: Said("不予{unit}延期。", "{unit} gets no more time."),
    dispatch.SuspensionRequested: Said(
        "{unit}申请挂账（{pool}），拟于 {review_on} 复核。",
        "{unit} asks to suspend the case ({pool}), with a review on {review_on}.",
    ),
    dispatch.CaseSuspended: Said(
        "{district}同意挂账（{pool}），停止计时，{review} 前复核。",
        "{district} suspends the case ({pool}); the clocks stand still; review by {review}.",
    ),
    dispatch.SuspensionDenied: Said("不予{unit}挂账。", "The case of {unit} is not suspended."),
    dispatch.SuspensionReviewMissed: Said(
        "{district}挂账复核超期：应于 {due_at} 前复核。",
        "{district} did not look at the case again by {due_at}.",
    ),
    dispatch.CaseResumed: Said("销账，恢复计时。", "The case goes on; so do its clocks."),
    dispatch.DeadlineRevised: Said(
        "日历公布，时限核定为 {deadline}。",
        "A calendar was published; the deadline is {deadline} for good.",
    ),
}

_WHISTLE: Templates = {
    dispatch.WhistleProposed: Said(
        "{unit}拟哨（{kind}）[，理由：{ground}]，拟召集{units}，报{street}批准"
        "[is_cross_district|；跨区联合]。",
        "{unit} proposes a whistle ({kind}) to {street}[: {ground}], to call {units}"
        "[is_cross_district|, some of another district].",
    ),
    dispatch.WhistleApproved: Said("准哨。", "The whistle is approved."),
    dispatch.WhistleRefused: Said("不准吹哨。", "The whistle is refused."),
    dispatch.WhistleBlown: Said(
        "{street}吹哨（{kind}），召集{units}报到[is_to_confirm|；事后须补批]。",
        "{street} blows the whistle ({kind}): {units} must report in"
        "[is_to_confirm|; it is confirmed afterwards].",
    ),
    dispatch.WhistleConfirmed: Said("补批应急哨。", "The whistle is confirmed."),
    dispatch.WhistleUnitAdded: Said("加派{summoned}报到。", "{summoned} must report in too."),
    dispatch.WhistleUnitExcused: Said(
        "{unit}异议成立，免除本哨责任。",
        "The contest of {unit} was upheld; it owes nothing.",
    ),
    dispatch.WhistleCancelled: Said("撤哨：{ground}。", "The whistle is cancelled: {ground}."),
    dispatch.WhistleEscalated: Said(
        "升级至{district}：{unit}，{ground}[，{answer} 前答复]。",
        "{district} is told about {unit}: {ground}[; it answers by {answer}].",
    ),
    dispatch.EscalationAnswered: Said(
        "{district}就{unit}作出督办答复。",
        "{district} says what it does about {unit}.",
    ),
    dispatch.EscalationAnswerMissed: Said(
        "{district}督办答复超期：应于 {due_at} 前就{unit}答复。",
        "{district} did not answer about {unit} by {due_at}.",
    ),
    dispatch.WhistleConcluded: Said(
        "处置完毕，待街道验收。",
        "The operation is over; the street has yet to accept.",
    ),
    dispatch.WhistleSettled: Said(
        "验收销哨[，已评哨：{ratings}]。",
        "The street accepts the result[ and rates {ratings}].",
    ),
}

SENTENCES: Templates = {
    **_CASE,
    **_TIMING,
    **_WHISTLE,
    dispatch.ReadingNoted: Said("{unit}查阅{what}，已登记。", "{unit} reads {what}; it is noted."),
    dispatch.ReadingRefused: Said(
        "{unit}查阅{what}被拒（{code}）。",
        "{unit} is refused {what} ({code}).",
    ),
}
