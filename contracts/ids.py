"""Numbers and codes: their types, the pattern of each, and the stream that each names.

Only intake allocates numbers. The others follow: a case has the number of the appeal that filed it,
an operation that of its whistle, a call-back those of its appeal and its round.
"""

from typing import NewType

__all__ = [
    "APPEAL_NO",
    "CALLBACK_NO",
    "CASE_NO",
    "SUBJECT_ID",
    "UNIT_CODE",
    "UNIT_CODE_MAX",
    "WHISTLE_NO",
    "AppealNo",
    "CallbackNo",
    "CaseNo",
    "OperationNo",
    "SubjectId",
    "UnitCode",
    "WhistleNo",
    "appeal_stream",
    "callback_no",
    "callback_stream",
    "case_of_appeal",
    "case_of_whistle",
    "case_stream",
    "operation_of_whistle",
    "operation_stream",
    "subject_stream",
    "whistle_no",
    "whistle_of_operation",
    "whistle_stream",
]

AppealNo = NewType("AppealNo", str)
"""诉求编号: YYMMDD in Shanghai and six digits."""
CaseNo = NewType("CaseNo", str)
"""工单编号: the number of the appeal that filed the case."""
WhistleNo = NewType("WhistleNo", str)
"""哨单编号: `<case>-W<k>`, counted from 1 within the case."""
OperationNo = NewType("OperationNo", str)
"""联合执法编号: the number of the whistle that opened the operation."""
CallbackNo = NewType("CallbackNo", str)
"""回访编号: `<appeal>-R<round>`."""
SubjectId = NewType("SubjectId", str)
"""当事人编号: 32 hexadecimal digits that reveal nothing about the person."""
UnitCode = NewType("UnitCode", str)
"""单位编码: a street, department, company or community of the catalogue."""

APPEAL_NO = CASE_NO = r"^[0-9]{12}$"
WHISTLE_NO = r"^[0-9]{12}-W[1-9][0-9]{0,3}$"
"""Also the pattern of an operation's number."""
CALLBACK_NO = r"^[0-9]{12}-R[1-9][0-9]{0,3}$"
SUBJECT_ID = r"^[0-9a-f]{32}$"
UNIT_CODE = r"^[a-z][a-z0-9-]*$"
UNIT_CODE_MAX = 64
"""Characters."""


def appeal_stream(appeal_no: AppealNo) -> str:
    """Name the stream of an appeal (诉求)."""
    return f"appeal-{appeal_no}"


def subject_stream(subject: SubjectId) -> str:
    """Name the stream of a person (当事人); every vault keeps the person's key under that name."""
    return f"subject-{subject}"


def case_stream(case_no: CaseNo) -> str:
    """Name the stream of a case (工单)."""
    return f"case-{case_no}"


def whistle_stream(number: WhistleNo) -> str:
    """Name the stream of a whistle (哨)."""
    return f"whistle-{number}"


def operation_stream(operation_no: OperationNo) -> str:
    """Name the stream of a joint operation (联合执法)."""
    return f"operation-{operation_no}"


def callback_stream(number: CallbackNo) -> str:
    """Name the stream of a call-back (回访)."""
    return f"callback-{number}"


def case_of_appeal(appeal_no: AppealNo) -> CaseNo:
    """Give the number of the case that an appeal files."""
    return CaseNo(appeal_no)


def whistle_no(case_no: CaseNo, count: int) -> WhistleNo:
    """Give the number of the `count`-th whistle of a case, from 1."""
    return WhistleNo(f"{case_no}-W{count}")


def case_of_whistle(number: WhistleNo) -> CaseNo:
    """Give the number of the case that a whistle belongs to."""
    return CaseNo(number.partition("-")[0])


def operation_of_whistle(number: WhistleNo) -> OperationNo:
    """Give the number of the operation that a whistle opens."""
    return OperationNo(number)


def whistle_of_operation(operation_no: OperationNo) -> WhistleNo:
    """Give the number of the whistle that opened an operation."""
    return WhistleNo(operation_no)


def callback_no(appeal_no: AppealNo, round_no: int) -> CallbackNo:
    """Give the number of the call-back to an appeal's caller in a round, from 1."""
    return CallbackNo(f"{appeal_no}-R{round_no}")
