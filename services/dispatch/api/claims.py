"""Who of a unit has a case on their desk: claim it, give it back, hand it over."""

from typing import Annotated

from pydantic import Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.unit_of_work.session import Session
from services.dispatch.access import UNIT_ROLES
from services.dispatch.api.addresses import PERSON, PREFIX, CaseInPath, case
from services.dispatch.domain.case.claiming import ClaimCase, HandOver, ReleaseClaim


class Colleague(Body):
    """Who has the case from now on."""

    person: Annotated[str, Field(pattern=PERSON)]


def colleague(session: Session, **_of_case: str) -> Colleague:
    """Name somebody else than who asks."""
    return Colleague(person="p-1" if session.actor.person != "p-1" else "p-2")


def claim_commands() -> CommandRoutes:
    """Give the routes that command claims."""
    routes = CommandRoutes(PREFIX, "cases")

    @routes.command("/cases/{case_no}/claim", roles=UNIT_ROLES, on=case)
    def claim_case(session: Session, case_no: CaseInPath) -> ClaimCase:
        """Take a case of the own unit on one's desk, or keep it there for longer (认领)."""
        return ClaimCase(case_no=case_no, meta=session.meta)

    @routes.command("/cases/{case_no}/claim/release", roles=UNIT_ROLES, on=case)
    def release_claim(session: Session, case_no: CaseInPath) -> ReleaseClaim:
        """Give a claimed case back to the unit (释放)."""
        return ReleaseClaim(case_no=case_no, meta=session.meta)

    @routes.command("/cases/{case_no}/hand-over", roles=UNIT_ROLES, on=case, sample=colleague)
    def hand_over(session: Session, case_no: CaseInPath, body: Colleague) -> HandOver:
        """Hand a claimed case over to a colleague (转交)."""
        return HandOver(case_no=case_no, person=body.person, meta=session.meta)

    return routes
