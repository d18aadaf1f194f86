"""Receiving a complaint: the number, the person, the sealed texts and the caller's own number.

Runs inside the unit of work, so that the number is allocated, the name `(source, external_no)`
claimed and the texts sealed in the transaction that appends the event.
"""

import json
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import Field, field_validator

from chassis.errors import Forbidden, Refusal
from chassis.http.body import Body
from chassis.http.texts import LongText, storable
from chassis.unit_of_work.names import Claim
from chassis.unit_of_work.session import Session
from contracts.catalogue import CatalogueVersion
from contracts.ids import AppealNo, SubjectId, UnitCode, appeal_stream
from contracts.instant import SHANGHAI, Instant
from contracts.placeholders import names_nobody
from contracts.sealed import Sealed
from contracts.values import NewAppealKind
from services.intake.domain.appeal.filing import FileCase
from services.intake.domain.appeal.receiving import (
    ReceiveAppeal,
    must_have_contact_or_be_anonymous,
)
from services.intake.domain.classification import check_codes, suggest
from services.intake.persons import Given, recognise
from services.intake.phone import read_phone


class ExternalNoReused(Refusal):
    """来源编号重用: a number of a source names one complaint (our default)."""

    code = "external_no_reused"
    zh = "编号 {external_no}（来源 {source}）已用于内容不同的诉求；请核对编号，或换用新编号。"
    en = "Number {external_no} of {source} was sent with other content; check it or use a new one."


class SourceNotYours(Forbidden):
    """来源不符: an integrator files under its own name (our default)."""

    code = "source_not_yours"
    zh = "接入系统只能以自己的名义（{unit}）报送；请将 source 设为该值。"
    en = "An integrator files under its own name ({unit}); set `source` to that."


def _keep_storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


class Reporter(Body):
    """Who is calling. Either a contact is given, or the appeal is declared anonymous."""

    name: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, max_length=40)

    _storable = field_validator("name", "phone")(_keep_storable)

    @cached_property
    def number(self) -> str | None:
        """The phone in its one form."""
        return read_phone(self.phone) if self.phone else None

    @property
    def unreadable_phone(self) -> str | None:
        """What was given as a phone and is none."""
        return None if self.number else self.phone or None

    @property
    def has_name(self) -> bool:
        """Whether a name was given, and no word for none."""
        return not names_nobody(self.name)

    @property
    def has_contact(self) -> bool:
        """Whether a contact was given, if no number, and no word for none."""
        return not names_nobody(self.phone)


class Complaint(Body):
    """What an integrator or an agent sends."""

    source: str = Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")
    external_no: str = Field(min_length=1, max_length=100)
    channel: str = Field(default="other", min_length=1, max_length=32)
    kind: NewAppealKind
    title: str | None = Field(default=None, max_length=200)
    text: LongText
    address: str | None = Field(default=None, max_length=500)
    street: UnitCode | None = Field(default=None, max_length=64)
    matter: str | None = Field(default=None, max_length=64)
    reporter: Reporter | None = None
    anonymous: bool = Field(default=False, description="the caller leaves no name and no contact")
    confidential: bool = False
    reported_at: Instant | None = None
    file: bool = Field(default=False, description="file it as a case at once")

    _storable = field_validator("title", "address", "external_no", "channel")(_keep_storable)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told beside the number."""

    phone_is_unreadable: bool
    """What stands for a phone is kept as text, and nobody is recognised by it."""
    was_there: bool = False
    """It was received before, under any key."""


def receive(session: Session, complaint: Complaint, catalogue: CatalogueVersion) -> Receipt:
    """Receive a complaint, once per `(source, external_no)`.

    Raises: ExternalNoReused, SourceNotYours, ContactOrAnonymous, StreetUnknown, MatterUnknown, and
    with `file` the refusals of filing.
    """
    actor = session.actor
    if actor.role == "integrator" and complaint.source != actor.unit:
        raise SourceNotYours(unit=actor.unit)
    reporter = complaint.reporter or Reporter()
    receipt = Receipt(phone_is_unreadable=reporter.unreadable_phone is not None)
    name = f"{complaint.source}\n{complaint.external_no}"
    digest = session.texts.digest(_content(complaint))
    known = session.names.claimed("external_no", name)
    if known is not None:
        if known.digest != digest:
            raise ExternalNoReused(external_no=complaint.external_no, source=complaint.source)
        session.reply_with(known.stream)
        return replace(receipt, was_there=True)
    # Before anything is written: a refusal after a write makes the whole batch run again.
    must_have_contact_or_be_anonymous(
        has_name=reporter.has_name,
        has_contact=reporter.has_contact,
        is_anonymous=complaint.anonymous,
    )
    check_codes(catalogue, complaint.street, complaint.matter)
    appeal_no = _allocate(session)
    stream = appeal_stream(appeal_no)
    session.reply_with(stream)
    session.names.claim("external_no", name, Claim(stream, digest))
    who = recognise(session, Given(reporter.name, reporter.phone, reporter.number))
    session.execute(_command(session, complaint, appeal_no, who, catalogue), stream)
    if complaint.file:
        filing = FileCase(
            appeal_no=appeal_no,
            street=complaint.street,
            matter=complaint.matter,
            catalogue=catalogue.version,
            meta=session.meta,
        )
        session.execute(filing, stream)
    return receipt


def _content(complaint: Complaint) -> bytes:
    """Give what has to be the same for two sendings to be the same complaint.

    Whether it is anonymous follows from the rest, and what earlier releases received does not say.
    """
    content = complaint.model_dump(mode="json", exclude={"file", "anonymous"})
    return json.dumps(content, sort_keys=True).encode()


def _allocate(session: Session) -> AppealNo:
    """Give the next number of the day: YYMMDD in Shanghai and six digits."""
    day = f"{session.now.astimezone(SHANGHAI):%y%m%d}"
    return AppealNo(f"{day}{session.names.next_number(f'appeal/{day}'):06d}")


def _command(
    session: Session,
    complaint: Complaint,
    appeal_no: AppealNo,
    who: tuple[SubjectId | None, Sealed | None],
    catalogue: CatalogueVersion,
) -> ReceiveAppeal:
    reporter = complaint.reporter or Reporter()
    subject, given_name = who

    def sealed(text: str | None) -> Sealed | None:
        return session.texts.seal_for(subject, appeal_stream(appeal_no), text) if text else None

    return ReceiveAppeal(
        appeal_no=appeal_no,
        source=complaint.source,
        external_no=complaint.external_no,
        channel=complaint.channel,
        kind=complaint.kind,
        subject=subject,
        anonymous=complaint.anonymous,
        given_name=given_name,
        given_contact=sealed(reporter.unreadable_phone),
        title=sealed(complaint.title),
        text=session.texts.seal_for(subject, appeal_stream(appeal_no), complaint.text),
        address=sealed(complaint.address),
        street=complaint.street,
        matter=complaint.matter,
        suggestion=suggest(catalogue, complaint.title, complaint.text, complaint.address),
        confidential=complaint.confidential,
        reported_at=complaint.reported_at,
        meta=session.meta,
    )
