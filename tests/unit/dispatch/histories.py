"""How far the case of `cases.py` has come when a test begins."""

from datetime import timedelta

from services.dispatch.domain.case.decider import CASE, OngoingCommand
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.state import CaseFacts, NoCase
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    BO,
    attached,
    closed,
    contacted,
    dispatched,
    join,
    leave,
    march,
    note,
    note_contact,
    noted,
    report,
    reported,
    sign,
    signed,
)
from tests.unit.dispatch.conflicts import declare, lift
from tests.unit.dispatch.timing import (
    approve_suspension,
    ask_extension,
    ask_suspension,
    claim,
    deny_extension,
    deny_suspension,
    grant,
    hand_over,
    reach,
    release,
    resume,
    revise,
)
from tests.unit.dispatch.transfers import (
    answer,
    note_refusal,
    object_to,
    order_end,
    redispatch,
    request,
    rule,
    withdraw,
)
from tests.unit.dispatch.whistles import (
    PROPOSED_AT,
    add,
    approve,
    ask,
    blow,
    blow_at_once,
    cancel,
    confirm,
    propose,
    refuse,
    settle,
)
from tests.unit.dispatch.whistles import answer as answer_escalation

CaseHistory = tuple[CaseEvent, ...]

INSTANT = timedelta(microseconds=1)
LATER = march(11, 9)

SIGNED: CaseHistory = (dispatched(), signed(), contacted())
WHISTLED: CaseHistory = (*SIGNED, attached(PROPOSED_AT))
REPORTED: CaseHistory = (*SIGNED, reported())
CLOSED: CaseHistory = (*REPORTED, noted(ANN, True), closed("resolved"))

ONGOING: tuple[OngoingCommand, ...] = (
    sign(),
    report(),
    note(ANN, True),
    join(BO, LATER),
    leave(ANN, LATER),
    declare(),
    lift(),
    propose(),
    approve(),
    refuse(),
    blow(),
    blow_at_once(),
    confirm(),
    add(),
    cancel(),
    ask(),
    answer_escalation(),
    settle(),
    note_contact(),
    reach(),
    ask_extension(),
    grant(),
    deny_extension(),
    ask_suspension(),
    approve_suspension(),
    deny_suspension(),
    resume(),
    claim(),
    release(),
    hand_over(),
    revise(),
    object_to(),
    rule("rejected"),
    redispatch(),
    order_end(),
    request(),
    answer(),
    withdraw(),
    note_refusal(),
)
"""One of each command that a case takes after its dispatch."""


def facts_after(*events: CaseEvent) -> CaseFacts:
    """Give what holds after the events."""
    state = given(CASE, *events).state
    assert not isinstance(state, NoCase)
    return state.facts
