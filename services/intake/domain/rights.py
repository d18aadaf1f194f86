"""查阅权限: a right comes with a task and ends with it (art. 8; 个人信息保护法 art. 6, 19).

A unit has a task in a case while it handles the case, and while a whistle calls it there. The
hotline reads any text, since anybody may ask it about a case; whom it may call is another matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.errors import Forbidden
from contracts.values import AppealKind, WhistleKind

RETENTION: dict[AppealKind, timedelta] = {
    "consultation": timedelta(days=60),
    "help": timedelta(days=60),
    "suggestion": timedelta(days=60),
    "other": timedelta(days=60),
    "complaint": timedelta(days=180),
    "report": timedelta(days=180),
}
"""How long after its task a unit reads the texts, by kind of appeal.

Our default: as long as what the unit did may be contested, sixty days before a review body
(行政复议法 art. 20) and, for what is directed against somebody, six months before a court
(行政诉讼法 art. 46).
"""

PHONE_POLICY: dict[WhistleKind, bool] = {
    "emergency": True,
    "enforcement": False,
    "daily": False,
    "key": False,
}
"""For which whistles a called unit is given the caller's own phone.

Our default: only where a minute counts and a relay number may fail; never that of a caller who
asked for confidence.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """What a unit has, or had, to do in a case."""

    ended_at: datetime | None = None
    """None as long as it lasts."""
    whistle: WhistleKind | None = None
    """Of a unit that was called; None for the one that handles the case."""


def must_read_texts(
    unit: str, tasks: Sequence[Task], kind: AppealKind, now: datetime, *, is_for_reason: bool
) -> None:
    """Let a unit read texts during its task and its retention; later a leader, for a reason.

    Raises: CaseNotYours, TextsOutOfTime.
    """
    _must_have_task(unit, tasks)
    kept = RETENTION[kind]
    is_in_time = any(task.ended_at is None or now < task.ended_at + kept for task in tasks)
    if not is_in_time and not is_for_reason:
        raise TextsOutOfTime(days=kept.days)


def must_call(unit: str, tasks: Sequence[Task]) -> None:
    """Let a unit reach the caller during its task. Raises: CaseNotYours, ContactOutOfTime."""
    _must_have_task(unit, tasks)
    if not _open(tasks):
        raise ContactOutOfTime


def must_be_told(fields: Sequence[str], tasks: Sequence[Task], *, is_confidential: bool) -> None:
    """Let a unit have what the policy gives it. Raises: CallerConfidential, PhoneByRelayOnly."""
    if is_confidential and set(fields) != {"relay_number"}:
        raise CallerConfidential
    may_dial = any(task.whistle and PHONE_POLICY[task.whistle] for task in _open(tasks))
    if {"phone", "as_given"} & set(fields) and not may_dial:
        raise PhoneByRelayOnly


def _must_have_task(unit: str, tasks: Sequence[Task]) -> None:
    if not tasks:
        raise CaseNotYours(unit=unit)


def _open(tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.ended_at is None]


class CaseNotYours(Forbidden):
    """非本单位诉求 (art. 8): texts and contacts are for the units that work on them."""

    code = "case_not_yours"
    zh = "{unit} 没有承办或协办该诉求，不能查看；如需查看请联系承办单位。"
    en = "{unit} neither leads nor assists in this; ask the unit that does."


class TextsOutOfTime(Forbidden):
    """查阅期限已过 (our default): some time after its task a unit reads texts by its leader."""

    code = "texts_out_of_time"
    zh = "本单位的任务已结束超过 {days} 天，不能再查看；确需查看的，由本单位领导说明理由后查阅。"
    en = "Your task ended over {days} days ago; if it has to be read, a leader reads for a reason."


class ContactOutOfTime(Forbidden):
    """任务已结束 (our default): contacts end with the task."""

    code = "contact_out_of_time"
    zh = "本单位的任务已结束，不能再查看联系方式；需要联系来电人的，请拨 12345 由话务员转接。"
    en = "Your task in this case is over; to reach the caller, let an agent of 12345 connect you."


class PhoneByRelayOnly(Forbidden):
    """使用中继号 (our default): a unit calls by a number that shows neither side the other's."""

    code = "phone_by_relay_only"
    zh = "承办单位通过中继号联系来电人，不提供本人号码；请在 fields 中改用 relay_number。"
    en = "Units reach the caller through a relay number; ask for `relay_number` in `fields`."


class CallerConfidential(Forbidden):
    """来电人要求保密 (art. 8): the units do not learn who called."""

    code = "caller_confidential"
    zh = "来电人要求保密，不提供姓名和号码；请在 fields 中只用 relay_number，通过中继号联系。"
    en = "The caller asked for confidence: only `relay_number` is given, to call without a name."


class CallbackNotDue(Forbidden):
    """无待回访 (our default): visitors call those who wait for a call-back."""

    code = "callback_not_due"
    zh = "诉求 {appeal_no} 没有待回访任务，不能查看联系方式；请从回访列表中选择。"
    en = "No call-back is due for appeal {appeal_no}; choose one from the list of call-backs."
