"""Proposing a whistle, and the emergency whistle that the duty leader blows at once."""

from typing import Self

from pydantic import Field, model_validator

from chassis.errors import quotable
from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import LongText, Reason
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, CatalogueVersion, Unit, UnknownUnit
from contracts.events.dispatch import KeyPlan, PlanNode
from contracts.ids import CaseNo, UnitCode, case_stream, whistle_no, whistle_stream
from contracts.instant import SHANGHAI, Instant
from contracts.sealed import Sealed
from contracts.values import UnitRole, WhistleGround, WhistleKind
from services.dispatch.access import LEADER_ROLES, UNIT_ROLES, row_of
from services.dispatch.api.addresses import PREFIX, CaseInPath, case
from services.dispatch.api.samples import TEXT, department, facts_of
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.whistle.emergency import BlowEmergencyWhistle
from services.dispatch.domain.whistle.proposing import ProposeWhistle
from services.dispatch.domain.whistle.summons import Summons
from services.dispatch.domain.whistle.units import NamedUnit, UnitCannotReport, listed_units

ASSISTING_MAX = 30
NODES_MAX = 50


class Emergency(Body):
    """Why units are called, which, and for what; `reasons` for those that the list leaves out."""

    ground: WhistleGround
    evidence: LongText
    lead: UnitCode = Field(max_length=64)
    assisting: tuple[UnitCode, ...] = Field(default=(), max_length=ASSISTING_MAX)
    reasons: dict[UnitCode, Reason] = Field(default={}, max_length=ASSISTING_MAX + 1)
    request: LongText

    @model_validator(mode="after")
    def _reasons_are_of_named_units(self) -> Self:
        if not self.reasons.keys() <= {self.lead, *self.assisting}:
            raise ValueError("a reason belongs to a unit that is lead or assisting")
        return self


class Node(Body):
    what: Reason
    due_at: Instant


class Plan(Body):
    """Of a key whistle: what it is to reach, who was heard, who answers for it, and by when."""

    goal: LongText
    consultation: LongText
    responsible: Reason
    nodes: tuple[Node, ...] = Field(max_length=NODES_MAX)


class Proposal(Emergency):
    """The same, with its kind; a key whistle has a plan."""

    kind: WhistleKind
    plan: Plan | None = None


