"""Taking in a complaint: the number, the person, the sealed texts and the caller's own number.

Runs inside the unit of work, so that the number is allocated, the name `(source, external_no)`
claimed and the texts sealed in the transaction that appends the event.
"""

import json
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, field_validator

from chassis.errors import Forbidden, Refusal
from chassis.http.texts import LongText, storable
from chassis.unit_of_work.session import Claim, Session
from contracts.catalogue import CatalogueVersion
from contracts.events.intake import AppealReceived
from contracts.instant import SHANGHAI, Instant
from contracts.values import AppealKind
from services.intake.domain.appeal import FileCase, ReceiveAppeal
from services.intake.domain.classification import check_codes, suggest
from services.intake.domain.subject import RecordSubject

__all__ = ["Complaint", "ExternalNoReused", "Reporter", "SourceNotYours", "receive"]


class ExternalNoReused(Refusal):
    code = "external_no_reused"
    zh = "编号 {external_no}（来源 {source}）已用于内容不同的诉求；请核对编号，或换用新编号。"
    en = "Number {external_no} of {source} was sent with other content; check it or use a new one."


class SourceNotYours(Forbidden):
    code = "source_not_yours"
    zh = "接入系统只能以自己的名义（{unit}）报送；请将 source 设为该值。"
    en = "An integrator files under its own name ({unit}); set `source` to that."


def _keep_storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


class Reporter(BaseModel):
    """Who is calling. Without it the appeal is anonymous."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, max_length=40)

    _storable = field_validator("name", "phone")(_keep_storable)


class Complaint(BaseModel):
    """What an integrator or an agent sends."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    source: str = Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    external_no: str = Field(min_length=1, max_length=100)
    channel: str = Field(default="other", min_length=1, max_length=32)
    kind: AppealKind = "other"
    title: str | None = Field(default=None, max_length=200)
    text: LongText
    address: str | None = Field(default=None, max_length=500)
    street: str | None = Field(default=None, max_length=64)
    matter: str | None = Field(default=None, max_length=64)
    reporter: Reporter | None = None
    confidential: bool = False
    reported_at: Instant | None = None
    file: bool = Field(default=False, description="file it as a case at once")

    _storable = field_validator("title", "address", "external_no", "channel")(_keep_storable)


def receive(session: Session, complaint: Complaint, catalogue: CatalogueVersion) -> bool:
    """Receive a complaint, once per `(source, external_no)`; say whether it was there already.

    Raises: ExternalNoReused, SourceNotYours, StreetUnknown, MatterUnknown, and with `file` the
    refusals of filing.
    """
    actor = session.actor
    if actor.role == "integrator" and complaint.source != actor.unit:
        raise SourceNotYours(unit=actor.unit)
    name = f"{complaint.source}\n{complaint.external_no}"
    digest = session.vault.digest(_content(complaint))
    known = session.claimed("external_no", name)
    if known is not None:
        if known.digest != digest:
            raise ExternalNoReused(external_no=complaint.external_no, source=complaint.source)
        session.reply_with(known.stream)
        return True
    check_codes(catalogue, complaint.street, complaint.matter)
    appeal_no = _allocate(session, session.now)
    stream = f"appeal-{appeal_no}"
    session.reply_with(stream)
    session.claim("external_no", name, Claim(stream, digest))
    subject = _subject(session, complaint.reporter)
    event = _received(session, complaint, appeal_no, subject, catalogue)
    session.execute(ReceiveAppeal(event=event), stream)
    if complaint.file:
        session.execute(
            FileCase(
                appeal_no=appeal_no,
                street=complaint.street,
                matter=complaint.matter,
                catalogue=catalogue.version,
                by=actor.person,
                at=session.now,
            ),
            stream,
        )
    return False


def _content(complaint: Complaint) -> bytes:
    """What has to be the same for two sendings to be the same complaint."""
    said = complaint.model_dump(mode="json", exclude={"file"})
    return json.dumps(said, sort_keys=True).encode()


def _allocate(session: Session, now: datetime) -> str:
    """Give the next number of the day: YYMMDD in Shanghai and six digits."""
    day = f"{now.astimezone(SHANGHAI):%y%m%d}"
    return f"{day}{session.next_number(f'appeal/{day}'):06d}"


def _subject(session: Session, reporter: Reporter | None) -> str | None:
    """Find or record the person behind a phone; None for an anonymous caller."""
    if reporter is None or not (reporter.name or reporter.phone):
        return None
    name = session.vault.digest(reporter.phone.encode()).hex() if reporter.phone else None
    known = session.claimed("phone", name) if name else None
    if known is not None:
        return known.stream.removeprefix("subject-")
    subject = session.work.command_id.hex
    stream = f"subject-{subject}"
    if name:
        session.claim("phone", name, Claim(stream, b""))
    session.execute(
        RecordSubject(
            subject=subject,
            name=session.seal(reporter.name, stream) if reporter.name else None,
            phone=session.seal(reporter.phone, stream) if reporter.phone else None,
            by=session.actor.person,
            at=session.now,
        ),
        stream,
    )
    return subject


def _received(
    session: Session,
    complaint: Complaint,
    appeal_no: str,
    subject: str | None,
    catalogue: CatalogueVersion,
) -> AppealReceived:
    owner = f"subject-{subject}" if subject else f"appeal-{appeal_no}"
    return AppealReceived(
        appeal_no=appeal_no,
        source=complaint.source,
        external_no=complaint.external_no,
        channel=complaint.channel,
        kind=complaint.kind,
        subject=subject,
        title=session.seal(complaint.title, owner) if complaint.title else None,
        text=session.seal(complaint.text, owner),
        address=session.seal(complaint.address, owner) if complaint.address else None,
        street=complaint.street,
        matter=complaint.matter,
        suggestion=suggest(catalogue, complaint.title, complaint.text, complaint.address),
        confidential=complaint.confidential,
        reported_at=complaint.reported_at,
        received_by=session.actor.person,
        received_at=session.now,
    )
