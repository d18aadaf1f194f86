"""Noting readings in a session, in the transaction that gives the answer.

    note(session, Reading(what="text", about=appeal_stream(appeal_no), cases=(case_no,), …))

A reading is noted once per reader, object, kind and hour; what it shows beyond that is noted again.
The names of streams and counters are keyed digests: they say nothing about reader or person.
"""

from datetime import UTC, datetime
from typing import cast

from chassis.readings.aggregate import NoteReading, NoteRefusal, ReadingAggregate, ReadingState
from chassis.readings.reading import (
    REFUSALS_PER_DAY,
    Budgets,
    Reading,
    ReadingBudgetUsed,
)
from chassis.unit_of_work.session import Session
from contracts.ids import subject_stream
from contracts.instant import SHANGHAI
from contracts.readings import READING

__all__ = ["budget_scope", "note", "note_refusal"]

_REASONS = "readings"
"""Owner of the reasons for reading what belongs to nobody who could be erased any more."""


def note(session: Session, reading: Reading) -> None:
    """Note a reading. Raises: ReadingBudgetUsed when a new one exceeds the reader's day."""
    reading_id = _reading_id(session, reading)
    stream = f"{READING}-{reading_id}"
    state: ReadingState = session.state(stream)
    if state.covers(reading):
        return
    scope = _scope(session, Budgets.name(reading.what))
    used = session.names.last_number(scope)
    _budgets(session).must_have_left(reading.what, used)
    session.names.set_number(scope, used + 1)
    reason = None
    if reading.reason:
        persons = [subject_stream(subject) for subject in reading.subjects]
        reason = session.texts.seal(reading.reason, *persons, reading.about, _REASONS)
    _execute(
        session,
        NoteReading(reading_id=reading_id, reading=reading, reason=reason, meta=session.meta),
        stream,
    )


def note_refusal(session: Session, reading: Reading, code: str) -> bool:
    """Note that a reading was refused; say whether a budget was used up for the first time today.

    That is told of by the number itself: one more than the budget.
    """
    is_first = False
    if code == ReadingBudgetUsed.code:
        scope, most = _scope(session, Budgets.name(reading.what)), _budgets(session).most
        if is_first := session.names.last_number(scope) == most(reading.what):
            session.names.set_number(scope, most(reading.what) + 1)
    reading_id = _reading_id(session, reading)
    stream = f"{READING}-{reading_id}"
    state: ReadingState = session.state(stream)
    scope = _scope(session, "refusals")
    if code in state.refused or (kept := session.names.last_number(scope)) >= REFUSALS_PER_DAY:
        return is_first
    session.names.set_number(scope, kept + 1)
    _execute(
        session,
        NoteRefusal(reading_id=reading_id, reading=reading, code=code, meta=session.meta),
        stream,
    )
    return is_first


def budget_scope(name: str, now: datetime, reader: str = "") -> str:
    """Name the counter of a reader's day; without a reader, the beginning that all of a day have.

    The day is that of Shanghai.
    """
    return f"readings/{name}/{now.astimezone(SHANGHAI).date()}/{reader}"


def _scope(session: Session, name: str) -> str:
    return budget_scope(name, session.now, _digest(session, *_reader(session)))


def _reading_id(session: Session, reading: Reading) -> str:
    hour = f"{session.now.astimezone(UTC):%Y-%m-%dT%H}"
    return _digest(session, *_reader(session), reading.what, reading.about, hour)


def _reader(session: Session) -> tuple[str, str, str]:
    actor = session.actor
    return (actor.role, actor.unit, actor.person)


def _digest(session: Session, *parts: str) -> str:
    return session.texts.identify("reading", *parts).hex


def _budgets(session: Session) -> Budgets:
    return cast("ReadingAggregate", session.aggregates[READING]).budgets


def _execute(session: Session, command: NoteReading | NoteRefusal, stream: str) -> None:
    """Let the aggregate decide; the reply of the session stays about what was commanded."""
    answer = session.answer
    session.execute(command, stream)
    session.answer = answer
