"""办理反馈: what the unit says it did. Whether it is solved, the callers say."""

from dataclasses import dataclass

from chassis.decider import Meta
from contracts.events.dispatch import HandlingReported
from contracts.ids import CaseNo, SubjectId
from contracts.policies import Policies
from contracts.sealed import Sealed
from contracts.values import Contact
from services.dispatch.domain.case.contacting import Claim, must_fit_contacts
from services.dispatch.domain.case.policies import must_be_signed, must_handle
from services.dispatch.domain.case.state import OpenCase, with_handler


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHandling:
    """办理反馈 (art. 15): the unit says what it did, and whether it spoke to the caller."""

    case_no: CaseNo
    claim: Claim
    contact: Contact
    account: Sealed
    erased: frozenset[SubjectId]
    """The callers who have been erased."""
    policies: Policies
    meta: Meta


def report(command: ReportHandling, state: OpenCase) -> HandlingReported:
    """Report the handling.

    Raises: CaseNotYours, CaseNotSigned, CaseAlreadyReported, WhistleStillOpen, NobodyToContact,
    ContactNeeded, ContactNotRecorded, TooFewAttempts, UnreachableNotResolved.
    """
    facts = state.facts
    must_handle(command.meta.by.unit, facts)
    must_be_signed(state)
    must_fit_contacts(facts, command.contact, command.claim, command.erased, command.policies)
    return HandlingReported(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        claim=command.claim,
        contact=command.contact,
        account=command.account,
        handlers=with_handler(facts.handlers, command.meta.by.person),
        callers=facts.callers,
        reported_by=command.meta.by.person,
        reported_at=command.meta.at,
    )
