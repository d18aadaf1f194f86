"""受理: an appeal is written down as the caller brings it, once."""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from chassis.errors import Malformed
from contracts.events.intake import AppealReceived, SuggestedClass
from contracts.ids import AppealNo, SubjectId, UnitCode
from contracts.sealed import Sealed
from contracts.values import AppealKind
from services.intake.domain.appeal.state import AppealState, NoAppeal


class ContactOrAnonymous(Malformed):
    """联系方式或匿名 (art. 10): a record holds a contact, or that the caller is anonymous."""

    code = "contact_or_anonymous"
    zh = (
        "诉求须有联系方式：请在 reporter.phone 中填写；来电人要求匿名的，请提交 anonymous: true，"
        "且不填姓名和电话。两者须有其一，不能同时提供。"
    )
    en = (
        "A complaint holds a contact: send `reporter.phone`; for a caller who wants to be "
        "anonymous send `anonymous: true`, with neither name nor phone. One of the two, never both."
    )


def must_have_contact_or_be_anonymous(
    *, has_name: bool, has_contact: bool, is_anonymous: bool
) -> None:
    """Let pass who left a contact, or who declares to be nobody. Raises: ContactOrAnonymous."""
    fits = not (has_name or has_contact) if is_anonymous else has_contact
    if not fits:
        raise ContactOrAnonymous


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAppeal:
    """受理诉求 (art. 2): any of five kinds, by any channel, named or anonymous.

    `street` and `matter` are the sender's and may be missing; `suggestion` is what the catalogue's
    words say of them.
    """

    appeal_no: AppealNo
    source: str
    external_no: str
    channel: str
    kind: AppealKind
    subject: SubjectId | None
    anonymous: bool
    given_name: Sealed | None
    given_contact: Sealed | None
    title: Sealed | None
    text: Sealed
    address: Sealed | None
    street: UnitCode | None
    matter: str | None
    suggestion: SuggestedClass | None
    confidential: bool
    reported_at: datetime | None
    meta: Meta


def receive(command: ReceiveAppeal, state: AppealState) -> list[AppealReceived]:
    """Receive what was not received yet."""
    if not isinstance(state, NoAppeal):
        return []
    return [
        AppealReceived(
            appeal_no=command.appeal_no,
            source=command.source,
            external_no=command.external_no,
            channel=command.channel,
            kind=command.kind,
            subject=command.subject,
            anonymous=command.anonymous,
            given_name=command.given_name,
            given_contact=command.given_contact,
            title=command.title,
            text=command.text,
            address=command.address,
            street=command.street,
            matter=command.matter,
            suggestion=command.suggestion,
            confidential=command.confidential,
            reported_at=command.reported_at,
            received_by=command.meta.by.person,
            received_at=command.meta.at,
        )
    ]
