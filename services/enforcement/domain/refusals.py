"""Every "no" of enforcement, in words for an officer on the spot: what is wrong, what to do now.

    Refusal
      Unknown        OperationUnknown
      Forbidden      UnitNotSummoned, NotTheStreet, OperationNotYours, QueueNotYours
      (404)          UnitHasNoTask
      (too early)    OfficersTooFew, TaskNotReported, TaskNotCompleted
      (too late)     AlreadyAcknowledged, AlreadyReported, AlreadyCompleted, AlreadyReleased,
                     OperationConcludedAlready

`{at}` is local time, as on every page.
"""

from chassis.errors import Forbidden, Refusal, Unknown

__all__ = [
    "AlreadyAcknowledged",
    "AlreadyCompleted",
    "AlreadyReleased",
    "AlreadyReported",
    "NotTheStreet",
    "OfficersTooFew",
    "OperationConcludedAlready",
    "OperationNotYours",
    "OperationUnknown",
    "QueueNotYours",
    "TaskNotCompleted",
    "TaskNotReported",
    "UnitHasNoTask",
    "UnitNotSummoned",
]


class OperationUnknown(Unknown):
    code = "operation_unknown"
    zh = "没有编号为 {operation_no} 的联合执法；请核对哨号，刚吹的哨请稍后再试。"
    en = (
        "There is no operation {operation_no}; check the whistle's number, and if it was blown "
        "just now try again in a moment."
    )


class UnitNotSummoned(Forbidden):
    code = "unit_not_summoned"
    zh = "联合执法 {operation_no} 没有召集 {unit}，不能操作；如应参加，请联系吹哨街道 {street}。"
    en = (
        "{unit} was not called to operation {operation_no} and cannot act in it; if it should "
        "take part, contact the street that whistled, {street}."
    )


class NotTheStreet(Forbidden):
    code = "not_the_street"
    zh = "只有吹哨街道 {street} 可以放行，{unit} 不能；请联系该街道，放行前请留在现场。"
    en = (
        "Only the street that whistled, {street}, can release units, not {unit}; ask the street, "
        "and stay on the spot until it does."
    )


class OperationNotYours(Forbidden):
    code = "operation_not_yours"
    zh = "{unit} 不是联合执法 {operation_no} 的吹哨街道或应哨单位，不能查看；请联系吹哨街道。"
    en = (
        "{unit} neither whistled for operation {operation_no} nor was called to it, so it cannot "
        "see it; contact the street that whistled."
    )


class QueueNotYours(Forbidden):
    code = "queue_not_yours"
    zh = "只能查看本单位（{own}）的待办，不能查看 {unit} 的；请去掉 unit 参数后重试。"
    en = "You see the queue of your own unit ({own}), not that of {unit}; leave `unit` out."


class UnitHasNoTask(Refusal):
    code = "unit_has_no_task"
    status = 404
    zh = "联合执法 {operation_no} 没有 {unit} 的任务；请从应哨单位中选择：{units}。"
    en = "{unit} has no task in operation {operation_no}; choose one of its units: {units}."


class OfficersTooFew(Refusal):
    code = "officers_too_few"
    zh = (
        "报到至少需 {needed} 人到场，填报的是 {given} 人；请待人员到齐后再报到"
        "（综合执法哨须有两名以上执法人员：行政处罚法第四十二条）。"
    )
    en = (
        "Reporting in takes at least {needed} officers on the spot, you sent {given}; report in "
        "once they are there (an enforcement whistle takes two: Administrative Penalty Law "
        "art. 42)."
    )


class TaskNotReported(Refusal):
    code = "task_not_reported"
    zh = "{unit} 尚未报到，不能提交处置结果；请先到现场报到，再提交。"
    en = "{unit} has not reported in; report in on the spot first, then send the result."


class TaskNotCompleted(Refusal):
    code = "task_not_completed"
    zh = "{unit} 尚未提交处置结果，不能放行（事不完、人不撤）；请待其完成任务后再放行。"
    en = (
        "{unit} has not completed its task and cannot be released (nobody leaves before it is "
        "done); release it once it has sent its result."
    )


class AlreadyAcknowledged(Refusal):
    code = "already_acknowledged"
    zh = "{unit} 已于 {at} 签哨，无需重复；尚未报到的，请到场后报到。"
    en = (
        "{unit} acknowledged at {at} (UTC+8) already; if it has not reported in yet, do that on "
        "inbound."
    )


class AlreadyReported(Refusal):
    code = "already_reported"
    zh = "{unit} 已于 {at} 报到，无需重复；任务完成后请提交处置结果。"
    en = "{unit} reported in at {at} (UTC+8) already; send the result once the task is done."


class AlreadyCompleted(Refusal):
    code = "already_completed"
    zh = "{unit} 已于 {at} 提交处置结果，无需重复；未经街道放行请留在现场。"
    en = (
        "{unit} sent its result at {at} (UTC+8) already; stay on the spot until the street "
        "releases it."
    )


class AlreadyReleased(Refusal):
    code = "already_released"
    zh = "{unit} 已于 {at} 放行，无需重复；请查看其余单位是否已可放行。"
    en = "{unit} was released at {at} (UTC+8) already; see whether the other units can be."


class OperationConcludedAlready(Refusal):
    code = "operation_concluded_already"
    zh = "联合执法 {operation_no} 已于 {at} 完结，不能再操作；问题仍未解决的，请由街道重新吹哨。"
    en = (
        "Operation {operation_no} was concluded at {at} (UTC+8) and takes no more steps; if the "
        "problem is not solved, the street has to blow a new whistle."
    )
