"""Sentences of 联合执法 enforcement."""

from contracts.events import enforcement
from contracts.said import Said
from contracts.wording.template import Templates

__all__ = ["SENTENCES"]

SENTENCES: Templates = {
    enforcement.OperationOpened: Said(
        "联合执法启动（{kind}），{street}吹哨，召集{tasks}。",
        "The operation ({kind}) opens; {street} calls {tasks}.",
    ),
    enforcement.UnitTaskAdded: Said("加派{task}，时限自此起算。", "{task} is called too."),
    enforcement.DeadlinesLifted: Said(
        "解除时限：来电人信息均已删除。",
        "No clock runs any more: all callers were erased.",
    ),
    enforcement.UnitAcknowledged: Said("{unit}签哨。", "{unit} acknowledges the whistle."),
    enforcement.UnitAcknowledgementMissed: Said(
        "{unit}签哨超时，应于 {due_at} 前签哨[counts|，计入考核]。",
        "{unit} did not acknowledge by {due_at}[counts|; it counts].",
    ),
    enforcement.UnitReported: Said(
        "{unit}报到，到场 {officer_count} 人。",
        "{unit} reports in with {officer_count} people.",
    ),
    enforcement.UnitReportMissed: Said(
        "{unit}未按时报到，应于 {due_at} 前到场[counts|，计入考核]。",
        "{unit} did not report in by {due_at}[counts|; it counts].",
    ),
    enforcement.UnitChased: Said("向{unit}催哨。", "{unit} is reminded."),
    enforcement.UnitContested: Said(
        "{unit}提出哨单异议，先办后议。",
        "{unit} contests its part; it still has to come.",
    ),
    enforcement.ContestRuled: Said(
        "区里裁定：{unit}的哨单异议{outcome}。",
        "The district rules: the contest of {unit} is {outcome}.",
    ),
    enforcement.UnitNamedAbsent: Said(
        "街道认定{unit}未报到，并报区里。",
        "The street names {unit} absent, and the district is told.",
    ),
    enforcement.UnitLeftEarly: Said(
        "{unit}未经放行提前离场。",
        "{unit} left before it was released.",
    ),
    enforcement.UnitTaskCompleted: Said(
        "{unit}报告任务完成，等待街道放行。",
        "{unit} says that its task is done, and waits for its release.",
    ),
    enforcement.UnitReleased: Said("街道放行{unit}。", "The street releases {unit}."),
    enforcement.OperationConcluded: Said("联合执法完结。", "The operation is concluded."),
    enforcement.OperationCancelled: Said(
        "联合执法取消，各单位无需再到场。",
        "The operation is cancelled; nobody has to come any more.",
    ),
    enforcement.ReadingNoted: Said(
        "{unit}查阅{what}，已登记。", "{unit} reads {what}; it is noted."
    ),
    enforcement.ReadingRefused: Said(
        "{unit}查阅{what}被拒（{code}）。",
        "{unit} is refused {what} ({code}).",
    ),
}
