"""The numbers that a person gives: of a case where a whistle is asked, and the other way round."""

import re
from typing import TYPE_CHECKING, Literal

from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import Said, said

if TYPE_CHECKING:
    from whistle.call import Call
    from whistle.client import Client

__all__ = ["Kind", "case_number", "check", "resolve"]

Kind = Literal["", "appeal", "case", "whistle", "operation", "callback"]

_NUMBER = re.compile(r"([0-9]{12})(?:-([WR])[1-9][0-9]{0,3})?")
_SIGN = {"whistle": "W", "operation": "W", "callback": "R"}
_CALLED: dict[Kind | str, Said] = {
    "W": Said("a whistle", "哨"),
    "R": Said("a call-back", "回访"),
    "whistle": Said("whistle", "哨"),
    "operation": Said("operation", "联合执法"),
    "callback": Said("call-back", "回访"),
}


def check(given: str) -> str:
    """Give a number as it was meant. Raises: Failure for what is none."""
    number = given.strip().upper()
    if not _NUMBER.fullmatch(number):
        raise Failure(
            said("that is no number of a case", "这不是编号"),
            said(
                f"{given!r} is not 12 digits, with -W1 or -R1 behind them or without.",
                f"{given!r} 不是 12 位数字（可带 -W1、-R1）。",
            ),
            said("`whistle queue` lists numbers", "`whistle queue` 列出编号"),
            Exit.USAGE,
        )
    return number


def case_number(number: str) -> str:
    """Give the part of a number that names the case or appeal."""
    return number[:12]


def resolve(call: "Call", client: "Client", kind: Kind, number: str) -> str:
    """Give the number of the wanted kind; of several open ones none is guessed. Raises: Failure."""
    match = _NUMBER.fullmatch(number)
    sign = match.group(2) if match else None
    if kind in {"case", "appeal", ""}:
        if sign:
            case = case_number(number)
            call.note(
                said(
                    f"{number} is {_CALLED[sign]} of {case}, which is taken",
                    f"{number} 是{_CALLED[sign]}，以下为其工单 {case}",
                )
            )
        return case_number(number)
    if sign == _SIGN[kind]:
        return number
    return _only_open(client, kind, case_number(number))


def _only_open(client: "Client", kind: Kind, case: str) -> str:
    if kind == "callback":
        rows = client.items("/feedback/v1/callbacks", case_no=case, status="open")
        found = [str(row["callback_no"]) for row in rows]
    else:
        found = list(client.get(f"/dispatch/v1/cases/{case}")["open_whistles"])
    if len(found) == 1:
        return found[0]
    wanted = _CALLED[kind]
    raise Failure(
        said(f"which {wanted.en} of case {case}?", f"工单 {case} 的哪一个{wanted.zh}？"),
        ", ".join(found) or said(f"No {wanted.en} of it is open.", f"没有未结束的{wanted.zh}。"),
        said(f"`whistle case show {case}` shows all", f"`whistle case show {case}` 可查看全部"),
        Exit.USAGE if found else Exit.REFUSED,
    )
