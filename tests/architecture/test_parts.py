"""Everybody whom an event of a case names had a part in it, and makes no call-back (9.3 (6))."""

from contracts.event import Event
from contracts.events import dispatch, enforcement, intake
from contracts.schema import published
from services.feedback.views.participants import PARTICIPANTS

HAD_NO_PART: dict[type[Event], str] = {
    dispatch.CallerJoined: "its handlers are named by what they did",
    dispatch.ConflictDeclared: "to say who keeps out is no part in the case",
    dispatch.ConflictLifted: "to say who keeps out is no part in the case",
    dispatch.DeadlineMissed: "its handlers are named by what they did",
    dispatch.DispatchRefused: "a case that was refused went nowhere",
    intake.AppealUnlinked: "a caller was taken off, at the caller's wish",
    intake.AppealWithdrawn: "a caller withdrew",
    intake.PersonalDataRead: "to read is not to decide",
}
NAMES_A_PERSON = ("person", "handlers")


def names_a_person(event: type[Event]) -> bool:
    """Say whether an event of a case has a field that names who did it or whose it is."""
    fields = event.model_fields
    return "case_no" in fields and any(
        field.endswith("_by") or field in NAMES_A_PERSON for field in fields
    )


def test_every_event_that_names_a_person_is_noted_or_known_to_be_no_part_of_the_case() -> None:
    sources = (intake.__name__, dispatch.__name__, enforcement.__name__)
    events = {one for one in published().values() if issubclass(one, Event)}
    newest = {
        one
        for one in events
        if one.__module__.startswith(sources) and not one.__module__.endswith("superseded")
    }
    noted = PARTICIPANTS.reads
    left_out = {one.__name__ for one in newest if names_a_person(one) and one.wire not in noted}
    assert left_out == {one.__name__ for one in HAD_NO_PART}
