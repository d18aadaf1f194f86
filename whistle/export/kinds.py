"""The words of a hotline for the five kinds of an appeal, and our codes for them."""

from typing import get_args

from contracts.values import NewAppealKind

__all__ = ["KINDS", "read_kind"]

KINDS: dict[str, NewAppealKind] = {
    "咨询": "consultation",
    "求助": "help",
    "投诉": "complaint",
    "举报": "report",
    "建议": "suggestion",
}

_CODES: dict[str, NewAppealKind] = {code: code for code in get_args(NewAppealKind)}


def read_kind(word: str) -> NewAppealKind | None:
    """Give the code for a word or a code; None for any other, because nothing is guessed."""
    return KINDS.get(word) or _CODES.get(word)
