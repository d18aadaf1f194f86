"""Our exception hierarchy.

    Refusal            a rule or a precondition says no; nothing was written
      Unknown          404  what is addressed does not exist (a reaction waits for it instead)
      Forbidden        403  the actor may not do or see this
      Unauthenticated  401  no actor
      Malformed        400/422  the request cannot be read
      Stale            412  the object changed since the caller read it
    Fault              ours or a neighbour's: tried again, never the caller's doing
      FeedGap          a feed skipped a version of a stream
      EpochChanged     a log was restored: its id is not the one that was followed
      Busy             503  too much is waiting; try again shortly
      OutcomeUnknown   503  the database was lost while committing; asking again settles it

HTTP maps a refusal once to RFC 9457 problem+json; a reaction that names a refusal records it.
"""

import re
from typing import ClassVar

from contracts.said import Names, by_code

__all__ = [
    "Busy",
    "EpochChanged",
    "Fault",
    "FeedGap",
    "Forbidden",
    "Malformed",
    "OfficerRecused",
    "OutcomeUnknown",
    "Refusal",
    "Stale",
    "Unauthenticated",
    "Unknown",
    "quotable",
]

_NAMED = frozenset({"acting", "district", "matter", "own", "street", "unit", "units"})
"""The facts that are such codes: one, or several behind commas."""

_CODE = re.compile(r"[A-Za-z0-9._-]{0,32}")


def quotable(sent: str) -> str:
    """Give back what was sent where a code belongs, unless it may be something personal."""
    return sent if _CODE.fullmatch(sent) else "…"


class Refusal(Exception):  # a refusal is an answer, not an error
    """A business "no". `code` is stable; `zh` and `en` say what is wrong and what to do.

    Both sentences are `str.format` templates over the keyword facts given when raising. Facts
    never hold personal data: they are logged and shown.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.en.format_map(facts))

    def sentence(self, language: str, names: Names = by_code) -> str:
        """Give the message in `zh` or (anything else) English, units and matters by `names`."""
        is_zh = language == "zh"

        def named(codes: object) -> str:
            said = [names(code) for code in str(codes).split(", ")]
            return "、".join(one.zh for one in said) if is_zh else ", ".join(one.en for one in said)

        called = {fact: named(self.facts[fact]) for fact in _NAMED & self.facts.keys()}
        return (self.zh if is_zh else self.en).format_map({**self.facts, **called})


class Unknown(Refusal):
    """What a command addresses does not exist (yet). `stream` is filled in by the session."""

    status = 404
    stream: str = ""


class Forbidden(Refusal):
    """The actor is known and may not do this."""

    status = 403


class OfficerRecused(Forbidden):
    """已回避 (济南 12345 条例 art. 32): who has a conflict of interest keeps out of a case.

    Each service decides who that is; the person meets the same refusal in all of them.
    """

    code = "officer_recused"
    zh = (
        "您已在工单 {case_no} 中回避，不能办理或查看；请交由同事办理。"
        "回避不当的，可请本单位其他领导或话务员解除。"
    )
    en = (
        "You are recused from case {case_no} and neither act on it nor read it; a colleague takes "
        "over. If that is wrong, another leader of your unit or an agent may lift it."
    )


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    status = 401
    code = "not_signed_in"
    zh = "请求没有有效的访问令牌；请在 Authorization 头中携带 Bearer 令牌。"
    en = "There is no valid token; send one as `Authorization: Bearer …`."


class Malformed(Refusal):
    """The request itself cannot be read; nothing was looked at."""

    status = 422


class Stale(Refusal):
    """The caller acted on a version that is no longer the newest."""

    status = 412
    code = "stale_version"
    zh = "对象已更新到版本 {actual}，提交所依据的是版本 {expected}；请重新读取后再提交。"
    en = "It is at version {actual} now, you acted on {expected}; read it again and resubmit."


class Fault(Exception):  # named as the field names it
    """Something of ours or a neighbour's failed; the same attempt may succeed later."""


class FeedGap(Fault):
    """A feed delivered a later version of a stream than the next one. Never skipped."""


class EpochChanged(Fault):
    """A followed log now has another id: it was restored or replaced. Needs an operator."""


class Busy(Fault):
    """The writer's queue is full. The command was not taken."""


class OutcomeUnknown(Fault):
    """The connection was lost while committing, and the database cannot be asked what came of it.

    Everything that goes through the unit of work may be brought again without a second effect.
    """
