"""受理: an appeal is written down as the caller brings it, once."""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Meta
from contracts.events.intake import AppealReceived, SuggestedClass
from contracts.ids import AppealNo, SubjectId, UnitCode
from contracts.sealed import Sealed
from contracts.values import AppealKind
from services.intake.domain.appeal.state import AppealState, NoAppeal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAppeal:
    """受理诉求 (art. 2): any of six kinds, by any channel, named or anonymous.

    `street` and `matter` are the sender's and may be missing; `suggestion` is what the catalogue's
    words say of them.
    """

    appeal_no: AppealNo
    source: str
    external_no: str
    channel: str
    kind: AppealKind
    subject: SubjectId | None
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
