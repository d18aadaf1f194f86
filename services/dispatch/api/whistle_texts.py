"""The texts of a whistle: what is asked and why, the plan, and what was said to it."""

from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel

from chassis.unit_of_work.texts import Texts
from contracts.event import Event
from contracts.events.dispatch import (
    EscalationAnswered,
    KeyPlan,
    SummonedUnit,
    WhistleCancelled,
    WhistleEscalated,
    WhistleProposed,
    WhistleRefused,
    WhistleSettled,
    WhistleUnitAdded,
)
from contracts.ids import UnitCode, WhistleNo
from contracts.instant import Instant


class NodeText(BaseModel):
    what: str | None
    due_at: Instant


class PlanTexts(BaseModel):
    goal: str | None
    consultation: str | None
    responsible: str | None
    nodes: list[NodeText]


class UnitText(BaseModel):
    """What was said about one unit."""

    unit: UnitCode
    about: Literal["called", "asked", "answered", "rated"]
    """Why it is called, what the street asks of the district, what that says, why a low figure."""
    text: str | None


class WhistleTexts(BaseModel):
    """All that people wrote; None for what was erased or not said."""

    whistle_no: WhistleNo
    request: str | None
    evidence: str | None
    plan: PlanTexts | None
    refusal: str | None
    cancellation: str | None
    units: list[UnitText]


def texts_of(texts: Texts, history: Sequence[Event], about: UnitCode | None) -> WhistleTexts:
    """Open the texts of a whistle that was proposed, in the order in which they were written.

    `about` leaves out what was said about other units: a called one learns what concerns it.
    """
    fact = next(one for one in history if isinstance(one, WhistleProposed))
    refused = [one.reason for one in history if isinstance(one, WhistleRefused)]
    cancelled = [one.reason for one in history if isinstance(one, WhistleCancelled)]
    return WhistleTexts(
        whistle_no=fact.whistle_no,
        request=texts.open(fact.request),
        evidence=texts.open(fact.evidence),
        plan=_plan(texts, fact.plan) if fact.plan else None,
        refusal=texts.open(refused[0]) if refused else None,
        cancellation=texts.open(cancelled[0]) if cancelled else None,
        units=[
            one
            for event in history
            for one in _units(texts, event)
            if about is None or one.unit == about
        ],
    )


def _plan(texts: Texts, plan: KeyPlan) -> PlanTexts:
    return PlanTexts(
        goal=texts.open(plan.goal),
        consultation=texts.open(plan.consultation),
        responsible=texts.open(plan.responsible),
        nodes=[NodeText(what=texts.open(node.what), due_at=node.due_at) for node in plan.nodes],
    )


def _units(texts: Texts, event: Event) -> Iterable[UnitText]:
    match event:
        case WhistleProposed(units=units):
            return _called(texts, units)
        case WhistleUnitAdded(summoned=summoned):
            return _called(texts, [summoned])
        case WhistleEscalated(reason=reason, unit=unit) if reason:
            return [UnitText(unit=unit, about="asked", text=texts.open(reason))]
        case EscalationAnswered(answer=answer, unit=unit):
            return [UnitText(unit=unit, about="answered", text=texts.open(answer))]
        case WhistleSettled(ratings=ratings):
            return [
                UnitText(unit=one.unit, about="rated", text=texts.open(one.reason))
                for one in ratings
                if one.reason
            ]
        case _:
            return []


def _called(texts: Texts, units: Sequence[SummonedUnit]) -> list[UnitText]:
    return [
        UnitText(unit=one.unit, about="called", text=texts.open(one.reason))
        for one in units
        if one.reason
    ]
