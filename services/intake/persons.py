"""Who is who: a person is one when phone and name agree, or when an agent said so.

Every other appeal with a reporter has a person's record of its own. A phone alone merges nobody:
families and firms share one. What was given is kept by keyed digest, never in plain text.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chassis.unit_of_work.names import Claim
from chassis.unit_of_work.session import Session
from contracts.ids import SubjectId, subject_stream
from contracts.placeholders import names_nobody, plain_name
from contracts.sealed import Sealed
from services.intake.domain.subject.policies import is_processed
from services.intake.domain.subject.recording import RecordSubject
from services.intake.domain.subject.state import Known, SubjectState

__all__ = [
    "PHONE",
    "Given",
    "everyone",
    "index",
    "phone_digest",
    "read_name",
    "recognise",
    "unindex",
]

PERSON, PHONE = "person", "phone"
"""Scopes: a claim on phone and name together, and the tag of a phone that several may have."""


def read_name(text: str) -> str | None:
    """Give a name in one writing: without blanks, in one width and case; None for what is none."""
    plain = plain_name(text)
    return None if names_nobody(text) or not any(map(str.isalpha, plain)) else plain


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller says of themselves."""

    name: str | None
    phone: str | None
    number: str | None
    """The phone in its one form; None when it is no phone."""


def recognise(session: Session, given: Given) -> tuple[SubjectId | None, Sealed | None]:
    """Find or record the person who gave a name and a phone; give them, and the name as given.

    No person when neither was given. Somebody whose erasure is under way is not recognised: their
    record takes in nothing new.
    """
    if names_nobody(given.name) and names_nobody(given.phone):
        return None, None
    key = person_digest(session, given.name, given.number)
    known = session.names.claimed(PERSON, key) if key else None
    spelling = session.texts.digest((given.name or "").encode())
    if known is not None:
        state: SubjectState = session.state(known.stream)
        if isinstance(state, Known) and is_processed(state):
            subject = SubjectId(known.stream.partition("-")[2])
            if known.digest == spelling:
                return subject, state.name  # written as it was: sealed already
            return subject, session.texts.seal(given.name or "", known.stream)
    own = session.texts.identify("subject", str(session.origin.command_id))
    subject = SubjectId(own.hex)
    stream = subject_stream(subject)
    name = session.texts.seal(given.name, stream) if given.name else None
    command = RecordSubject(
        subject=subject,
        name=name,
        phone=session.texts.seal(given.number, stream) if given.number else None,
        meta=session.meta,
    )
    session.execute(command, stream)
    if given.number:
        session.names.tag(PHONE, phone_digest(session, given.number), stream)
    if key and known is None:
        session.names.claim(PERSON, key, Claim(stream, spelling))
    return subject, name


def index(session: Session, stream: str, name: str | None, number: str | None) -> None:
    """Let a record be found by its phone, and recognised by phone and name unless one was first."""
    if number:
        session.names.tag(PHONE, phone_digest(session, number), stream)
    key = person_digest(session, name, number)
    if key and session.names.claimed(PERSON, key) is None:
        session.names.claim(PERSON, key, Claim(stream, b""))


def unindex(session: Session, stream: str) -> None:
    """Let a record be neither found by its phone nor recognised."""
    session.names.untag(stream)
    session.names.unclaim(PERSON, stream)


def everyone(state_of: Callable[[str], SubjectState], subject: SubjectId) -> tuple[SubjectId, ...]:
    """Give the records that are of one person, as agents said: the named one first."""
    found = [subject]
    for one in found:  # the list grows during the walk
        state = state_of(subject_stream(one))
        if isinstance(state, Known):
            found += sorted(state.linked - set(found))
    return tuple(found)


def person_digest(session: Session, name: str | None, number: str | None) -> str | None:
    """Give the digest of phone and name together; None when one of them is missing."""
    plain = read_name(name) if name else None
    if plain is None or number is None:
        return None
    return session.texts.identify(PERSON, number, plain).hex


def phone_digest(session: Session, number: str) -> str:
    """Give the digest of a phone in its one form."""
    return session.texts.digest(number.encode()).hex()
