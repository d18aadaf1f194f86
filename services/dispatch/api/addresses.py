"""The numbers in addresses, and the streams that they name."""

from typing import Annotated

from fastapi import Path

from contracts.ids import (
    CASE_NO,
    WHISTLE_NO,
    CaseNo,
    WhistleNo,
    case_of_whistle,
    case_stream,
    whistle_stream,
)

PREFIX = "/dispatch/v1"

PERSON = r"^[^\s/:]{1,64}$"
"""The pseudonym of a person; services that act by themselves have a colon in theirs."""

CaseInPath = Annotated[CaseNo, Path(pattern=CASE_NO)]
OfficerInPath = Annotated[str, Path(pattern=PERSON)]
WhistleInPath = Annotated[WhistleNo, Path(pattern=WHISTLE_NO)]


def case(case_no: CaseNo) -> tuple[str, ...]:
    """Name the stream of a case."""
    return (case_stream(case_no),)


def whistle_and_case(whistle_no: WhistleNo) -> tuple[str, ...]:
    """Name the stream of a whistle, and that of the case it hangs on."""
    return (whistle_stream(whistle_no), case_stream(case_of_whistle(whistle_no)))