def whistle_commands(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that begin a whistle."""
    routes = CommandRoutes(PREFIX, "whistles")

    def danger(session: Session, case_no: CaseNo) -> Emergency:
        """Call the departments of the list, or any; the first leads."""
        facts = facts_of(session, case_no)
        version = in_force(session, catalogue)
        listed = [
            unit
            for unit in listed_units(version, facts.matter, facts.street)
            if version.unit(unit).kind in {"department", "company"}
        ]
        lead, *assisting = listed or [department(session, catalogue, facts, facts.street)]
        return Emergency(
            ground="several_units",
            evidence="街道已两次到场，无执法权，需部门到场处置。",
            lead=lead,
            assisting=tuple(assisting),
            reasons={} if listed else {lead: "清单未列，现场需要其执法。"},
            request=TEXT,
        )

    def proposal(session: Session, case_no: CaseNo) -> Proposal:
        """Propose the same as work of a day."""
        return Proposal(kind="daily", **dict(danger(session, case_no)))

    @routes.command(
        "/cases/{case_no}/whistles",
        roles=UNIT_ROLES,
        on=case,
        status=201,
        gives=ProposeWhistle,
        sample=proposal,
    )
    def propose_whistle(session: Session, case_no: CaseInPath, body: Proposal) -> None:
        """Propose a whistle for a case that nobody can settle alone (拟哨)."""
        begun = _Beginning(session, catalogue, case_no)
        command = ProposeWhistle(
            whistle_no=begun.number,
            case_no=case_no,
            proposer=row_of(session.actor.unit, begun.version),
            kind=body.kind,
            plan=begun.plan(body.plan) if body.plan else None,
            summons=begun.summons(body),
            meta=session.meta,
        )
        begun.execute(command)

    @routes.command(
        "/cases/{case_no}/emergency-whistle",
        roles=LEADER_ROLES,
        on=case,
        status=201,
        gives=BlowEmergencyWhistle,
        sample=danger,
    )
    def blow_emergency_whistle(session: Session, case_no: CaseInPath, body: Emergency) -> None:
        """Call units to a danger at once (应急吹哨); another leader confirms it afterwards."""
        begun = _Beginning(session, catalogue, case_no)
        command = BlowEmergencyWhistle(
            whistle_no=begun.number,
            case_no=case_no,
            summons=begun.summons(body),
            approvers=begun.version.policies.approvers["emergency"],
            meta=session.meta,
        )
        begun.execute(command)

    return routes


class _Beginning:
    """A whistle that is about to begin: its number, and its texts sealed for the case."""

    def __init__(self, session: Session, catalogue: Catalogue, case_no: CaseNo) -> None:
        unknown = CaseUnknown(case_no=case_no)
        self._session = session
        self._stream = case_stream(case_no)
        self._facts: CaseFacts = session.require(self._stream, unknown).facts
        self.version = in_force(session, catalogue)
        self._listed = listed_for(catalogue, self._facts)
        self.number = whistle_no(case_no, self._facts.whistle_count + 1)

    def summons(self, body: Emergency) -> Summons:
        """Seal and look up what a whistle is about. Raises: UnitCannotReport."""
        facts = self._facts
        roles: list[tuple[UnitCode, UnitRole]] = [(body.lead, "lead")]
        roles += [(unit, "assisting") for unit in body.assisting]
        reasons = {unit: self._seal(text) for unit, text in body.reasons.items()}
        return Summons(
            whistle_no=self.number,
            case_no=facts.case_no,
            round=facts.round,
            street=facts.street,
            district=facts.district,
            ground=body.ground,
            evidence=self._seal(body.evidence),
            units=tuple(
                named_unit(self.version, self._listed, unit, role, reasons.get(unit))
                for unit, role in roles
            ),
            subject=facts.subject,
            request=self._seal(body.request),
            catalogue=self.version.version,
        )

    def plan(self, plan: Plan) -> KeyPlan:
        """Seal a plan."""
        return KeyPlan(
            goal=self._seal(plan.goal),
            consultation=self._seal(plan.consultation),
            responsible=self._seal(plan.responsible),
            nodes=tuple(
                PlanNode(what=self._seal(node.what), due_at=node.due_at) for node in plan.nodes
            ),
        )

    def execute(self, command: ProposeWhistle | BlowEmergencyWhistle) -> None:
        """Let the case and the whistle decide, and answer with the whistle."""
        self._session.reply_with(whistle_stream(self.number))
        self._session.execute(command, self._stream, whistle_stream(self.number))

    def _seal(self, text: str) -> Sealed:
        return self._session.texts.seal_for(self._facts.subject, self._stream, text)


def in_force(session: Session, catalogue: Catalogue) -> CatalogueVersion:
    """Give the version of the catalogue that is in force today."""
    return catalogue.current(session.now.astimezone(SHANGHAI).date())


def listed_for(catalogue: Catalogue, facts: CaseFacts) -> frozenset[UnitCode]:
    """Give the units that the responsibility list named when the case was dispatched."""
    return frozenset(listed_units(catalogue.at(facts.catalogue), facts.matter, facts.street))


def named_unit(
    version: CatalogueVersion,
    listed: frozenset[UnitCode],
    code: UnitCode,
    role: UnitRole,
    reason: Sealed | None,
) -> NamedUnit:
    """Look a unit up that is to be called. Raises: UnitCannotReport."""
    row = row_of(code, version)
    if row is None:
        raise UnitCannotReport(unit=quotable(code))
    return NamedUnit(
        row=row,
        district=_district_above(version, row),
        role=role,
        is_listed=code in listed,
        reason=reason,
    )


def _district_above(version: CatalogueVersion, row: Unit) -> UnitCode | None:
    """Give the district that a unit belongs to; a unit of the city has none above it."""
    try:
        return UnitCode(version.district_of(row.code).code)
    except UnknownUnit:
        return None
