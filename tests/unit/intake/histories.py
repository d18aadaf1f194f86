"""What an appeal may have gone through, and the ways in which it is settled."""

import pytest

from services.intake.domain.appeal.state import AppealEvent
from tests.unit.intake.appeals import (
    answer,
    answered,
    decline,
    declined,
    file_case,
    filed,
    link,
    linked,
    received,
    unlinked,
    withdrawn,
)

History = tuple[AppealEvent, ...]

RECEIVED: History = (received(),)
ANSWERED: History = (*RECEIVED, answered())
DECLINED: History = (*RECEIVED, declined())
FILED: History = (*RECEIVED, filed())
LINKED: History = (*RECEIVED, linked())
UNLINKED: History = (*LINKED, unlinked())
WITHDRAWN: History = (*RECEIVED, withdrawn(None))
SETTLED = {
    "answered": ANSWERED,
    "declined": DECLINED,
    "filed": FILED,
    "linked": LINKED,
    "withdrawn": WITHDRAWN,
}

each_settled = pytest.mark.parametrize("stage", SETTLED)
each_way_to_settle = pytest.mark.parametrize(
    "command", [answer(), decline(), file_case(), link()], ids=lambda one: type(one).__name__
)
