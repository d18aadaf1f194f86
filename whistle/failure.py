"""How a command reports that it cannot do what was asked: what failed, why, and what to do.

A failure is written for the person at the terminal and carries the exit code. Sentences hold no
personal data: terminals are scrolled back and logged.
"""

from whistle.exits import Exit, exit_for_status
from whistle.language import Said, said

__all__ = ["Failure", "refused_by"]

_CORRECT = Said("correct that and run the command again", "改正后再执行一次")
_READ_AGAIN = Said("read it again, then decide again", "请重新查看后再决定")
_LATER = Said(
    "try again in a moment; if it fails again, look at the server's log",
    "请稍后再试；仍失败时请查看服务器日志",
)
_BY_STATUS = {
    401: Said(
        "set WHISTLE_TOKEN_FILE or WHISTLE_TOKEN; `whistle token add --help` says how to get one",
        "请设置 WHISTLE_TOKEN_FILE 或 WHISTLE_TOKEN；`whistle token add --help` 说明如何取得",
    ),
    403: Said(
        "ask somebody whose role and unit may do this",
        "请由有权限的人员（身份、单位相符）办理",
    ),
    412: _READ_AGAIN,
}
_CASES = Said("`whistle queue` lists the numbers", "`whistle queue` 列出编号")
_QUEUE = Said("`whistle queue` shows the work of your own unit", "`whistle queue` 列出本单位待办")
_SHOW = Said(
    "`whistle case show NUMBER` shows where it stands", "`whistle case show 编号` 查看当前环节"
)
_BY_CODE = {
    "appeal_unknown": Said(
        "`whistle appeal list` lists the numbers", "`whistle appeal list` 列出编号"
    ),
    "callback_unknown": Said(
        "`whistle callback list` lists the numbers", "`whistle callback list` 列出编号"
    ),
    "case_already_reported": _SHOW,
    "case_already_signed": _SHOW,
    "case_is_closed": _SHOW,
    "case_not_signed": Said("whistle case sign NUMBER", "whistle case sign 编号"),
    "case_unknown": _CASES,
    "held_event_unknown": Said(
        "`whistle parked list` lists what is held", "`whistle parked list` 列出滞留事件"
    ),
    "no_such_queue": _QUEUE,
    "not_found": Said(
        "the server may be of another release; compare `whistle --version`",
        "服务器版本可能不同；请用 `whistle --version` 核对",
    ),
    "operation_unknown": _CASES,
    "other_units_queue": Said(
        "leave --unit out for your own unit's", "去掉 --unit 即为本单位的待办"
    ),
    "policy_missing": Said("choose a later --to", "请选择更晚的 --to"),
    "queue_not_yours": _QUEUE,
    "task_not_reported": Said(
        "whistle operation report-in NUMBER --officers N",
        "whistle operation report-in 编号 --officers 人数",
    ),
    "unit_needs_reason": Said(
        "add --reasons NAME=TEXT for that unit", "请为该单位加 --reasons 单位=理由"
    ),
    "view_unknown": Said(
        "`whistle views status` lists the views", "`whistle views status` 列出视图"
    ),
    "whistle_still_open": Said(
        "`whistle whistle settle --help` says how", "`whistle whistle settle --help` 说明如何销哨"
    ),
    "whistle_unknown": _SHOW,
}


class Failure(Exception):
    """Ends a command. `what` names what was not done, `why` the cause, `hint` the next step."""

    def __init__(self, what: str, why: str, hint: str, code: Exit = Exit.FAULT) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why
        self.hint = hint
        self.code = code

    def lines(self) -> tuple[str, str, str]:
        """Give the three lines for standard error."""
        return (f"whistle: {self.what}", f"  {self.why}", f"{said('hint: ', '提示：')}{self.hint}")


def refused_by(status: int, code: str, detail: str) -> Failure:
    """Give the failure for an answer that is no success.

    `code` and `detail` are those of the problem document, empty when there was none.
    """
    exit_code = exit_for_status(status)
    hint = _BY_CODE.get(code) or _BY_STATUS.get(status, _CORRECT)
    if exit_code is Exit.UNAVAILABLE:
        hint = _LATER
    named = said(f"the server answered {status}", f"服务器答复 {status}")
    why = detail or said("It gave no explanation.", "没有给出原因。")
    return Failure(named + (f" ({code})" if code else ""), why, str(hint), exit_code)
