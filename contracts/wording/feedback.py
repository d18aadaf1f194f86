"""Sentences of 回访评价 feedback."""

from contracts.events import feedback
from contracts.said import Said
from contracts.wording.template import Templates

__all__ = ["SENTENCES"]

SENTENCES: Templates = {
    feedback.CallbackScheduled: Said(
        "安排回访（第 {round} 轮，因{trigger}），评价{unit}的办理。",
        "A call-back about the work of {unit} is due (round {round}: {trigger}).",
    ),
    feedback.CallbackAttempted: Said(
        "第 {attempt} 次回访未接通。",
        "Attempt {attempt} did not reach the caller.",
    ),
    feedback.CallbackCompleted: Said(
        "回访完成[answers|，来电人已作答]。",
        "The call-back is over[answers|; the caller answered].",
    ),
    feedback.CallbackWaived: Said("免回访：{ground}。", "No call-back is made: {ground}."),
    feedback.ReadingNoted: Said("{unit}查阅{what}，已登记。", "{unit} reads {what}; it is noted."),
    feedback.ReadingRefused: Said(
        "{unit}查阅{what}被拒（{code}）。",
        "{unit} is refused {what} ({code}).",
    ),
}
