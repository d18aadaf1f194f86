"""认领: who of the unit has the case on their desk. It tells the colleagues, and bars nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.decider import Meta
from chassis.errors import Forbidden, Refusal
from contracts.envelope import Actor
from contracts.events.dispatch import CaseClaimed, CaseHandedOver, ClaimReleased
from contracts.ids import CaseNo
from services.dispatch.domain.case.policies import must_handle, must_not_be_reported
from services.dispatch.domain.case.state import CaseFacts, OpenCase

CLAIM_LASTS = timedelta(hours=2)
"""Our default: a claim that nobody renews is over after it, and no event says so."""

Held = CaseClaimed | CaseHandedOver


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCase:
    """认领 (our default): the person takes the case, or keeps it for longer."""

    case_no: CaseNo
    meta: Meta


class CaseClaimedAlready(Refusal):
    """已被认领 (our default): one person at a time has a case; all may work on it."""

    code = "case_claimed_already"
    zh = "工单 {case_no} 已由同事认领，至 {until}；请联系该同事转交，或等认领到期。"
    en = "A colleague has case {case_no} until {until}; ask for a hand-over, or wait until then."


def claim(command: ClaimCase, state: OpenCase) -> CaseClaimed:
    """Take the case. Raises: CaseNotYours, CaseAlreadyReported, CaseClaimedAlready."""
    facts, by, at = state.facts, command.meta.by, command.meta.at
    must_handle(by.unit, facts)
    must_not_be_reported(state)
    held = claim_at(facts, at)
    if held is not None and held.person != by.person:
        raise CaseClaimedAlready(case_no=facts.case_no, until=held.until.isoformat())
    return CaseClaimed(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        person=by.person,
        until=at + CLAIM_LASTS,
        claimed_at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseClaim:
    """释放认领 (our default): by the person, or a leader of the unit."""

    case_no: CaseNo
    meta: Meta


class NotClaimed(Refusal):
    """无人认领 (our default): there is no claim to release or to hand over."""

    code = "case_not_claimed"
    zh = "工单 {case_no} 目前无人认领；需要时请先认领。"
    en = "Nobody has claimed case {case_no}, or the claim is over; claim it first if need be."


class ClaimNotYours(Forbidden):
    """非本人认领 (our default): who has a case gives it away, or a leader of the unit."""

    code = "claim_not_yours"
    zh = "工单 {case_no} 由同事认领；请联系该同事或本单位领导。"
    en = "A colleague has claimed case {case_no}; ask them or a leader of your unit."


def release(command: ReleaseClaim, state: OpenCase) -> ClaimReleased:
    """Give the case back to the unit. Raises: CaseNotYours, NotClaimed, ClaimNotYours."""
    facts, by, at = state.facts, command.meta.by, command.meta.at
    held = _given_away_by(by, facts, at)
    return ClaimReleased(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        person=held.person,
        released_by=by.person,
        released_at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """转交 (our default): a colleague of the unit has the case from now on."""

    case_no: CaseNo
    person: str
    meta: Meta


class ColleagueRecused(Refusal):
    """同事应回避 (济南 12345 条例 art. 32): who keeps out of a case is not given it."""

    code = "colleague_recused"
    zh = "该同事在工单 {case_no} 中应回避，不能转交；请选择其他同事。"
    en = "That colleague keeps out of case {case_no}; hand it over to somebody else."


def hand_over(command: HandOver, state: OpenCase) -> CaseHandedOver:
    """Put the case on a colleague's desk.

    Raises: CaseNotYours, NotClaimed, ClaimNotYours, ColleagueRecused.
    """
    facts, by, at = state.facts, command.meta.by, command.meta.at
    held = _given_away_by(by, facts, at)
    if command.person in facts.recused:
        raise ColleagueRecused(case_no=facts.case_no)
    return CaseHandedOver(
        case_no=facts.case_no,
        round=facts.round,
        unit=facts.unit,
        from_person=held.person,
        person=command.person,
        until=at + CLAIM_LASTS,
        handed_over_by=by.person,
        handed_over_at=at,
    )


def claim_at(facts: CaseFacts, at: datetime) -> Held | None:
    """Give the claim that holds at a moment."""
    held = facts.timing.claim
    return held if held is not None and at < held.until else None


def _given_away_by(by: Actor, facts: CaseFacts, at: datetime) -> Held:
    must_handle(by.unit, facts)
    held = claim_at(facts, at)
    if held is None:
        raise NotClaimed(case_no=facts.case_no)
    if by.person != held.person and by.role == "officer":
        raise ClaimNotYours(case_no=facts.case_no)
    return held
