"""The numbers in addresses, and the streams and readings that they name."""

from typing import Annotated

from fastapi import Path

from chassis.http.readings import Reads, reading
from chassis.readings.reading import Reading
from chassis.unit_of_work.session import Session
from contracts.ids import (
    CASE_NO,
    UNIT_CODE,
    UNIT_CODE_MAX,
    WHISTLE_NO,
    CaseNo,
    UnitCode,
    WhistleNo,
    case_of_whistle,
    case_stream,
    whistle_stream,
)
from services.dispatch.access import LIFTING_ROLES, READERS_OF_ACCOUNTS, RULING_ROLES, UNIT_ROLES
from services.dispatch.domain.case.state import CaseState, NoCase
from services.dispatch.domain.whistle.state import NoWhistle, WhistleState

PREFIX = "/dispatch/v1"

PERSON = r"^[^\s/:]{1,64}$"
"""The pseudonym of a person; services that act by themselves have a colon in theirs."""

CaseInPath = Annotated[CaseNo, Path(pattern=CASE_NO)]
OfficerInPath = Annotated[str, Path(pattern=PERSON)]
UnitInPath = Annotated[UnitCode, Path(pattern=UNIT_CODE, max_length=UNIT_CODE_MAX)]
WhistleInPath = Annotated[WhistleNo, Path(pattern=WHISTLE_NO)]


def case(case_no: CaseNo) -> tuple[str, ...]:
    """Name the stream of a case."""
    return (case_stream(case_no),)


def whistle_and_case(whistle_no: WhistleNo) -> tuple[str, ...]:
    """Name the stream of a whistle, and that of the case it hangs on."""
    return (whistle_stream(whistle_no), case_stream(case_of_whistle(whistle_no)))


def whistle_unit_and_case(whistle_no: WhistleNo, unit: UnitCode) -> tuple[str, ...]:  # noqa: ARG001  # of the path
    """Name the same streams, where the address goes on to a unit."""
    return whistle_and_case(whistle_no)


async def _account(case_no: CaseInPath) -> Reading:
    return Reading(what="account", about=case_stream(case_no), cases=(case_no,))


def _callers(session: Session, asked: Reading) -> Reading:
    state: CaseState = session.state(asked.about)
    callers = () if isinstance(state, NoCase) else state.facts.callers
    return asked.of(caller.subject for caller in callers)


async def _reason(case_no: CaseInPath) -> Reading:
    return Reading(what="text", about=case_stream(case_no), cases=(case_no,))


async def _request(whistle_no: WhistleInPath) -> Reading:
    case_no = case_of_whistle(whistle_no)
    return Reading(what="request", about=whistle_stream(whistle_no), cases=(case_no,))


def _person(session: Session, asked: Reading) -> Reading:
    state: WhistleState = session.state(asked.about)
    return asked if isinstance(state, NoWhistle) else asked.of([state.fact.subject])


ReadsAccounts = Annotated[Reads, reading(_account, _callers, *READERS_OF_ACCOUNTS)]
ReadsReasons = Annotated[Reads, reading(_reason, _callers, *LIFTING_ROLES)]
ReadsTransfers = Annotated[Reads, reading(_reason, _callers, *RULING_ROLES)]
ReadsAssists = Annotated[Reads, reading(_reason, _callers, *UNIT_ROLES)]
ReadsRequestReasons = Annotated[Reads, reading(_reason, _callers, *RULING_ROLES)]
ReadsRequests = Annotated[Reads, reading(_request, _person, *UNIT_ROLES)]
