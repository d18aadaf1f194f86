"""What the unit of a case does: it signs, and it reports."""

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import LongText
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.ids import case_stream
from contracts.values import Contact
from services.dispatch.access import UNIT_ROLES
from services.dispatch.api.addresses import PREFIX, CaseInPath, case
from services.dispatch.domain.case.contacting import Claim
from services.dispatch.domain.case.decider import CaseUnknown
from services.dispatch.domain.case.handling import ReportHandling
from services.dispatch.domain.case.signing import SignCase
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.erased import erased_of


class Handling(Body):
    """What a unit reports."""

    claim: Claim
    contact: Contact
    account: LongText


HANDLING = Handling(claim="resolved", contact="reached", account="井盖已更换，路面已恢复。")


def case_commands(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that command a case."""
    routes = CommandRoutes(PREFIX, "cases")

    @routes.command("/cases/{case_no}/signature", roles=UNIT_ROLES, on=case)
    def sign_case(session: Session, case_no: CaseInPath) -> SignCase:
        """Sign for a case (签收)."""
        return SignCase(case_no=case_no, meta=session.meta)

    @routes.command("/cases/{case_no}/handling", roles=UNIT_ROLES, on=case, sample=HANDLING)
    def report_handling(session: Session, case_no: CaseInPath, body: Handling) -> ReportHandling:
        """Report what was done (办理反馈)."""
        stream = case_stream(case_no)
        facts: CaseFacts = session.require(stream, CaseUnknown(case_no=case_no)).facts
        return ReportHandling(
            case_no=case_no,
            claim=body.claim,
            contact=body.contact,
            account=session.texts.seal_for(facts.subject, stream, body.account),
            erased=erased_of(session, facts),
            policies=catalogue.at(facts.catalogue).policies,
            meta=session.meta,
        )

    return routes
