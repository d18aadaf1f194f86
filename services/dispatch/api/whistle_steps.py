"""What the street of the place does with a whistle, from the approval to the settlement."""

from typing import Annotated

from pydantic import Field

from chassis.http.body import Body
from chassis.http.command_routes import CommandRoutes
from chassis.http.texts import Reason
from chassis.unit_of_work.session import Session
from contracts.catalogue import Catalogue
from contracts.events.dispatch import UnitRating, WhistleProposed
from contracts.ids import UnitCode, WhistleNo, case_of_whistle, case_stream, whistle_stream
from contracts.policies import Approver, Policies
from contracts.sealed import Sealed
from services.dispatch.access import LEADER_ROLES, UNIT_ROLES
from services.dispatch.api.addresses import PREFIX, WhistleInPath, whistle_and_case
from services.dispatch.api.samples import called, department, facts_of
from services.dispatch.api.whistles import ASSISTING_MAX, in_force, listed_for, named_unit
from services.dispatch.domain.case.state import CaseFacts
from services.dispatch.domain.whistle.adding import AddUnit
from services.dispatch.domain.whistle.approval import ApproveWhistle, RefuseWhistle
from services.dispatch.domain.whistle.call import BlowWhistle
from services.dispatch.domain.whistle.cancelling import CancelWhistle
from services.dispatch.domain.whistle.decider import WhistleUnknown
from services.dispatch.domain.whistle.emergency import ConfirmWhistle
from services.dispatch.domain.whistle.settlement import SettleWhistle

Points = Annotated[int, Field(ge=0, le=100)]


class Reasoned(Body):
    reason: Reason


class OneMore(Body):
    unit: UnitCode = Field(max_length=64)
    reason: Reason


class Rating(Body):
    """What the street thinks of one unit, 0 to 100 points each (评哨)."""

    unit: UnitCode = Field(max_length=64)
    signing: Points
    arrival: Points
    people: Points
    quality: Points
    staying: Points
    result: Points
    reason: Reason | None = None


class Settlement(Body):
    """One rating of every unit that was called, but for those that a ruling excused."""

    ratings: tuple[Rating, ...] = Field(max_length=10 * ASSISTING_MAX)


REASON = Reasoned(reason="街道可自行处置。")


def all_good(session: Session, whistle_no: WhistleNo) -> Settlement:
    """Rate every unit that was called as well as can be."""
    best = dict.fromkeys(("signing", "arrival", "people", "quality", "staying", "result"), 100)
    return Settlement.model_validate(
        {"ratings": [{"unit": unit, **best} for unit in called(session, whistle_no)]}
    )


def whistle_steps(catalogue: Catalogue) -> CommandRoutes:
    """Give the routes that command a whistle."""
    routes = CommandRoutes(PREFIX, "whistles")
    _decisions(routes, catalogue)
    _changes(routes, catalogue)
    return routes


def _decisions(routes: CommandRoutes, catalogue: Catalogue) -> None:
    def approvers(session: Session, whistle_no: WhistleNo) -> tuple[Approver, ...]:
        fact = proposal(session, whistle_no)
        return _policies(catalogue, fact).approvers[fact.kind]

    @routes.command("/whistles/{whistle_no}/approval", roles=LEADER_ROLES, on=whistle_and_case)
    def approve_whistle(session: Session, whistle_no: WhistleInPath) -> ApproveWhistle:
        """Approve a whistle of the own street (准哨)."""
        return ApproveWhistle(
            whistle_no=whistle_no,
            case_no=case_of_whistle(whistle_no),
            approvers=approvers(session, whistle_no),
            meta=session.meta,
        )

    @routes.command(
        "/whistles/{whistle_no}/refusal", roles=LEADER_ROLES, on=whistle_and_case, sample=REASON
    )
    def refuse_whistle(
        session: Session, whistle_no: WhistleInPath, body: Reasoned
    ) -> RefuseWhistle:
        """Refuse a whistle of the own street, with a reason."""
        return RefuseWhistle(
            whistle_no=whistle_no,
            case_no=case_of_whistle(whistle_no),
            approvers=approvers(session, whistle_no),
            reason=sealed(session, whistle_no, body.reason),
            meta=session.meta,
        )

    @routes.command("/whistles/{whistle_no}/blow", roles=UNIT_ROLES, on=whistle_and_case)
    def blow_whistle(session: Session, whistle_no: WhistleInPath) -> BlowWhistle:
        """Blow it (吹哨): the named units must report in time."""
        case_no = case_of_whistle(whistle_no)
        return BlowWhistle(whistle_no=whistle_no, case_no=case_no, meta=session.meta)

    @routes.command("/whistles/{whistle_no}/confirmation", roles=LEADER_ROLES, on=whistle_and_case)
    def confirm_whistle(session: Session, whistle_no: WhistleInPath) -> ConfirmWhistle:
        """Confirm an emergency whistle that another leader blew alone (补批)."""
        return ConfirmWhistle(
            whistle_no=whistle_no,
            case_no=case_of_whistle(whistle_no),
            approvers=approvers(session, whistle_no),
            meta=session.meta,
        )


