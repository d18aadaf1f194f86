"""What a street does with a whistle: propose, approve or refuse, blow, settle."""

from pydantic import Field

from chassis.errors import Refusal, quotable
from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import LongText
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue, CatalogueVersion, UnknownUnit
from contracts.events.dispatch import SummonedUnit
from contracts.ids import CaseNo, UnitCode, case_of_whistle, case_stream, whistle_no, whistle_stream
from contracts.instant import SHANGHAI
from contracts.values import WhistleGround, WhistleKind
from services.dispatch.access import LEADER_ROLES, UNIT_ROLES
from services.dispatch.api.addresses import (
    PREFIX,
    CaseInPath,
    WhistleInPath,
    case,
    whistle_and_case,
)
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.whistle.approval import (
    ApproveWhistle,
    ProposeWhistle,
    RefuseWhistle,
)
from services.dispatch.domain.whistle.call import BlowWhistle
from services.dispatch.domain.whistle.decider import WhistleUnknown
from services.dispatch.domain.whistle.settlement import SettleWhistle

ASSISTING_MAX = 30


class UnitCannotReport(Refusal):
    """单位不能报到 (art. 16): a whistle calls departments and companies of the catalogue."""

    code = "unit_cannot_report"
    zh = "目录中没有可以报到的单位 {unit}；请从 /intake/v1/catalogue 中选择区级单位的代码。"
    en = "There is no unit {unit} that could report; choose one from /intake/v1/catalogue."


class Proposal(Body):
    kind: WhistleKind
    ground: WhistleGround
    evidence: LongText
    lead: UnitCode = Field(max_length=64)
    assisting: tuple[UnitCode, ...] = Field(default=(), max_length=ASSISTING_MAX)
    request: LongText


class Refusing(Body):
    reason: str = Field(min_length=1, max_length=2_000)


def whistle_commands(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that command a whistle."""
    routes = CommandRoutes(PREFIX, "whistles")
    _proposal(routes, catalogue)
    _steps(routes)
    return routes


def _proposal(routes: CommandRoutes, catalogue: Catalogue) -> None:
    def proposal(session: Session, case_no: CaseNo) -> Proposal:
        """Give one that calls a department."""
        version = catalogue.current(session.now.astimezone(SHANGHAI).date())
        facts: CaseFacts = session.state(case_stream(case_no)).facts
        departments = (UnitCode(one.code) for one in version.units() if one.kind == "department")
        return Proposal(
            kind="daily",
            ground="no_power",
            evidence="街道已两次到场劝阻，无执法权。",
            lead=next(code for code in departments if code != facts.unit),
            request="请到现场依法查处。",
        )

    @routes.command(
        "/cases/{case_no}/whistles",
        roles=UNIT_ROLES,
        on=case,
        status=201,
        gives=ProposeWhistle,
        sample=proposal,
    )
    def propose_whistle(session: Session, case_no: CaseInPath, body: Proposal) -> None:
        """Propose a whistle for a case that the street cannot settle alone (拟哨)."""
        version = catalogue.current(session.now.astimezone(SHANGHAI).date())
        _check_units(version, body)
        stream = case_stream(case_no)
        facts: CaseFacts = session.require(stream, CaseUnknown(case_no=case_no)).facts
        number = whistle_no(case_no, facts.whistle_count + 1)
        command = ProposeWhistle(
            whistle_no=number,
            case_no=case_no,
            round=facts.round,
            district=facts.district,
            kind=body.kind,
            ground=body.ground,
            evidence=session.texts.seal_for(facts.subject, stream, body.evidence),
            units=_summoned(body),
            subject=facts.subject,
            request=session.texts.seal_for(facts.subject, stream, body.request),
            catalogue=version.version,
            meta=session.meta,
        )
        session.reply_with(whistle_stream(number))
        session.execute(command, stream, whistle_stream(number))


def _check_units(version: CatalogueVersion, body: Proposal) -> None:
    for code in (body.lead, *body.assisting):
        try:
            kind = version.unit(code).kind
        except UnknownUnit:
            raise UnitCannotReport(unit=quotable(code)) from None
        if kind not in {"department", "company"}:
            raise UnitCannotReport(unit=quotable(code))


def _summoned(body: Proposal) -> tuple[SummonedUnit, ...]:
    assisting = (
        SummonedUnit(unit=unit, role="assisting", basis="street", reason=None)
        for unit in body.assisting
    )
    lead = SummonedUnit(unit=body.lead, role="lead", basis="street", reason=None)
    return (lead, *assisting)


def _steps(routes: CommandRoutes) -> None:
    @routes.command("/whistles/{whistle_no}/approval", roles=LEADER_ROLES, on=whistle_and_case)
    def approve_whistle(session: Session, whistle_no: WhistleInPath) -> ApproveWhistle:
        """Approve a whistle of the own street (准哨)."""
        case_no = case_of_whistle(whistle_no)
        return ApproveWhistle(whistle_no=whistle_no, case_no=case_no, meta=session.meta)

    @routes.command(
        "/whistles/{whistle_no}/refusal",
        roles=LEADER_ROLES,
        on=whistle_and_case,
        sample=Refusing(reason="街道可自行处置。"),
    )
    def refuse_whistle(
        session: Session, whistle_no: WhistleInPath, body: Refusing
    ) -> RefuseWhistle:
        """Refuse a whistle of the own street, with a reason."""
        session.require(whistle_stream(whistle_no), WhistleUnknown(whistle_no=whistle_no))
        case_no = case_of_whistle(whistle_no)
        stream = case_stream(case_no)
        facts: CaseFacts = session.state(stream).facts
        reason = session.texts.seal_for(facts.subject, stream, body.reason)
        return RefuseWhistle(
            whistle_no=whistle_no, case_no=case_no, reason=reason, meta=session.meta
        )

    @routes.command("/whistles/{whistle_no}/blow", roles=UNIT_ROLES, on=whistle_and_case)
    def blow_whistle(session: Session, whistle_no: WhistleInPath) -> BlowWhistle:
        """Blow it (吹哨): the named units must report in time."""
        case_no = case_of_whistle(whistle_no)
        return BlowWhistle(whistle_no=whistle_no, case_no=case_no, meta=session.meta)

    @routes.command("/whistles/{whistle_no}/settlement", roles=UNIT_ROLES, on=whistle_and_case)
    def settle_whistle(session: Session, whistle_no: WhistleInPath) -> SettleWhistle:
        """Accept the result (验收销哨)."""
        return SettleWhistle(
            whistle_no=whistle_no, case_no=case_of_whistle(whistle_no), meta=session.meta
        )