def _changes(routes: CommandRoutes, catalogue: Catalogue) -> None:
    def one_more(session: Session, whistle_no: WhistleNo) -> OneMore:
        """Name a department that was not called."""
        facts = facts_of(session, case_of_whistle(whistle_no))
        named = [one.unit for one in proposal(session, whistle_no).units]
        besides = {*named, *called(session, whistle_no)}
        unit = department(session, catalogue, facts, *besides)
        return OneMore(unit=unit, reason="现场发现还需其执法。")

    @routes.command(
        "/whistles/{whistle_no}/units", roles=UNIT_ROLES, on=whistle_and_case, sample=one_more
    )
    def add_unit(session: Session, whistle_no: WhistleInPath, body: OneMore) -> AddUnit:
        """Call one more unit (加派); its clocks run from now."""
        version = in_force(session, catalogue)
        reason = sealed(session, whistle_no, body.reason)
        listed = listed_for(catalogue, _facts(session, whistle_no))
        return AddUnit(
            whistle_no=whistle_no,
            case_no=case_of_whistle(whistle_no),
            unit=named_unit(version, listed, body.unit, "assisting", reason),
            catalogue=version.version,
            meta=session.meta,
        )

    @routes.command(
        "/whistles/{whistle_no}/cancellation",
        roles=LEADER_ROLES,
        on=whistle_and_case,
        sample=REASON,
    )
    def cancel_whistle(
        session: Session, whistle_no: WhistleInPath, body: Reasoned
    ) -> CancelWhistle:
        """Take a whistle back (撤哨): nobody has to report any more."""
        return CancelWhistle(
            whistle_no=whistle_no,
            case_no=case_of_whistle(whistle_no),
            reason=sealed(session, whistle_no, body.reason),
            meta=session.meta,
        )

    @routes.command(
        "/whistles/{whistle_no}/settlement", roles=UNIT_ROLES, on=whistle_and_case, sample=all_good
    )
    def settle_whistle(
        session: Session, whistle_no: WhistleInPath, body: Settlement
    ) -> SettleWhistle:
        """Accept the result, and rate the units (验收销哨、评哨)."""
        policies = _policies(catalogue, proposal(session, whistle_no))
        return SettleWhistle(
            whistle_no=whistle_no,
            case_no=case_of_whistle(whistle_no),
            ratings=tuple(_rating(session, whistle_no, one) for one in body.ratings),
            reason_below=policies.rating_reason_below,
            meta=session.meta,
        )


def _rating(session: Session, whistle_no: WhistleNo, given: Rating) -> UnitRating:
    reason = None if given.reason is None else sealed(session, whistle_no, given.reason)
    return UnitRating.model_validate({**given.model_dump(), "reason": reason})


def proposal(session: Session, whistle_no: WhistleNo) -> WhistleProposed:
    """Give what was proposed. Raises: WhistleUnknown."""
    unknown = WhistleUnknown(whistle_no=whistle_no)
    fact: WhistleProposed = session.require(whistle_stream(whistle_no), unknown).fact
    return fact


def sealed(session: Session, whistle_no: WhistleNo, text: str) -> Sealed:
    """Keep a text about a whistle, for the caller of its case. Raises: WhistleUnknown."""
    subject = _facts(session, whistle_no).subject
    return session.texts.seal_for(subject, case_stream(case_of_whistle(whistle_no)), text)


def _facts(session: Session, whistle_no: WhistleNo) -> CaseFacts:
    proposal(session, whistle_no)
    facts: CaseFacts = session.state(case_stream(case_of_whistle(whistle_no))).facts
    return facts


def _policies(catalogue: Catalogue, fact: WhistleProposed) -> Policies:
    return catalogue.at(fact.catalogue).policies
